"""The review page: which enrollments it shows, the chosen one with all that is known of it, and who comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.repository import UserRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade
from portal.enrollments.checks import Check, Verdict, checks, remarks
from portal.enrollments.places import OfferedGroup, Places
from portal.enrollments.review_queue import Candidate, ReviewQueue
from portal.students.duplicates import Described, Likeness, likenesses
from portal.students.repository import StudentRepository
from portal.web.i18n import today

# More than a principal clears in a sitting; what waits behind them is a page further on.
SHOWN_AT_MOST = 200
VIEWS = ("", "clean", "remarks", "returned")


@dataclass(frozen=True)
class ReviewFilter:
    """What the address asks for: a tab, grades, and where the list continues. Unknown values are ignored."""

    show: str = ""
    grades: tuple[Grade, ...] = ()
    after: UUID | None = None

    @classmethod
    def of(cls, query: Any) -> "ReviewFilter":
        """As the query parameters say."""
        known = {str(grade.value): grade for grade in Grade}
        show = query.get("show", "")
        return cls(
            show=show if show in VIEWS else "",
            grades=tuple(known[code] for code in query.getall("grade", []) if code in known),
            after=as_id(query.get("after")),
        )

    @property
    def params(self) -> dict[str, Any]:
        """The query parameters that say the same."""
        return {
            "show": self.show or None,
            "grade": [str(grade.value) for grade in self.grades],
            "after": str(self.after) if self.after else None,
        }


@dataclass(frozen=True)
class Detail:
    """What is known of the chosen one beyond the queue."""

    candidate: Candidate
    checks: Sequence[Check]
    names: Mapping[str, str]
    doubles: Sequence[Likeness] = ()
    groups: Sequence[OfferedGroup] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to decide."""
        return self.candidate.status == Status.SUBMITTED

    @property
    def sent(self) -> Mapping[str, Any] | None:
        """The line of the history in which it was last sent to review."""
        return last_line(self.candidate.status_history, Status.SUBMITTED)

    @property
    def returned(self) -> Mapping[str, Any] | None:
        """The line in which it was last returned, if ever."""
        return last_line(self.candidate.status_history, Status.RETURNED)

    @property
    def corrections(self) -> list[str]:
        """What the secretary changed in it since it was returned."""
        return corrections(self.candidate.status_history)

    @property
    def decision(self) -> Mapping[str, Any]:
        """The last line of its history."""
        return self.candidate.status_history[-1] if self.candidate.status_history else {}

    @property
    def needs_another_group(self) -> bool:
        """Whether choosing another group would mend it."""
        return any(check.about_group and check.verdict == Verdict.STOP for check in self.checks)


@dataclass(frozen=True)
class Review:
    """The page: the queue as filtered, counts, and the chosen one."""

    filter: ReviewFilter
    queue: Sequence[Candidate]
    counts: Mapping[Status, Mapping[Grade, int]]
    detail: Detail | None
    # Whether the address names the chosen one; a phone shows the list or the chosen one.
    is_chosen: bool
    more_after: UUID | None = None
    remarks: Mapping[UUID, list[Check]] = field(default_factory=dict)
    waiting: Sequence[Candidate] = ()

    @property
    def number_waiting(self) -> int:
        """How many wait in the whole school."""
        return sum(self.counts[Status.SUBMITTED].values())

    @property
    def number_returned(self) -> int:
        """How many are back with the secretary."""
        return sum(self.counts[Status.RETURNED].values())

    def number_with_remarks(self, *, any_remarks: bool) -> int:
        """How many of those that wait have remarks, or none."""
        return sum(bool(self.remarks[candidate.id]) == any_remarks for candidate in self.waiting)

    @property
    def next(self) -> Candidate | None:
        """Who comes after the chosen one, the first again after the last."""
        return next_after(self.queue, self.detail.candidate) if self.detail else None


async def load_review(
    session: AsyncSession, school_id: UUID, wanted: ReviewFilter, *, chosen: UUID | None = None
) -> Review | None:
    """The page with the ``chosen`` enrollment, or the first of the queue; None when the school has no such enrollment.

    The number of queries does not depend on how many wait: two for the queue, a few for the chosen one.
    """
    queue = ReviewQueue(session, school_id)
    begin = await queue.candidate(wanted.after) if wanted.after else None
    found = await queue.waiting(
        status=Status.RETURNED if wanted.show == "returned" else Status.SUBMITTED,
        grades=wanted.grades,
        after=(begin.submitted_at, begin.id) if begin and begin.submitted_at else None,
        limit=SHOWN_AT_MOST + 1,
    )
    waiting, more = found[:SHOWN_AT_MOST], found[SHOWN_AT_MOST:]
    remarked = {candidate.id: remarks(candidate, today()) for candidate in waiting}
    shown = [
        candidate
        for candidate in waiting
        if wanted.show not in ("clean", "remarks") or bool(remarked[candidate.id]) == (wanted.show == "remarks")
    ]
    candidate = next((each for each in shown if each.id == chosen), None) if chosen else next(iter(shown), None)
    if chosen and candidate is None:
        candidate = await queue.candidate(chosen)
        if candidate is None:
            return None
    return Review(
        filter=wanted,
        queue=shown,
        counts=await queue.counts(),
        detail=await load_detail(session, school_id, candidate) if candidate else None,
        is_chosen=chosen is not None,
        more_after=waiting[-1].id if more else None,
        remarks=remarked,
        waiting=[] if wanted.show == "returned" else waiting,
    )


async def load_detail(session: AsyncSession, school_id: UUID, candidate: Candidate) -> Detail:
    """The chosen one with its checks, who may be the same person, and the groups that it could be put into."""
    looked_at = checks(candidate, today())
    people = {line["by"] for line in candidate.status_history if line.get("by")}
    detail = Detail(candidate=candidate, checks=looked_at, names=await UserRepository(session=session).names_of(people))
    if candidate.may_be_somebody_else:
        alike = await likenesses(StudentRepository(session, school_id), described(candidate), candidate.year_id)
        detail = replace(detail, doubles=[like for like in alike if like.student.id != candidate.student_id])
    if detail.is_waiting and detail.needs_another_group:
        groups = (await Places.of(session, school_id)).groups
        fitting = [group for group in groups if (group.year_id, group.grade) == (candidate.year_id, candidate.grade)]
        detail = replace(detail, groups=fitting)
    return detail


def described(candidate: Candidate) -> Described:
    """The person, to look for others who may be the same."""
    return Described(
        **{part.name: getattr(candidate, part.name) for part in fields(Described) if part.name != "per_id"}
    )


def next_after(queue: Sequence[Candidate], decided: Any) -> Candidate | None:
    """The one behind ``decided`` in the queue, which it may have left already; the first again after the last."""
    others = [candidate for candidate in queue if candidate.id != decided.id]
    behind = (each for each in others if place_of(each) > place_of(decided))
    return next(behind, others[0] if others else None)


def place_of(candidate: Any) -> tuple[datetime, UUID]:
    """Where an enrollment stands in the queue."""
    return (candidate.submitted_at or datetime.max.replace(tzinfo=UTC), candidate.id)


def last_line(history: Sequence[Mapping[str, Any]], to: Status) -> Mapping[str, Any] | None:
    """The last line of a history that led to a status."""
    return next((line for line in reversed(history) if line["to"] == to.value and line["from"] != to.value), None)


def corrections(history: Sequence[Mapping[str, Any]]) -> list[str]:
    """The events since the last return that changed something and no status, in their words."""
    since: list[str] = []
    for line in history:
        if line["to"] == Status.RETURNED and line["from"] != Status.RETURNED:
            since = []
        elif line["from"] == line["to"] and line.get("reason"):
            since.append(line["reason"])
    return since


def as_id(text: Any) -> UUID | None:
    """The id that a query parameter says, None where it says none."""
    try:
        return UUID(str(text))
    except ValueError:
        return None
