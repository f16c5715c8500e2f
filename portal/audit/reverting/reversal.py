"""The undo of one change set, from the question whether it may be to the last record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.audit import recording
from portal.audit.models import Action, AuditEvent
from portal.audit.reverting import changed, enrollments, periods, records, ties
from portal.audit.reverting.change_sets import CannotUndo, ChangeSet, done_since, find, refuse
from portal.audit.reverting.task import Kept, Task
from portal.db.repository import one_at_a_time
from portal.web.errors import NotFound
from portal.web.i18n import _, lazy

# What the database says where somebody was quicker than the questions that were asked before.
TAKEN = {
    "uq_students_document": lazy("Another student has this document by now. Nothing was undone."),
    "uq_students_per_id": lazy("Another student has this PER_ID by now. Nothing was undone."),
    "uq_guardians_document": lazy("Another guardian has this document by now. Nothing was undone."),
    "uq_groups_code": lazy("Another group has this code by now. Nothing was undone."),
    "uq_enrollments_student_year": lazy("The student has another enrollment for that year by now. Nothing was undone."),
    "uq_school_years_active": lazy("Another year is active by now. Nothing was undone."),
    "uq_school_years_school_id_name": lazy("Another year has this name by now. Nothing was undone."),
    "ex_school_years_overlap": lazy("Another year has some of these days by now. Nothing was undone."),
}


@dataclass(frozen=True)
class Reverted:
    """What became of it: the records that are as they were, and what stays, each with the reason in words."""

    changes: ChangeSet
    done: Sequence[AuditEvent]
    kept: Sequence[Kept]

    @property
    def whole(self) -> int:
        """How many records are as they were, in all their fields."""
        partly = {kept.event.id for kept in self.kept}
        return sum(event.id not in partly for event in self.done)

    @property
    def can_be_redone(self) -> bool:
        """Whether the undo can itself be taken back: a move of an enrollment is made anew instead, from its page."""
        return not any(event.entity == "enrollments" and event.action == Action.CHANGED for event in self.done)


async def revert(session: AsyncSession, access: Access, change_id: UUID, *, at: datetime) -> Reverted:
    """Take back what the change set changed, as far as nobody changed it again; that is a change set of its own.

    One that was taken back already is left alone, and counts as done. Raises NotFound; Forbidden where it is neither
    the person's own nor they read the school's history, or they may not make such changes; CannotUndo when it is too
    late, or when something took the place of the whole.
    """
    assert access.school is not None, "a guard has let them in"
    await one_at_a_time(session, f"undo {change_id}")
    changes = await find(session, access.school.id, change_id)
    if changes is None:
        raise NotFound
    if changes.is_undone:
        refuse(changes, access, changes.events[0].at)
        return Reverted(changes, changes.events, ())
    refuse(changes, access, at)
    recording.undoes(session, change_id)
    task = Task(session, access, at, changes, await done_since(session, access.school.id, changes))
    try:
        async with session.begin_nested():
            await _take_back(task)
            await session.flush()
    except IntegrityError as error:
        raise CannotUndo(_in_words(error)) from error
    return Reverted(changes, task.done, task.kept)


async def _take_back(task: Task) -> None:
    """What others name comes first and goes last."""
    claimed = await ties.claims(task)
    await records.write_again(task)
    await records.bring_back(task)
    await changed.give_back(task)
    await periods.give_back(task)
    await enrollments.give_back(task)
    await records.delete_again(task)
    await records.take_away(task)
    await records.change_files(task)
    await ties.give_back(task, claimed)


def _in_words(error: Any) -> str:
    words = next((words for rule, words in TAKEN.items() if rule in str(error.orig)), None)
    return str(words or _("Something else takes its place by now. Nothing was undone."))
