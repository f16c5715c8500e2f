"""What was typed and not saved is kept for its author, offered on the page, and gone once it is saved or discarded."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.base import now
from portal.db.tenancy import enter_school, enter_user, leave
from portal.drafts.models import Draft
from portal.drafts.sweeping import forget_old_ones
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
CANARY = "kNRi7"


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school)


@pytest.fixture
def edit(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/edit"


async def keep(browser: Browser, page: Page, **typed: Any) -> Page:
    """As the script sends what is being typed."""
    said = page.form("main form:has([data-draft])") | typed
    at = str(page.one("[data-draft]").attributes["data-draft"])
    once = said.pop("once")
    return await browser.post(at, said | {"draft_of": once, "draft_sent_to": page.response.url.path})


async def drafts_of(db: AsyncSession, cast: Cast, user: User) -> int:
    await enter_user(db, user.id)
    await enter_school(db, cast.school.id)
    return await db.scalar(select(func.count()).select_from(Draft)) or 0


async def test_what_was_typed_is_offered_and_shown_again(sign_in: SignIn, cast: Cast, edit: str) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(edit)
    assert not page.all("#draft")
    answer = await keep(browser, page, neighborhood=CANARY, birth_date="31/2/2010")
    assert (answer.status, answer.response.text) == (204, "")
    offered = await browser.get(edit)
    assert "you wrote something here that you did not save" in offered.one("#draft").text()
    assert offered.form("main form.measure")["neighborhood"] == ""
    again = await browser.get(str(offered.one("#draft a").attributes["href"]))
    assert "It is not saved yet" in again.one("#draft").text()
    form = again.form("main form.measure")
    assert (form["neighborhood"], form["birth_date"]) == (CANARY, "31/2/2010")


async def test_it_is_gone_after_saving(sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(edit)
    await keep(browser, page, neighborhood="Belén")
    form = page.form("main form.measure")
    wrong = await browser.post(edit, form | {"first_name": "", "neighborhood": "Belén"})
    assert wrong.status == 422
    assert await drafts_of(db, cast, cast.secretary) == 1
    assert (await browser.post(edit, wrong.form("main form.measure") | {"first_name": "Ana"})).status == 303
    assert await drafts_of(db, cast, cast.secretary) == 0
    # What was still on its way when the form was saved does not come back.
    assert (await browser.post(edit, form | {"neighborhood": "Belén"})).status == 303
    assert (await keep(browser, page, neighborhood="late")).status == 204
    assert await drafts_of(db, cast, cast.secretary) == 0


async def test_the_version_of_the_beginning_comes_along(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession, student: Student
) -> None:
    browser = await sign_in(cast.secretary)
    await keep(browser, await browser.get(edit), neighborhood="Belén")
    await enter_school(db, cast.school.id)
    await db.refresh(student)
    student.neighborhood = "Laureles"
    await db.flush()
    again = await browser.get(f"{edit}?draft=continue")
    answer = await browser.post(edit, again.form("main form.measure"))
    assert answer.status == 409
    assert {"Belén", "Laureles"} <= set(answer.text.split())


async def test_only_its_author_sees_it(sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    await keep(browser, await browser.get(edit), neighborhood=CANARY)
    for person in (cast.principal, cast.superuser):
        page = await (await sign_in(person)).get(f"{edit}?draft=continue")
        assert page.status == 200
        assert CANARY not in page.response.text
        assert not page.all("#draft")
    assert await drafts_of(db, cast, cast.principal) == 0
    await enter_user(db, cast.secretary.id)
    await enter_school(db, cast.other_school.id)
    assert await db.scalar(select(func.count()).select_from(Draft)) == 0


async def test_what_is_kept_is_sealed_and_holds_no_password(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    await keep(browser, await browser.get(edit), neighborhood=CANARY, password=CANARY)
    assert await drafts_of(db, cast, cast.secretary) == 1
    row = (await db.execute(select(Draft.content, Draft.address))).one()
    assert CANARY.encode() not in row.content
    assert row.address == edit
    assert CANARY not in (await browser.get(f"{edit}?draft=continue")).response.text.replace(f'value="{CANARY}"', "", 1)


async def test_it_is_discarded(sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    await keep(browser, await browser.get(edit), neighborhood=CANARY)
    page = await browser.get(edit)
    form = page.one("#draft")
    answer = await browser.post(str(form.attributes["action"]), page.form("#draft"))
    assert (answer.status, answer.location) == (303, edit)
    assert await drafts_of(db, cast, cast.secretary) == 0


async def test_without_a_script_a_button_keeps_it(sign_in: SignIn, cast: Cast, edit: str) -> None:
    browser = await sign_in(cast.secretary)
    page = await browser.get(edit)
    at = str(page.one("[data-draft]").attributes["data-draft"])
    answer = await browser.post(at, page.form("main form.measure") | {"neighborhood": CANARY})
    assert (answer.status, answer.location) == (303, f"{edit}?draft=continue")
    shown = await browser.get(answer.location)
    assert "Nothing is saved yet." in shown.text
    assert shown.form("main form.measure")["neighborhood"] == CANARY


async def test_after_seven_days_it_is_no_longer_there(sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    await keep(browser, await browser.get(edit), neighborhood=CANARY)
    assert await drafts_of(db, cast, cast.secretary) == 1
    await db.execute(update(Draft).values(updated_at=now() - timedelta(days=8)))
    assert not (await browser.get(edit)).all("#draft")
    await leave(db)
    await enter_school(db, cast.school.id)
    assert await forget_old_ones(db) == 1
    assert await drafts_of(db, cast, cast.secretary) == 0


async def test_of_very_many_the_latest_are_kept(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.drafts.repository.MOST_OF_A_PERSON", 2)
    browser, at = await sign_in(cast.secretary), f"/schools/{cast.school.slug}/drafts"
    for number in range(5):
        await browser.post(at, {"draft": f"{edit}?at={number}", "neighborhood": CANARY})
    assert await drafts_of(db, cast, cast.secretary) == 3
    assert (await browser.get(f"{edit}?at=4")).all("#draft")
    assert not (await browser.get(f"{edit}?at=0")).all("#draft")


async def test_a_new_student_is_begun_today_and_registered_tomorrow(
    sign_in: SignIn, cast: Cast, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    new = f"/schools/{cast.school.slug}/students/new"
    await keep(browser, await browser.get(new), **STUDENT, **GUARDIAN)
    again = await browser.get(f"{new}?draft=continue")
    form = again.form("#registration")
    for name, value in (STUDENT | GUARDIAN).items():
        assert form[name] == value, name
    answer = await browser.post(new.removesuffix("/new"), form | {"then": "enter"})
    assert answer.status == 303
    assert await drafts_of(db, cast, cast.secretary) == 0
    assert not (await browser.get(new)).all("#draft")


async def test_a_guardian_who_was_chosen_is_chosen_again(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    browser = await sign_in(cast.secretary)
    guardian = await factories.make_guardian(db, cast.school)
    new = f"/schools/{cast.school.slug}/students/new"
    await keep(browser, await browser.get(new), **{"guardian-id": str(guardian.id), "guardian-relationship": "mother"})
    again = await browser.get(f"{new}?draft=continue")
    assert guardian.first_surname in again.one("#guardian").text()
    assert again.form("#registration")["guardian-relationship"] == "mother"


async def test_a_draft_is_kept_for_pages_of_the_school_only(
    sign_in: SignIn, cast: Cast, edit: str, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    at = f"/schools/{cast.school.slug}/drafts"
    elsewhere = ("", "/login", f"/schools/{cast.other_school.slug}/students/new", "//evil.example/", edit + "x" * 300)
    for address in elsewhere:
        assert (await browser.post(at, {"draft": address, "neighborhood": CANARY})).status == 400
    assert (await browser.post(at, {"draft": edit, "neighborhood": "x" * 300_000})).status == 400
    assert await drafts_of(db, cast, cast.secretary) == 0


@pytest.mark.parametrize("path", ["drafts", "drafts/removal"])
async def test_strangers_and_forgers_keep_and_discard_nothing(
    sign_in: SignIn, cast: Cast, edit: str, path: str, db: AsyncSession
) -> None:
    at, sent = f"/schools/{cast.school.slug}/{path}", {"draft": edit, "neighborhood": CANARY}
    assert (await (await sign_in(cast.stranger)).post(at, sent)).status == 404
    browser = await sign_in(cast.secretary)
    assert (await browser.post(at, sent, headers=FORGED)).status == 403
    assert await drafts_of(db, cast, cast.secretary) == 0
    answer = await browser.post(at, sent, headers=FRAGMENT)
    assert answer.status == (204 if path == "drafts" else 200)
