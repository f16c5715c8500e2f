"""A file that somebody uploaded becomes rows of text cells, or is refused with a reason.

What a file is, is read from its content and never from its name. Everything here is bounded, so that no file, however
it was made, costs more memory than a real one.
"""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from portal.interchange.problems import FileRefused
from portal.interchange.spreadsheet import read_spreadsheet
from portal.web.i18n import N_

MAX_BYTES = 15 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 300
MAX_CELL = 2_000

SEPARATORS = ";\t,"

_PDF = N_("This is a PDF document. Download the report again as text (CSV) or Excel, and upload that.")
_PICTURE = N_("This is a picture. Upload the file that SIMAT gave you, as text (CSV) or Excel.")
_OLD_EXCEL = N_(
    "This is an Excel file of the old kind (.xls), or one with a password. "
    "Open it in Excel, save it as .xlsx without a password, and upload that."
)
_ARCHIVE = N_("This is a compressed file. Open it, and upload the CSV or Excel file that is inside.")
_WEB_PAGE = N_(
    "This is a web page, not a report; the download may have failed. Sign in to SIMAT and download it again."
)
_EMPTY = N_("The file is empty. Download it again and upload the new one.")
_TOO_BIG = N_("The file has more than %(limit)s MB. Upload one school's file for one year.")
_NOT_TEXT = N_("This is neither text (CSV) nor an Excel file (.xlsx). Upload the file as SIMAT gave it to you.")
_TOO_MANY_ROWS = N_("The file has more than %(limit)s rows. Upload one school's file for one year.")
_TOO_MANY_COLUMNS = N_("Line %(line)s has more than %(limit)s columns. Upload the file as SIMAT gave it to you.")

_SPREADSHEET_SIGNATURE = b"PK\x03\x04"
_SIGNATURES = (
    (b"%PDF", _PDF),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\xd0\xcf\x11\xe0", _OLD_EXCEL),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
)
_HTML = re.compile(rb"\s*(<!doctype|<html|<\?xml|<table)", re.IGNORECASE)
# The control characters that no text file has, save a stray one here and there.
_UNTEXTLIKE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_SAMPLE = 8_192


class Row(NamedTuple):
    """One line of a file; ``line`` counts as a person's editor does, from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """The rows of a file that hold anything, the header among them.

    A spreadsheet leaves out empty cells at the end of a row; in a text file a short row is a torn one (``is_text``).
    """

    rows: list[Row]
    is_text: bool


def read_table(content: bytes, *, max_bytes: int = MAX_BYTES) -> Table:
    """Text separated by ``;``, tab or ``,`` in UTF-8 or Latin-1, or the first sheet of an .xlsx; else FileRefused."""
    if not content.strip():
        raise FileRefused(_EMPTY)
    if len(content) > max_bytes:
        raise FileRefused(_TOO_BIG, limit=max_bytes // (1024 * 1024))
    if content.startswith(_SPREADSHEET_SIGNATURE):
        sheet = read_spreadsheet(content, max_rows=MAX_ROWS, max_columns=MAX_COLUMNS)
        table = Table(_bounded(Row(line, cells) for line, cells in sheet), is_text=False)
    else:
        _refuse_other_kinds(content)
        table = Table(_bounded(_lines(_decoded(content))), is_text=True)
    if not table.rows:
        raise FileRefused(_EMPTY)
    return table


def _refuse_other_kinds(content: bytes) -> None:
    for signature, reason in _SIGNATURES:
        if content.startswith(signature):
            raise FileRefused(reason)
    if _HTML.match(content):
        raise FileRefused(_WEB_PAGE)


def _decoded(content: bytes) -> str:
    """UTF-8 when it is, else Windows' Latin-1; Excel's "Unicode text" is UTF-16 with a mark in front."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if len(_UNTEXTLIKE.findall(text[:_SAMPLE])) > len(text[:_SAMPLE]) // 20:
        raise FileRefused(_NOT_TEXT)
    return unicodedata.normalize("NFC", text)


def _lines(text: str) -> Iterator[Row]:
    """Each line on its own, so that one stray quotation mark cannot swallow the pupils after it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next(line for line in lines if line.strip())
    separator = max(SEPARATORS, key=first.count)
    for number, line in enumerate(lines, start=1):
        yield Row(number, _cells(line, separator))


def _cells(line: str, separator: str) -> list[str]:
    if '"' in line and line.count('"') % 2 == 0:
        with suppress(csv.Error):  # a cell of hundreds of thousands of letters
            return next(csv.reader([line], delimiter=separator), [])
    return line.split(separator)


def _bounded(rows: Iterable[Row]) -> list[Row]:
    """The rows that hold anything, their cells trimmed; too many of either are refused."""
    kept: list[Row] = []
    for row in rows:
        if len(row.cells) > MAX_COLUMNS:
            raise FileRefused(_TOO_MANY_COLUMNS, line=row.line, limit=MAX_COLUMNS)
        cells = [cell.strip() for cell in row.cells]
        if any(cells):
            kept.append(Row(row.line, cells))
        if len(kept) > MAX_ROWS + 1:  # the header is one more
            raise FileRefused(_TOO_MANY_ROWS, limit=MAX_ROWS)
    return kept
