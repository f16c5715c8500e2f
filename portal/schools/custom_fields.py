"""The fields of a school's own: adding one, changing it, moving it among the others, taking it out."""

from collections.abc import Sequence
from itertools import count

from portal.catalogs.text import folded
from portal.schools.models import SchoolSettings
from portal.schools.repository import SettingsRepository
from portal.schools.rule_forms.base import stored
from portal.schools.rule_forms.custom_fields import MOST_FIELDS, CustomFieldForm, minted_key
from portal.schools.rules import CustomField, SchoolRules
from portal.web.i18n import _


def fields_of(row: SchoolSettings) -> list[CustomField]:
    """The fields in their order."""
    return list(SchoolRules.of(row.data).fields)


def find(fields: Sequence[CustomField], key: str) -> CustomField | None:
    """The field with this key."""
    return next((field for field in fields if field.key == key), None)


def standing(form: CustomFieldForm, fields: Sequence[CustomField]) -> CustomField | None:
    """The field that is already what the form asks for: it was sent twice. Ask after ``validate``."""
    return next((field for field in fields if not form.errors and form.decided(field.key) == field), None)


def check(form: CustomFieldForm, fields: Sequence[CustomField], field: CustomField | None, used_by: int) -> None:
    """Blame what only the other fields and the records can tell. ``field`` is the one that is edited, None when new;
    ``used_by`` says how many students have a value in it.
    """
    others = [other for other in fields if other != field]
    if not form.label.errors and folded(form.label.data or "") in {folded(other.label) for other in others}:
        form.blame("label", _("Another field has this name."))
    if field is None and len(fields) >= MOST_FIELDS:
        form.blame("label", _("A school has at most %(n)d fields of its own.") % {"n": MOST_FIELDS})
    if field is not None and used_by and form.kind.data != field.kind and not form.kind.errors:
        form.blame(
            "kind",
            _("Students have values in it, so it stays as it is: %(kind)s. For another kind add a new field.")
            % {"kind": field.kind.label},
        )


async def add(settings: SettingsRepository, row: SchoolSettings, form: CustomFieldForm) -> CustomField:
    """Put the new field behind the others, under a key that no field has and that no student has a value in.

    Values of a field that was taken out stay in the records: another field must not bring them back as its own.
    """
    fields = fields_of(row)
    wanted, taken = minted_key(form.label.data or ""), {field.key for field in fields}
    for number in count(1):
        key = wanted if number == 1 else f"{wanted}_{number}"
        if key not in taken and not await settings.students_with(key):
            break
    field = form.decided(key)
    row.data = stored(row.data, "fields", (*fields, field))
    return field


def change(row: SchoolSettings, field: CustomField, form: CustomFieldForm) -> None:
    """Put what was typed in the field's place; its key stays."""
    changed = [form.decided(field.key) if other == field else other for other in fields_of(row)]
    row.data = stored(row.data, "fields", tuple(changed))


def move(row: SchoolSettings, field: CustomField, by: int) -> None:
    """Change places with the field before (``by`` −1) or behind (1); at the end of the row nothing happens."""
    fields = fields_of(row)
    here = fields.index(field)
    there = min(max(here + by, 0), len(fields) - 1)
    fields.insert(there, fields.pop(here))
    row.data = stored(row.data, "fields", tuple(fields))


def remove(row: SchoolSettings, field: CustomField) -> None:
    """Take the field out; its values stay in the records, and are shown no more."""
    row.data = stored(row.data, "fields", tuple(other for other in fields_of(row) if other != field))
