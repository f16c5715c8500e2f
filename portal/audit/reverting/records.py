"""Records that were made, deleted, restored or removed: each goes back the way that the portal has for it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from portal.accounts import membership
from portal.accounts.models import SchoolMembership
from portal.accounts.repository import MembershipRepository
from portal.attachments import intake
from portal.attachments.models import Attachment
from portal.attachments.repository import AttachmentRepository
from portal.audit.models import Action, AuditEvent
from portal.audit.reverting.change_sets import CannotUndo
from portal.audit.reverting.task import Task
from portal.groups.models import Group
from portal.recycle_bin.consequences import consequences
from portal.recycle_bin.deletion import delete, delete_students
from portal.recycle_bin.forms import FORMS
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.restoration import restore, restore_students
from portal.schools.campus_repository import CampusRepository
from portal.schools.campuses import why_it_stays as why_campus_stays
from portal.schools.models import Campus
from portal.web.i18n import _
from portal.years.models import SchoolYear
from portal.years.removal import remove as remove_year
from portal.years.removal import why_it_stays as why_year_stays
from portal.years.repository import YearRepository

# A student takes enrollments and guardians along, both ways.
_ORDER = (Kind.STUDENTS, Kind.GUARDIANS, Kind.GROUPS, Kind.ENROLLMENTS)


async def write_again(task: Task) -> None:
    """What was removed for good is written again: years and campuses first, which the others name."""
    for entity, model in (("school_years", SchoolYear), ("campuses", Campus), ("groups", Group)):
        for event in task.changes.of(entity, Action.REMOVED):
            await task.write_again(model, event)


async def bring_back(task: Task) -> None:
    """What was deleted leaves the bin, with what went along; many students at once."""
    for kind in _ORDER:
        events = task.changes.of(kind.value, Action.DELETED)
        ids = [event.entity_id for event in events]
        deleted, living = await task.bin.all_deleted(kind, ids), await task.bin.living_among(kind, ids)
        coming = []
        for event in events:
            if event.entity_id in living:  # with its student, or by hand
                task.finish(event)
            elif event.entity_id not in deleted:
                task.keep(event, _("It is not there any more."))
            elif event.entity_id in task.later.records:
                task.keep(event, _("It was restored and deleted again since."))
            else:
                coming.append((event, deleted[event.entity_id]))
        await _bring_back(task, kind, coming)


async def delete_again(task: Task) -> None:
    """What was restored goes to the bin again."""
    for kind in _ORDER:
        await _into_the_bin(task, kind, task.changes.of(kind.value, Action.RESTORED))


async def take_away(task: Task) -> None:
    """What was made goes to the bin; what the bin does not take is removed, if nothing names it."""
    years = task.changes.made("school_years")
    for kind in _ORDER:
        made = task.changes.of(kind.value, Action.CREATED)
        if kind is Kind.GROUPS:
            made = [event for event in made if UUID(event.changes["year_id"][1]) not in years]
        await _into_the_bin(task, kind, made)
    await _take_years_away(task)
    await _take_campuses_away(task)
    await _end_memberships(task)


async def change_files(task: Task) -> None:
    """Files that were brought go, and those that went come back, where no later picture is in their place."""
    files = AttachmentRepository(task.session, task.school_id)
    brought = task.changes.of("attachments", Action.CREATED, Action.RESTORED)
    for event, row in await task.held(Attachment, brought):
        intake.remove(row, by=task.by)
        task.done.append(event)
    await task.session.flush()
    for event in task.changes.of("attachments", Action.DELETED):
        row = await files.ever_kept(event.entity_id)
        assert row is not None, "files stay until the record goes for good"
        if row.deleted_at is None:
            task.done.append(event)
        elif row.kind.is_picture and await files.picture_of(row.entity_type, row.entity_id, row.kind):
            task.keep(event, _("Another picture was brought since."))
        else:
            row.deleted_at = row.deletion_id = row.deleted_by_id = None
            task.done.append(event)
    await task.session.flush()


async def _bring_back(task: Task, kind: Kind, coming: Sequence[tuple[AuditEvent, Any]]) -> None:
    if kind is Kind.STUDENTS:
        found = await restore_students(task.bin, [row for _event, row in coming])
    else:
        found = {
            row.id: await restore(task.bin, kind, row, FORMS[kind].show(of=row), by=task.by, at=task.at)
            for _event, row in coming
        }
    for event, row in coming:
        if in_the_way := found.get(row.id):
            task.keep(event, " ".join(each.message for each in in_the_way))
        else:
            task.finish(event)


async def _into_the_bin(task: Task, kind: Kind, events: Sequence[AuditEvent]) -> None:
    living = await task.bin.all_living(kind, [event.entity_id for event in events])
    going = []
    for event in events:
        row = living.get(event.entity_id)
        if row is None:
            task.finish(event)  # along with its student
        elif why := _why_it_stays(task, kind, row):
            task.keep(event, why)
        else:
            going.append((event, row))
    if kind is Kind.STUDENTS:
        await delete_students(task.bin, [row for _event, row in going], task.deletion_id, by=task.by, at=task.at)
        for event, _row in going:
            task.finish(event)
    else:
        for event, row in going:
            await _delete(task, kind, event, row)


async def _delete(task: Task, kind: Kind, event: AuditEvent, row: Any) -> None:
    if why := (await consequences(task.bin, kind, row)).refusal:
        task.keep(event, why)
    else:
        await delete(task.bin, kind, row, by=task.by, at=task.at, deletion_id=task.deletion_id)
        task.finish(event)


def _why_it_stays(task: Task, kind: Kind, row: Any) -> str | None:
    if kind is Kind.ENROLLMENTS and row.rollover_id is not None:
        raise CannotUndo(_("A roll-over made this. It is undone on the page of the roll-over."))
    if kind is Kind.ENROLLMENTS and row.counterpart_id is not None:
        raise CannotUndo(_("A transfer made this. The school that it came from can take it back."))
    if row.id in task.later.records or row.id in task.later.people:
        return _("Something was written into it since. It can still be deleted on its own page.")
    return None


async def _take_years_away(task: Task) -> None:
    years = YearRepository(task.session, task.school_id)
    groups = task.changes.of("groups", Action.CREATED)
    for event, year in await task.held(SchoolYear, task.changes.of("school_years", Action.CREATED)):
        theirs = [each for each in groups if each.changes["year_id"][1] == str(year.id)]
        if (await years.used_by(year.id)) != (len(theirs), 0):
            task.keep(event, await why_year_stays(years, year))
        else:
            for its_event, group in await task.held(Group, theirs):
                await task.session.delete(group)
                task.done.append(its_event)
            await task.session.flush()
            await remove_year(years, year)
            task.done.append(event)


async def _take_campuses_away(task: Task) -> None:
    campuses = CampusRepository(task.session, task.school_id)
    for event, campus in await task.held(Campus, task.changes.of("campuses", Action.CREATED)):
        if reasons := why_campus_stays(await campuses.use_of(campus.id)):
            task.keep(event, " ".join(reasons))
        else:
            await task.session.delete(campus)
            task.done.append(event)
    await task.session.flush()


async def _end_memberships(task: Task) -> None:
    members = MembershipRepository(task.session, task.school_id)
    for event, member in await task.held(SchoolMembership, task.changes.of("school_memberships", Action.CREATED)):
        await membership.deactivate(members, member, by=task.by)
        task.done.append(event)
