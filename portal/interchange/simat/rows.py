"""One row of cells becomes a SimatStudent, or problems that name each cell."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.catalogs import divipola, simat
from portal.catalogs.documents import same_document_key
from portal.catalogs.people import listed_name
from portal.interchange.files import MAX_CELL, Row
from portal.interchange.problems import Problem, Severity
from portal.interchange.simat import cells
from portal.interchange.simat.cells import CellProblem
from portal.interchange.simat.columns import Header
from portal.interchange.simat.fields import Field, enrollment_attributes, person_attributes, student_fields
from portal.interchange.simat.names import proper_case
from portal.interchange.simat.record import SimatStudent
from portal.web.i18n import N_

# Controls, and the invisible signs that make a text read otherwise than it is stored.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# An apostrophe in front of a sign keeps a spreadsheet from computing; our own downloads have it.
_DEFUSED = re.compile(r"'(?=[=+\-@\t\r])")
_SHOWN = 80

_CONTROL_CHARACTER = N_("The cell holds invisible control characters. Delete it, and type it again.")
_TOO_LONG = N_("The cell holds far too much text. Check whether two rows ran into one.")
_TORN = N_("The line has %(cells)s cells and the header has %(columns)s. Check it for a lost or a surplus separator.")
_NO_SUCH_TOWN = N_("DANE has no municipality %(code)s. Check department and municipality.")
_NO_TOWN = N_("The municipality is empty; SIMAT asks for it when the country is Colombia.")


@dataclass
class ReadRow:
    """What became of a row; ``name`` is who it is about, as far as that can be read."""

    line: int
    name: str = ""
    student: SimatStudent | None = None
    document_key: tuple[str, str] | None = None
    per_id: str | None = None
    problems: list[Problem] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)

    @property
    def is_wrong(self) -> bool:
        """Whether the row cannot be taken."""
        return any(problem.is_wrong for problem in self.problems)

    @property
    def has_warning(self) -> bool:
        """Whether there is something to look at, wrong or not."""
        return any(not problem.is_wrong for problem in self.problems)


class RowReader:
    """Reads the rows of one file: its columns and the code lists of its year are looked up once."""

    def __init__(self, header: Header, year: int, *, is_text: bool) -> None:
        """``is_text``: a short row of a text file is torn, while a spreadsheet leaves empty cells out."""
        self._header = header
        self._is_text = is_text
        self._fields = [field for field in student_fields(year) if field.column in header.positions]
        self._simat = _present(person_attributes(year), header)
        self._simat_status = _present(enrollment_attributes(year), header)

    def read(self, row: Row) -> ReadRow:
        """The row's student when every cell can be taken; in any case all of the row's problems at once."""
        result = ReadRow(row.line, cells=row.cells)
        reading = _Reading(row.line, self._header.named(row), result.problems)
        if self._whole(row, reading):
            values = {field.name: reading.value(field) for field in self._fields}
            values |= _towns(reading, values)
            if values["document_type"] and values["document_number"]:
                result.document_key = same_document_key(values["document_type"], values["document_number"])
            result.per_id = values.get("per_id")
            values["simat"] = reading.attributes(self._simat)
            values["simat_status"] = reading.attributes(self._simat_status)
            if not result.is_wrong:
                result.student = SimatStudent(line=row.line, **values)
        result.name = listed_name(result.student) if result.student else reading.name()
        return result

    def _whole(self, row: Row, reading: "_Reading") -> bool:
        """Whether the cells stand where the header says, and hold text at all."""
        width = self._header.width
        surplus = any(row.cells[width:])
        if surplus or (self._is_text and len(row.cells) < width):
            reading.wrong("", "", _TORN, cells=len(row.cells), columns=width)
        elif _CONTROL.search("".join(row.cells)):
            for column, cell in self._named(row):
                if _CONTROL.search(cell):
                    reading.wrong(column, cell, _CONTROL_CHARACTER)
        elif max(map(len, row.cells)) > MAX_CELL:
            for column, cell in self._named(row):
                if len(cell) > MAX_CELL:
                    reading.wrong(column, cell, _TOO_LONG)
        return not reading.problems

    def _named(self, row: Row) -> list[tuple[str, str]]:
        return list(zip((name.strip() for name in self._header.names), row.cells, strict=False))


class _Reading:
    """One row while it is read: takes its cells and collects its problems."""

    def __init__(self, line: int, texts: dict[str, str], problems: list[Problem]) -> None:
        self._line = line
        self._texts = texts
        self.problems = problems

    def text(self, column: str) -> str:
        text = self._texts.get(column, "")
        return text[1:] if text[:1] == "'" and _DEFUSED.match(text) else text

    def name(self) -> str:
        """Who the row is about, as far as its cells tell."""

        def part(*columns: str) -> str:
            text = " ".join(filter(None, map(self.text, columns)))
            return proper_case(_CONTROL.sub("", text)[:140])

        return ", ".join(filter(None, (part("APELLIDO1", "APELLIDO2"), part("NOMBRE1", "NOMBRE2"))))

    def value(self, field: Field) -> Any:
        text = self.text(field.column)
        if not text:
            if field.missing:
                self.wrong(field.column, "", field.missing)
            return None
        return self._try(field.column, text, field.read)

    def attributes(self, readers: dict[str, cells.Reader]) -> dict[str, str]:
        found = {}
        for column, read in readers.items():
            if text := self.text(column):
                value = self._try(column, text, read)
                if value is not None:
                    found[column] = value
        return found

    def town(self, department_column: str, town_column: str, *, expected: bool) -> str | None:
        department, town = self.text(department_column), self.text(town_column)
        code = divipola.code_of(department, town) if town else None
        if code is None and expected and town_column in self._texts:
            if department or town:
                self.wrong(town_column, f"{department} {town}".strip(), _NO_SUCH_TOWN, code=f"{department}-{town}"[:40])
            else:
                self._add(town_column, "", _NO_TOWN, Severity.WARNING, {})
        return code

    def wrong(self, column: str, value: str, reason: str, **details: str | int) -> None:
        self._add(column, value, reason, Severity.WRONG, details)

    def _try(self, column: str, text: str, read: Callable[[str], Any]) -> Any:
        try:
            return read(text)
        except CellProblem as problem:
            self._add(column, text, problem.reason, problem.severity, problem.details)
            return None

    def _add(self, column: str, value: str, reason: str, severity: Severity, details: dict[str, str | int]) -> None:
        shown = _CONTROL.sub("�", value)
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        self.problems.append(Problem(self._line, column, shown, reason, details, severity))


def _towns(reading: _Reading, values: dict[str, Any]) -> dict[str, str | None]:
    """The three pairs of department and municipality. Abroad, SIMAT fills the pair with codes of its own."""
    native = values.get("country_code") in (None, simat.COLOMBIA)
    return {
        "document_municipality_code": reading.town("EXP_DEPTO", "EXP_MUN", expected=native),
        "birth_municipality_code": reading.town("NAC_DEPTO", "NAC_MUN", expected=native),
        "municipality_code": reading.town("RES_DEPTO", "RES_MUN", expected=True),
    }


def _present(readers: dict[str, cells.Reader], header: Header) -> dict[str, cells.Reader]:
    return {column: read for column, read in readers.items() if column in header.positions}
