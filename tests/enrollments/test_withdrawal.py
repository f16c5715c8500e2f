"""A pupil leaves: why, when, and what becomes of the seat."""

from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import WithdrawalReason
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.groups.repository import GroupRepository
from portal.web.i18n import today
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT
from tests.queries import counted

pytestmark = pytest.mark.anyio


def withdrawal_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/withdrawal"


async def test_the_secretary_withdraws_a_pupil_and_the_seat_is_free(
    app: Litestar, sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    with counted(app) as queries:
        page = await browser.get(withdrawal_of(cast, enrollment))
    assert len(queries) <= 5
    assert f"The seat in 6th {cast.group.code} becomes free at once." in page.text
    form = page.form()
    assert form["ends_on"] == f"{today().day}/{today().month}/{today().year}"
    answer = await browser.post(
        withdrawal_of(cast, enrollment), form | {"withdrawal_reason": "work", "note": "Helps at home."}
    )
    assert (answer.status, answer.location) == (303, withdrawal_of(cast, enrollment).removesuffix("/withdrawal"))
    seen = await look(db, enrollment)
    assert (seen.status, seen.withdrawal_reason, seen.ends_on) == (Status.WITHDRAWN, WithdrawalReason.WORK, today())
    assert seen.status_history[-1]["reason"] == "Helps at home."
    assert await GroupRepository(db, cast.school.id).taken_seats(cast.group.id) == 0
    shown = await browser.get(answer.location)
    assert "is withdrawn. Its seat is free." in shown.text
    assert shown.one("form.note button").text().strip() == "Undo"


async def test_a_wrong_form_says_everything_and_keeps_what_was_typed(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    wrong = {"version": enrollment.version, "withdrawal_reason": "", "ends_on": "31/2/2026", "note": "n" * 600}
    for headers in ({}, FRAGMENT):
        answer = await browser.post(withdrawal_of(cast, enrollment), wrong, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert [link.attributes["href"] for link in answer.all("#errors a")] == [
            "#withdrawal_reason",
            "#ends_on",
            "#note",
        ]
        assert answer.one("#ends_on").attributes["value"] == "31/2/2026"
        assert answer.one("#note").text().strip() == "n" * 600
    assert (await look(db, enrollment)).status == Status.ACTIVE


@pytest.mark.parametrize("days", [-1, 400])
async def test_the_last_day_lies_in_the_pupils_year(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, days: int
) -> None:
    enrollment = await seated()
    day = cast.year.starts_on + timedelta(days=days)
    sent = {"version": enrollment.version, "withdrawal_reason": "moved", "ends_on": day.isoformat()}
    answer = await (await sign_in(cast.secretary)).post(withdrawal_of(cast, enrollment), sent)
    assert answer.status == 422
    assert "It must be between 19 January 2026 and 27 November 2026" in answer.one("#errors").text()
    assert (await look(db, enrollment)).ends_on is None


async def test_the_form_sent_twice_withdraws_once(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(withdrawal_of(cast, enrollment))).form() | {"withdrawal_reason": "health"}
    answers = [await browser.post(withdrawal_of(cast, enrollment), form) for _ in range(2)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, answers[0].location)] * 2
    assert len((await look(db, enrollment)).status_history) == 4


async def test_another_form_about_who_left_already_is_never_called_saved(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(withdrawal_of(cast, enrollment))).form() | {"withdrawal_reason": "health"}
    assert (await browser.post(withdrawal_of(cast, enrollment), form)).status == 303
    for other in ({"withdrawal_reason": "work"}, {"note": "Helps at home."}, {"ends_on": "3/3/2026"}):
        assert (await browser.post(withdrawal_of(cast, enrollment), form | other)).status == 409
    seen = await look(db, enrollment)
    assert (seen.withdrawal_reason, len(seen.status_history)) == (WithdrawalReason.HEALTH, 4)


async def test_what_changed_since_it_was_opened_is_looked_at_again(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(withdrawal_of(cast, enrollment))).form() | {"withdrawal_reason": "health"}
    enrollment.note = "Comes back on Monday."
    await db.flush()
    answer = await browser.post(withdrawal_of(cast, enrollment), form)
    assert answer.status == 409
    assert "It has changed since you opened it." in answer.text
    assert (await look(db, enrollment)).status == Status.ACTIVE


async def test_only_who_is_active_can_leave(sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.secretary)
    sent = {"withdrawal_reason": "moved", "ends_on": "3/3/2026"}
    assert (await browser.get(withdrawal_of(cast, enrollment))).status == 409
    answer = await browser.post(withdrawal_of(cast, enrollment), sent)
    assert answer.status == 409
    assert "cannot become “withdrawn”" in answer.text
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_only_the_office_withdraws(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    enrollment = await seated()
    address, sent = withdrawal_of(cast, enrollment), {"withdrawal_reason": "moved", "ends_on": "3/3/2026"}
    for person in (cast.coordinator, cast.teacher, cast.viewer):
        browser = await sign_in(person)
        assert (await browser.get(address)).status == 403
        assert (await browser.post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    assert (await (await sign_in(cast.secretary)).post(address, sent, headers=FORGED)).status == 403
    assert (await look(db, enrollment)).status == Status.ACTIVE


async def test_the_page_offers_what_can_be_done_with_it_and_tells_why_somebody_left(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    address = withdrawal_of(cast, enrollment).removesuffix("/withdrawal")
    offered = [link.attributes["href"] for link in (await (await sign_in(cast.secretary)).get(address)).all("main a")]
    assert withdrawal_of(cast, enrollment) in offered
    coordinator = await sign_in(cast.coordinator)
    theirs = [str(link.attributes["href"]) for link in (await coordinator.get(address)).all("main a")]
    assert withdrawal_of(cast, enrollment) not in theirs
    assert any("/group-changes/new?enrollment=" in href for href in theirs)
    moves.move(
        enrollment,
        Status.WITHDRAWN,
        by=cast.secretary.id,
        at=now(),
        withdrawal_reason=WithdrawalReason.DISTANCE,
        ends_on=today(),
    )
    await db.flush()
    page = await coordinator.get(address)
    assert "Distance or transport" in page.one("#place").text()
    assert "Distance or transport" in page.one(".trail").text()
    assert not page.all("form[action*='/undo']")  # it is not theirs to undo
    page = await (await sign_in(cast.principal)).get(address)
    assert len(page.all("form[action*='/undo']")) == 1


async def test_why_somebody_left_is_not_for_everybody(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    why: dict[str, Any] = {"withdrawal_reason": WithdrawalReason.PREGNANCY, "ends_on": today()}
    moves.move(enrollment, Status.WITHDRAWN, by=cast.secretary.id, at=now(), reason="Expects a child.", **why)
    await db.flush()
    student = f"/schools/{cast.school.slug}/students/{enrollment.student_id}"
    for address in (withdrawal_of(cast, enrollment).removesuffix("/withdrawal"), student, f"{student}/history"):
        told = (await (await sign_in(cast.secretary)).get(address)).text
        assert "Maternity or paternity" in told
        masked = (await (await sign_in(cast.viewer)).get(address)).text
        assert "Withdrawn from 2026" in masked
        assert "Maternity or paternity" not in masked
        assert "Expects a child." not in masked
