"""Deciding otherwise than the portal proposes, for one pupil or for many at once."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import Decision
from portal.catalogs.people import listed_name
from portal.db.base import new_id
from portal.rollovers.models import Rollover, RolloverChoice
from portal.rollovers.proposals import Proposal, Seats
from portal.web.i18n import _, format_list

MOST_NAMED = 3


async def choose(
    session: AsyncSession,
    rollover: Rollover,
    picked: Sequence[Proposal],
    decision: Decision | None,
    group: Seats | None,
) -> None:
    """Write down what was decided for these pupils: what becomes of them, the group that they get, or both.

    A group says the decision by its grade. Whether it can be meant is asked before, with ``why_not``.
    """
    rows = [_chosen(rollover, proposal, decision, group) for proposal in picked]
    statement = insert(RolloverChoice).values(rows)
    written = {name: statement.excluded[name] for name in ("decision", "grade", "group_id")}
    await session.execute(
        statement.on_conflict_do_update(index_elements=["school_id", "rollover_id", "enrollment_id"], set_=written)
    )


async def forget(session: AsyncSession, rollover: Rollover, enrollment_ids: Collection[UUID]) -> None:
    """Let the proposals stand again."""
    await session.execute(
        delete(RolloverChoice).where(
            RolloverChoice.school_id == rollover.school_id,
            RolloverChoice.rollover_id == rollover.id,
            RolloverChoice.enrollment_id.in_(list(enrollment_ids)),
        )
    )


def why_not(picked: Sequence[Proposal], decision: Decision | None, group: Seats | None) -> str | None:
    """Why this cannot be decided for these pupils, in words; None when it can."""
    if group is None:
        return None
    if decision in (Decision.GRADUATE, Decision.LEAVE):
        return _("Who does not stay gets no group. Choose one of the two.")
    unfit = [each for each in picked if decision not in (None, _decision_of(each, group)) or not _is_for(each, group)]
    if not unfit:
        return None
    names = [listed_name(each.pupil) for each in unfit[:MOST_NAMED]]
    more = [_("%(count)s more") % {"count": len(unfit) - MOST_NAMED}] if len(unfit) > MOST_NAMED else []
    return _("%(group)s is not a group for: %(names)s.") % {"group": group.label, "names": format_list(names + more)}


def _chosen(rollover: Rollover, proposal: Proposal, decision: Decision | None, group: Seats | None) -> dict[str, Any]:
    if group is not None:
        decision = _decision_of(proposal, group)
    return {
        "school_id": rollover.school_id,
        "id": new_id(),
        "rollover_id": rollover.id,
        "enrollment_id": proposal.pupil.id,
        "decision": decision,
        "grade": group.grade if group else None,
        "group_id": group.id if group else None,
    }


def _decision_of(proposal: Proposal, group: Seats) -> Decision:
    return Decision.REPEAT if group.grade == proposal.pupil.grade else Decision.PROMOTE


def _is_for(proposal: Proposal, group: Seats) -> bool:
    """The same grade or the following one; where none follows, such as accelerated learning, a person says which."""
    grade = proposal.pupil.grade
    return grade.following is None or group.grade in (grade, grade.following)
