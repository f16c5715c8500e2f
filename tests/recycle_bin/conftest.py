"""A school whose records are deleted and brought back."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from tests.factories import Cast
from tests.pages import Browser, Page

SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def stored(db: AsyncSession, row: Any) -> Any:
    """The row as the database has it now."""
    await enter_school(db, row.school_id)
    await db.refresh(row)
    return row


async def delete(browser: Browser, path: str) -> Page:
    """Open the question and answer yes."""
    form = (await browser.get(f"{path}/deletion")).form()
    return await browser.post(f"{path}/deletion", form)
