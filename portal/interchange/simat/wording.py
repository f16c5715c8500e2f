"""A kept row of an import in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from portal.catalogs.codes import DocumentType, EnrollmentStatus, Gender, Grade, Shift, Zone
from portal.catalogs.divipola import municipality_name
from portal.interchange.models import RowOutcome
from portal.interchange.problems import Problem
from portal.web.i18n import format_date, lazy

FIELD_LABELS = {
    "document_type": lazy("Document type"),
    "document_number": lazy("Document number"),
    "document_municipality_code": lazy("Document issued in"),
    "first_surname": lazy("First surname"),
    "second_surname": lazy("Second surname"),
    "first_name": lazy("First name"),
    "middle_names": lazy("Middle names"),
    "birth_date": lazy("Birth date"),
    "birth_municipality_code": lazy("Born in"),
    "gender": lazy("Gender"),
    "country_code": lazy("Country of origin"),
    "address": lazy("Address"),
    "municipality_code": lazy("Lives in"),
    "zone": lazy("Zone"),
    "phone": lazy("Phone"),
    "disability_code": lazy("Disability"),
    "talent_code": lazy("Exceptional talent"),
    "ethnicity_code": lazy("Ethnicity"),
    "victim_code": lazy("Victim of the conflict"),
    "per_id": "PER_ID",
    "stratum": lazy("Stratum"),
    "sisben": "SISBEN IV",
    "status": lazy("Enrollment"),
    "campus": lazy("Campus"),
    "grade": lazy("Grade"),
    "shift": lazy("Shift"),
    "group": lazy("Group"),
}
_CODES = {
    "document_type": DocumentType,
    "gender": Gender,
    "zone": Zone,
    "shift": Shift,
    "status": EnrollmentStatus,
    "grade": Grade,
}


@dataclass(frozen=True)
class Change:
    """One field before and after; empty text is nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownRow:
    """A row of the file as a page shows it."""

    line: int
    name: str
    outcome: RowOutcome
    problems: list[Problem]
    changes: list[Change]


def shown_rows(rows: Iterable[Row[Any]]) -> list[ShownRow]:
    """The kept rows, in words."""
    return [
        ShownRow(
            row.line,
            row.name,
            row.outcome,
            [Problem.stored(row.line, kept) for kept in row.problems],
            [
                Change(str(FIELD_LABELS.get(name, name)), _said(name, old), _said(name, new))
                for name, (old, new) in row.changes.items()
            ],
        )
        for row in rows
    ]


def first_filter(counts: Mapping[str, int]) -> str:
    """What a person should see first: what is wrong, else what the file brings."""
    for only, outcome in (("wrong", "wrong"), ("new", "new"), ("changed", "changed"), ("listed", "listed")):
        if counts.get(outcome):
            return only
    return "same"


def _said(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _CODES:
        return str(_CODES[name](value).label)
    if name == "birth_date":
        return format_date(date.fromisoformat(value))
    if name.endswith("municipality_code"):
        return municipality_name(value)
    return str(value)
