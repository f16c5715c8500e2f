"""The import of a SIMAT file: a preview that is kept, and its application, which looks again before it writes."""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar
from uuid import UUID

import anyio
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import new_id, now
from portal.interchange.bulk import insert_rows
from portal.interchange.files import MAX_BYTES
from portal.interchange.models import ImportRow, ImportRun, ImportStatus, RowOutcome
from portal.interchange.problems import FileRefused, Problem
from portal.interchange.repository import ImportRepository
from portal.interchange.simat import anexo, records
from portal.interchange.simat.apply import apply_plan
from portal.interchange.simat.plan import Plan
from portal.interchange.simat.planning import make_plan
from portal.web.i18n import N_

# Rows in which nothing happens are counted, and only a page of them is kept to look at.
UNCHANGED_KEPT = 100

_NO_DANE_CODE = N_(
    "This school has no DANE code yet. Write it in the school's settings; the file is checked against it."
)

T = TypeVar("T")

# Parsing holds the file a few times over in memory: a worker does it for two people at a time.
_threads = anyio.CapacityLimiter(2)


@dataclass(frozen=True)
class Upload:
    """A file as somebody brought it."""

    name: str
    content: bytes
    max_bytes: int = MAX_BYTES

    @cached_property
    def sha256(self) -> bytes:
        """By which the same file is known again."""
        return hashlib.sha256(self.content).digest()


class SchoolWithCode(Protocol):
    """What an import needs to know of its school."""

    @property
    def id(self) -> UUID: ...

    @property
    def dane_code(self) -> str | None: ...


async def preview(
    session: AsyncSession, school: SchoolWithCode, upload: Upload, *, run_id: UUID, by: UUID | None
) -> ImportRun:
    """Compare the file with the school's records and keep the outcome. Raises FileRefused."""
    plan = await plan_import(session, school.id, school.dane_code, upload)
    return await keep_preview(session, school.id, plan, upload, run_id=run_id, by=by)


async def plan_import(session: AsyncSession, school_id: UUID, dane_code: str | None, upload: Upload) -> Plan:
    """What the file would do in this school now. Raises FileRefused. Reads and counts, and writes nothing."""
    if not dane_code:
        raise FileRefused(_NO_DANE_CODE)
    file = await _in_thread(
        lambda: anexo.read(upload.content, upload.name, dane_code=dane_code, max_bytes=upload.max_bytes)
    )
    found = await records.load(session, school_id, file.year)
    return await _in_thread(lambda: make_plan(file, found))


async def keep_preview(
    session: AsyncSession, school_id: UUID, plan: Plan, upload: Upload, *, run_id: UUID, by: UUID | None
) -> ImportRun:
    """Keep the run with its file and what it would do, so that it can be looked at and applied later."""
    run = ImportRun(
        school_id=school_id,
        id=run_id,
        file_name=upload.name[:200],
        file_sha256=upload.sha256,
        content=zlib.compress(upload.content, level=1),
        year_name=plan.year.name,
        uploaded_by_id=by,
        **_seen(plan),
    )
    session.add(run)
    await session.flush()
    await _keep_rows(session, run, plan)
    return run


async def plan_again(session: AsyncSession, run: ImportRun, dane_code: str | None) -> Plan:
    """The plan of a kept run, which has its content loaded, over the records as they are now.

    Raises FileRefused when the school's years or its code changed meanwhile.
    """
    content = zlib.decompress(run.content)
    upload = Upload(run.file_name, content, max_bytes=len(content))
    return await plan_import(session, run.school_id, dane_code, upload)


async def renew_preview(session: AsyncSession, run: ImportRun, plan: Plan) -> None:
    """The records changed since the preview: this is the one to look at now."""
    for name, value in _seen(plan).items():
        setattr(run, name, value)
    await session.execute(
        delete(ImportRow).where(ImportRow.school_id == run.school_id, ImportRow.run_id == run.id),
        execution_options={"synchronize_session": False},
    )
    await session.flush()
    await _keep_rows(session, run, plan)


async def apply_run(session: AsyncSession, run: ImportRun, plan: Plan, *, by: UUID | None) -> None:
    """Write the plan and mark the run as applied. Raises RecordsChanged; the caller rolls back."""
    await apply_plan(session, run.school_id, plan, by=by)
    run.status = ImportStatus.APPLIED
    run.applied_at = now()
    run.applied_by_id = by
    await session.flush()


async def wrong_rows_csv(imports: ImportRepository, run: ImportRun) -> bytes:
    """The run's wrong rows under the header of its file, each with its reasons in the reader's language."""
    kept = await imports.rows(run.id, "wrong", limit=None)
    whole = await imports.with_content(run.id)
    assert whole is not None, "the run was found a moment ago"
    rows = [(row.raw, [Problem.stored(row.line, problem) for problem in row.problems]) for row in kept]
    return await _in_thread(lambda: anexo.rows_csv(anexo.header_of(zlib.decompress(whole.content)), rows))


def _seen(plan: Plan) -> dict[str, Any]:
    return {
        "counts": plan.counts,
        "unrecognized": list(plan.file.unrecognized),
        "fingerprint": plan.fingerprint,
    }


async def _keep_rows(session: AsyncSession, run: ImportRun, plan: Plan) -> None:
    unchanged = [row for row in plan.of(RowOutcome.UNCHANGED) if not row.has_warning]
    passed_over = {row.line for row in unchanged[UNCHANGED_KEPT:]}
    rows = [
        {
            "school_id": run.school_id,
            "id": new_id(),
            "run_id": run.id,
            "line": row.line,
            "outcome": row.outcome,
            "name": row.row.name[:300],
            "problems": [problem.as_stored() for problem in row.problems],
            "changes": row.changes,
            "raw": _storable(row.row.cells) if row.outcome in (RowOutcome.WRONG, RowOutcome.LISTED) else [],
        }
        for row in plan.rows
        if row.line not in passed_over
    ]
    await insert_rows(session, ImportRow, rows)


def _storable(cells: list[str]) -> list[str]:
    """PostgreSQL keeps every character in JSON but one."""
    return [cell.replace("\x00", "\ufffd") for cell in cells]


async def _in_thread(work: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(work, limiter=_threads)
