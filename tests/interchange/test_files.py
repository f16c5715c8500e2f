"""What may be uploaded, and what is refused before a single row is looked at."""

import codecs
import io
import tracemalloc
import zipfile

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.interchange.files import MAX_ROWS, read_table
from portal.interchange.problems import FileRefused

SMALL = "A;B\n1;ÑUSTA\n"


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in read_table(content).rows]


@pytest.mark.parametrize(
    "content",
    [
        SMALL.encode(),
        codecs.BOM_UTF8 + SMALL.encode(),
        SMALL.encode("latin-1"),
        SMALL.encode("utf-16"),
        SMALL.replace("\n", "\r\n").encode(),
        SMALL.replace("\n", "\r").encode(),
        SMALL.replace(";", "\t").encode(),
        SMALL.replace(";", ",").encode(),
        b'"A";"B"\n"1";"\xd1USTA"\n',
        "A;B\n1;N\u0303USTA\n".encode(),
    ],
    ids=["utf-8", "mark", "latin-1", "utf-16", "crlf", "cr", "tab", "comma", "quoted", "decomposed"],
)
def test_text_in_the_encodings_and_with_the_separators_of_real_downloads(content):
    assert cells(content) == [["A", "B"], ["1", "ÑUSTA"]]


def test_lines_are_counted_as_an_editor_counts_them():
    assert [row.line for row in read_table(b"\nA;B\n;\n1;2\n").rows] == [2, 4]


def test_a_stray_quotation_mark_does_not_swallow_the_rows_after_it():
    assert cells(b'A;B\n"1;2\n3;4\n') == [["A", "B"], ['"1', "2"], ["3", "4"]]


def test_a_nul_is_left_to_the_row_that_has_it():
    assert cells(b"A;B\n1;x\x00y\n" + b"1;2\n" * 20)[1] == ["1", "x\x00y"]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"<!DOCTYPE html><html>", "web page"),
        (bytes(range(256)) * 40, "neither text"),
        (b"PK\x03\x04 torn", "damaged"),
        (b"A;B\n" + b"1;2\n" * (MAX_ROWS + 1), "rows"),
        (b";".join([b"A"] * 301), "columns"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_to_do(content, word, english):
    with pytest.raises(FileRefused) as refused:
        read_table(content)
    assert word in str(refused.value)


def test_a_file_of_fifty_megabytes_is_refused_unread(english):
    with pytest.raises(FileRefused, match="15 MB"):
        read_table(b"1;2\n" * (50 * 1024 * 1024 // 4))


def test_a_sheet_comes_as_a_person_sees_it():
    assert cells(workbook([["A", "B", "C"], [10500100123401.0, 0.5, "Ñusta"]])) == [
        ["A", "B", "C"],
        ["10500100123401", "0.5", "Ñusta"],
    ]


def test_a_zip_that_is_no_workbook_is_refused(english):
    with pytest.raises(FileRefused, match="not an Excel workbook"):
        read_table(zipped({"notes.txt": b"hello"}))
    with pytest.raises(FileRefused, match=r"Save it as \.xlsx"):
        read_table(zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))


class TestBombs:
    """Each is small on the wire; none may cost much more memory than a real file."""

    def test_a_sheet_that_inflates_without_end(self):
        self.is_refused_in_little_memory({"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 80_000_000})

    def test_a_cell_in_the_last_row_of_the_last_column(self):
        self.is_refused_in_little_memory(
            {"xl/worksheets/sheet1.xml": sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}
        )

    def test_one_long_text_in_every_cell(self):
        cells = b"".join(b'<c t="s"><v>0</v></c>' for _ in range(50))
        rows = b"".join(b"<row>" + cells + b"</row>" for _ in range(120))
        self.is_refused_in_little_memory(
            {
                "xl/worksheets/sheet1.xml": sheet(rows),
                "xl/sharedStrings.xml": b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>",
            }
        )

    def test_entities_that_multiply(self):
        bomb = b'<!DOCTYPE d [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
        self.is_refused_in_little_memory({"xl/worksheets/sheet1.xml": bomb})

    def test_thousands_of_members(self):
        self.is_refused_in_little_memory({f"xl/media/{number}.bin": b"x" for number in range(5_000)})

    def is_refused_in_little_memory(self, parts: dict[str, bytes]) -> None:
        content = workbook([["A"]], replaced=parts)
        assert len(content) < 2_000_000
        tracemalloc.start()
        with pytest.raises(FileRefused):
            read_table(content)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 150 * 1024 * 1024


@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reader(content):
    try:
        table = read_table(content)
    except FileRefused as refused:
        assert str(refused)  # noqa: PT017 - either way is right
    else:
        assert all(isinstance(cell, str) for row in table.rows for cell in row.cells)


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=8))
def test_no_damaged_workbook_crashes_the_reader(place, damage):
    whole = bytearray(WORKBOOK)
    whole[place % len(whole) : place % len(whole) + len(damage)] = damage
    try:
        read_table(bytes(whole))
    except FileRefused as refused:
        assert str(refused)  # noqa: PT017 - either way is right


def test_a_cell_of_quotation_marks_alone_is_a_cell() -> None:
    marks = '"' * 1_000_000
    assert cells(f"A;B\n1;{marks}\n".encode()) == [["A", "B"], ["1", marks]]


def workbook(rows, replaced: dict[str, bytes] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    if not replaced:
        return buffer.getvalue()
    with zipfile.ZipFile(buffer) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    return zipped(parts | replaced)


def sheet(rows: bytes) -> bytes:
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


WORKBOOK = workbook([["A", "B"], ["1", "Ñ"]])
