"""A transfer that fails anywhere leaves nothing at either school; two at once are one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import event

from portal.db import tenancy
from portal.db.plugin import engine_of
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.enrollments.transfers import Leaving, make_leaving, pictured

pytestmark = pytest.mark.anyio

# A transfer sends far fewer statements: a safeguard of the loop.
MOST_STEPS = 150


class Broken(Exception):
    """Whatever may go wrong."""


async def scene(committing: Committing) -> Leaving:
    async with committing.session() as db:
        return await make_leaving(db, committing.app, await factories.make_cast(db))


async def state(committing: Committing, leaving: Leaving) -> dict[str, Any]:
    async with committing.session() as db:
        return await pictured(db, leaving.cast.school, leaving.cast.other_school)


def files_of(committing: Committing, leaving: Leaving) -> list[Any]:
    folder = committing.app.state.storage.folder / str(leaving.cast.other_school.id)
    return [path for path in folder.rglob("*") if path.is_file()]


@contextmanager
def failing_at(app: Litestar, kind: str, step: int) -> Iterator[list[int]]:
    """Fail at the so-many-th statement, or at the commit; gives how many there were."""
    engine, seen = engine_of(app).sync_engine, [0]

    def count(*_args: Any) -> None:
        seen[0] += 1
        if seen[0] > step:
            raise Broken

    event.listen(engine, kind, count)
    try:
        yield seen
    finally:
        event.remove(engine, kind, count)


@pytest.mark.parametrize("kind", ["before_cursor_execute", "after_cursor_execute"])
async def test_a_failure_at_any_statement_leaves_nothing(committing: Committing, kind: str) -> None:
    leaving = await scene(committing)
    async with committing.browser(leaving.cast.secretary) as browser:
        form = (await browser.get(leaving.to)).form("#transfer")
        before, files = await state(committing, leaving), files_of(committing, leaving)
        for step in range(MOST_STEPS):
            with failing_at(committing.app, kind, step):
                answer = await browser.post(leaving.address, form)
            if answer.status == 303:
                break
            assert answer.status == 500, step
            await committing.app.state.storage.settled()
            assert await state(committing, leaving) == before, step
            assert files_of(committing, leaving) == files, step
    assert step > 30  # it has many steps, and each of them has failed
    assert await state(committing, leaving) != before


async def test_a_failure_on_the_way_between_the_schools_leaves_nothing(
    committing: Committing, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = await scene(committing)
    enter, entered = tenancy.enter_school, [0]
    async with committing.browser(leaving.cast.secretary) as browser:
        form = (await browser.get(leaving.to)).form("#transfer")
        before = await state(committing, leaving)
        for step in (1, 2):

            async def break_down(*args: Any, step: int = step, **options: Any) -> None:
                entered[0] += 1
                if entered[0] == step:
                    raise Broken
                await enter(*args, **options)

            entered[0] = -1  # the guard of the request enters the school first
            monkeypatch.setattr(tenancy, "enter_school", break_down)
            assert (await browser.post(leaving.address, form)).status == 500
            monkeypatch.setattr(tenancy, "enter_school", enter)
            assert await state(committing, leaving) == before


async def test_a_commit_that_fails_leaves_nothing(committing: Committing) -> None:
    leaving = await scene(committing)
    async with committing.browser(leaving.cast.secretary) as browser:
        form = (await browser.get(leaving.to)).form("#transfer")
        before = await state(committing, leaving)
        with failing_at(committing.app, "commit", 0):
            assert (await browser.post(leaving.address, form)).status == 500
        assert await state(committing, leaving) == before


async def test_two_transfers_of_one_pupil_at_once_are_one(committing: Committing) -> None:
    leaving = await scene(committing)
    async with (
        committing.browser(leaving.cast.secretary) as one,
        committing.browser(leaving.cast.principal) as other,
    ):
        form = (await one.get(leaving.to)).form("#transfer")
        answers = await asyncio.gather(*(each.post(leaving.address, form) for each in (one, other)))
    assert sorted(answer.status for answer in answers) == [303, 409]
    async with committing.session() as db:
        leaving.db = db
        assert len(await leaving.at(leaving.cast.other_school, Enrollment)) == 1
        assert len(await leaving.at(leaving.cast.other_school, Student)) == 1


async def test_schools_that_send_each_other_pupils_do_not_wait_in_a_circle(committing: Committing) -> None:
    leaving = await scene(committing)
    cast = leaving.cast
    paths = []
    async with committing.session() as db:
        campus = await factories.make_campus(db, cast.other_school)
        group = await factories.make_group(db, cast.other_school, year=leaving.there, campus=campus)
        for school, seat, to in ((cast.school, cast.group, cast.other_school), (cast.other_school, group, cast.school)):
            for _number in range(4):
                student = await factories.make_student(db, school)
                enrollment = await factories.make_enrollment(db, student, group=seat)
                form = {"enrollment_id": str(enrollment.id), "to": str(to.id), "ends_on": "1/6/2026"}
                paths.append((f"/schools/{school.slug}/students/{student.id}/transfer", form))
    async with committing.browser(cast.superuser) as browser:
        answers = await asyncio.gather(*(browser.post(path, form) for path, form in paths))
    assert [answer.status for answer in answers] == [303] * 8
