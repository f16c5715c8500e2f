"""Approving and returning: what it does, what stops it, and who was first."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.app import create_app
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.web.i18n import today
from tests import factories
from tests.conftest import Committing
from tests.enrollments.conftest import SignIn, Waiting, look, make_waiting
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Page

pytestmark = pytest.mark.anyio


def approval_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/approval"


def return_of(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/return"


async def test_the_principal_approves_and_goes_on_to_the_next(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment, following = await waiting(), await waiting()
    browser = await sign_in(cast.principal)
    page = await browser.get(f"/schools/{cast.school.slug}/enrollments/review?id={enrollment.id}")
    form = page.form(f"form[action^='{approval_of(cast, enrollment)}']")
    answer = await browser.post(approval_of(cast, enrollment), form)
    assert (answer.status, answer.location) == (
        303,
        f"/schools/{cast.school.slug}/enrollments/review?id={following.id}",
    )
    approved = await look(db, enrollment)
    assert (approved.status, approved.starts_on) == (Status.ACTIVE, today())
    assert {name: approved.status_history[-1][name] for name in ("from", "to", "by", "reason")} == {
        "from": "submitted",
        "to": "active",
        "by": str(cast.principal.id),
        "reason": None,
    }
    assert f"Enrollment {enrollment.number} approved." in (await browser.get(answer.location)).text


async def test_htmx_gets_the_review_without_it_and_the_focus_on_the_next(
    sign_in: SignIn, cast: Cast, waiting: Waiting
) -> None:
    enrollment, following = await waiting(), await waiting()
    browser = await sign_in(cast.principal)
    answer = await browser.post(approval_of(cast, enrollment), {"version": enrollment.version}, headers=FRAGMENT)
    assert answer.status == 200
    assert answer.is_fragment
    assert [row.attributes["id"] for row in answer.all("#queue > li")] == [f"enrollment-{following.id}"]
    assert str(answer.one("[data-focus]").attributes["href"]).endswith(f"/enrollments/review?id={following.id}")
    assert answer.one("[data-announce]").attributes["data-announce"] == f"Enrollment {enrollment.number} approved."
    assert answer.texts("#count-review") == ["1 pending"]
    assert answer.response.headers["hx-replace-url"].endswith(f"/enrollments/review?id={following.id}")


async def test_the_last_one_leaves_an_empty_queue(sign_in: SignIn, cast: Cast, waiting: Waiting) -> None:
    enrollment = await waiting()
    answer = await (await sign_in(cast.principal)).post(approval_of(cast, enrollment), headers=FRAGMENT)
    assert "Everything has been reviewed" in answer.text
    assert answer.one("[data-focus]")


async def test_a_year_that_has_not_begun_gives_its_first_day(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    begins = today() + timedelta(days=60)
    year = await factories.make_year(
        db, cast.school, name="2099", starts_on=begins, ends_on=begins + timedelta(days=300), status=YearStatus.PLANNING
    )
    enrollment = await waiting(group=await factories.make_group(db, cast.school, year=year, campus=cast.campus))
    await (await sign_in(cast.principal)).post(approval_of(cast, enrollment))
    assert (await look(db, enrollment)).starts_on == begins


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ("representative", "No guardian is recorded as legal representative."),
        ("group", "No group has been chosen."),
        ("seat", "is full: 0 of 0 seats are taken."),
        ("year", "The year 2025 takes no enrollments."),
        ("grade", "is not a group of this grade and year."),
    ],
)
async def test_what_stops_an_approval_is_said_and_nothing_changes(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, lacking: str, words: str
) -> None:
    given: dict[str, Any] = {"represented": lacking != "representative"}
    if lacking == "seat":
        given["group"] = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=0)
    if lacking == "grade":
        given["grade"] = 9
    if lacking == "year":
        past = await factories.make_year(
            db,
            cast.school,
            name="2025",
            starts_on=date(2025, 1, 20),
            ends_on=date(2025, 12, 1),
            status=YearStatus.CLOSED,
        )
        given["group"] = await factories.make_group(db, cast.school, year=past, campus=cast.campus)
    enrollment = await waiting(**given)
    if lacking == "group":
        enrollment.group_id = None
        await db.flush()
    history = enrollment.status_history
    browser = await sign_in(cast.principal)
    for headers in ({}, FRAGMENT):
        answer = await browser.post(approval_of(cast, enrollment), headers=headers)
        assert answer.status == (409 if lacking == "seat" else 422)
        assert words in answer.one("#errors").text()
    seen = await look(db, enrollment)
    assert (seen.status, seen.status_history, seen.starts_on) == (Status.SUBMITTED, history, None)


async def test_an_adult_needs_no_representative(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting(represented=False, birth_date=date(2000, 1, 1))
    assert (await (await sign_in(cast.principal)).post(approval_of(cast, enrollment))).status == 303
    assert (await look(db, enrollment)).status == Status.ACTIVE


async def test_another_group_is_chosen_where_the_first_is_full(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    full = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=0)
    campus = await factories.make_campus(db, cast.school)
    free = await factories.make_group(db, cast.school, year=cast.year, campus=campus, shift="afternoon")
    enrollment = await waiting(group=full)
    browser = await sign_in(cast.principal)
    page = await browser.get(f"/schools/{cast.school.slug}/enrollments/review")
    offered = page.texts("#group_id option")
    assert any("full, 0 of 0 seats" in words for words in offered)
    assert (await browser.post(approval_of(cast, enrollment), {"group_id": str(free.id)})).status == 303
    seen = await look(db, enrollment)
    assert (seen.group_id, seen.campus_id, seen.shift) == (free.id, campus.id, "afternoon")
    assert seen.status_history[-1]["was"]["group_id"] == str(full.id)  # for the undo


async def test_a_group_of_another_school_cannot_be_chosen(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    year = await factories.make_year(db, cast.other_school)
    campus = await factories.make_campus(db, cast.other_school)
    foreign = await factories.make_group(db, cast.other_school, year=year, campus=campus)
    answer = await (await sign_in(cast.principal)).post(approval_of(cast, enrollment), {"group_id": str(foreign.id)})
    assert answer.status == 422
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_the_principal_returns_it_with_a_reason(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.principal)
    sent = {"version": enrollment.version, "cause": "document", "reason": "The certificate of 5th grade."}
    assert (await browser.post(return_of(cast, enrollment), sent)).status == 303
    seen = await look(db, enrollment)
    assert seen.status == Status.RETURNED
    assert seen.status_history[-1]["reason"] == "A document is missing: The certificate of 5th grade."
    assert seen.status_history[-1]["by"] == str(cast.principal.id)


@pytest.mark.parametrize(
    ("sent", "kept"), [({"cause": "data"}, "The data do not match"), ({"reason": "See me."}, "See me.")]
)
async def test_a_common_reason_or_own_words_are_enough(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, sent: dict[str, str], kept: str
) -> None:
    enrollment = await waiting()
    await (await sign_in(cast.principal)).post(return_of(cast, enrollment), sent)
    assert (await look(db, enrollment)).status_history[-1]["reason"] == kept


async def test_a_return_without_a_reason_asks_for_one(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.principal)
    for headers in ({}, FRAGMENT):
        answer = await browser.post(return_of(cast, enrollment), {"reason": "  "}, headers=headers)
        assert answer.status == 422
        assert "Say what must be corrected, or choose a reason." in answer.one("#errors").text()
        assert not answer.all(".decide details")  # the form stands open on the page, its error beside the field
        assert answer.one("#reason-error")
        assert answer.is_fragment == bool(headers)
    assert (await look(db, enrollment)).status == Status.SUBMITTED


async def test_what_was_typed_into_a_wrong_return_is_kept(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    words = "Too long. " * 100
    answer = await (await sign_in(cast.principal)).post(return_of(cast, enrollment), {"cause": "data", "reason": words})
    assert answer.status == 422
    assert answer.one("textarea#reason").text().strip() == words.strip()
    assert "checked" in answer.one("input[name=cause][value=data]").attributes
    assert answer.title.startswith("Error:")


async def test_the_second_of_two_principals_hears_who_was_first(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    cast.principal.full_name = "Beatriz Ocampo"
    colleague = await factories.make_member(db, cast.school, "principal", full_name="Hernán Ruiz")
    sent = {"version": enrollment.version}
    assert (await (await sign_in(cast.principal)).post(approval_of(cast, enrollment), sent)).status == 303
    second = await sign_in(colleague)
    for answer in (
        await second.post(approval_of(cast, enrollment), sent),
        await second.post(return_of(cast, enrollment), sent | {"reason": "No."}),
    ):
        assert answer.status == 409
        assert "Beatriz Ocampo approved it at " in answer.one("#errors").text()
    assert len((await look(db, enrollment)).status_history) == 3


async def test_the_same_decision_sent_twice_is_one_decision_with_the_same_answer(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    approved, returned, left = await waiting(), await waiting(), await waiting()
    browser = await sign_in(cast.principal)
    for address, sent in (
        (approval_of(cast, approved), {"version": approved.version}),
        (return_of(cast, returned), {"version": returned.version, "reason": "See me."}),
    ):
        answers = [await browser.post(address, sent) for _ in range(2)]
        assert [answer.status for answer in answers] == [303, 303]
        assert answers[0].location == answers[1].location
    assert len((await look(db, approved)).status_history) == 3
    assert len((await look(db, returned)).status_history) == 3
    assert (await look(db, left)).status == Status.SUBMITTED


async def test_the_same_decision_in_other_words_comes_too_late(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    approved, returned = await waiting(), await waiting()
    other = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus)
    browser = await sign_in(cast.principal)
    for address, sent, otherwise in (
        (approval_of(cast, approved), {"version": approved.version}, {"group_id": str(other.id)}),
        (return_of(cast, returned), {"version": returned.version, "reason": "See me."}, {"reason": "A document."}),
    ):
        assert (await browser.post(address, sent)).status == 303
        answer = await browser.post(address, sent | otherwise)
        assert answer.status == 409
        assert "Nothing was decided" in answer.one("#errors").text()
    assert (await look(db, approved)).group_id == cast.group.id
    assert (await look(db, returned)).status_history[-1]["reason"] == "See me."


async def test_what_changed_since_it_was_opened_is_looked_at_again(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession
) -> None:
    enrollment = await waiting()
    seen = enrollment.version
    enrollment.note = "The shift matters."
    await db.flush()
    answer = await (await sign_in(cast.principal)).post(approval_of(cast, enrollment), {"version": seen})
    assert answer.status == 409
    assert "It has changed since you opened it." in answer.text
    assert (await look(db, enrollment)).status == Status.SUBMITTED


@pytest.mark.parametrize("way", [approval_of, return_of])
async def test_nobody_else_decides(sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, way: Any) -> None:
    enrollment = await waiting()
    sent = {"version": enrollment.version, "reason": "No."}
    address = way(cast, enrollment)
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    assert (await (await sign_in(cast.principal)).post(address, sent, headers=FORGED)).status == 403
    elsewhere = address.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).post(elsewhere, sent)).status == 404
    seen = await look(db, enrollment)
    assert (seen.status, len(seen.status_history)) == (Status.SUBMITTED, 2)


async def test_of_twenty_approvals_for_the_last_seat_exactly_one_gets_it(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        group = await factories.make_group(session, cast.school, year=cast.year, campus=cast.campus, capacity=1)
        asking = [await make_waiting(session, cast, group=group) for _ in range(20)]
    # All twenty get a connection, however busy the machine: it is the seat that is short here, not the pool.
    roomy = create_app(replace(committing.settings, pool_size=20, pool_timeout=20.0))
    async with roomy.lifespan(), replace(committing, app=roomy).browser(cast.principal) as browser:

        async def approve(enrollment: Enrollment) -> Page:
            sent = {"version": enrollment.version, "saw_a_seat": "y"}
            answer = await browser.post(approval_of(cast, enrollment), sent)
            if answer.status == 503:
                # Whoever has waited too long in the line is told to try again, and does.
                await asyncio.sleep(1)
                return await approve(enrollment)
            return answer

        answers = await asyncio.gather(*(approve(enrollment) for enrollment in asking))
    assert sorted(answer.status for answer in answers) == [303] + [409] * 19
    refused = [answer for answer in answers if answer.status == 409]
    assert all("has just been taken. Choose another group." in answer.one("#errors").text() for answer in refused)
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        counted = dict(
            (await session.execute(select(Enrollment.status, func.count()).group_by(Enrollment.status))).all()
        )
    assert counted == {Status.ACTIVE: 1, Status.SUBMITTED: 19}
