"""Whatever the answer, its session is closed and its connection is back in the pool."""

import gc
from typing import Any

import pytest

from portal.db.plugin import engine_of
from tests import factories
from tests.conftest import Committing

pytestmark = pytest.mark.anyio


async def test_a_refused_form_gives_its_connection_back(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school)
        enrollment = await factories.make_enrollment(session, student, group=cast.group)
    pool: Any = engine_of(committing.app).pool
    refused = f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/approval"
    unknown = f"/schools/{cast.school.slug}/enrollments/{student.id}/approval"
    gc.disable()  # the collector would hide it
    try:
        async with committing.browser(cast.secretary) as browser:
            assert [(await browser.post(refused)).status for _ in range(3)] == [403] * 3
        async with committing.browser(cast.principal) as browser:
            assert [(await browser.post(unknown)).status for _ in range(3)] == [404] * 3
        assert pool.checkedout() == 0
    finally:
        gc.enable()
