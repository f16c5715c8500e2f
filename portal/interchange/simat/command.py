"""``portal import simat``: the same import from the shell."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import new_id
from portal.db.repository import one_at_a_time
from portal.db.sessions import session_outside_request
from portal.db.tenancy import enter_school
from portal.interchange.models import RowOutcome
from portal.interchange.problems import FileRefused, Problem
from portal.interchange.simat import importing
from portal.interchange.simat.apply import RecordsChanged
from portal.interchange.simat.plan import Plan
from portal.schools.models import School
from portal.schools.repository import SchoolRepository
from portal.settings import Settings
from portal.web.i18n import use_locale

MEGABYTE = 1024 * 1024


@dataclass
class Outcome:
    """What to print, and whether all went well."""

    lines: list[str] = field(default_factory=list)
    ok: bool = True


async def import_file(
    settings: Settings, file: Path, *, school_slug: str, dry_run: bool = False, leave_out_wrong: bool = False
) -> Outcome:
    """Import the file into the school. With a wrong row nothing is written, unless those are to be left out.

    ``dry_run`` writes nothing at all; every other run that writes is kept, as one from the pages is.
    """
    use_locale("es" if os.environ.get("LANG", "").startswith("es") else "en")
    limit = settings.upload_limit_mb * MEGABYTE
    upload = importing.Upload(file.name, await _read(file, limit), limit)
    try:
        async with session_outside_request(settings) as session:
            school = await SchoolRepository(session).by_slug(school_slug)
            if school is None:
                return Outcome([f"There is no school {school_slug}."], ok=False)
            await enter_school(session, school.id)
            await one_at_a_time(session, school.id)
            plan = await importing.plan_import(session, school.id, school.dane_code, upload)
            if not dry_run and plan.writes and (leave_out_wrong or not plan.counts["wrong"]):
                await _apply(session, school, upload, plan)
    except FileRefused as refused:
        return Outcome([str(refused)], ok=False)
    except RecordsChanged:
        return Outcome(["Somebody changed these records just now. Nothing was written; try again."], ok=False)
    return Outcome(_report(plan), ok=not plan.counts["wrong"])


async def _apply(session: AsyncSession, school: School, upload: importing.Upload, plan: Plan) -> None:
    run = await importing.keep_preview(session, school.id, plan, upload, run_id=new_id(), by=None)
    await importing.apply_run(session, run, plan, by=None)


def _report(plan: Plan) -> list[str]:
    """The counts, and a line for each wrong row; then for those that were left as they are here."""
    counts = ", ".join(f"{name} {plan.counts[name]}" for name in ("new", "changed", "unchanged", "wrong"))
    wrong = [_line(row.line, [one for one in row.problems if one.is_wrong]) for row in plan.of(RowOutcome.WRONG)]
    listed = [f"not touched: {_line(row.line, row.problems[-1:])}" for row in plan.of(RowOutcome.LISTED)]
    return [counts, *wrong, *listed]


def _line(line: int, problems: list[Problem]) -> str:
    reasons = "; ".join(f"{problem.column}: {problem.message}".removeprefix(": ") for problem in problems)
    return f"line {line} {reasons}"


async def _read(file: Path, limit: int) -> bytes:
    """The file; of one that is too big only so much that it is refused for it."""
    async with await anyio.open_file(file, "rb") as stream:
        return await stream.read(limit + 1)
