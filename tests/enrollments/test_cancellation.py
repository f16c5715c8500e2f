"""What was asked for is not wanted any more."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT

pytestmark = pytest.mark.anyio


def cancellation_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/cancellation"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED])
async def test_the_secretary_cancels_what_was_not_decided(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, status: Status
) -> None:
    enrollment = await waiting()
    enrollment.status = status
    await db.flush()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(cancellation_of(cast, enrollment))).form()
    answer = await browser.post(cancellation_of(cast, enrollment), form | {"note": "Chose another school."})
    assert answer.status == 303
    seen = await look(db, enrollment)
    assert (seen.status, seen.status_history[-1]["reason"]) == (Status.CANCELLED, "Chose another school.")
    shown = await browser.get(answer.location)
    assert "is cancelled." in shown.text
    assert "Chose another school." in shown.one(".trail").text()
    assert (await browser.post(str(shown.one("form.note").attributes["action"]))).status == 303
    assert (await look(db, enrollment)).status == status


async def test_no_reason_is_needed_and_twice_is_once(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(cancellation_of(cast, enrollment))).form()
    answers = [await browser.post(cancellation_of(cast, enrollment), form) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert (await browser.post(cancellation_of(cast, enrollment), form | {"note": "Moved."})).status == 409
    assert len((await look(db, enrollment)).status_history) == 3


async def test_a_wrong_form_keeps_what_was_typed(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.secretary)
    for headers in ({}, FRAGMENT):
        answer = await browser.post(cancellation_of(cast, enrollment), {"note": "n" * 600}, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert answer.one("#note").text().strip() == "n" * 600
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_what_was_decided_or_changed_meanwhile_is_not_cancelled(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(cancellation_of(cast, enrollment))).form()
    moves.move(enrollment, Status.RETURNED, by=cast.principal.id, at=now(), reason="A document.")
    await db.flush()
    assert (await browser.post(cancellation_of(cast, enrollment), form)).status == 409
    assert (await look(db, enrollment)).status == Status.RETURNED
    moves.move(enrollment, Status.SUBMITTED, by=cast.secretary.id, at=now())
    moves.move(enrollment, Status.ACTIVE, by=cast.principal.id, at=now(), starts_on=cast.year.starts_on)
    await db.flush()
    assert (await browser.get(cancellation_of(cast, enrollment))).status == 409
    assert (await browser.post(cancellation_of(cast, enrollment), {})).status == 409


async def test_only_the_office_cancels(sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession) -> None:
    enrollment = await waiting()
    address = cancellation_of(cast, enrollment)
    for person in (cast.coordinator, cast.viewer):
        assert (await (await sign_in(person)).post(address)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address)).status == 404
    assert (await (await sign_in(cast.secretary)).post(address, headers=FORGED)).status == 403
    assert (await look(db, enrollment)).status == Status.SUBMITTED
