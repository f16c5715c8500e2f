"""Files that no row names: left by a commit that failed, by a process that was killed, by a school that was deleted."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import Attachment
from portal.attachments.storage import Storage
from portal.attachments.stores import storage_of
from portal.db.base import now
from portal.db.sessions import session_outside_request
from portal.db.tenancy import enter_school
from portal.settings import Settings
from portal.web.reading import parse_id

# Younger ones may belong to a transaction that is not finished yet, or to a backup that is being restored.
LEFT_ALONE_FOR = timedelta(days=1)


async def sweep(settings: Settings, *, age: timedelta = LEFT_ALONE_FOR) -> int:
    """Remove what no row names, school by school; gives how many files that were."""
    storage, removed = storage_of(settings), 0
    async for school_id in _schools(storage):
        # Listed before the rows are read: a file whose row comes in between is not yet in the list.
        old = await _older_than(storage, school_id, age)
        async with session_outside_request(settings) as session:
            named = await _named(session, school_id)
        orphans = old - named
        await storage.remove(sorted(orphans))
        removed += len(orphans)
    return removed


async def _schools(storage: Storage) -> AsyncIterator[UUID]:
    """The first part of every path is a school; what else lies there is not ours."""
    found = await storage.backend.fs.list_with_delimiter_async()
    for prefix in found["common_prefixes"]:
        if (school_id := parse_id(prefix.strip("/"))) is not None:
            yield school_id


async def _older_than(storage: Storage, school_id: UUID, age: timedelta) -> set[str]:
    paths: set[str] = set()
    async for batch in storage.backend.fs.list(str(school_id)):
        paths |= {each["path"] for each in batch if each["last_modified"] <= now() - age}
    return paths


async def _named(session: AsyncSession, school_id: UUID) -> set[str]:
    """What rows name, those of removed attachments too; nothing for a school that is gone."""
    await enter_school(session, school_id)
    rows = await session.execute(select(Attachment.file, Attachment.thumbnail).where(Attachment.school_id == school_id))
    return {file.path for row in rows for file in row if file is not None}
