"""A form that is sent many times at once, over a database that really commits."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
MODELS = (Student, Guardian, StudentGuardian, Enrollment)


@pytest.fixture
async def cast(committing: Committing) -> Cast:
    async with committing.session() as session:
        return await factories.make_cast(session)


async def counts(committing: Committing, cast: Cast) -> list[int]:
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        return [int(await session.scalar(select(func.count()).select_from(model)) or 0) for model in MODELS]


async def send_all(committing: Committing, cast: Cast, forms: list[dict[str, Any]]) -> list[tuple[int, str]]:
    """Every form at the same time, from a browser."""
    async with committing.browser(cast.secretary) as browser:
        answers = await asyncio.gather(*(browser.post(f"/schools/{cast.school.slug}/students", form) for form in forms))
        return [(answer.status, answer.location) for answer in answers]


async def test_one_form_sent_twenty_times_registers_once_and_says_the_same_each_time(
    committing: Committing, cast: Cast
) -> None:
    minted = str(uuid.uuid4())
    form = STUDENT | GUARDIAN | {"id": minted, "enrollment-group_id": str(cast.group.id), "then": "submit"}
    answers = await send_all(committing, cast, [form] * 20)
    assert set(answers) == {(303, f"/schools/{cast.school.slug}/students/{minted}")}
    assert await counts(committing, cast) == [1, 1, 1, 1]


async def test_of_two_contents_under_one_id_only_one_is_ever_said_to_be_registered(
    committing: Committing, cast: Cast
) -> None:
    form = STUDENT | {"id": str(uuid.uuid4())}
    answers = await send_all(committing, cast, [form, form | {"first_name": "Angélica"}] * 5)
    assert sorted(status for status, _location in answers) == [303] * 5 + [409] * 5
    assert await counts(committing, cast) == [1, 0, 0, 0]


async def test_two_secretaries_who_register_one_child_get_one_student(committing: Committing, cast: Cast) -> None:
    forms = [STUDENT | GUARDIAN | {"id": str(uuid.uuid4())} for _ in range(6)]
    answers = await send_all(committing, cast, forms)
    assert sorted(status for status, _location in answers) == [303] + [422] * 5
    assert await counts(committing, cast) == [1, 1, 1, 0]


async def test_siblings_registered_at_once_get_different_enrollment_numbers(committing: Committing, cast: Cast) -> None:
    names = ("Ana", "Bruno", "Carla", "Diego", "Elisa", "Fabio")
    forms = [
        STUDENT | {"first_name": name, "document_number": f"10{at}9777{at}21", "enrollment-grade": "6"}
        for at, name in enumerate(names)
    ]
    answers = await send_all(committing, cast, forms)
    assert {status for status, _location in answers} == {303}
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        numbers = set(await session.scalars(select(Enrollment.number)))
    assert len(numbers) == len(names)
