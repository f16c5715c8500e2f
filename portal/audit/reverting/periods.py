"""The periods of a year, given back as one table or not at all: they must never overlap, and sum to 100."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from portal.audit.models import Action, AuditEvent
from portal.audit.reverting.fields import columns_of
from portal.audit.reverting.task import Task, changed_since
from portal.db.base import now
from portal.years.models import AcademicPeriod
from portal.years.repository import PeriodRepository, YearRepository

ENTITY = "academic_periods"
# What is moved out of one another's way, and so written in any case.
_ASIDE = ("ordinal", "starts_on", "ends_on")


async def give_back(task: Task) -> None:
    """As they are saved: what is no longer in the table goes first, so that nothing is ever in another's way."""
    events = [event for event in task.changes.events if event.entity == ENTITY]
    # Those of a new year go with it.
    if not events or task.changes.of("school_years", Action.CREATED):
        return
    if await _written_since(task):
        for event in events:
            task.keep(event, changed_since())
        return
    made, changed = ([each for each in events if each.action == action] for action in (Action.CREATED, Action.CHANGED))
    years = {UUID(event.changes["year_id"][0]) for event in events if event.action == Action.REMOVED}
    for event, period in await task.held(AcademicPeriod, made):
        years.add(period.year_id)
        await task.session.delete(period)
        task.finish(event)
    await task.session.flush()
    rows = [
        (event, period, {name: getattr(period, name) for name in _ASIDE} | columns_of(AcademicPeriod, event.changes))
        for event, period in await task.held(AcademicPeriod, changed)
    ]
    await PeriodRepository(task.session, task.school_id).set_aside([period for _event, period, _old in rows])
    for event, period, old in rows:
        for name, value in old.items():
            setattr(period, name, value)
        years.add(period.year_id)
        task.finish(event)
    await task.session.flush()
    for event in events:
        if event.action == Action.REMOVED:
            await task.write_again(AcademicPeriod, event)
    await _raise_versions(task, years)


async def _written_since(task: Task) -> bool:
    """Whether anybody wrote periods since: a table that is half theirs would not fit together."""
    statement = select(AuditEvent.id).where(
        AuditEvent.school_id == task.school_id,
        AuditEvent.id > task.changes.events[-1].id,
        AuditEvent.entity == ENTITY,
    )
    return await task.session.scalar(statement.limit(1)) is not None


async def _raise_versions(task: Task, years: Iterable[UUID]) -> None:
    """A year's version guards the table of its periods."""
    repository = YearRepository(task.session, task.school_id)
    for year_id in sorted(years):
        year = await repository.locked(year_id)
        assert year is not None, "its periods name it"
        year.updated_at = now()
    await task.session.flush()
