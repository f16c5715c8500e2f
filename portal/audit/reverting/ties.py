"""What guardians are to students, given back: whoever was primary is it again, unless another was chosen since."""

from dataclasses import dataclass
from uuid import UUID

from portal.audit.models import Action, AuditEvent
from portal.audit.reverting.fields import put_back
from portal.audit.reverting.task import Task, changed_since
from portal.guardians import ties as tying
from portal.guardians.models import StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.guardians.tie_repository import TieRepository
from portal.students.repository import StudentRepository
from portal.web.i18n import _

ENTITY = "student_guardians"


@dataclass(frozen=True)
class Claim:
    """Which tie of a student was primary before, and may be it again while ``made`` still is."""

    was: UUID
    made: UUID | None
    holds: bool


async def claims(task: Task) -> dict[UUID, Claim]:
    """By student, before anything is given back: it changes who is primary."""
    repository = TieRepository(task.session, task.school_id)
    found = {}
    for student_id, events in _by_student(task).items():
        await tying.alone_with(repository, student_id)
        was = next((event.entity_id for event in events if _primary(event)[0]), None)
        made = next((event.entity_id for event in events if _primary(event)[1]), None)
        if was is not None:
            now = await repository.primary_of(student_id)
            found[student_id] = Claim(was, made, holds=made == (now.id if now else None))
    return found


async def give_back(task: Task, claimed: dict[UUID, Claim]) -> None:
    """Ties that were removed are there again, changed ones as they were, and new ones gone."""
    repository = TieRepository(task.session, task.school_id)
    for event in task.changes.of(ENTITY, Action.REMOVED):
        await _tie_again(task, repository, event)
    for event, tie in await task.held(StudentGuardian, task.changes.of(ENTITY, Action.CHANGED)):
        fields = {name: values for name, values in event.changes.items() if name != "is_primary"}
        later = put_back(tie, fields)
        claim = claimed.get(tie.student_id)
        if "is_primary" in event.changes and claim is not None and not claim.holds:
            later.append("is_primary")
        task.finish(event, later)
    await task.session.flush()
    for event, tie in await task.held(StudentGuardian, _made_between_others(task)):
        if tie.id in task.later.records:
            task.keep(event, changed_since())
        else:
            await tying.remove(repository, tie)
            task.finish(event)
    await _make_primary_again(repository, claimed)


async def _tie_again(task: Task, repository: TieRepository, event: AuditEvent) -> None:
    student_id, guardian_id = (UUID(event.changes[name][0]) for name in ("student_id", "guardian_id"))
    if await repository.between(student_id, guardian_id) is not None:
        task.keep(event, _("This guardian was added again since."))
    elif not await GuardianRepository(task.session, task.school_id).kept([guardian_id]):
        task.keep(event, _("This guardian was deleted since."))
    elif not await StudentRepository(task.session, task.school_id).kept([student_id]):
        task.keep(event, _("The student was deleted since."))
    else:
        await task.write_again(StudentGuardian, event, is_primary=await repository.primary_of(student_id) is None)


async def _make_primary_again(repository: TieRepository, claimed: dict[UUID, Claim]) -> None:
    for student_id, claim in claimed.items():
        living = await repository.of_student(student_id) if claim.holds else ()
        for tie in living:
            if tie.id == claim.was and not tie.is_primary:
                await tying.make_primary(repository, tie)


def _made_between_others(task: Task) -> list[AuditEvent]:
    """New ties between people who stay. Those of a new student or guardian sleep with them in the bin."""
    made = task.changes.made("students") | task.changes.made("guardians")
    new = task.changes.of(ENTITY, Action.CREATED)
    return [event for event in new if not {event.student_id, event.guardian_id} & made]


def _by_student(task: Task) -> dict[UUID, list[AuditEvent]]:
    found: dict[UUID, list[AuditEvent]] = {}
    for event in task.changes.events:
        if event.entity == ENTITY and event.student_id:
            found.setdefault(event.student_id, []).append(event)
    return dict(sorted(found.items()))


def _primary(event: AuditEvent) -> tuple[bool, bool]:
    """Whether it was the primary one before, and after."""
    old, new = event.changes.get("is_primary", (False, False))
    return bool(old), bool(new)
