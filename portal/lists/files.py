"""A list as a file: CSV or XLSX of the columns that are shown, safe to open in any spreadsheet.

A text that a spreadsheet would take for a formula could run when somebody opens the file (OWASP, "CSV injection"). In
CSV such a text gets an apostrophe before it; in XLSX it is written as a text, which no spreadsheet calculates.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# What begins a formula, and what spreadsheets skip on their way to one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 50


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Comma-separated values in UTF-8; with the mark by which Excel knows that."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(head) for head in heads])
    writer.writerows([defused(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet: numbers and days as such, the head frozen and to be filtered by."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        widths = [len(head) for head in heads]
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write(sheet, last, place, value, day)
                widths[place] = max(widths[place], len(str(value)) if value is not None else 0)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, bold)
            sheet.set_column(place, place, min(widths[place], _WIDEST) + 2)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, last, len(heads) - 1)
    return out.getvalue()


def defused(value: Any) -> Any:
    """A value for CSV: numbers and days as they are, a text that could be a formula with an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, (int, float, Decimal, date)):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _write(sheet: Any, row: int, place: int, value: Any, day: Any) -> None:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        sheet.write_number(row, place, float(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, day)
    elif value not in (None, ""):
        sheet.write_string(row, place, str(value))
