"""What becomes of each pupil when a year rolls over: proposed from how the year ended, unless somebody chose otherwise.

Values in, values out: the preview, the dry run and the applying all ask ``propose``, so that what was shown is what is
done.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.catalogs.codes import Code, Decision, Grade, Outcome, Shift
from portal.web.i18n import lazy

# Whose pupils need a place in the new year.
STAYS = (Decision.PROMOTE, Decision.REPEAT)


class Remark(Code):
    """What is worth a look before the year is rolled over."""

    NO_GRADE = "no_grade", lazy("No grade follows")
    NO_GROUP = "no_group", lazy("The grade has no group")
    NO_SEAT = "no_seat", lazy("No seat left")
    NO_OUTCOME = "no_outcome", lazy("No outcome recorded")
    OTHER_CAMPUS = "other_campus", lazy("Another campus")
    OTHER_GROUP = "other_group", lazy("Another group or shift")


# Without a grade there is no enrollment; without a seat it gets no group, and only if that is wanted.
PROBLEMS = (Remark.NO_GRADE, Remark.NO_GROUP, Remark.NO_SEAT)


@dataclass
class Seats:
    """A group of the new year: who sits there already, and who would."""

    id: UUID
    grade: Grade
    code: str
    shift: Shift
    campus_id: UUID
    campus_name: str
    capacity: int
    taken: int
    #: who would get a seat
    proposed: int = 0
    #: who was put here by a person's choice, and finds no seat
    too_many: int = 0

    @property
    def label(self) -> str:
        """How people call it: ``6th A``."""
        return f"{self.grade.label} {self.code}"

    @property
    def free(self) -> int:
        """Seats that are left; below zero in a group that is overfull already."""
        return self.capacity - self.taken - self.proposed

    @property
    def wanted(self) -> int:
        """Seats that are taken or wanted."""
        return self.taken + self.proposed + self.too_many


@dataclass
class Proposal:
    """One pupil of the closing year. ``pupil`` is a row of ``RolloverRepository.pupils``."""

    pupil: Any
    decision: Decision
    grade: Grade | None = None
    group: Seats | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def is_enrolled(self) -> bool:
        """Whether the pupil has a place in the new year already: then nothing is done."""
        return self.pupil.next_number is not None

    @property
    def is_chosen(self) -> bool:
        """Whether a person decided it."""
        return self.pupil.chosen is not None

    @property
    def enrolls(self) -> bool:
        """Whether applying writes an enrollment."""
        return not self.is_enrolled and self.decision in STAYS and self.grade is not None

    @property
    def wants_seat(self) -> bool:
        """Whether a seat is looked for: nobody chose that there be none."""
        return self.enrolls and not self.pupil.without_group

    @property
    def problem(self) -> Remark | None:
        """What keeps the pupil from a seat."""
        return next((remark for remark in self.remarks if remark in PROBLEMS), None)

    @property
    def kind(self) -> str:
        """By what it is counted: the decision, or that there is nothing to decide."""
        return "enrolled" if self.is_enrolled else self.decision.value


@dataclass(frozen=True)
class Plan:
    """All proposals in the order of the names, and the groups that they fill."""

    proposals: Sequence[Proposal]
    groups: Sequence[Seats]

    @cached_property
    def counts(self) -> Counter[str]:
        """How many of each kind."""
        return Counter(proposal.kind for proposal in self.proposals)

    @cached_property
    def enrolling(self) -> list[Proposal]:
        """Those for whom an enrollment would be written."""
        return [proposal for proposal in self.proposals if proposal.enrolls]

    @cached_property
    def problems(self) -> list[Proposal]:
        """Those who find no seat, or no grade."""
        return [proposal for proposal in self.proposals if proposal.problem]

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would write the same."""
        lines = (f"{each.pupil.id} {each.grade} {each.group.id if each.group else None}" for each in self.enrolling)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def propose(pupils: Iterable[Any], groups: Iterable[Seats]) -> Plan:
    """A proposal for each pupil, and a seat where there is one.

    Who was put into a group by a person gets its seats first. Then come those whose group goes on (same code, campus
    and shift in the next grade), then those for whom there is room at their campus, then anywhere. None is overfilled.
    """
    plan = Plan([_decided(pupil) for pupil in pupils], list(groups))
    by_id = {group.id: group for group in plan.groups}
    for proposal in plan.enrolling:
        if chosen := by_id.get(proposal.pupil.chosen_group_id):
            _seat_where_chosen(proposal, chosen)
    for fits in (_goes_on, _at_the_campus, _anywhere):
        for proposal in _unseated(plan):
            _seat(proposal, [group for group in plan.groups if fits(proposal, group)])
    offered = {group.grade for group in plan.groups}
    for proposal in _unseated(plan):
        proposal.remarks.append(Remark.NO_SEAT if proposal.grade in offered else Remark.NO_GROUP)
    return plan


def _decided(pupil: Any) -> Proposal:
    """What the pupil's year, or a person, says."""
    proposal = Proposal(pupil, pupil.chosen or _by_outcome(pupil))
    if proposal.decision == Decision.REPEAT:
        proposal.grade = pupil.grade
    elif proposal.decision == Decision.PROMOTE:
        proposal.grade = pupil.chosen_grade or pupil.grade.following
    if proposal.is_enrolled:
        return proposal
    if pupil.outcome is None and pupil.chosen is None:
        proposal.remarks.append(Remark.NO_OUTCOME)
    if proposal.decision in STAYS and proposal.grade is None:
        proposal.remarks.append(Remark.NO_GRADE)
    return proposal


def _by_outcome(pupil: Any) -> Decision:
    if pupil.outcome == Outcome.REPEATING:
        return Decision.REPEAT
    # A school that records no outcomes promotes; "promoted" out of the last grade means graduated.
    return Decision.GRADUATE if pupil.outcome == Outcome.GRADUATED or pupil.grade.graduates else Decision.PROMOTE


def _unseated(plan: Plan) -> Iterator[Proposal]:
    return (each for each in plan.enrolling if each.wants_seat and each.group is None and not each.problem)


def _seat_where_chosen(proposal: Proposal, group: Seats) -> None:
    if group.free > 0:
        group.proposed += 1
        proposal.group = group
    else:
        group.too_many += 1
        proposal.remarks.append(Remark.NO_SEAT)


def _seat(proposal: Proposal, groups: Sequence[Seats]) -> None:
    """Into the group with the pupil's shift if there is one, and of those the emptiest."""
    pupil = proposal.pupil
    best = max((g for g in groups if g.free > 0), key=lambda g: (g.shift == pupil.shift, g.free), default=None)
    if best is None:
        return
    best.proposed += 1
    proposal.group = best
    if best.campus_id != pupil.campus_id and pupil.campus_id is not None:
        proposal.remarks.append(Remark.OTHER_CAMPUS)
    elif pupil.group_code is not None and not _goes_on(proposal, best):
        proposal.remarks.append(Remark.OTHER_GROUP)


Fits = Callable[[Proposal, Seats], bool]


def _goes_on(proposal: Proposal, group: Seats) -> bool:
    pupil = proposal.pupil
    return _at_the_campus(proposal, group) and (group.code, group.shift) == (pupil.group_code, pupil.shift)


def _at_the_campus(proposal: Proposal, group: Seats) -> bool:
    return _anywhere(proposal, group) and group.campus_id == proposal.pupil.campus_id


def _anywhere(proposal: Proposal, group: Seats) -> bool:
    return group.grade == proposal.grade
