"""The values of fields in words: what an event keeps as plain JSON, as the reader's language says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from wtforms.fields.core import UnboundField

from portal.catalogs.countries import country_name
from portal.catalogs.divipola import municipality_name
from portal.catalogs.fields import CountryField, MunicipalityField, PhoneField, SimatCodeField, YesNoField
from portal.catalogs.phones import spaced_phone
from portal.catalogs.simat import code_list
from portal.web.fields import CheckField, CodeField, DateField
from portal.web.forms import Form
from portal.web.i18n import _, format_date, format_datetime, format_list, format_number, today

Words = Callable[[Any], str]


@dataclass(frozen=True)
class Value:
    """A field: what it is called, and how its values read. ``names`` is the kind of record that it points to."""

    label: Any
    words: Words = str
    names: str = ""


def of_forms(*forms: type[Form]) -> dict[str, Value]:
    """The fields of forms, by their names and in their order: the history calls them as the forms do."""
    unbound = {name: getattr(form, name) for form in forms for name in dir(form)}
    fields = [(name, made) for name, made in unbound.items() if isinstance(made, UnboundField)]
    fields.sort(key=lambda field: field[1].creation_counter)
    return {name: Value(made.args[0], _words_of(made)) for name, made in fields}


def coded(enum: type[Enum]) -> Words:
    """One of an enumeration's codes."""
    labels = {str(member.value): member.label for member in enum}  # type: ignore[attr-defined]
    return lambda value: str(labels.get(str(value), value))


def several(enum: type[Enum]) -> Words:
    """A list of codes."""
    one = coded(enum)
    return lambda values: format_list(map(one, values))


def day(value: str) -> str:
    """A date."""
    return format_date(date.fromisoformat(value), "long")


def moment(value: str) -> str:
    """A date and a time."""
    return format_datetime(datetime.fromisoformat(value))


def number(value: Any) -> str:
    """A number; decimals are kept as text."""
    return format_number(float(value))


def yes_no(value: Any) -> str:
    """Yes or no, also as SIMAT has them."""
    return {True: _("Yes"), False: _("No"), "S": _("Yes"), "N": _("No")}.get(value, str(value))


def in_simat(codes: str) -> Words:
    """A code of one of SIMAT's lists."""
    return lambda value: code_list(codes, today().year).label(str(value))


def _words_of(made: Any) -> Words:
    kind = made.field_class
    if issubclass(kind, CodeField):
        return coded(made.args[1])
    if issubclass(kind, SimatCodeField):
        return in_simat(made.kwargs["codes"])
    return next((words for base, words in _BY_FIELD.items() if issubclass(kind, base)), str)


_BY_FIELD: Mapping[type, Words] = {
    DateField: day,
    CheckField: yes_no,
    YesNoField: yes_no,
    MunicipalityField: municipality_name,
    CountryField: country_name,
    PhoneField: spaced_phone,
}
