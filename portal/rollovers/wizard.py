"""What the page of a roll-over shows: its three steps, the pupils in words, the groups, and where each link leads."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby, islice
from typing import Any

from portal.catalogs.codes import Decision, Grade
from portal.rollovers.filters import APPLY, ENROLLED, KINDS, PREVIEW, PROBLEMS, RolloverFilter
from portal.rollovers.proposals import Plan, Proposal, Remark, Seats
from portal.rollovers.repository import Frame
from portal.web.i18n import _, lazy, ngettext
from portal.web.pages import query

PAGE = 50
# Kind → how its figure looks: words, tone, icon.
FIGURES = {
    Decision.PROMOTE.value: (Decision.PROMOTE.label, "green", "arrow-up"),
    Decision.REPEAT.value: (Decision.REPEAT.label, "amber", "repeat"),
    Decision.GRADUATE.value: (Decision.GRADUATE.label, "violet", "school"),
    Decision.LEAVE.value: (Decision.LEAVE.label, "red", "circle-minus"),
    ENROLLED: (lazy("Already enrolled"), "grey", "circle-check"),
}


@dataclass(frozen=True)
class Menu:
    """A filter: (value, text, count) of each choice, and the values that are on."""

    name: str
    label: str
    options: list[tuple[Any, Any, int]]
    applied: list[Any]


@dataclass(frozen=True)
class Wizard:
    """The page of a roll-over whose years are known."""

    frame: Frame
    plan: Plan
    asked: RolloverFilter
    #: the enrollments that it made, asked for where it is undone
    made: Sequence[Any] = field(default=())

    @property
    def steps(self) -> list[tuple[str, str, bool]]:
        """Address, words and whether it is the one at hand."""
        words = ((PREVIEW, _("1. Preview")), (PROBLEMS, _("2. Problems and seats")), (APPLY, _("3. Apply")))
        return [(query({}, step=step), text, step == self.asked.step) for step, text in words]

    @property
    def next_step(self) -> str:
        """Where Continue leads: past the problems where there are none."""
        return query({}, step=PROBLEMS if self.plan.problems and self.asked.step == PREVIEW else APPLY)

    @property
    def figures(self) -> list[tuple[str, Any, str, str, int]]:
        """Address, words, tone, icon and number of each kind; one that is chosen leads back to all."""
        return [
            (self.address(kind="" if kind == self.asked.kind else kind), *FIGURES[kind], self.plan.counts[kind])
            for kind in KINDS
        ]

    @property
    def figure_at_hand(self) -> int | None:
        """Which of the figures the list is narrowed to."""
        return KINDS.index(self.asked.kind) if self.asked.kind else None

    @staticmethod
    def look_of(proposal: Proposal) -> tuple[Any, str, str]:
        """Words, tone and icon of what becomes of a pupil."""
        return FIGURES[proposal.kind]

    # --- The list -----------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> list[Proposal]:
        """A page of the pupils."""
        return self._from_here[:PAGE]

    @cached_property
    def _from_here(self) -> list[Proposal]:
        return list(islice(self.asked.from_here(self.plan.proposals), PAGE + 1))

    @property
    def earlier(self) -> str | None:
        """The address of the list's beginning, from further down."""
        return self.address() if self.asked.after else None

    @property
    def later(self) -> str | None:
        """The address of the next page."""
        return self.address(after=self.rows[-1].pupil.id) if len(self._from_here) > PAGE else None

    @cached_property
    def counted(self) -> str:
        """``23 students``."""
        total = len(self.asked.chosen(self.plan.proposals))
        return ngettext("%(num)s student", "%(num)s students", total) % {"num": total}

    def address(self, **changes: Any) -> str:
        """The query of this list with other parameters, from its beginning."""
        return query(self.asked.params, **changes)

    @cached_property
    def menus(self) -> list[Menu]:
        """The filters that offer a choice."""
        pupils = [proposal.pupil for proposal in self.plan.proposals]
        grades = Counter(pupil.grade for pupil in pupils)
        codes = Counter(pupil.group_code for pupil in pupils if pupil.group_code)
        remarks = Counter(remark for proposal in self.plan.proposals for remark in proposal.remarks)
        params = self.asked.params
        return [
            Menu("grade", _("Grade"), [(g.value, g.label, grades[g]) for g in Grade if g in grades], params["grade"]),
            Menu("group", _("Group"), [(code, code, codes[code]) for code in sorted(codes)], params["group"]),
            Menu(
                "remark",
                _("Remark"),
                [(r.value, r.label, remarks[r]) for r in Remark if r in remarks],
                params["remark"],
            ),
        ]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What the list is narrowed to, each with the address without it."""
        return [
            (f"{menu.label}: {text}", self.address(**{menu.name: [other for other in menu.applied if other != value]}))
            for menu in self.menus
            for value, text, _count in menu.options
            if value in menu.applied
        ]

    # --- The groups and the problems ----------------------------------------------------------------------------------

    @property
    def seats_by_grade(self) -> list[tuple[Grade, list[Seats]]]:
        """The groups of the new year."""
        return [(grade, list(groups)) for grade, groups in groupby(self.plan.groups, key=lambda group: group.grade)]

    @property
    def has_campuses(self) -> bool:
        """Whether a group's campus says anything."""
        return len({group.campus_id for group in self.plan.groups}) > 1

    @property
    def problem_counts(self) -> list[tuple[Remark, int]]:
        """How many have each problem."""
        counts = Counter(proposal.problem for proposal in self.plan.problems if proposal.problem)
        return [(remark, counts[remark]) for remark in Remark if remark in counts]

    @property
    def kept(self) -> list[Any]:
        """What an undo would leave, or has left: somebody changed it."""
        return [row for row in self.made if row.is_touched]

    @property
    def removable(self) -> int:
        """How many enrollments an undo would remove."""
        return len(self.made) - len(self.kept)


def picked_of(plan: Plan, ids: Iterable[Any]) -> list[Proposal]:
    """The proposals of the ticked pupils; who is enrolled already has nothing to be decided."""
    wanted = set(ids)
    return [proposal for proposal in plan.proposals if proposal.pupil.id in wanted and not proposal.is_enrolled]
