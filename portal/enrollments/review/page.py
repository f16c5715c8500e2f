"""The review page: which enrollments it shows, the chosen one with all that is known of it, and who comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade
from portal.enrollments.models import Enrollment
from portal.enrollments.review.candidate import Candidate
from portal.enrollments.review.checks import Check, remarks
from portal.enrollments.review.detail import Detail, load_detail
from portal.enrollments.review.queue import ReviewQueue
from portal.schools.rules import SchoolRules
from portal.web.i18n import today
from portal.web.pages import query
from portal.web.reading import parse_id

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
            after=parse_id(query.get("after")),
        )

    @property
    def grade_codes(self) -> list[str]:
        """The grades as the query parameter says them."""
        return [str(grade.value) for grade in self.grades]

    def without(self, grade: Grade) -> dict[str, Any]:
        """The query parameters without one of the grades."""
        return self.params | {"grade": [code for code in self.grade_codes if code != str(grade.value)], "after": None}

    @property
    def params(self) -> dict[str, Any]:
        """The query parameters that say the same."""
        return {
            "show": self.show or None,
            "grade": self.grade_codes,
            "after": str(self.after) if self.after else None,
        }


@dataclass(frozen=True)
class Review:
    """The page: the queue as filtered, counts, and the chosen one."""

    filter: ReviewFilter
    # The address of the page: its links also stand in answers from other addresses.
    here: str
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
    def grade_options(self) -> list[tuple[str, Any, int]]:
        """The grades to filter by, with how many there are of each in this view."""
        status = Status.RETURNED if self.filter.show == "returned" else Status.SUBMITTED
        return [(str(grade.value), grade.label, count) for grade, count in self.counts[status].items()]

    def number_with_remarks(self, *, any_remarks: bool) -> int:
        """How many of those that wait have remarks, or none."""
        return sum(bool(self.remarks[candidate.id]) == any_remarks for candidate in self.waiting)

    @property
    def can_be_ticked(self) -> bool:
        """Whether there is anything to approve in this view."""
        return self.filter.show != "returned"

    @property
    def clean(self) -> list[Candidate]:
        """Those of the view without remarks, which can be approved all at once."""
        return [each for each in self.queue if self.can_be_ticked and not self.remarks[each.id]]

    @property
    def clean_marks(self) -> str:
        """They, in the versions that are shown, as ``batch_approval.seen_in`` reads it."""
        return " ".join(f"{candidate.id}.{candidate.version}" for candidate in self.clean)

    def address(self, **changes: Any) -> str:
        """The address of this view of the queue, or with other parameters."""
        return self.here + query(self.filter.params, **changes).rstrip("?")

    def address_of(self, candidate: Candidate) -> str:
        """The address of one of the queue, in this view of it."""
        return self.address(id=candidate.id)

    @property
    def next(self) -> Candidate | None:
        """Who comes after the chosen one, the first again after the last."""
        return next_after(self.queue, self.detail.candidate) if self.detail else None


async def load_review(
    session: AsyncSession,
    school_id: UUID,
    wanted: ReviewFilter,
    rules: SchoolRules,
    *,
    here: str,
    chosen: UUID | None = None,
    next_to: Enrollment | None = None,
) -> Review | None:
    """The page with the ``chosen`` enrollment, the one ``next_to`` another, or the first of the queue.

    None when the school has no such enrollment. ``here`` is the page's address, ``rules`` are the school's.

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
    remarked = {candidate.id: remarks(candidate, rules, today()) for candidate in waiting}
    shown = [
        candidate
        for candidate in waiting
        if wanted.show not in ("clean", "remarks") or bool(remarked[candidate.id]) == (wanted.show == "remarks")
    ]
    candidate = next_after(shown, next_to) if next_to else next(iter(shown), None)
    if chosen:
        candidate = next((each for each in shown if each.id == chosen), None) or await queue.candidate(chosen)
        if candidate is None:
            return None
    return Review(
        filter=wanted,
        here=here,
        queue=shown,
        counts=await queue.counts(),
        detail=await load_detail(session, school_id, candidate, rules) if candidate else None,
        is_chosen=candidate is not None and (chosen is not None or next_to is not None),
        more_after=waiting[-1].id if more else None,
        remarks=remarked,
        waiting=[] if wanted.show == "returned" else waiting,
    )


def next_after(queue: Sequence[Candidate], decided: Candidate | Enrollment) -> Candidate | None:
    """The one behind ``decided`` in the queue, which it may have left already; the first again after the last."""
    others = [candidate for candidate in queue if candidate.id != decided.id]
    behind = (each for each in others if place_of(each) > place_of(decided))
    return next(behind, others[0] if others else None)


def place_of(candidate: Candidate | Enrollment) -> tuple[datetime, UUID]:
    """Where an enrollment stands in the queue."""
    return (candidate.submitted_at or datetime.max.replace(tzinfo=UTC), candidate.id)
