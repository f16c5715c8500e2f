"""A student's guardians, changed by several people at the same moment, over a database that really commits."""

import asyncio

import pytest
from sqlalchemy import select

from portal.db.tenancy import enter_school
from portal.guardians.models import StudentGuardian
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SEVERAL = 4


@pytest.fixture
async def cast(committing: Committing) -> Cast:
    async with committing.session() as session:
        return await factories.make_cast(session)


@pytest.fixture
async def at(committing: Committing, cast: Cast) -> str:
    """Where the guardians of a student stand who has one more than are changed, the first of them primary."""
    async with committing.session() as session:
        student = await factories.make_student(session, cast.school)
        for number in range(SEVERAL + 1):
            guardian = await factories.make_guardian(session, cast.school, document_number=f"{43000000 + number}")
            await factories.make_tie(session, student, guardian, is_primary=not number, contact_order=number + 1)
        return f"/schools/{cast.school.slug}/students/{student.id}/guardians"


async def ties(committing: Committing, cast: Cast) -> list[StudentGuardian]:
    """As stored, in the order of calling."""
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        return list(await session.scalars(select(StudentGuardian).order_by(StudentGuardian.contact_order)))


async def save_all(browser: Browser, at: str, changed: list[StudentGuardian], typed: dict[str, str]) -> list[int]:
    """Every one's form, opened first and then sent at the same time."""
    forms = [(await browser.get(f"{at}/{tie.id}/edit", headers=FRAGMENT)).form("form.is-editing") for tie in changed]
    answers = await asyncio.gather(
        *(browser.post(f"{at}/{tie.id}/edit", form | typed) for tie, form in zip(changed, forms, strict=True))
    )
    return [answer.status for answer in answers]


async def test_of_several_made_primary_at_once_one_is_and_nobody_is_told_otherwise(
    committing: Committing, cast: Cast, at: str
) -> None:
    _first, *others = await ties(committing, cast)
    async with committing.browser(cast.secretary) as browser:
        assert await save_all(browser, at, others, {"is_primary": "y"}) == [303] * SEVERAL
    assert [tie.is_primary for tie in await ties(committing, cast)].count(True) == 1


async def test_the_primary_one_may_be_corrected_while_another_takes_their_place(
    committing: Committing, cast: Cast, at: str
) -> None:
    both = (await ties(committing, cast))[:2]
    async with committing.browser(cast.secretary) as browser:
        assert set(await save_all(browser, at, both, {"is_primary": "y", "contact_order": "3"})) <= {303, 409}
    kept = await ties(committing, cast)
    assert [tie.is_primary for tie in kept].count(True) == 1


async def test_of_several_called_first_at_once_each_has_a_place_of_their_own(
    committing: Committing, cast: Cast, at: str
) -> None:
    _first, *others = await ties(committing, cast)
    async with committing.browser(cast.secretary) as browser:
        answers = await save_all(browser, at, others, {"contact_order": "1"})
    assert set(answers) <= {303, 409}
    assert [tie.contact_order for tie in await ties(committing, cast)] == list(range(1, SEVERAL + 2))
