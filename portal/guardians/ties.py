"""Tying guardians to a student, so that exactly one is primary wherever there is any.

The database refuses a second primary at the end of each statement: the old one steps down, and is written, first.
"""

from uuid import UUID

from portal.db.repository import one_at_a_time
from portal.guardians.models import StudentGuardian
from portal.guardians.repository import TieRepository


async def add(ties: TieRepository, tie: StudentGuardian) -> StudentGuardian:
    """Tie a guardian to a student, last in the order of calling. The first guardian is the primary one."""
    await _alone_with(ties, tie.student_id)
    tie.contact_order = await ties.last_contact_order(tie.student_id) + 1
    primary = await ties.primary_of(tie.student_id)
    tie.is_primary = bool(tie.is_primary) or primary is None
    if primary is not None and tie.is_primary:
        await _step_down(ties, primary)
    return await ties.add(tie)


async def make_primary(ties: TieRepository, tie: StudentGuardian) -> None:
    """Let this guardian be the primary one; the one who was steps down."""
    await _alone_with(ties, tie.student_id)
    primary = await ties.primary_of(tie.student_id)
    if primary is not None and primary is not tie:
        await _step_down(ties, primary)
    tie.is_primary = True
    await ties.session.flush()


async def remove(ties: TieRepository, tie: StudentGuardian) -> None:
    """Untie a guardian from a student; their record is kept. The next in the order of calling becomes primary."""
    await _alone_with(ties, tie.student_id)
    await ties.session.delete(tie)
    await ties.session.flush()
    left = await ties.of_student(tie.student_id)
    if left and await ties.primary_of(tie.student_id) is None:
        left[0].is_primary = True
        await ties.session.flush()


async def _step_down(ties: TieRepository, tie: StudentGuardian) -> None:
    tie.is_primary = False
    await ties.session.flush()


async def _alone_with(ties: TieRepository, student_id: UUID) -> None:
    """Two requests that change one student's guardians at once would both see the same primary."""
    await one_at_a_time(ties.session, f"guardians of {student_id}")
