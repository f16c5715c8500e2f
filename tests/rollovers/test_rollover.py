"""A principal rolls the year over: what is proposed, what she changes, applying it, and taking it back."""

from typing import Any

import pytest
from sqlalchemy import func, select

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome, YearStatus
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.rollovers.models import Rollover, RolloverChoice
from portal.students.models import Student
from tests import factories
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted
from tests.rollovers.conftest import Closing, SignIn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def principal(sign_in: SignIn, closing: Closing) -> Browser:
    return await sign_in(closing.cast.principal)


def row_of(page: Page, enrollment: Enrollment) -> str:
    return " ".join(page.one(f"#enrollment-{enrollment.id}").text(separator=" ").split())


async def apply(browser: Browser, closing: Closing, **more: Any) -> Page:
    page = await browser.get(f"{closing.address}?step=apply")
    return await browser.post(f"{closing.address}/application", {**page.form(), **more})


async def test_the_preview_proposes_from_how_the_year_ended(principal: Browser, closing: Closing) -> None:
    promoted = await closing.pupil("Ávila")
    repeating = await closing.pupil("Bedoya", Outcome.REPEATING)
    unfinished = await closing.pupil("Cano", None)
    eleventh = await factories.make_group(
        closing.db, closing.cast.school, year=closing.cast.year, campus=closing.cast.campus, grade=Grade.ELEVENTH
    )
    graduate = await closing.pupil("Duque", Outcome.GRADUATED, group=eleventh)
    last_grade = await closing.pupil("Estrada", None, group=eleventh)
    withdrawn = await closing.pupil("Franco", None, status=Status.WITHDRAWN)
    page = await principal.get(closing.address)
    assert "Promote 7th A" in row_of(page, promoted)
    assert "Repeat 6th A" in row_of(page, repeating)
    assert "Promote 7th A" in row_of(page, unfinished)
    assert "No outcome recorded" in row_of(page, unfinished)
    assert "Graduate" in row_of(page, graduate)
    assert "Graduate" in row_of(page, last_grade)
    assert page.all(f"#enrollment-{withdrawn.id}") == []
    assert page.texts(".figures a") == ["Promote 2", "Repeat 1", "Graduate 2", "Not returning 0", "Already enrolled 0"]
    assert await closing.next_year() == []


async def test_applying_enrolls_everybody_who_stays(principal: Browser, closing: Closing) -> None:
    for surname in ("Ávila", "Bedoya"):
        await closing.pupil(surname)
    await closing.pupil("Cano", Outcome.REPEATING)
    assert (await apply(principal, closing)).location == f"{closing.address}?step=apply"
    made = await closing.next_year()
    assert [(each.number, each.grade, each.group_id) for each in made] == [
        ("2027-00001", Grade.SEVENTH, closing.next_seventh.id),
        ("2027-00002", Grade.SEVENTH, closing.next_seventh.id),
        ("2027-00003", Grade.SIXTH, closing.next_sixth.id),
    ]
    first = made[0]
    assert (first.status, first.starts_on, first.version) == (Status.ACTIVE, closing.target.starts_on, 1)
    assert (first.campus_id, first.shift) == (closing.next_seventh.campus_id, closing.next_seventh.shift)
    [line] = first.status_history
    assert (line["from"], line["to"], line["reason"]) == (None, "active", "Rolled over from 2026")
    assert line["by"] == str(closing.cast.principal.id)
    page = await principal.get(closing.address)
    assert "Applied on" in page.text
    assert "Already enrolled" in page.text


async def test_applying_again_adds_only_what_is_missing(principal: Browser, closing: Closing) -> None:
    await closing.pupil("Ávila")
    page = await principal.get(f"{closing.address}?step=apply")
    form = page.form()
    for _time in range(2):
        assert (await principal.post(f"{closing.address}/application", form)).status == 303
    first = {each.id for each in await closing.next_year()}
    assert len(first) == 1
    await closing.pupil("Bedoya")
    assert "1 student more would get a place" in (await principal.get(closing.address)).text
    await apply(principal, closing)
    assert {each.id for each in await closing.next_year()} > first
    assert len(await closing.next_year()) == 2


async def test_whoever_has_a_place_already_is_left_alone(principal: Browser, closing: Closing) -> None:
    pupil = await closing.pupil("Ávila")
    student = await closing.db.get_one(Student, (pupil.school_id, pupil.student_id))
    place = await factories.make_enrollment(closing.db, student, group=closing.next_seventh_b, status=Status.SUBMITTED)
    page = await principal.get(closing.address)
    assert "Already enrolled 7th B" in row_of(page, pupil)
    assert page.all(f"#enrollment-{pupil.id} input") == []
    assert "There is nobody to enroll." in (await principal.get(f"{closing.address}?step=apply")).text
    assert [each.id for each in await closing.next_year()] == [place.id]


async def test_no_group_is_overfilled(principal: Browser, closing: Closing) -> None:
    for number in range(7):
        await closing.pupil(f"Pupil{'ABCDEFG'[number]}")
    page = await principal.get(f"{closing.address}?step=problems")
    assert "No seat left 1" in page.text
    assert len(page.all("#rows tr")) == 1
    refused = await apply(principal, closing)
    assert refused.status == 422
    assert "Some find no seat." in refused.text
    assert await closing.next_year() == []
    assert await closing.db.scalar(select(func.count()).select_from(Rollover)) == 0

    assert (await apply(principal, closing, leave="y")).status == 303
    places = [each.group_id for each in await closing.next_year()]
    assert {group: places.count(group) for group in places} == {
        closing.next_seventh.id: 3,
        closing.next_seventh_b.id: 3,
        None: 1,
    }


async def test_single_proposals_are_changed_and_many_at_once(principal: Browser, closing: Closing) -> None:
    one, other, third = [await closing.pupil(surname) for surname in ("Ávila", "Bedoya", "Cano")]
    changed = await principal.post(
        f"{closing.address}?q=a&kind=promote",
        {"id": [str(one.id), str(other.id)], "group_id": str(closing.next_seventh_b.id)},
    )
    assert changed.location == f"{closing.address}?q=a&kind=promote"
    await principal.post(closing.address, {"id": str(third.id), "decision": "leave"})
    page = await principal.get(closing.address)
    assert "Promote · chosen 7th B" in row_of(page, one)
    assert "Not returning · chosen" in row_of(page, third)
    await principal.post(closing.address, {"id": str(other.id), "decision": "repeat"})
    await principal.post(closing.address, {"id": str(one.id), "then": "propose"})
    page = await principal.get(closing.address)
    assert "Promote 7th A" in row_of(page, one)
    assert "Repeat · chosen 6th A" in row_of(page, other)
    await apply(principal, closing)
    assert {each.group_id for each in await closing.next_year()} == {closing.next_seventh.id, closing.next_sixth.id}


async def test_too_many_in_a_chosen_group_are_marked(principal: Browser, closing: Closing) -> None:
    pupils = [await closing.pupil(f"Pupil{letter}") for letter in "ABCD"]
    ids = [str(each.id) for each in pupils]
    await principal.post(closing.address, {"id": ids, "group_id": str(closing.next_seventh_b.id)})
    page = await principal.get(f"{closing.address}?step=problems")
    assert "1 too many" in page.text
    assert "PupilD" in page.one("#rows").text()
    assert (await apply(principal, closing)).status == 422


async def test_one_who_shall_have_no_group_yet_is_enrolled_without_and_takes_no_seat(
    principal: Browser, closing: Closing
) -> None:
    pupils = [await closing.pupil(f"Pupil{letter}") for letter in "ABCDEFG"]
    leaving = await closing.pupil("Zapata", Outcome.GRADUATED)
    refused = await principal.post(closing.address, {"id": str(leaving.id), "group_id": "none"})
    assert (refused.status, "They do not stay" in refused.one("#errors").text()) == (422, True)

    await principal.post(closing.address, {"id": str(pupils[0].id), "group_id": "none"})
    page = await principal.get(closing.address)
    assert "Promote · chosen 7th · no group" in row_of(page, pupils[0])
    assert "Everybody who stays has a seat." in (await principal.get(f"{closing.address}?step=problems")).text
    assert (await apply(principal, closing)).status == 303
    without = {each.student_id: each.grade for each in await closing.next_year() if each.group_id is None}
    assert without == {pupils[0].student_id: Grade.SEVENTH}


async def test_no_group_is_taken_back_by_any_that_fits(principal: Browser, closing: Closing) -> None:
    pupil = await closing.pupil("Ávila")
    for sent, shown in (
        ({"group_id": "none", "decision": "repeat"}, "Repeat · chosen 6th · no group"),
        ({"decision": "promote"}, "Promote · chosen 7th A"),
        ({"group_id": "none"}, "Promote · chosen 7th · no group"),
        ({"then": "propose"}, "Promote 7th A"),
    ):
        await principal.post(closing.address, {"id": str(pupil.id), **sent})
        assert shown in row_of(await principal.get(closing.address), pupil)


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_wrong_choice_says_why_and_keeps_the_ticks(
    principal: Browser, closing: Closing, headers: dict[str, str]
) -> None:
    pupil = await closing.pupil("Ávila", group=closing.seventh)
    for sent, words in (
        ({"decision": "promote"}, "Tick the students first."),
        ({"id": str(pupil.id)}, "Choose a decision or a group."),
        ({"id": str(pupil.id), "decision": "expel"}, "Choose one of the list."),
        ({"id": str(pupil.id), "group_id": str(closing.sixth.id)}, "Choose one of the list."),
        ({"id": str(pupil.id), "group_id": str(closing.next_sixth.id)}, "6th A is not a group for: Ávila"),
        (
            {"id": str(pupil.id), "decision": "leave", "group_id": str(closing.next_seventh.id)},
            "Who does not stay gets no group.",
        ),
    ):
        answer = await principal.post(closing.address, sent, headers=headers)
        assert answer.status == 422
        assert words in answer.one("#errors").text()
        assert answer.is_fragment == bool(headers)
        assert len(answer.all("#rows input[checked]")) == ("id" in sent)
    assert await closing.db.scalar(select(func.count()).select_from(RolloverChoice)) == 0


async def test_what_changed_since_the_preview_is_shown_before_it_is_applied(
    principal: Browser, closing: Closing
) -> None:
    await closing.pupil("Ávila")
    page = await principal.get(f"{closing.address}?step=apply")
    await closing.pupil("Bedoya")
    answer = await principal.post(f"{closing.address}/application", page.form(), headers=FRAGMENT)
    assert answer.status == 409
    assert "The records changed since you looked." in answer.text
    assert await closing.next_year() == []
    assert (await principal.post(f"{closing.address}/application", answer.form("form[method=post]"))).status == 303


async def test_undoing_removes_what_nobody_touched(principal: Browser, closing: Closing) -> None:
    for surname in ("Ávila", "Bedoya", "Cano"):
        await closing.pupil(surname)
    await apply(principal, closing)
    before = [(each.student_id, each.group_id) for each in await closing.next_year()]
    touched = (await closing.next_year())[1]
    touched.note = "Comes in March."
    await closing.db.flush()

    page = await principal.get(f"{closing.address}?step=apply")
    assert "Removes the 2 enrollments of 2027" in page.text
    assert "Bedoya" in page.one("section[aria-labelledby=undo-title]").text()
    for _time in range(2):
        assert (await principal.post(f"{closing.address}/undoing")).status == 303
    assert [each.id for each in await closing.next_year()] == [touched.id]
    assert "1 enrollment was changed" in (await principal.get(f"{closing.address}?step=apply")).text

    await apply(principal, closing)
    after = [(each.student_id, each.group_id) for each in await closing.next_year()]
    assert sorted(map(str, after)) == sorted(map(str, before))


async def test_a_year_that_runs_is_not_undone(principal: Browser, closing: Closing) -> None:
    await closing.pupil("Ávila")
    await apply(principal, closing)
    await enter_school(closing.db, closing.cast.school.id)
    closing.cast.year.status = YearStatus.CLOSED
    await closing.db.flush()
    closing.target.status = YearStatus.ACTIVE
    await closing.db.flush()
    assert "cannot be undone" in (await principal.get(f"{closing.address}?step=apply")).text
    assert (await principal.post(f"{closing.address}/undoing")).status == 409
    assert len(await closing.next_year()) == 1


async def test_whoever_asks_for_a_planned_year_means_the_one_before(principal: Browser, closing: Closing) -> None:
    address = closing.address.replace(str(closing.cast.year.id), str(closing.target.id))
    assert (await principal.get(address)).location == closing.address


async def test_without_a_next_year_it_says_what_to_do(principal: Browser, closing: Closing) -> None:
    await enter_school(closing.db, closing.cast.school.id)
    closing.target.status = YearStatus.ARCHIVED
    await closing.db.flush()
    page = await principal.get(closing.address)
    assert page.status == 200
    assert "There is no next year yet" in page.text
    for path in (closing.address, f"{closing.address}/application", f"{closing.address}/undoing"):
        assert (await principal.post(path, {"id": "x"})).status == 409


async def test_the_list_is_filtered_searched_and_paged(principal: Browser, closing: Closing) -> None:
    closing.next_seventh.capacity = 200
    for number in range(60):
        await closing.pupil(f"Pupil{number:02}")
    await closing.pupil("Núñez", Outcome.REPEATING, group=closing.seventh)
    page = await principal.get(closing.address)
    assert len(page.all("#rows tr")) == 50
    page = await principal.get(
        closing.address + str(page.one("a[rel=next]").attributes["href"]).partition("rollover")[2]
    )
    assert len(page.all("#rows tr")) == 11
    page = await principal.get(f"{closing.address}?q=nunez", headers=FRAGMENT)
    assert page.is_fragment
    assert (len(page.all("#rows tr")), page.one("[data-announce]").attributes["data-announce"]) == (1, "1 student")
    for params in ("grade=7", "kind=repeat", "group=A&grade=7&q=castaño"):
        assert len((await principal.get(f"{closing.address}?{params}")).all("#rows tr")) == 1
    for params in ("grade=x", "kind=y", "after=z", "step=w", "remark=v"):
        assert len((await principal.get(f"{closing.address}?{params}")).all("#rows tr")) == 50


async def test_queries_do_not_grow_with_the_pupils(app: Any, principal: Browser, closing: Closing) -> None:
    numbers: dict[str, list[int]] = {}
    for pupils in (2, 30):
        for number in range(pupils):
            await closing.pupil(f"Pupil{pupils}{number}")
        for step in ("", "problems", "apply"):
            with counted(app) as queries:
                await principal.get(f"{closing.address}?step={step}")
            numbers.setdefault(step, []).append(len(queries))
        with counted(app) as queries:
            await apply(principal, closing, leave="y")
        numbers.setdefault("application", []).append(len(queries))
    assert all(many <= few + 1 for few, many in numbers.values()), numbers  # one asks whom an undo would remove
    assert max(numbers[""] + numbers["problems"] + numbers["apply"]) <= 8


async def test_only_the_principal_rolls_over(sign_in: SignIn, closing: Closing) -> None:
    pupil = await closing.pupil("Ávila")
    cast = closing.cast
    paths = ("", "/application", "/undoing")
    for person, status in ((cast.secretary, 403), (cast.coordinator, 403), (cast.viewer, 403), (cast.stranger, 404)):
        browser = await sign_in(person)
        assert (await browser.get(closing.address)).status == status
        for path in paths:
            sent = {"id": str(pupil.id), "decision": "leave"}
            assert (await browser.post(closing.address + path, sent)).status == status
    principal = await sign_in(cast.principal)
    for path in paths:
        assert (await principal.post(closing.address + path, {"leave": "y"}, headers=FORGED)).status == 403
    stranger = await sign_in(cast.stranger)
    elsewhere = closing.address.replace(cast.school.slug, cast.other_school.slug)
    assert (await stranger.get(elsewhere)).status == 404
    assert await closing.next_year() == []
