"""Two records side by side, field by field: what each says, and which of the two stays unless the person chooses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import wtforms

from portal.accounts.access import Access
from portal.catalogs.codes import ONE_NUMBER
from portal.catalogs.words import document
from portal.duplicates.kinds import People
from portal.guardians.forms import GuardianForm
from portal.merging.ledger import OBJECTS, plain, read
from portal.students.own_fields import name_of
from portal.students.sections import whole_form
from portal.students.sheet import LEFT_DEPARTMENT, LEFT_MUNICIPALITY, LEFT_PLACE, SIMAT_COLUMNS, Sheet
from portal.web.fields import choices_of
from portal.web.i18n import _

SURVIVOR, OTHER = "survivor", "other"
# A document is both its type and its number, and where it was issued.
DOCUMENT = ("document_type", "document_number", "document_municipality_code")
# In the course of a life (Registraduría).
LATER_IN_LIFE = ("RC", "TI", "CC")


@dataclass(frozen=True)
class Compared:
    """A field of two records."""

    name: str
    label: str
    columns: tuple[str, ...]
    texts: tuple[str, str]
    differs: bool
    #: whose value stays unless the person chooses: SURVIVOR or OTHER
    usual: str


def compared(kind: People, access: Access, survivor: Any, other: Any) -> list[Compared]:
    """All fields that this person may see, in the order of the record."""
    if kind is People.STUDENTS:
        form, fields = whole_form(access), access.rules.fields
        own = {name_of(field): f"extra_data.{field.key}" for field in fields}
        shown = tuple(form.show(of=Sheet(row, fields)) for row in (survivor, other))
    else:
        own, shown = {}, tuple(GuardianForm.show(of=row) for row in (survivor, other))
    return [
        _compared(field, shown[1][field.short_name], _columns(field.short_name, survivor, own), survivor, other)
        for field in shown[0]
        if field.short_name not in DOCUMENT[1:]
    ]


def unseen(survivor: Any, other: Any, fields: Sequence[Compared]) -> dict[str, Any]:
    """What the other has where the survivor has nothing, among all that stands on no form: it would be lost else."""
    seen = {column for field in fields for column in field.columns}
    return {
        path: read(other, path)
        for path in _unseen_paths(other)
        if path not in seen and read(survivor, path) in (None, "") and read(other, path) not in (None, "")
    }


def _compared(one: wtforms.Field, two: wtforms.Field, columns: tuple[str, ...], survivor: Any, other: Any) -> Compared:
    name = one.short_name
    texts = (document(survivor), document(other)) if name == DOCUMENT[0] else (in_words(one), in_words(two))
    return Compared(
        name=name,
        label=_("Document") if name == DOCUMENT[0] else str(one.label.text),
        columns=columns,
        texts=texts,
        differs=_values(survivor, columns) != _values(other, columns),
        usual=_usual(survivor, other, columns),
    )


def in_words(field: wtforms.Field) -> str:
    """A filled field as people read it."""
    if field.data in (None, ""):
        return ""
    if isinstance(field, wtforms.SelectField):
        value = str(getattr(field.data, "value", field.data))
        return str(dict(choices_of(field)).get(value, value))
    if hasattr(field, "in_words"):
        return str(field.in_words())
    return str(field._value())  # type: ignore[attr-defined]  # noqa: SLF001 - what its widget would write


def _columns(name: str, row: Any, own: dict[str, str]) -> tuple[str, ...]:
    """The columns behind a field of a form."""
    if name == DOCUMENT[0]:
        return tuple(column for column in DOCUMENT if hasattr(row, column))
    if name in SIMAT_COLUMNS:
        return (f"simat.{name}",)
    if name == LEFT_PLACE:
        return (f"simat.{LEFT_DEPARTMENT}", f"simat.{LEFT_MUNICIPALITY}")
    return (own.get(name, name),)


def _usual(survivor: Any, other: Any, columns: tuple[str, ...]) -> str:
    """What is filled; of two that are, what was saved later; of one number's documents, the later in life."""
    has_survivor, has_other = any(_values(survivor, columns)), any(_values(other, columns))
    if not has_other or not has_survivor:
        return OTHER if has_other else SURVIVOR
    if columns[0] == DOCUMENT[0] and survivor.document_number == other.document_number:
        kinds = survivor.document_type, other.document_type
        if all(kind in ONE_NUMBER for kind in kinds):
            return OTHER if LATER_IN_LIFE.index(kinds[1]) > LATER_IN_LIFE.index(kinds[0]) else SURVIVOR
    return OTHER if other.updated_at > survivor.updated_at else SURVIVOR


def _values(row: Any, columns: tuple[str, ...]) -> list[Any]:
    return [plain(read(row, column)) for column in columns]


def _unseen_paths(row: Any) -> Iterator[str]:
    if hasattr(row, "user_id"):
        yield "user_id"
    for column in OBJECTS:
        yield from (f"{column}.{key}" for key in (getattr(row, column, None) or {}))
