"""Fields of records that were changed, given back where the school's other records allow the old values again."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select

from portal.accounts import membership
from portal.accounts.models import SchoolMembership
from portal.accounts.repository import MembershipRepository
from portal.audit.models import Action
from portal.audit.reverting.fields import put_back
from portal.audit.reverting.task import Task, changed_since, of
from portal.catalogs.codes import YearStatus
from portal.catalogs.people import listed_name
from portal.db.repository import one_at_a_time
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.guardians.models import Guardian
from portal.guardians.repository import GuardianRepository
from portal.schools.campus_repository import CampusRepository
from portal.schools.models import Campus, School, SchoolSettings
from portal.students.models import Student
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.web.i18n import _, ngettext
from portal.years.models import AcademicPeriod, SchoolYear

Why = Callable[[Task, Any, set[str]], Awaitable[str | None]]


async def give_back(task: Task) -> None:
    """Each field of these records that was not changed again."""
    await _give_back_settings(task)
    await _give_back_years(task)
    for model, why in _CHECKED:
        for event, row in await task.held(model, of(task.changes, model.__tablename__)):
            before = {name.partition(".")[0]: getattr(row, name.partition(".")[0]) for name in event.changes}
            later = put_back(row, event.changes)
            with task.session.no_autoflush:
                refusal = await why(task, row, set(event.changes) - set(later))
            if refusal:
                for name, value in before.items():
                    setattr(row, name, value)
                task.keep(event, refusal)
            else:
                task.finish(event, later)
        await task.session.flush()
    await _give_roles_back(task)


async def _give_back_settings(task: Task) -> None:
    """The first thing that a school decides makes the row; without it there is an empty one."""
    events = task.changes.of("school_settings", Action.CREATED, Action.CHANGED)
    for event, row in await task.held(SchoolSettings, events):
        task.finish(event, put_back(row, event.changes))
    await task.session.flush()


async def _give_back_years(task: Task) -> None:
    """A year that was made active steps down first: at no moment may two be active."""
    pairs = await task.held(SchoolYear, of(task.changes, "school_years"))
    becomes = {row.id: event.changes.get("status", [None])[0] for event, row in pairs}
    for event, row in sorted(pairs, key=lambda pair: becomes[pair[1].id] == YearStatus.ACTIVE.value):
        days = row.starts_on, row.ends_on
        # The numbers of a year's enrollments begin with its name.
        named = ["name"] if row.last_number and "name" in event.changes else []
        later = named + put_back(row, {name: values for name, values in event.changes.items() if name not in named})
        with task.session.no_autoflush:
            outside = await _has_periods_outside(task, row)
        if outside:
            row.starts_on, row.ends_on = days
            later = [*later, *(name for name in ("starts_on", "ends_on") if name in event.changes)]
        task.finish(event, list(dict.fromkeys(later)))
        await task.session.flush()


async def _has_periods_outside(task: Task, year: SchoolYear) -> bool:
    statement = select(AcademicPeriod.id).where(
        AcademicPeriod.school_id == task.school_id,
        AcademicPeriod.year_id == year.id,
        (AcademicPeriod.starts_on < year.starts_on) | (AcademicPeriod.ends_on > year.ends_on),
    )
    return await task.session.scalar(statement.limit(1)) is not None


async def _give_roles_back(task: Task) -> None:
    """By the rules of membership: a school is never without a principal, and nobody takes themselves out."""
    events = of(task.changes, "school_memberships")
    if not events:
        return
    members = MembershipRepository(task.session, task.school_id)
    await membership.principals_wait(task.session, task.school_id)
    for event, member in await task.held(SchoolMembership, events):
        stands = {"roles": member.roles, "is_active": member.is_active}
        if any(stands[name] not in values for name, values in event.changes.items()):
            task.keep(event, changed_since())
            continue
        old = stands | {name: values[0] for name, values in event.changes.items()}
        if old["is_active"] and not member.is_active:
            await membership.activate(members, member)
        await membership.change_roles(members, member, old["roles"], by=task.by)
        if member.is_active and not old["is_active"]:
            await membership.deactivate(members, member, by=task.by)
        task.finish(event)


async def _why_student_stays(task: Task, student: Student, fields: set[str]) -> str | None:
    students = StudentRepository(task.session, task.school_id)
    if "document_number" in fields or "document_type" in fields:
        kind, number = student.document_type, student.document_number
        await hold_document(task.session, task.school_id, "student", kind, number)
        if other := await students.with_document(kind, number, but=student.id):
            return _("Another student has this document now: %(name)s.") % {"name": listed_name(other)}
    if "per_id" in fields and student.per_id:
        other = await students.with_per_id(student.per_id, but=student.id)
        if other is not None:
            return _("Another student has this PER_ID now: %(name)s.") % {"name": listed_name(other)}
    return None


async def _why_guardian_stays(task: Task, guardian: Guardian, fields: set[str]) -> str | None:
    kind, number = guardian.document_type, guardian.document_number
    if not {"document_type", "document_number"} & fields or kind is None or number is None:
        return None
    await hold_document(task.session, task.school_id, "guardian", kind, number)
    other = await GuardianRepository(task.session, task.school_id).with_document(kind, number, but=guardian.id)
    return _("Another guardian has this document now: %(name)s.") % {"name": listed_name(other)} if other else None


async def _why_group_stays(task: Task, group: Group, fields: set[str]) -> str | None:
    groups = GroupRepository(task.session, task.school_id)
    taken = await groups.taken_seats(group.id) if "capacity" in fields else 0
    if taken > group.capacity:
        words = ngettext(
            "%(num)s student sits in the group by now.", "%(num)s students sit in the group by now.", taken
        )
        return words % {"num": taken}
    if fields & {"grade", "campus_id", "shift"} and await groups.bound_to(group.id):
        return _("Enrollments name this group by now, and would contradict it.")
    if await groups.with_code(group, [group.code], but=group.id):
        return _("Another group of the same grade, campus and shift has this code now.")
    return None


async def _why_campus_stays(task: Task, campus: Campus, fields: set[str]) -> str | None:
    campuses = CampusRepository(task.session, task.school_id)
    await one_at_a_time(task.session, f"campuses {task.school_id}")
    if "name" in fields and await campuses.with_name(campus.name, but=campus.id):
        return _("Another campus has this name.")
    other = await campuses.with_dane_code(campus.dane_code, but=campus.id) if campus.dane_code else None
    return _("It belongs to another campus: %(name)s.") % {"name": other.name} if other else None


async def _nothing_speaks_against_it(_task: Task, _row: Any, _fields: set[str]) -> str | None:
    return None


_CHECKED: tuple[tuple[Any, Why], ...] = (
    (School, _nothing_speaks_against_it),
    (Campus, _why_campus_stays),
    (Group, _why_group_stays),
    (Guardian, _why_guardian_stays),
    (Student, _why_student_stays),
)
