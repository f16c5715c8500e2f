"""What the list's bar sends, and where it leads."""

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncSession

from portal.bulk import picked as picking
from portal.students.models import Student
from tests import factories
from tests.bulk.conftest import SignIn, picked
from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio


async def test_the_bar_offers_what_the_person_may_do(
    sign_in: SignIn, cast: Cast, students: str, pupils: list[Student]
) -> None:
    offered = {
        role: (await (await sign_in(getattr(cast, role))).get(students)).texts(".picks button")
        for role in ("secretary", "coordinator", "viewer")
    }
    assert offered == {
        "secretary": ["Change group", "Write a field", "Withdraw", "Export", "CSV", "Delete"],
        "coordinator": ["Change group", "Export", "CSV"],
        "viewer": ["Export", "CSV"],
    }


async def test_the_picked_go_to_the_change_of_group(secretary: Browser, students: str, pupils: list[Student]) -> None:
    answer = await secretary.get(f"{students}/group-change", params=picked(*pupils))
    page = await secretary.get(answer.location)
    assert len(page.all("#rows > tr")) == 3


async def test_too_many_at_once_are_refused_in_words(
    secretary: Browser, students: str, pupils: list[Student], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picking, "MOST", 2)
    answer = await secretary.get(f"{students}/withdrawal", params={"which": "all", "of": ""})
    assert answer.status == 409
    assert "at most 2 students" in answer.text


async def test_another_schools_pupils_are_never_meant(
    secretary: Browser, db: AsyncSession, cast: Cast, students: str
) -> None:
    foreign = await factories.make_student(db, cast.other_school)
    assert "No student has been chosen" in (await secretary.get(f"{students}/deletion", params=picked(foreign))).text


async def test_a_page_is_what_stands_on_it(secretary: Browser, students: str, pupils: list[Student]) -> None:
    page = await secretary.get(f"{students}/deletion", params={"which": "page", "of": f"?after={pupils[1].id}"})
    assert page.texts("#rows .name") == ["Castro Castaño, Ángela Sofía", "Díaz Castaño, Ángela Sofía"]


# --- Export -----------------------------------------------------------------------------------------------------------


async def export(browser: Browser, students: str, **params: Any) -> Any:
    return (await browser.get(f"{students}/export", params=params)).response


async def test_the_columns_that_are_shown_are_exported_in_the_order_of_the_list(
    secretary: Browser, students: str, pupils: list[Student]
) -> None:
    asked = {"which": "all", "of": "?sort=-name&columns=document,gender,birth_date", "format": "csv"}
    answer = await export(secretary, students, **asked)
    assert answer.headers["content-disposition"].startswith('attachment; filename="students-')
    assert answer.headers["cache-control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Student", "Document", "Born on", "Gender"]
    assert [row[0].split()[0] for row in rows[1:]] == ["Díaz", "Castro", "Botero", "Ávila"]
    assert rows[1][2] == "2015-03-03"
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO((await export(secretary, students, **asked | {"format": ""})).content)
    )
    cells = sheet.get_sheet_by_index(0).to_python()
    assert (cells[0], len(cells), str(cells[1][2])) == (rows[0], 5, "2015-03-03")


async def test_no_cell_begins_a_formula(secretary: Browser, db: AsyncSession, cast: Cast, students: str) -> None:
    evil = '=cmd|" /C calc"!A0'
    for address in (evil, "+1", "-1+2", "@SUM(A1)", "\t=1", "  =1"):
        await factories.make_student(db, cast.school, address=address)
    asked = {"which": "all", "of": "?columns=address", "format": "csv"}
    rows = list(csv.reader(io.StringIO((await export(secretary, students, **asked)).content.decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))]
    book = (await export(secretary, students, **asked | {"format": "xlsx"})).content
    cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert evil in [row[1] for row in cells]  # a text, and not the result of a formula


async def test_what_is_ticked_is_exported_also_where_it_does_not_match_any_more(
    secretary: Browser, students: str, pupils: list[Student]
) -> None:
    asked = picked(*pupils[:2]) | {"of": "?q=nobody", "format": "csv"}
    assert len((await export(secretary, students, **asked)).content.decode().splitlines()) == 3


async def test_a_teacher_exports_their_own_groups_and_nobody_sensitive_data_that_they_may_not_see(
    sign_in: SignIn, db: AsyncSession, cast: Cast, students: str, pupils: list[Student]
) -> None:
    pupils[0].eps = "CANARY EPS"
    await db.flush()
    for person, rows in ((cast.teacher, 3), (cast.viewer, 4)):
        browser = await sign_in(person)
        text = (await export(browser, students, which="all", of="?columns=eps,document", format="csv")).content.decode()
        assert len(text.splitlines()) == rows + 1
        assert "CANARY" not in text
    assert (await export(await sign_in(cast.stranger), students, which="all")).status_code == 404
