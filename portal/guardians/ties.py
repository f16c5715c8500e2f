"""Tying guardians to a student, so that exactly one is primary wherever there is any.

The database refuses a second primary at the end of each statement: the old one steps down, and is written, first.
"""

from uuid import UUID

from portal.db.repository import one_at_a_time
from portal.guardians.models import StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.guardians.tie_repository import TieRepository
from portal.web.errors import Conflict
from portal.web.i18n import _


class GuardianGone(Conflict):
    """The guardian was deleted while they were tied to a student."""


async def add(ties: TieRepository, tie: StudentGuardian) -> StudentGuardian:
    """Tie a guardian to a student, last in the order of calling. The first guardian is the primary one.

    Raises GuardianGone when the guardian was deleted in this very moment.
    """
    # Before the student: whoever deletes the guardian holds them in the same order.
    if not await GuardianRepository(ties.session, ties.school_id).kept([tie.guardian_id]):
        raise GuardianGone(_("This guardian is no longer there. Look for another one."))
    await alone_with(ties, tie.student_id)
    tie.contact_order = await ties.last_contact_order(tie.student_id) + 1
    primary = await ties.primary_of(tie.student_id)
    tie.is_primary = bool(tie.is_primary) or primary is None
    if tie.is_primary:
        await ties.forget_claims(tie.student_id)
    if primary is not None and tie.is_primary:
        await _step_down(ties, primary)
    return await ties.add(tie)


async def make_primary(ties: TieRepository, tie: StudentGuardian) -> None:
    """Let this guardian be the primary one; the one who was steps down."""
    await alone_with(ties, tie.student_id)
    primary = await ties.primary_of(tie.student_id)
    if primary is not None and primary is not tie:
        await _step_down(ties, primary)
    tie.is_primary = True
    await ties.forget_claims(tie.student_id)
    await ties.session.flush()


async def call_in_place(ties: TieRepository, tie: StudentGuardian, place: int) -> None:
    """Give the guardian a place in the order of calling, 1 the first; the others keep their order around it."""
    await alone_with(ties, tie.student_id)
    others = sorted(
        (other for other in await ties.of_student(tie.student_id) if other is not tie),
        key=lambda other: other.contact_order,
    )
    in_order = [*others[: place - 1], tie, *others[place - 1 :]]
    for number, each in enumerate(in_order, start=1):
        each.contact_order = number
    await ties.session.flush()


async def remove(ties: TieRepository, tie: StudentGuardian) -> None:
    """Untie a guardian from a student; their record is kept. The next in the order of calling becomes primary."""
    await alone_with(ties, tie.student_id)
    if tie.is_primary:
        await ties.forget_claims(tie.student_id)
    await ties.session.delete(tie)
    await ties.session.flush()
    left = await ties.of_student(tie.student_id)
    if left and await ties.primary_of(tie.student_id) is None:
        left[0].is_primary = True
        await ties.session.flush()


async def rest(ties: TieRepository, tie: StudentGuardian, deletion_id: UUID) -> StudentGuardian | None:
    """The guardian goes to the recycle bin: the tie sleeps, and a primary one gives way to the next to be called.

    Gives the tie that became primary. What was given up is noted, so that ``wake`` can give it back.
    """
    await alone_with(ties, tie.student_id)
    if not tie.is_primary:
        return None
    tie.gave_way_in = deletion_id
    await _step_down(ties, tie)
    following = next((other for other in await ties.of_student(tie.student_id) if other.id != tie.id), None)
    if following is not None:
        following.is_primary = True
        await ties.session.flush()
    return following


async def wake(ties: TieRepository, tie: StudentGuardian) -> None:
    """The guardian comes back from the bin: primary again if they gave way, and nobody has chosen another since.

    Deletions are in the order of their ids: who gave way later did so only because this one was away, and has no claim.
    """
    await alone_with(ties, tie.student_id)
    claim, tie.gave_way_in = tie.gave_way_in, None
    primary = await ties.primary_of(tie.student_id)
    if claim is None and primary is not None:
        return
    if primary is not None:
        await _step_down(ties, primary)
    tie.is_primary = True
    if claim is not None:
        await ties.forget_claims(tie.student_id, since=claim)
    await ties.session.flush()


async def alone_with(ties: TieRepository, student_id: UUID) -> None:
    """Let only one request at a time change a student's guardians: two would both see the same primary.

    Asked for behind the row of a guardian and before that of a tie, wherever both are held.
    """
    await one_at_a_time(ties.session, f"guardians of {student_id}")


async def _step_down(ties: TieRepository, tie: StudentGuardian) -> None:
    tie.is_primary = False
    await ties.session.flush()
