"""Where files are kept: a folder of this machine, or a bucket of any service that speaks S3.

A file is written before its row, and the row is what counts: whoever is told "saved" has both. What was written for a
transaction that did not commit is removed again as well as possible; a file that no row names harms nobody, and
``sweeping`` finds it.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import structlog
from advanced_alchemy.types import FileObject
from advanced_alchemy.types.file_object.backends.obstore import ObstoreBackend
from anyio import to_thread
from litestar import Litestar, Request
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, SessionTransaction

from portal.attachments.models import STORAGE
from portal.catalogs.codes import EntityType

CHUNK = 256 * 1024
# In a session's ``info``: what was written in its transaction, and whether a commit was tried.
_WRITTEN, _COMMITTING = "attachments.written", "attachments.committing"

log = structlog.get_logger("portal.storage")


class Storage:
    """The files of an installation. Paths are made here and hold no names of people."""

    def __init__(self, store: Any, folder: Path | None = None) -> None:
        """Keep files in this store of obstore's; ``folder`` is its place where it is a folder."""
        self.backend = ObstoreBackend(key=STORAGE, fs=store)
        self.folder = folder
        self._removals: set[asyncio.Task[None]] = set()

    async def keep(
        self,
        session: AsyncSession | async_scoped_session[AsyncSession],
        path: str,
        content: bytes,
        content_type: str,
    ) -> FileObject:
        """Write a file that a row of this session's transaction will name; it goes again when that does not commit."""
        own = session.registry() if isinstance(session, async_scoped_session) else session
        self._written_in(own.sync_session).append(path)
        file = FileObject(backend=self.backend, filename=path, content_type=content_type)
        await file.save_async(content)
        if self.folder is not None:
            await to_thread.run_sync(_make_durable, self.folder / path)
        return file

    async def chunks(self, path: str) -> AsyncIterator[bytes]:
        """The content, piece by piece. Raises FileNotFoundError before the first."""
        found = await self.backend.fs.get_async(path)

        async def pieces() -> AsyncIterator[bytes]:
            async for piece in found.stream(min_chunk_size=CHUNK):
                yield bytes(piece)

        return pieces()

    async def remove(self, paths: Iterable[str]) -> None:
        """Remove files; one that is not there is as good as removed."""
        for path in paths:
            try:
                await self.backend.delete_object_async(path)
            except FileNotFoundError:
                continue
            except Exception as error:
                log.warning("not removed", path=path, error=type(error).__name__)

    async def clear(self, school_id: UUID) -> None:
        """Remove every file of a school that is gone. What fails is logged; ``sweeping`` finds it later."""
        try:
            async for found in self.backend.fs.list(str(school_id)):
                await self.remove(each["path"] for each in found)
        except Exception as error:
            log.warning("not cleared", school_id=str(school_id), error=type(error).__name__)

    async def settled(self) -> None:
        """Wait until everything that is being removed is gone."""
        while self._removals:
            await asyncio.gather(*self._removals)

    def _written_in(self, session: Session) -> list[str]:
        if _WRITTEN not in session.info:
            session.info[_WRITTEN] = []
            event.listen(session, "before_commit", _note_the_try)
            event.listen(session, "after_commit", _forget_what_stands)
            event.listen(session, "after_transaction_end", self._take_back)
        written: list[str] = session.info[_WRITTEN]
        return written

    def _take_back(self, session: Session, transaction: SessionTransaction) -> None:
        """At the end of a transaction that did not commit.

        One whose commit was tried and failed may stand all the same, when only the answer was lost: its files stay.
        """
        if transaction.parent is not None:
            return
        paths, tried = list(session.info[_WRITTEN]), session.info.pop(_COMMITTING, False)
        session.info[_WRITTEN].clear()
        if paths and not tried:
            removal = asyncio.get_running_loop().create_task(self.remove(paths))
            self._removals.add(removal)
            removal.add_done_callback(self._removals.discard)


async def provide_storage(request: Request[Any, Any, Any]) -> Storage:
    """The application's own: the registry knows only the last that was made in this process."""
    storage: Storage = request.app.state.storage
    return storage


async def finish_removals(app: Litestar) -> None:
    """At the end of an application."""
    await app.state.storage.settled()


def new_path(school_id: UUID, entity_type: EntityType, entity_id: UUID, name: UUID | None = None) -> str:
    """A place for a file: found by school and record, never by what a person called it."""
    return f"{school_id}/{entity_type.value}/{entity_id}/{name or uuid4()}"


def _make_durable(path: Path) -> None:
    """On the disk before the row that names it is, and readable for nobody else."""
    path.chmod(0o600)
    for part in (path, path.parent):
        opened = os.open(part, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _note_the_try(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info[_COMMITTING] = True


def _forget_what_stands(session: Session) -> None:
    """A savepoint that is released is no commit: what was written in it may still be rolled back."""
    if not session.in_nested_transaction():
        session.info[_WRITTEN].clear()
        session.info.pop(_COMMITTING, None)
