"""What the cells of a row say together, and what the rows of a file say together."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from portal.catalogs.codes import DocumentType, Shift
from portal.catalogs.documents import fits_age, shape_problem
from portal.catalogs.people import age_on
from portal.interchange.problems import Details, Severity
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.rows import ReadRow
from portal.web.i18n import N_

YOUNGEST = 2
OLDEST_BY_DAY = 25
DAY_SHIFTS = frozenset({Shift.FULL, Shift.MORNING, Shift.AFTERNOON, Shift.SINGLE})
# Pupils two years ahead of a grade's age or three behind are common; further off is worth a look.
AHEAD, BEHIND = 2, 3


class Finding(NamedTuple):
    """A problem that is not one cell's alone, laid to the column that a person would look at."""

    column: str
    value: str
    reason: str
    details: Details = {}
    severity: Severity = Severity.WRONG


def findings(student: SimatStudent, year: int, dane_code: str) -> Iterator[Finding]:
    """Everything about one row that its cells say only together."""
    if reason := shape_problem(student.document_type, student.document_number):
        yield Finding("NRO_DOCUMENTO", student.document_number, reason)
    yield from _about_age(student, year)
    if not student.campus_code.startswith(dane_code):
        reason = N_("The campus code does not begin with the school's own code. Check that the campus is yours.")
        yield Finding("CONS_SEDE", student.campus_code, reason, severity=Severity.WARNING)


class Repeats:
    """Remembers the documents and PER_IDs of a file: the first row stands, a repeat is wrong.

    A first row that is wrong for another reason counts too: nobody but the office knows which of the two is meant.
    """

    def __init__(self) -> None:
        """Begin with none seen."""
        self._documents: dict[tuple[str, str], int] = {}
        self._persons: dict[str, int] = {}

    def findings(self, row: ReadRow) -> Iterator[Finding]:
        """What this row repeats of an earlier one."""
        if row.document_key:
            first = self._documents.setdefault(row.document_key, row.line)
            if first != row.line:
                reason = N_("Repeated: line %(line)s has the same document. Leave one of the two.")
                yield Finding("NRO_DOCUMENTO", row.document_key[1], reason, {"line": first})
        if row.per_id:
            first = self._persons.setdefault(row.per_id, row.line)
            if first != row.line:
                reason = N_("Repeated: line %(line)s has the same PER_ID. Leave one of the two.")
                yield Finding("PER_ID", row.per_id, reason, {"line": first})


def _about_age(student: SimatStudent, year: int) -> Iterator[Finding]:
    if student.birth_date is None:
        if student.document_type is not DocumentType.CE:
            reason = N_("The birth date is missing. Only a pupil with a foreigner's card (CE) may lack it.")
            yield Finding("FECHA_NACIMIENTO", "", reason)
        return
    age = age_on(student.birth_date, date(year, 6, 30))
    usual = student.grade.usual_age
    wrong = _impossible_age(student, age, year)
    if wrong:
        reason, details = wrong
        yield Finding("FECHA_NACIMIENTO", _written(student.birth_date), reason, details)
    elif usual is not None and student.shift in DAY_SHIFTS and not usual - AHEAD <= age <= usual + BEHIND:
        reason = N_("A pupil of this grade is usually %(usual)s years old; this one is %(age)s. Check grade and date.")
        details = {"usual": usual, "age": age}
        yield Finding("FECHA_NACIMIENTO", _written(student.birth_date), reason, details, Severity.WARNING)
    if not wrong and not fits_age(student.document_type, student.birth_date, date(year, 6, 30)):
        reason = N_("A pupil of %(age)s years usually has another type of document. Check whether it was renewed.")
        yield Finding("TIPO_DOCUMENTO", student.document_type.value, reason, {"age": age}, Severity.WARNING)


def _impossible_age(student: SimatStudent, age: int, year: int) -> tuple[str, Details] | None:
    if student.birth_date and student.birth_date.year > year:
        return N_("This date lies after the school year %(year)s. Write the one on the document."), {"year": year}
    if age < YOUNGEST:
        return N_("The pupil would be under 2 years old on 30 June %(year)s. Check the date."), {"year": year}
    if age > OLDEST_BY_DAY and student.grade.usual_age is not None and student.shift in DAY_SHIFTS:
        return N_("The pupil would be %(age)s years old, in a child's grade by day. Check date, grade and shift."), {
            "age": age
        }
    return None


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
