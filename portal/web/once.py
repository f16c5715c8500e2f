"""A form that is sent twice makes one row: its id is minted with it, and the row keeps a digest of what it said."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.db.repository import one_at_a_time
from portal.web.errors import Conflict


async def was_sent_before(
    session: AsyncSession | async_scoped_session[AsyncSession],
    form_id: UUID,
    digest: bytes,
    model: Any,
    *where: Any,
    refusal: str,
) -> bool:
    """Whether this very form has made its row already; the same form sent at the same moment waits here.

    ``model`` is ``CreatedOnce``; ``where`` says among which of its rows, those in the bin included. Take the ``digest``
    before anything is filled in for the person. Raises Conflict with the ``refusal`` when the form's id was used with
    other content: nobody is told "saved" of what is not.
    """
    await one_at_a_time(session, form_id)
    kept = (await session.execute(select(model.form_digest).where(model.id == form_id, *where))).one_or_none()
    if kept is not None and kept.form_digest != digest:
        raise Conflict(refusal)
    return kept is not None
