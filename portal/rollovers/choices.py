"""Deciding otherwise than the portal proposes, for one pupil or for many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import Decision
from portal.catalogs.people import listed_name
from portal.db.base import new_id
from portal.rollovers.models import Rollover, RolloverChoice
from portal.rollovers.proposals import STAYS, Proposal, Seats
from portal.web.i18n import _, format_list

MOST_NAMED = 3


@dataclass(frozen=True)
class Wish:
    """What somebody decides: what becomes of the pupils, the group that they get, or both.

    A group says the decision by its grade. ``without_group`` says that they get none; else, without a group, they get
    any that fits.
    """

    decision: Decision | None = None
    group: Seats | None = None
    without_group: bool = False


async def choose(session: AsyncSession, rollover: Rollover, picked: Sequence[Proposal], wish: Wish) -> None:
    """Write down what was decided for these pupils. Whether it can be meant is asked before, with ``why_not``."""
    rows = [_chosen(rollover, proposal, wish) for proposal in picked]
    statement = insert(RolloverChoice).values(rows)
    written = {name: statement.excluded[name] for name in ("decision", "grade", "group_id", "without_group")}
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


def why_not(picked: Sequence[Proposal], wish: Wish) -> str | None:
    """Why this cannot be decided for these pupils, in words; None when it can."""
    if wish.group is None and not wish.without_group:
        return None
    if wish.decision in (Decision.GRADUATE, Decision.LEAVE):
        return _("Who does not stay gets no group. Choose one of the two.")
    if wish.group is None:
        words = _("They do not stay, and have no group anyway: %(names)s.")
        unfit = [each for each in picked if _decided(each, wish) not in STAYS]
    else:
        words = _("%(group)s is not a group for: %(names)s.")
        unfit = [each for each in picked if not _fits(each, wish, wish.group)]
    return words % {"group": wish.group and wish.group.label, "names": _named(unfit)} if unfit else None


def _named(proposals: Sequence[Proposal]) -> str:
    """The first few by name, and how many more."""
    names = [listed_name(each.pupil) for each in proposals[:MOST_NAMED]]
    more = [_("%(count)s more") % {"count": len(proposals) - MOST_NAMED}] if len(proposals) > MOST_NAMED else []
    return format_list(names + more)


def _chosen(rollover: Rollover, proposal: Proposal, wish: Wish) -> dict[str, Any]:
    decision, group = _decided(proposal, wish), wish.group
    # Where a person said which grade follows, it stays said as long as nothing else is decided.
    stands = wish.without_group and decision == proposal.decision
    grade = proposal.pupil.chosen_grade if stands else None
    return {
        "school_id": rollover.school_id,
        "id": new_id(),
        "rollover_id": rollover.id,
        "enrollment_id": proposal.pupil.id,
        "decision": decision,
        "grade": group.grade if group else grade,
        "group_id": group.id if group else None,
        "without_group": wish.without_group,
    }


def _decided(proposal: Proposal, wish: Wish) -> Decision:
    """What becomes of the pupil: as the group says, as was said, or as it is."""
    if wish.group is not None:
        return Decision.REPEAT if wish.group.grade == proposal.pupil.grade else Decision.PROMOTE
    return wish.decision or proposal.decision


def _fits(proposal: Proposal, wish: Wish, group: Seats) -> bool:
    """The same grade or the following one; where none follows, such as accelerated learning, a person says which."""
    grade = proposal.pupil.grade
    if wish.decision not in (None, _decided(proposal, wish)):
        return False
    return grade.following is None or group.grade in (grade, grade.following)
