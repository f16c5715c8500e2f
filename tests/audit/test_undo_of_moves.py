"""Undo of what happens to enrollments, from the history: by their own table of moves, with its seats and its lines."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.models import AuditEvent
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from tests import factories
from tests.enrollments.conftest import SignIn, look, make_seated, make_waiting
from tests.factories import Cast
from tests.pages import Browser, Page

pytestmark = pytest.mark.anyio


async def act(browser: Browser, cast: Cast, enrollment: Enrollment, what: str, **typed: Any) -> Page:
    """Send the form of a page of the enrollment."""
    address = f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/{what}"
    answer = await browser.post(address, (await browser.get(address)).form() | typed)
    assert answer.status == 303, answer.texts("h1, .error-summary")
    return answer


async def undo_last(browser: Browser, db: AsyncSession, cast: Cast) -> Page:
    """Of the school's last change."""
    await enter_school(db, cast.school.id)
    done = await db.scalar(select(AuditEvent.change_id).order_by(AuditEvent.id.desc()).limit(1))
    return await browser.post(f"/schools/{cast.school.slug}/changes/{done}/undo")


async def test_a_withdrawal_goes_back_as_a_move_of_its_own(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    enrollment = await make_seated(db, cast)
    await act(await sign_in(cast.secretary), cast, enrollment, "withdrawal", withdrawal_reason="moved")
    assert (await look(db, enrollment)).status == Status.WITHDRAWN
    browser = await sign_in(cast.principal)
    answer = await undo_last(browser, db, cast)
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/enrollments/{enrollment.id}")
    now = await look(db, enrollment)
    assert (now.status, now.ends_on, now.withdrawal_reason) == (Status.ACTIVE, None, None)
    assert now.status_history[-1]["undoes"] == now.status_history[-2]["at"]
    # An undo of a move is not undone: there is no button that could not work.
    assert not (await browser.get(answer.location)).all("#notices form")


async def test_a_seat_that_is_taken_by_now_is_not_given_twice(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    cast.group.capacity = 1
    enrollment = await make_seated(db, cast)
    browser = await sign_in(cast.principal)
    await act(browser, cast, enrollment, "withdrawal", withdrawal_reason="moved")
    await make_seated(db, cast)
    answer = await undo_last(browser, db, cast)
    assert answer.status == 409
    assert "has no free seat any more" in answer.text
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_a_change_of_group_goes_back(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    enrollment = await make_seated(db, cast)
    group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    coordinator = await sign_in(cast.coordinator)
    address = f"/schools/{cast.school.slug}/group-changes/new"
    answer = await coordinator.post(address, {"enrollment": str(enrollment.id), "group_id": str(group.id)})
    assert answer.status == 303, answer.texts("h1, .error-summary")
    assert (await undo_last(coordinator, db, cast)).status == 303
    assert (await look(db, enrollment)).group_id == cast.group.id


async def test_a_draft_that_was_sent_since_is_left_alone(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    enrollment = await make_waiting(db, cast)
    enrollment.status = Status.DRAFT
    await db.flush()
    browser = await sign_in(cast.principal)
    await act(browser, cast, enrollment, "edit", note="He needs a place near the door.", shift="afternoon", group_id="")
    await enter_school(db, cast.school.id)
    done = await db.scalar(select(AuditEvent.change_id).order_by(AuditEvent.id.desc()).limit(1))
    await db.refresh(enrollment)
    enrollment.status = Status.SUBMITTED
    await db.flush()
    answer = await browser.post(f"/schools/{cast.school.slug}/changes/{done}/undo")
    assert answer.status == 409
    assert "Something else was done since" in answer.text
