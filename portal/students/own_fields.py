"""The fields of a school's own: a form made of them, and their values, which ``students.extra_data`` keeps by key."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, cast

from portal.catalogs.codes import FieldKind
from portal.catalogs.fields import offer_also
from portal.schools.rules import CustomField
from portal.web.fields import ChoiceField, DateField, DecimalField, TextField
from portal.web.forms import Form
from portal.web.i18n import format_date, format_number, lazy
from portal.web.reading import parse_date
from portal.web.validators import at_most, optional, required, this_age

LONGEST_TEXT = 200

Own = str | Decimal | date | None


class OwnChoiceField(ChoiceField):
    """One of the choices that the school has written."""

    def __init__(self, label: str, validators: Any, *, offered: tuple[str, ...], **options: Any) -> None:
        """Offer them, in the school's order."""
        super().__init__(label, validators, blank=lazy("Not recorded"), **options)
        self.offer((choice, choice) for choice in offered)

    def process_data(self, value: Any) -> None:
        """Also show a choice that the school has taken back since: saving something else must not lose it."""
        super().process_data(value)
        offer_also(self, self.data)


def name_of(field: CustomField) -> str:
    """What the field is called in forms and in addresses."""
    return f"field-{field.key}"


@lru_cache(maxsize=256)
def with_own(form: type[Form], fields: tuple[CustomField, ...]) -> type[Form]:
    """The form with the school's own fields behind its own: one class for each set of fields, not for each request."""
    if not fields:
        return form
    return cast(type[Form], type(form.__name__, (form,), {name_of(field): _form_field(field) for field in fields}))


def own_value(field: CustomField, kept: Mapping[str, Any]) -> Own:
    """What is kept of a student under the field's key; None where it is nothing, or nothing of the field's kind."""
    value = kept.get(field.key)
    if value is None or isinstance(value, bool | list | dict):
        return None
    match field.kind:
        case FieldKind.NUMBER:
            return _number(value)
        case FieldKind.DATE:
            return parse_date(str(value))
        case _:
            return str(value) or None


def as_json(value: Own) -> str | int | float | None:
    """The value as JSON keeps it: a day as ISO text, a number as one."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def in_words(value: Own, days: str = "long") -> str:
    """The value as people read it; ``days`` is how long a date may be."""
    if isinstance(value, Decimal):
        return format_number(value)
    return format_date(value, days) if isinstance(value, date) else value or ""


def _form_field(field: CustomField) -> Any:
    needed = required() if field.is_required else optional()
    match field.kind:
        case FieldKind.NUMBER:
            return DecimalField(field.label, [needed], render_kw={"inputmode": "decimal"})
        case FieldKind.DATE:
            return DateField(field.label, [needed, this_age], description=lazy("Day, month and year: 3/3/2016"))
        case FieldKind.CHOICE:
            return OwnChoiceField(field.label, [needed], offered=field.choices)
        case _:
            return TextField(field.label, [needed, at_most(LONGEST_TEXT)])


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
