"""The first sheet of an .xlsx as rows of text, safe against files that are made to explode.

An .xlsx is a zip of XML. A small one can inflate to gigabytes, claim a cell in the last of a million rows, or repeat
one huge text in every cell. So only the parts that hold cells are inflated, under a limit, and measured with a
streaming parser; calamine then reads a zip that was written here, out of parts that were looked at.
"""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from portal.interchange.problems import FileRefused
from portal.web.i18n import N_

MAX_INFLATED = 64 * 1024 * 1024
MAX_MEMBERS = 500
# Calamine keeps a sheet as a full rectangle, and every cell its own copy of a shared text.
MAX_CELLS = 2_000_000
MAX_TEXT = 128 * 1024 * 1024

_NO_SPREADSHEET = N_("This compressed file is not an Excel workbook. Upload the CSV or .xlsx file itself.")
_OTHER_OFFICE = N_("This workbook is of a kind that cannot be read here. Save it as .xlsx, and upload that.")
_BROKEN = N_("This Excel file is damaged and cannot be read. Save it again as .xlsx, or download it again.")
_TOO_LARGE = N_(
    "This Excel file unpacks to far more than a school's report. Save only the report's sheet in a new file."
)

_WORKBOOK = "xl/workbook.xml"
_NEEDED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(?:_rels/workbook\.xml\.rels|workbook\.xml|sharedStrings\.xml|styles\.xml"
    r"|worksheets/[^/]+\.xml)"
)
_CELL_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def read_spreadsheet(content: bytes, *, max_rows: int, max_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row of the first sheet. Raises FileRefused for all that is no sensible .xlsx."""
    parts = _inflated_parts(content)
    _measure(parts, max_rows=max_rows, max_columns=max_columns)
    safe = _repacked(parts)
    del parts
    try:
        workbook = CalamineWorkbook.from_filelike(safe)
        sheet = workbook.get_sheet_by_index(0)
        first_line = (sheet.start or (0, 0))[0] + 1
        rows = sheet.to_python(skip_empty_area=True)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in calamine's Rust is no Exception
        raise FileRefused(_BROKEN) from error
    return ((line, [_text(cell) for cell in row]) for line, row in enumerate(rows, start=first_line))


def _inflated_parts(content: bytes) -> dict[str, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileRefused(_BROKEN) from error
    names = archive.namelist()
    if len(names) > MAX_MEMBERS:
        raise FileRefused(_TOO_LARGE)
    if _WORKBOOK not in names:
        other_office = "xl/workbook.bin" in names or "mimetype" in names or "word/document.xml" in names
        raise FileRefused(_OTHER_OFFICE if other_office else _NO_SPREADSHEET)
    left = MAX_INFLATED
    parts: dict[str, bytes] = {}
    for name in filter(_NEEDED.fullmatch, dict.fromkeys(names)):
        try:
            with archive.open(name) as member:
                parts[name] = member.read(left + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
            raise FileRefused(_BROKEN) from error
        left -= len(parts[name])
        if left < 0:
            raise FileRefused(_TOO_LARGE)
    return parts


def _measure(parts: dict[str, bytes], *, max_rows: int, max_columns: int) -> None:
    """Refuse a workbook of which any sheet would not fit, before anything is built from it."""
    longest = _LongestText.of(parts.get("xl/sharedStrings.xml"))
    for name, part in parts.items():
        if name.startswith("xl/worksheets/"):
            sheet = _SheetSize.of(part)
            too_wide = sheet.columns > max_columns * 4 or sheet.rows > max_rows * 4
            if too_wide or sheet.rows * sheet.columns > MAX_CELLS or sheet.shared_texts * longest > MAX_TEXT:
                raise FileRefused(_TOO_LARGE)


def _repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """The parts in a zip of our own: two zip readers may see two different things in a forged one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    buffer.seek(0)
    return buffer


class _SheetSize:
    """How many rows and columns a sheet spans, and how many of its cells refer to a shared text."""

    def __init__(self) -> None:
        self.rows = self.columns = self.shared_texts = 0
        self._row = self._column = 0

    @classmethod
    def of(cls, xml: bytes) -> "_SheetSize":
        size = cls()
        _parse(xml, start=size._start)
        return size

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._column += 1
            if reference := attributes.get("r"):
                self._row, self._column = _position(reference)
            self.columns = max(self.columns, self._column)
            self.rows = max(self.rows, self._row)
            self.shared_texts += attributes.get("t") == "s"
        elif tag == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isascii() and number.isdigit() else self._row + 1
            self._column = 0


class _LongestText:
    """The length of the longest shared text of a workbook."""

    def __init__(self) -> None:
        self.longest = self._length = 0

    @classmethod
    def of(cls, xml: bytes | None) -> int:
        texts = cls()
        if xml:
            _parse(xml, start=texts._start, text=texts._text)
        return max(texts.longest, texts._length)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "si":
            self.longest = max(self.longest, self._length)
            self._length = 0

    def _text(self, text: str) -> None:
        self._length += len(text)


def _parse(xml: bytes, start: Callable[..., None], text: Callable[[str], None] | None = None) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    # A document type is where entity bombs live, and no spreadsheet program writes one.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise FileRefused(_BROKEN) from error


def _refuse_doctype(*_declaration: object) -> None:
    raise FileRefused(_BROKEN)


def _position(reference: str) -> tuple[int, int]:
    match = _CELL_REFERENCE.fullmatch(reference)
    if not match:
        raise FileRefused(_BROKEN)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _text(cell: object) -> str:
    """What a person sees in the cell: whole numbers without ``.0``, dates as ISO."""
    match cell:
        case str():
            return cell
        case bool():
            return "S" if cell else "N"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime.datetime():
            return cell.date().isoformat()
        case _:
            return str(cell)
