"""SIMAT's "Anexo 6A": one school's official enrollment of one year, as its download comes."""

import csv
import io
import re
from dataclasses import dataclass

from portal.interchange.files import MAX_BYTES, Row, read_table
from portal.interchange.problems import FileRefused, Problem
from portal.interchange.simat.checks import Finding, Repeats, findings
from portal.interchange.simat.columns import REASONS, Header, find_header
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.rows import ReadRow, RowReader
from portal.web.i18n import N_

_NO_ROWS = N_("The file has SIMAT's columns and no pupils below them. Download it again, and upload the new one.")
_NO_YEAR = N_("No row of the file has a year (ANO_INF). In SIMAT download the report Anexo 6A again.")
_TWO_YEARS = N_("Line %(line)s is of the year %(other)s, the first rows are of %(year)s. Upload one year at a time.")
_OTHER_SCHOOL = N_(
    "Line %(line)s belongs to the school with the DANE code %(other)s; this school's is %(own)s. "
    "Upload this school's file."
)
_YEAR_MISSING = N_("The year is missing. Write the year of the other rows.")
_DANE_MISSING = N_("The school's DANE code is missing. Write the one of the other rows.")

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class SimatFile:
    """A file that was read: its year, and what became of each of its rows."""

    name: str
    year: int
    header: Header
    rows: list[ReadRow]

    @property
    def unrecognized(self) -> tuple[str, ...]:
        """Columns that say nothing to the portal; they are named to the person, not silently dropped."""
        return self.header.unrecognized

    @property
    def students(self) -> list[SimatStudent]:
        """The pupils of the rows that can be taken."""
        return [row.student for row in self.rows if row.student]

    @property
    def wrong(self) -> list[ReadRow]:
        """The rows that cannot be taken, in the order of the file."""
        return [row for row in self.rows if row.is_wrong]

    @property
    def doubtful(self) -> list[ReadRow]:
        """The rows that can be taken and are worth a look."""
        return [row for row in self.rows if row.student and row.has_warning]


def read(content: bytes, file_name: str, *, dane_code: str, max_bytes: int = MAX_BYTES) -> SimatFile:
    """Read an Anexo 6A of the school with this DANE code.

    Rows are judged one by one. Raises FileRefused when the file as a whole is not to be taken: no table, columns
    missing, another school's pupils, two years.
    """
    table = read_table(content, max_bytes=max_bytes)
    header, rows = find_header(table)
    if not rows:
        raise FileRefused(_NO_ROWS)
    _refuse_other_schools(header, rows, dane_code)
    year = _one_year(header, rows)
    reader = RowReader(header, year, is_text=table.is_text)
    repeats = Repeats()
    return SimatFile(file_name, year, header, [_judged(reader, row, header, repeats, year, dane_code) for row in rows])


def header_of(content: bytes) -> tuple[str, ...]:
    """The names of the columns as the file has them. Raises FileRefused as ``read`` does."""
    header, _rows = find_header(read_table(content, max_bytes=len(content)))
    return header.names


def wrong_rows_csv(file: SimatFile) -> bytes:
    """Only the wrong rows, as they came, with a column of reasons: to correct in a spreadsheet and upload again.

    No cell can begin a formula there; ``rows`` takes the apostrophe off again.
    """
    return rows_csv(
        file.header.names,
        [(row.cells, [problem for problem in row.problems if problem.is_wrong]) for row in file.wrong],
    )


def rows_csv(header: tuple[str, ...], rows: list[tuple[list[str], list[Problem]]]) -> bytes:
    """The given rows under the file's own header, each with what is wrong about it."""
    kept = [position for position, name in enumerate(header) if name != REASONS]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(_inert(header[position]) for position in kept), REASONS])
    for cells, problems in rows:
        padded = cells + [""] * (len(header) - len(cells))
        wrong = [problem for problem in problems if problem.is_wrong]
        reasons = " · ".join(f"{problem.column}: {problem.message}".removeprefix(": ") for problem in wrong)
        writer.writerow([*(_inert(padded[position]) for position in kept), _inert(reasons)])
    return out.getvalue().encode("utf-8-sig")


def _judged(reader: RowReader, row: Row, header: Header, repeats: Repeats, year: int, dane_code: str) -> ReadRow:
    result = reader.read(row)
    for column, reason in (("ANO_INF", _YEAR_MISSING), ("CODIGO_DANE", _DANE_MISSING)):
        if not header.cell(row, column):
            result.problems.append(Problem(row.line, column, "", reason))
    found = [*repeats.findings(result)]
    if result.student:
        found += findings(result.student, year, dane_code)
    result.problems += [_problem(row.line, finding) for finding in found]
    if result.is_wrong:
        result.student = None
    return result


def _problem(line: int, finding: Finding) -> Problem:
    return Problem(line, finding.column, finding.value, finding.reason, finding.details, finding.severity)


def _refuse_other_schools(header: Header, rows: list[Row], dane_code: str) -> None:
    """One row of another school is enough: whoever mixed two files should look, before half of it is applied."""
    for row in rows:
        said = header.cell(row, "CODIGO_DANE")
        if said and said != dane_code:
            raise FileRefused(_OTHER_SCHOOL, line=row.line, other=_shown(said), own=dane_code)


def _one_year(header: Header, rows: list[Row]) -> int:
    said = [(row.line, text) for row in rows if (text := header.cell(row, "ANO_INF"))]
    if not said or not re.fullmatch(r"(19|20)[0-9]{2}", said[0][1]):
        raise FileRefused(_NO_YEAR)
    year = said[0][1]
    for line, text in said:
        if text != year:
            raise FileRefused(_TWO_YEARS, line=line, other=_shown(text), year=year)
    return int(year)


def _shown(text: str) -> str:
    return text if text.isprintable() and len(text) <= 20 else "?"


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_START) else cell
