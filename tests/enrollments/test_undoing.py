"""Undo: for a quarter of an hour, of what was meant, by whoever may do it, and only where there is room."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import WithdrawalReason, YearStatus
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from tests import factories
from tests.conftest import Committing
from tests.enrollments.conftest import SignIn, Waiting, look, make_seated
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT
from tests.queries import counted

pytestmark = pytest.mark.anyio


def undo_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/undo"


def batch_of(cast: Cast, batch: Any) -> str:
    return f"/schools/{cast.school.slug}/enrollments/undo/{batch}"


async def withdraw(db: AsyncSession, enrollment: Enrollment, by: Any, *, ago: int = 1) -> Enrollment:
    """What the secretary did some minutes ago."""
    moves.move(
        enrollment,
        Status.WITHDRAWN,
        by=by.id,
        at=now() - timedelta(minutes=ago),
        withdrawal_reason=WithdrawalReason.MOVED,
        ends_on=enrollment.starts_on,
    )
    await db.flush()
    return enrollment


async def move_all(db: AsyncSession, enrollments: list[Enrollment], group: Any, by: Any) -> Any:
    """What a change of group did a minute ago; gives its batch."""
    batch = new_id()
    for each in enrollments:
        moves.remember(each, "A → B", by=by.id, at=now() - timedelta(minutes=1), batch=batch, group_id=group.id)
    await db.flush()
    return batch


async def test_the_notice_of_a_withdrawal_takes_it_back(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    browser = await sign_in(cast.secretary)
    withdrawal = f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/withdrawal"
    sent = (await browser.get(withdrawal)).form() | {"withdrawal_reason": "moved", "note": "To Bello."}
    done = await browser.post(withdrawal, sent, headers=FRAGMENT)
    assert done.response.headers["hx-redirect"]  # the notice travels in the cookie, by htmx as without
    page = await browser.get(done.location)
    undo = page.one("form.note[action*='/undo?of=']").attributes["action"]
    answer = await browser.post(str(undo))
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/enrollments/{enrollment.id}")
    assert "is as it was before." in (await browser.get(answer.location)).text
    seen = await look(db, enrollment)
    assert (seen.status, seen.ends_on, seen.withdrawal_reason) == (Status.ACTIVE, None, None)
    assert seen.status_history[-1]["undoes"] == seen.status_history[-2]["at"]


async def test_the_button_pressed_twice_takes_back_one(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await withdraw(db, await seated(), cast.secretary)
    browser = await sign_in(cast.secretary)
    answers = [await browser.post(undo_of(cast, enrollment)) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len((await look(db, enrollment)).status_history) == 5


async def test_a_principal_who_undoes_an_approval_has_it_before_her_again(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.ACTIVE, by=cast.principal.id, at=now(), starts_on=cast.year.starts_on)
    await db.flush()
    for person in (cast.secretary, cast.coordinator):
        answer = await (await sign_in(person)).post(
            undo_of(cast, enrollment) + f"?of={enrollment.status_history[-1]['at'].replace('+', '%2B')}"
        )
        assert answer.status == 403
    answer = await (await sign_in(cast.principal)).post(undo_of(cast, enrollment))
    assert (answer.status, answer.location.split("?")[1]) == (303, f"id={enrollment.id}")
    seen = await look(db, enrollment)
    assert (seen.status, seen.starts_on) == (Status.SUBMITTED, None)


async def test_after_a_quarter_of_an_hour_it_stays(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await withdraw(db, await seated(), cast.secretary, ago=16)
    browser = await sign_in(cast.secretary)
    for headers in ({}, FRAGMENT):
        answer = await browser.post(undo_of(cast, enrollment), headers=headers)
        assert (answer.status, answer.is_fragment) == (409, bool(headers))
        assert "Undo exists for 15 minutes" in answer.text
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_another_step_is_never_undone_in_the_place_of_the_one_that_was_meant(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await withdraw(db, await seated(), cast.secretary)
    meant = enrollment.status_history[-1]["at"].replace("+", "%2B")
    moves.move(enrollment, Status.ACTIVE, by=cast.principal.id, at=now(), ends_on=None)
    await db.flush()
    browser = await sign_in(cast.secretary)
    for address in (f"{undo_of(cast, enrollment)}?of={meant}", undo_of(cast, enrollment)):
        answer = await browser.post(address)
        assert answer.status == 409
        assert "Something else was done since" in answer.text
    assert len((await look(db, enrollment)).status_history) == 5


async def test_nobody_comes_back_to_a_seat_that_is_taken(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    cast.group.capacity = 1
    enrollment = await withdraw(db, await seated(), cast.secretary)
    await seated()
    answer = await (await sign_in(cast.secretary)).post(undo_of(cast, enrollment))
    assert answer.status == 409
    assert f"6th {cast.group.code} has no free seat any more." in answer.text
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_a_cancelled_one_does_not_come_back_beside_another(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.CANCELLED, by=cast.secretary.id, at=now())
    await db.flush()
    other = Enrollment(
        school_id=cast.school.id,
        student_id=enrollment.student_id,
        year_id=cast.year.id,
        number="2026-99999",
        grade=enrollment.grade,
    )
    db.add(other)
    await db.flush()
    answer = await (await sign_in(cast.secretary)).post(undo_of(cast, enrollment))
    assert answer.status == 409
    assert "another enrollment for 2026 by now: 2026-99999." in answer.text
    assert (await look(db, enrollment)).status == Status.CANCELLED


async def test_nobody_comes_back_to_a_place_of_a_year_that_was_closed(
    sign_in: SignIn, cast: Cast, seated: Waiting, waiting: Waiting, db: AsyncSession
) -> None:
    approved, moved = await waiting(), await seated()
    moves.move(approved, Status.ACTIVE, by=cast.principal.id, at=now(), starts_on=cast.year.starts_on)
    batch = await move_all(db, [moved], group := await other_group(db, cast), cast.principal)
    cast.year.status = YearStatus.CLOSED
    await db.flush()
    browser = await sign_in(cast.principal)
    for address in (undo_of(cast, approved), batch_of(cast, batch)):
        answer = await browser.post(address)
        assert answer.status == 409
        assert "The year 2026 is over." in answer.text
    assert (await look(db, approved)).status == Status.ACTIVE
    assert (await look(db, moved)).group_id == group.id


async def test_a_withdrawal_is_taken_back_also_after_the_year_was_closed(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await withdraw(db, await seated(), cast.secretary)
    cast.year.status = YearStatus.CLOSED
    await db.flush()
    assert (await (await sign_in(cast.secretary)).post(undo_of(cast, enrollment))).status == 303
    assert (await look(db, enrollment)).status == Status.ACTIVE


async def test_nobody_else_undoes(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    enrollment = await withdraw(db, await seated(), cast.secretary)
    batch = await move_all(db, [await seated()], await other_group(db, cast), cast.secretary)
    for address in (undo_of(cast, enrollment), batch_of(cast, batch)):
        for person in (cast.teacher, cast.viewer):
            assert (await (await sign_in(person)).post(address)).status == 403
        assert (await (await sign_in(cast.stranger)).post(address)).status == 404
        elsewhere = address.replace(cast.school.slug, cast.other_school.slug)
        assert (await (await sign_in(cast.stranger)).post(elsewhere)).status == 404
        assert (await (await sign_in(cast.secretary)).post(address, headers=FORGED)).status == 403
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_a_batch_is_undone_whole_and_once(
    app: Litestar, sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollments = [await seated() for _ in range(12)]
    group = await other_group(db, cast)
    batch = await move_all(db, enrollments, group, cast.coordinator)
    browser = await sign_in(cast.coordinator)
    with counted(app) as queries:
        answer = await browser.post(batch_of(cast, batch))
    assert answer.status == 303
    written = ("UPDATE enrollments", "INSERT INTO audit_events")
    assert len([query for query in queries if not query.startswith(written)]) <= 7
    again = await browser.post(batch_of(cast, batch))
    assert (again.status, again.location) == (303, answer.location)
    for each in enrollments:
        seen = await look(db, each)
        assert (seen.group_id, len(seen.status_history)) == (cast.group.id, 5)


async def test_who_goes_back_to_different_groups_is_looked_at_in_the_list(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    here, there = await seated(), await seated(group=await other_group(db, cast))
    batch = await move_all(db, [here, there], await other_group(db, cast), cast.coordinator)
    answer = await (await sign_in(cast.coordinator)).post(batch_of(cast, batch))
    assert (answer.status, answer.location) == (303, f"/schools/{cast.school.slug}/enrollments")


async def test_of_a_batch_all_is_undone_that_can_be_and_the_rest_is_named(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    cast.group.capacity = 3
    ana, berta, clara = [await seated(first_surname=name) for name in ("Abad", "Bello", "Castro")]
    group = await other_group(db, cast)
    batch = await move_all(db, [ana, berta, clara], group, cast.coordinator)
    await seated()  # somebody took one of the three seats
    moves.remember(ana, "B → C", by=cast.secretary.id, at=now(), group_id=None)
    await seated()  # and somebody another one
    await db.flush()
    browser = await sign_in(cast.coordinator)
    for headers in ({}, FRAGMENT):
        page = await browser.post(batch_of(cast, batch), headers=headers)
        assert (page.status, page.is_fragment) == (200, bool(headers))
        assert [row.attributes["id"] for row in page.all("#rows > tr")] == [
            f"enrollment-{ana.id}",
            f"enrollment-{clara.id}",
        ]
        assert "Something else was done since." in page.text
        assert "has no free seat any more." in page.text
        assert "1 enrollment is as it was before." in page.text
    assert (await look(db, berta)).group_id == cast.group.id
    assert len((await look(db, berta)).status_history) == 5
    assert (await look(db, clara)).group_id == group.id


async def test_a_batch_of_which_nothing_can_be_undone_says_so(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await seated()
    batch = await move_all(db, [enrollment], await other_group(db, cast), cast.coordinator)
    cast.group.capacity = 0
    await db.flush()
    page = await (await sign_in(cast.coordinator)).post(batch_of(cast, batch))
    assert page.status == 409
    assert "Nothing could be undone" in page.title
    assert (await (await sign_in(cast.coordinator)).post(batch_of(cast, new_id()))).status == 404


async def test_of_five_who_come_back_to_the_last_seat_exactly_one_gets_it(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        cast.group.capacity = 1
        left = [await withdraw(session, await make_seated(session, cast), cast.secretary) for _ in range(5)]
    async with committing.browser(cast.secretary) as browser:
        answers = await asyncio.gather(*(browser.post(undo_of(cast, each)) for each in left))
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409, 409]
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        statuses = [(await session.get_one(Enrollment, (cast.school.id, each.id))).status for each in left]
    assert statuses.count(Status.ACTIVE) == 1


async def other_group(db: AsyncSession, cast: Cast) -> Any:
    return await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
