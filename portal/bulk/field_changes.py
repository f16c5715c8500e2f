"""Writing one field of many students at once: which fields, what would change, and the writing."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache, partial
from typing import Any, cast

import wtforms

from portal.accounts.access import Access
from portal.bulk.plan import Line, Plan
from portal.schools.rules import CustomField
from portal.students.models import Student
from portal.students.own_fields import name_of
from portal.students.sections import sections_for, whole_form
from portal.students.sheet import Sheet
from portal.web.fields import choices_of
from portal.web.forms import Form
from portal.web.i18n import _

# What many can have in common. Names, documents, telephones and what a doctor says are each person's own.
IN_COMMON = (
    "document_municipality_code",
    "birth_municipality_code",
    "country_code",
    "neighborhood",
    "municipality_code",
    "zone",
    "eps",
    "ethnicity_code",
    "RES",
    "victim_code",
    "left_municipality_code",
    "stratum",
    "sisben",
    "PROVIENE_SECTOR_PRIV",
    "PROVIENE_OTR_MUN",
    "BEN_MAD_FLIA",
    "BEN_VET_FP",
    "BEN_HER_NAC",
)


def offered_fields(access: Access) -> dict[str, str]:
    """The fields that this person may write for many: name → label, in the order of the record."""
    own = {name_of(field) for field in access.rules.fields}
    return {
        field.name: str(field.label.text)
        for section in sections_for(access)
        for field in section.form.show()
        if field.name in IN_COMMON or field.name in own
    }


def form_for(access: Access, name: str) -> type[Form] | None:
    """The form of this one field, with the rules that it has on the record; None for one that is not offered."""
    return _one_field(whole_form(access), name) if name in offered_fields(access) else None


def plan_of(students: Sequence[Student], form: Form, fields: tuple[CustomField, ...]) -> Plan:
    """Whose value would become another one, from what to what; who has it already stays as they are."""
    (field,) = form
    able, unable = [], []
    then = said(field)
    in_words = cache(partial(_in_words, type(form), field.name))  # many have the same
    for student in students:
        kept = getattr(Sheet(student, fields), field.name)
        if kept == field.data:
            unable.append((student, _("Has it already.")))
        else:
            able.append(Line(student, now=in_words(kept), then=then))
    return Plan(able, unable, [line.student for line in able])


def write(plan: Plan, form: Form, fields: tuple[CustomField, ...]) -> None:
    """Write the field of everybody in the plan, who are held."""
    for student in plan.rows:
        Sheet(student, fields).fill(form)


def said(field: wtforms.Field) -> str:
    """What a field says, as people read it."""
    if isinstance(field, wtforms.SelectField):
        value = str(getattr(field.data, "value", field.data) or "")
        labels: Mapping[str, Any] = dict(choices_of(field))
        return str(labels.get(value, value)) if value else ""
    if hasattr(field, "in_words"):
        return str(field.in_words())
    return str(field._value())  # type: ignore[attr-defined]  # noqa: SLF001 - what its widget would write


def _in_words(form: type[Form], name: str, value: Any) -> str:
    """A value as the form would show it."""
    if value is None:
        return ""
    (field,) = form.show(of=_Kept(name, value))
    return said(field)


class _Kept:
    """A row with one field."""

    def __init__(self, name: str, value: Any) -> None:
        setattr(self, name, value)


@lru_cache(maxsize=256)
def _one_field(whole: type[Form], name: str) -> type[Form]:
    return cast(type[Form], type(f"Only_{name}", (Form,), {name: getattr(whole, name)}))
