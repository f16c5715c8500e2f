"""What the tests of years share: who plans them, and where."""

from collections.abc import Awaitable, Callable

import pytest

from portal.accounts.models import User
from tests.factories import Cast
from tests.pages import Browser

SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/years"


@pytest.fixture
async def coordinator(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.coordinator)
