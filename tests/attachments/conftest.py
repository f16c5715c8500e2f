"""What the tests of attachments share: a student of the group, and who brings their papers."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import Browser

SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    student = await factories.make_student(db, cast.school)
    await factories.make_enrollment(db, student, group=cast.group)
    return student


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)
