"""Approving many at once: who is approved, who is left and why, and one undo for all of them."""

from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from portal.enrollments.models import Enrollment
from portal.enrollments.review.batch_approval import seen_in
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT
from tests.queries import counted

pytestmark = pytest.mark.anyio


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/enrollments/approvals"


def mark(enrollment: Enrollment) -> str:
    return f"{enrollment.id}.{enrollment.version}"


def test_marks_are_read_in_one_value_or_in_several() -> None:
    one, other = new_id(), new_id()
    assert seen_in([f"{one}.3", f"{other}.1 {one}.3", "nonsense", f"{new_id()}", f"{new_id()}.x", ".", ""]) == {
        one: 3,
        other: 1,
    }


async def test_the_ticked_ones_are_approved_together(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    ticked, left = [await waiting(), await waiting()], await waiting()
    browser = await sign_in(cast.principal)
    sent = {"which": "ticked", "id": [mark(each) for each in ticked]}
    answers = [await browser.post(address, sent) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303], "pressed twice it is one decision"
    lines = [(await look(db, each)).status_history for each in ticked]
    assert [len(history) for history in lines] == [3, 3]
    [batch] = {history[-1]["batch"] for history in lines}
    assert (await look(db, left)).status == Status.SUBMITTED
    page = await browser.get(answers[0].location)
    assert "2 enrollments approved." in page.text
    undo = page.one("form[action*='/enrollments/undo/']").attributes["action"]
    assert undo == f"/schools/{cast.school.slug}/enrollments/undo/{batch}"
    await browser.post(str(undo))
    assert [(await look(db, each)).status for each in ticked] == [Status.SUBMITTED] * 2


async def test_who_cannot_be_approved_is_left_with_the_reasons(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    narrow = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=1)
    fine, first, second = await waiting(), await waiting(group=narrow), await waiting(group=narrow)
    alone, changed, decided = await waiting(represented=False), await waiting(), await waiting()
    first.submitted_at = now() - timedelta(hours=1)
    asked = [mark(each) for each in (second, first, fine, alone, changed, decided)]
    changed.note, decided.status = "Look again.", Status.CANCELLED
    await db.flush()
    asked[0], asked[1] = mark(second), mark(first)
    browser = await sign_in(cast.principal)
    page = await browser.post(address, {"which": "ticked", "id": asked}, headers=FRAGMENT)
    assert (page.status, page.is_fragment) == (200, True)
    assert "2 enrollments approved." in page.text
    assert "4 were not approved" in page.one("#left-title").text()
    told = " ".join(page.texts("#left li"))
    for words in ("is full: 1 of 1 seats", "No guardian is recorded", "has changed since", "any more: cancelled"):
        assert words in told
    statuses = [(await look(db, each)).status for each in (fine, first, second, alone, changed)]
    assert statuses == [Status.ACTIVE, Status.ACTIVE] + [Status.SUBMITTED] * 3
    assert page.one("form[action*='/enrollments/undo/']")


async def test_all_without_remarks_are_those_that_the_page_showed(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    fine, alone = await waiting(), await waiting(represented=False)
    browser = await sign_in(cast.principal)
    review = await browser.get(address.replace("approvals", "review"))
    assert review.texts("button[value=clean]") == ["Approve the one without remarks"]
    later = await waiting()
    sent = review.form("#batch") | {"which": "clean"}
    assert (await browser.post(address, sent)).status == 303
    statuses = [(await look(db, each)).status for each in (fine, alone, later)]
    assert statuses == [Status.ACTIVE, Status.SUBMITTED, Status.SUBMITTED]


@pytest.mark.parametrize("sent", [{}, {"which": "clean"}, {"id": "nonsense"}])
async def test_without_a_tick_nothing_is_approved(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str, sent: dict[str, Any]
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.principal)
    for headers in ({}, FRAGMENT):
        page = await browser.post(address, sent, headers=headers)
        assert (page.status, page.is_fragment) == (422, bool(headers))
        assert "Tick the enrollments to approve first." in page.one("#errors").text()
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_nobody_else_approves_and_no_other_schools(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    enrollment = await waiting()
    sent = {"which": "ticked", "id": mark(enrollment)}
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    assert (await (await sign_in(cast.principal)).post(address, sent, headers=FORGED)).status == 403
    elsewhere = address.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, sent)).status == 422
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_the_number_of_questions_hardly_grows_with_the_batch(
    app: Litestar, sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    groups = [await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus) for _ in range(4)]
    one, many = await waiting(), [await waiting(group=groups[number % 4]) for number in range(20)]
    browser = await sign_in(cast.principal)
    with counted(app) as few:
        await browser.post(address, {"id": mark(one)})
    with counted(app) as more:
        await browser.post(address, {"id": [mark(each) for each in many]})
    assert len(more) <= len(few) + 19, "each is written by itself, for its version; nothing else grows"
