"""Reading the files that lists are exported as."""

import csv
import io
from typing import Any

from python_calamine import CalamineWorkbook

from tests.pages import Browser

# Begins a formula, unless somebody sees to it that it does not.
FORMULA = '=cmd|" /C calc"!A0'


async def exported_csv(browser: Browser, address: str, **asked: Any) -> list[list[str]]:
    """The lines of the .csv of a list; without more all rows of the list."""
    answer = (
        await browser.get(f"{address}/export", params={"which": "all", "of": "", "format": "csv"} | asked)
    ).response
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def exported_xlsx(browser: Browser, address: str, **asked: Any) -> list[list[Any]]:
    """The same of the .xlsx."""
    answer = (await browser.get(f"{address}/export", params={"which": "all", "of": ""} | asked)).response
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


async def assert_no_formula(browser: Browser, address: str, **asked: Any) -> None:
    """That FORMULA stands in the list, and begins no cell of either file as a formula."""
    lines = await exported_csv(browser, address, **asked)
    assert not [cell for line in lines for cell in line if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))]
    assert any(FORMULA in cell for line in lines for cell in line)
    # A text there, and not the result of a formula.
    assert any(FORMULA in str(cell) for line in await exported_xlsx(browser, address, **asked) for cell in line)
