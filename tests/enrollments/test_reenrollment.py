"""Who left comes back in the same year: the same enrollment, a seat again."""

import asyncio
from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import WithdrawalReason, YearStatus
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from tests import factories
from tests.conftest import Committing
from tests.enrollments.conftest import SignIn, Waiting, look, make_seated
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT

pytestmark = pytest.mark.anyio
LEFT_ON = date(2026, 8, 14)


def return_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/re-enrollment"


async def leave(db: AsyncSession, enrollment: Enrollment, by: object) -> Enrollment:
    moves.move(
        enrollment,
        Status.WITHDRAWN,
        by=by.id,  # type: ignore[attr-defined]
        at=enrollment.submitted_at,  # type: ignore[arg-type]
        withdrawal_reason=WithdrawalReason.MOVED,
        ends_on=LEFT_ON,
    )
    await db.flush()
    return enrollment


async def test_the_pupil_gets_a_seat_again_under_the_same_number(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await leave(db, await seated(), cast.secretary)
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, shift="afternoon")
    await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, grade=9, code="Z")
    number = enrollment.number
    browser = await sign_in(cast.secretary)
    page = await browser.get(return_of(cast, enrollment))
    form = page.form()
    assert form["group_id"] == str(cast.group.id)  # the one that was left
    assert not any("9th" in words for words in page.texts("#group_id option"))
    answer = await browser.post(return_of(cast, enrollment), form | {"group_id": str(other.id), "back_on": "1/9/2026"})
    assert answer.status == 303
    seen = await look(db, enrollment)
    assert (seen.status, seen.number, seen.group_id, seen.shift) == (Status.ACTIVE, number, other.id, "afternoon")
    assert (seen.starts_on, seen.ends_on, seen.withdrawal_reason) == (cast.year.starts_on, None, None)
    assert seen.status_history[-1]["on"] == "2026-09-01"
    shown = await browser.get(answer.location)
    assert "is active again." in shown.text
    assert "From 1 Sept 2026" in shown.texts(".trail li")[0]
    assert shown.all("form[action*='/undo?of=']")


async def test_a_wrong_form_says_everything(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    enrollment = await leave(db, await seated(), cast.secretary)
    browser = await sign_in(cast.secretary)
    wrong = {"version": enrollment.version, "group_id": "", "back_on": "1/8/2026"}
    for headers in ({}, FRAGMENT):
        answer = await browser.post(return_of(cast, enrollment), wrong, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#group_id", "#back_on"]
        assert "It must be between 14 August 2026" in answer.text
        assert answer.one("#back_on").attributes["value"] == "1/8/2026"
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_a_full_group_is_said_beside_the_field(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    enrollment = await leave(db, await seated(), cast.secretary)
    browser = await sign_in(cast.secretary)
    form = (await browser.get(return_of(cast, enrollment))).form()
    cast.group.capacity = 0
    await db.flush()
    answer = await browser.post(return_of(cast, enrollment), form)
    assert answer.status == 409
    assert "is full: all of its 0 seats are taken." in answer.one("#group_id-error").text()
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_the_form_sent_twice_enrols_once(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    enrollment = await leave(db, await seated(), cast.secretary)
    browser = await sign_in(cast.secretary)
    form = (await browser.get(return_of(cast, enrollment))).form()
    answers = [await browser.post(return_of(cast, enrollment), form) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    for changed in ({"group_id": str(other.id)}, {"back_on": "1/9/2026"}):
        assert (await browser.post(return_of(cast, enrollment), form | changed)).status == 409
    seen = await look(db, enrollment)
    assert (seen.group_id, len(seen.status_history)) == (cast.group.id, 5)


async def test_only_who_left_and_only_while_the_year_is_open(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    active, left = await seated(), await leave(db, await seated(), cast.secretary)
    cast.year.status = YearStatus.CLOSED
    await db.flush()
    browser = await sign_in(cast.secretary)
    for enrollment, words in ((active, "cannot become"), (left, "The year 2026 takes no enrollments.")):
        for answer in (
            await browser.get(return_of(cast, enrollment)),
            await browser.post(return_of(cast, enrollment), {"group_id": str(cast.group.id), "back_on": "1/9/2026"}),
        ):
            assert answer.status == 409
            assert words in answer.text
    assert (await look(db, left)).status == Status.WITHDRAWN


async def test_nobody_is_approved_by_the_way_back(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.secretary)
    for answer in (
        await browser.get(return_of(cast, enrollment)),
        await browser.post(return_of(cast, enrollment), {"group_id": str(cast.group.id), "back_on": "1/9/2026"}),
    ):
        assert answer.status == 409
        assert "This one waits for review." in answer.text
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_only_the_office_takes_back(sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession) -> None:
    enrollment = await leave(db, await seated(), cast.secretary)
    address, sent = return_of(cast, enrollment), {"group_id": str(cast.group.id), "back_on": "1/9/2026"}
    for person in (cast.coordinator, cast.viewer):
        assert (await (await sign_in(person)).post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    assert (await (await sign_in(cast.secretary)).post(address, sent, headers=FORGED)).status == 403
    assert (await look(db, enrollment)).status == Status.WITHDRAWN


async def test_of_five_who_come_back_exactly_one_gets_the_last_seat(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        cast.group.capacity = 1
        left = [await leave(session, await make_seated(session, cast), cast.secretary) for _ in range(5)]
    sent = {"group_id": str(cast.group.id), "back_on": "1/9/2026"}
    async with committing.browser(cast.secretary) as browser:
        answers = await asyncio.gather(*(browser.post(return_of(cast, each), sent) for each in left))
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409, 409]
