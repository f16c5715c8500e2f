"""Pupils change the group in mid-year: thirty at once, looked at first, in one go, undone in one go."""

import asyncio
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Shift, YearStatus
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.enrollments.ticked import MOST_IN_AN_ADDRESS
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from tests import factories
from tests.conftest import Committing
from tests.enrollments.conftest import SignIn, Waiting, look, make_seated
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio


def change_of(cast: Cast, *enrollments: Enrollment, to: Group | None = None) -> str:
    named = [f"enrollment={each.id}" for each in enrollments] + ([f"group_id={to.id}"] if to else [])
    return f"/schools/{cast.school.slug}/group-changes/new?" + "&".join(named)


def ticked(page: Page) -> dict[str, Any]:
    """The form as it stands: everybody who can change is ticked."""
    return page.form() | {"enrollment": [str(box.attributes["value"]) for box in page.all("input[name=enrollment]")]}


@pytest.fixture
async def target(db: AsyncSession, cast: Cast) -> Group:
    campus = await factories.make_campus(db, cast.school, name="Campus North")
    return await factories.make_group(
        db, cast.school, year=cast.year, campus=campus, code="B", shift=Shift.AFTERNOON, capacity=32
    )


async def test_a_coordinator_moves_thirty_pupils_and_takes_it_back(
    app: Litestar, sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupils = [await seated() for _ in range(30)]
    browser = await sign_in(cast.coordinator)
    everybody = f"/schools/{cast.school.slug}/group-changes/new?group={cast.group.id}"
    with counted(app) as queries:
        page = await browser.get(f"{everybody}&group_id={target.id}")
    assert len(queries) <= 7
    assert len(page.all("#rows > tr")) == 30
    assert "0 seats are taken now, 30 of 32 afterwards." in page.text
    assert "30 students change campus, to Campus North." in page.text
    assert "30 students change shift, to afternoon." in page.text
    with counted(app) as queries:
        answer = await browser.post(change_of(cast), ticked(page))
    assert answer.status == 303
    assert len([query for query in queries if not query.startswith("UPDATE enrollments")]) <= 12
    histories = [await look(db, each) for each in pupils]
    assert {(each.group_id, each.campus_id, each.shift) for each in histories} == {
        (target.id, target.campus_id, Shift.AFTERNOON)
    }
    line = histories[0].status_history[-1]
    assert (line["from"], line["to"], line["reason"]) == ("active", "active", f"6th {cast.group.code} → 6th B")
    assert len({each.status_history[-1]["batch"] for each in histories}) == 1

    shown = await browser.get(answer.location)
    assert "30 students moved to 6th B." in shown.text
    assert (await browser.post(str(shown.one("form.note").attributes["action"]))).status == 303
    back = [await look(db, each) for each in pupils]
    assert {(each.group_id, each.campus_id, each.shift) for each in back} == {
        (cast.group.id, cast.campus.id, Shift.MORNING)
    }


async def test_it_is_looked_at_before_a_group_is_chosen_and_in_part(
    sign_in: SignIn, cast: Cast, seated: Waiting, target: Group
) -> None:
    pupil = await seated()
    browser = await sign_in(cast.coordinator)
    page = await browser.get(change_of(cast, pupil))
    assert page.status == 200
    assert not page.all(".form-foot")
    part = await browser.get(change_of(cast, pupil, to=target), headers=FRAGMENT)
    assert part.is_fragment
    assert part.one(".form-foot button").text().strip().startswith("Move those ticked to 6th B")
    assert "No student has been chosen" in (await browser.get(change_of(cast))).text
    assert "No student has been chosen" in (await browser.get(change_of(cast) + "enrollment=nonsense&group=x")).text


async def test_who_cannot_change_is_named_with_the_reason_and_not_offered(
    sign_in: SignIn, cast: Cast, seated: Waiting, waiting: Waiting, db: AsyncSession, target: Group
) -> None:
    able, there, asking = await seated(), await seated(group=target), await waiting()
    past = await factories.make_year(
        db, cast.school, name="2025", starts_on=cast.year.starts_on.replace(year=2025),
        ends_on=cast.year.ends_on.replace(year=2025), status=YearStatus.CLOSED,
    )  # fmt: skip
    old_group = await factories.make_group(db, cast.school, year=past, campus=cast.campus)
    old = await factories.make_enrollment(db, await factories.make_student(db, cast.school), group=old_group)
    browser = await sign_in(cast.coordinator)
    page = await browser.get(change_of(cast, able, there, asking, old, to=target))
    assert [row.attributes["id"] for row in page.all("#rows > tr")] == [f"enrollment-{able.id}"]
    assert "3 students cannot change" in page.text
    for words in ("Is in 6th B already.", "The enrollment is “to review”.", "The year 2025 is over."):
        assert words in page.text


async def test_another_grade_is_possible_with_a_plain_warning(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession
) -> None:
    pupil = await seated()
    seventh = await factories.make_group(
        db, cast.school, year=cast.year, campus=cast.campus, grade=Grade.SEVENTH, code="A"
    )
    browser = await sign_in(cast.secretary)
    page = await browser.get(change_of(cast, pupil, to=seventh))
    assert "1 student changes grade, to 7th." in page.text
    groups = page.texts("#group_id optgroup option")
    assert groups[0].startswith(f"6th {cast.group.code}")  # the own grade first
    assert (await browser.post(change_of(cast), ticked(page))).status == 303
    assert (await look(db, pupil)).grade == Grade.SEVENTH


async def test_too_few_seats_are_said_before_and_stop_everything(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupils = [await seated() for _ in range(3)]
    target.capacity = 2
    await db.flush()
    browser = await sign_in(cast.coordinator)
    page = await browser.get(change_of(cast, *pupils, to=target))
    assert "1 seat is missing in 6th B." in page.text
    for headers in ({}, FRAGMENT):
        answer = await browser.post(change_of(cast), ticked(page), headers=headers)
        assert (answer.status, answer.is_fragment) == (409, bool(headers))
        assert "6th B has 2 free seats, and 3 are needed." in answer.one("#errors").text()
    assert {(await look(db, each)).group_id for each in pupils} == {cast.group.id}
    fewer = ticked(page)
    fewer["enrollment"] = fewer["enrollment"][:2]
    assert (await browser.post(change_of(cast), fewer)).status == 303
    assert await GroupRepository(db, cast.school.id).taken_seats(target.id) == 2


async def test_what_changed_since_the_preview_stops_everything_and_is_shown(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupils = [await seated() for _ in range(2)]
    browser = await sign_in(cast.coordinator)
    form = ticked(await browser.get(change_of(cast, *pupils, to=target)))
    pupils[0].status = Status.WITHDRAWN
    await db.flush()
    answer = await browser.post(change_of(cast), form)
    assert answer.status == 409
    assert "Something has changed since you looked. Nothing was moved" in answer.one("#errors").text()
    assert "The enrollment is “withdrawn”." in answer.text
    assert (await look(db, pupils[1])).group_id == cast.group.id
    assert (await browser.post(change_of(cast), ticked(answer))).status == 303
    assert (await look(db, pupils[1])).group_id == target.id


async def test_a_wrong_form_says_what_is_missing(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupil = await seated()
    browser = await sign_in(cast.coordinator)
    for sent, words in (
        ({"enrollment": [str(pupil.id)]}, "Choose the new group."),
        ({"enrollment": [str(pupil.id)], "group_id": str(new_id())}, "Choose one of the list."),
        ({"group_id": str(target.id)}, "Choose at least one student."),
    ):
        for headers in ({}, FRAGMENT):
            answer = await browser.post(change_of(cast), sent, headers=headers)
            assert (answer.status, answer.is_fragment) == (422, bool(headers))
            assert words in answer.one("#errors").text()
    many = {"enrollment": [str(new_id()) for _ in range(201)], "group_id": str(target.id)}
    answer = await browser.post(change_of(cast), many)
    assert answer.status == 409
    assert "choose at most 200 students" in answer.text
    assert (await look(db, pupil)).group_id == cast.group.id


async def test_no_address_grows_longer_than_servers_let_through(sign_in: SignIn, cast: Cast) -> None:
    browser = await sign_in(cast.coordinator)
    somebody = [f"enrollment={new_id()}:123" for _ in range(MOST_IN_AN_ADDRESS + 1)]
    assert len("&".join(somebody[1:]).replace(":", "%3A")) < 8000
    for many, status in ((somebody, 409), (somebody[1:], 200)):
        answer = await browser.get(f"{change_of(cast)}{'&'.join(many)}")
        assert (answer.status, "choose at most 140 students" in answer.text) == (status, status == 409)


async def test_the_form_sent_twice_moves_once_and_never_again_after_an_undo(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupils = [await seated() for _ in range(2)]
    browser = await sign_in(cast.coordinator)
    form = ticked(await browser.get(change_of(cast, *pupils, to=target)))
    answers = [await browser.post(change_of(cast), form) for _ in range(2)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, answers[0].location)] * 2
    assert len((await look(db, pupils[0])).status_history) == 4
    undo = f"/schools/{cast.school.slug}/enrollments/undo/{form['id']}"
    assert (await browser.post(undo)).status == 303
    assert (await browser.post(change_of(cast), form)).status == 409
    assert (await look(db, pupils[0])).group_id == cast.group.id


async def test_only_office_and_coordination_change_groups(
    sign_in: SignIn, cast: Cast, seated: Waiting, db: AsyncSession, target: Group
) -> None:
    pupil = await seated()
    sent = {"enrollment": [str(pupil.id)], "group_id": str(target.id)}
    for person in (cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).get(change_of(cast, pupil))).status == 403
        assert (await (await sign_in(person)).post(change_of(cast), sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(change_of(cast), sent)).status == 404
    assert (await (await sign_in(cast.secretary)).post(change_of(cast), sent, headers=FORGED)).status == 403
    elsewhere = change_of(cast, pupil).replace(cast.school.slug, cast.other_school.slug)
    assert "No student has been chosen" in (await (await sign_in(cast.stranger)).get(elsewhere)).text
    assert (await look(db, pupil)).group_id == cast.group.id


async def test_of_five_who_want_the_last_seat_exactly_one_gets_it(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        group = await factories.make_group(session, cast.school, year=cast.year, campus=cast.campus, capacity=1)
        pupils = [await make_seated(session, cast) for _ in range(5)]
    async with committing.browser(cast.coordinator) as browser:
        answers = await asyncio.gather(
            *(
                browser.post(change_of(cast), {"enrollment": [str(each.id)], "group_id": str(group.id)})
                for each in pupils
            )
        )
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409, 409]
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        assert await GroupRepository(session, cast.school.id).taken_seats(group.id) == 1
