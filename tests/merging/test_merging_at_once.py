"""Merges at the same moment as other merges, edits and deletions, over a database that really commits."""

import asyncio

import pytest
from sqlalchemy import func, select

from portal.db.tenancy import enter_school
from portal.guardians.models import StudentGuardian
from portal.merging.models import Merge
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import Browser, Page

pytestmark = pytest.mark.anyio


@pytest.fixture
async def cast(committing: Committing) -> Cast:
    async with committing.session() as session:
        return await factories.make_cast(session)


@pytest.fixture
async def two(committing: Committing, cast: Cast) -> tuple[Student, Student]:
    async with committing.session() as session:
        one = await factories.make_student(session, cast.school)
        other = await factories.make_student(session, cast.school, phone="3105550000")
        await factories.make_guardian(session, cast.school, of=other)
        return one, other


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


async def opened(browser: Browser, at: str, one: Student, other: Student) -> dict[str, str]:
    form: dict[str, str] = (await browser.get(f"{at}/merge?one={one.id}&other={other.id}")).form("#merge")
    return form


async def merges(committing: Committing, cast: Cast) -> int:
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        return int(await session.scalar(select(func.count()).select_from(Merge)) or 0)


async def living(committing: Committing, cast: Cast) -> list[Student]:
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        return list(await session.scalars(select(Student).where(Student.deleted_at.is_(None))))


async def test_one_page_sent_twenty_times_merges_once(
    committing: Committing, cast: Cast, two: tuple[Student, Student], at: str
) -> None:
    async with committing.browser(cast.secretary) as browser:
        form = await opened(browser, at, *two)
        answers = await asyncio.gather(*(browser.post(f"{at}/merge", form) for _ in range(20)))
    assert {(answer.status, answer.location) for answer in answers} == {(303, f"{at}/{two[0].id}")}
    assert await merges(committing, cast) == 1


async def test_of_two_who_merge_a_pair_either_way_one_does(
    committing: Committing, cast: Cast, two: tuple[Student, Student], at: str
) -> None:
    async with committing.browser(cast.secretary) as browser:
        forms = [await opened(browser, at, *two), await opened(browser, at, *two[::-1])]
        answers = await asyncio.gather(*(browser.post(f"{at}/merge", form) for form in forms))
    assert sorted(answer.status for answer in answers) == [303, 409]
    assert await merges(committing, cast) == 1
    assert len(await living(committing, cast)) == 1


async def test_an_edit_meanwhile_is_saved_or_told_and_never_lost(
    committing: Committing, cast: Cast, two: tuple[Student, Student], at: str
) -> None:
    async with committing.browser(cast.secretary) as browser:
        form = await opened(browser, at, *two)
        edit = (await browser.get(f"{at}/{two[0].id}/sections/contact/edit")).form()
        edited, merged = await asyncio.gather(
            browser.post(f"{at}/{two[0].id}/sections/contact", edit | {"email": "luz@x.co"}),
            browser.post(f"{at}/merge", form),
        )
    (survivor, *others) = [row for row in await living(committing, cast) if row.id == two[0].id]
    assert not others
    assert (survivor.email == "luz@x.co") == _was_saved(edited)
    assert (await merges(committing, cast) == 1) == _was_saved(merged)
    assert _was_saved(edited) or _was_saved(merged)


async def test_a_deletion_meanwhile_and_a_merge_never_both_happen(
    committing: Committing, cast: Cast, two: tuple[Student, Student], at: str
) -> None:
    async with committing.browser(cast.secretary) as browser:
        form = await opened(browser, at, *two)
        deletion = (await browser.get(f"{at}/{two[1].id}/deletion")).form()
        deleted, merged = await asyncio.gather(
            browser.post(f"{at}/{two[1].id}/deletion", deletion), browser.post(f"{at}/merge", form)
        )
    assert _was_saved(deleted) != _was_saved(merged), (deleted.status, merged.status)
    assert len(await living(committing, cast)) == 1


async def test_a_guardian_added_meanwhile_leaves_one_primary(
    committing: Committing, cast: Cast, two: tuple[Student, Student], at: str
) -> None:
    async with committing.session() as session:
        aunt = await factories.make_guardian(session, cast.school)
    async with committing.browser(cast.secretary) as browser:
        form = await opened(browser, at, *two)
        adding = {"guardian_id": str(aunt.id), "relationship": "aunt"}
        await asyncio.gather(browser.post(f"{at}/{two[0].id}/guardians", adding), browser.post(f"{at}/merge", form))
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        ties = await session.scalars(select(StudentGuardian).where(StudentGuardian.student_id == two[0].id))
        assert [tie.is_primary for tie in ties].count(True) == 1


def _was_saved(answer: Page) -> bool:
    return answer.status in {200, 303}
