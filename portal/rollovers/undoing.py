"""Taking a roll-over back while the new year is only planned: what nobody has touched since goes, the rest stays."""

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.recording import RECORDED, record
from portal.catalogs.codes import RolloverStatus, YearStatus
from portal.enrollments.models import Enrollment
from portal.rollovers.repository import Frame, RolloverRepository, is_untouched
from portal.web.errors import Conflict
from portal.web.i18n import _


@dataclass(frozen=True)
class Undone:
    """How many enrollments went, and how many stay because somebody has changed them."""

    removed: int
    kept: int


async def undo(session: AsyncSession, frame: Frame) -> Undone:
    """Remove the enrollments that the roll-over made and nobody has changed since.

    Taken back twice, nothing more happens. Raises Conflict once the new year runs: its enrollments are at work then.
    """
    target = frame.target
    if target is None:
        raise _too_late()
    rollovers = RolloverRepository(session, target.school_id)
    rollover = await rollovers.held(frame.closing.id, target)
    # Asked now that the year is held: it may have been activated a moment ago.
    if target.status != YearStatus.PLANNING:
        raise _too_late()
    removed = await session.execute(
        delete(Enrollment)
        .where(
            Enrollment.school_id == rollover.school_id,
            Enrollment.rollover_id == rollover.id,
            Enrollment.deleted_at.is_(None),
            is_untouched(),
        )
        .returning(*Enrollment.__table__.c)
        .execution_options(synchronize_session=False, **RECORDED)
    )
    rows = [dict(row) for row in removed.mappings()]
    record(session, Enrollment, rollover.school_id, ((row["id"], row, None, None) for row in rows))
    if rollover.status == RolloverStatus.APPLIED:
        rollover.status = RolloverStatus.UNDONE
    await session.flush()
    return Undone(removed=len(rows), kept=len(await rollovers.made_by(rollover.id)))


def _too_late() -> Conflict:
    return Conflict(_("The new year is no longer in planning: the roll-over cannot be undone as a whole any more."))
