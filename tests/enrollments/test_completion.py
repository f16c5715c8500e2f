"""The end of the year: an outcome for each, and one press for all."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome, YearStatus
from portal.enrollments.models import Enrollment
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio


def completion_of(cast: Cast, *enrollments: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/completions/new?" + "&".join(f"enrollment={each.id}" for each in enrollments)


def ticked(page: Page) -> dict[str, Any]:
    """The form as it stands: everybody is ticked, with the usual outcome."""
    return page.form() | {"enrollment": [str(box.attributes["value"]) for box in page.all("input[name=enrollment]")]}


async def test_the_principal_completes_a_group_and_takes_it_back(
    app: Litestar, sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    pupils = [await seated() for _ in range(12)]
    browser = await sign_in(cast.principal)
    with counted(app) as queries:
        page = await browser.get(f"/schools/{cast.school.slug}/completions/new?group={cast.group.id}")
    assert len(queries) <= 5
    form = ticked(page)
    assert form["ends_on"] == "27/11/2026"
    assert {form[f"outcome-{each.id}"] for each in pupils} == {"promoted"}
    form[f"outcome-{pupils[3].id}"] = "repeating"
    form["enrollment"].remove(f"{pupils[5].id}:{pupils[5].version}")
    with counted(app) as queries:
        answer = await browser.post(completion_of(cast), form)
    assert answer.status == 303
    assert len([query for query in queries if not query.startswith("UPDATE enrollments")]) <= 8
    seen = [await look(db, each) for each in pupils]
    assert [each.outcome for each in seen[:6]] == [*[Outcome.PROMOTED] * 3, Outcome.REPEATING, Outcome.PROMOTED, None]
    assert (seen[0].status, seen[0].ends_on) == (Status.COMPLETED, cast.year.ends_on)
    assert seen[5].status == Status.ACTIVE
    shown = await browser.get(answer.location)
    assert "The year is completed for 11 students." in shown.text
    assert (await browser.post(str(shown.one("form.note").attributes["action"]))).status == 303
    back = await look(db, pupils[0])
    assert (back.status, back.outcome, back.ends_on) == (Status.ACTIVE, None, None)


async def test_whoever_passes_eleventh_grade_graduates(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    last = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, grade=Grade.ELEVENTH)
    pupil = await seated(group=last)
    browser = await sign_in(cast.principal)
    page = await browser.get(completion_of(cast, pupil))
    assert page.texts("#rows select option") == ["Graduated", "Repeating"]
    answer = await browser.post(completion_of(cast), ticked(page))
    assert answer.status == 303
    assert (await look(db, pupil)).outcome == Outcome.GRADUATED
    record = await browser.get(f"/schools/{cast.school.slug}/enrollments/{pupil.id}")
    assert "Graduated" in record.one("#place").text()
    assert "Graduated" in record.texts(".trail li")[0]


async def test_a_wrong_form_says_everything_and_keeps_what_was_typed(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    pupil = await seated()
    browser = await sign_in(cast.principal)
    wrong = {"enrollment": [str(pupil.id)], "ends_on": "1/1/2025", f"outcome-{pupil.id}": "graduated"}
    for headers in ({}, FRAGMENT):
        answer = await browser.post(completion_of(cast), wrong, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert "It must be between 19 January 2026 and 27 November 2026." in answer.one("#errors").text()
        assert "The outcome “graduated” does not exist in 6th." in answer.one("#errors").text()
        assert answer.one("#ends_on").attributes["value"] == "1/1/2025"
    nobody = await browser.post(completion_of(cast), {"ends_on": "27/11/2026"})
    assert (nobody.status, "Choose at least one student." in nobody.text) == (422, True)
    assert (await look(db, pupil)).status == Status.ACTIVE


async def test_what_changed_meanwhile_stops_everything(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    stays, leaves = await seated(), await seated()
    browser = await sign_in(cast.principal)
    form = ticked(await browser.get(completion_of(cast, stays, leaves)))
    leaves.status = Status.WITHDRAWN
    await db.flush()
    answer = await browser.post(completion_of(cast), form)
    assert answer.status == 409
    assert "Nothing was completed" in answer.one("#errors").text()
    assert "The enrollment is “withdrawn”." in answer.text
    assert (await look(db, stays)).status == Status.ACTIVE


async def test_a_year_that_has_not_begun_does_not_end(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    pupil = await seated()
    cast.year.status = YearStatus.PLANNING
    await db.flush()
    browser = await sign_in(cast.principal)
    assert "The year 2026 has not begun." in (await browser.get(completion_of(cast, pupil))).text
    sent = {"enrollment": [str(pupil.id)], "ends_on": "27/11/2026"}
    assert (await browser.post(completion_of(cast), sent)).status == 409
    assert (await look(db, pupil)).status == Status.ACTIVE


async def test_the_form_sent_twice_completes_once(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    pupil = await seated()
    browser = await sign_in(cast.principal)
    form = ticked(await browser.get(completion_of(cast, pupil)))
    answers = [await browser.post(completion_of(cast), form) for _ in range(2)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, answers[0].location)] * 2
    assert len((await look(db, pupil)).status_history) == 4


async def test_only_the_principal_completes(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    pupil = await seated()
    sent = {"enrollment": [str(pupil.id)], "ends_on": "27/11/2026"}
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).get(completion_of(cast, pupil))).status == 403
        assert (await (await sign_in(person)).post(completion_of(cast), sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(completion_of(cast), sent)).status == 404
    assert (await (await sign_in(cast.principal)).post(completion_of(cast), sent, headers=FORGED)).status == 403
    assert (await look(db, pupil)).status == Status.ACTIVE
