"""The simple list of enrollments: one status at a time, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.repository import EnrollmentRepository
from portal.enrollments.trail import last_line
from portal.web.i18n import _

PAGE = 50
TABS = (Status.RETURNED, Status.SUBMITTED, Status.DRAFT, Status.ACTIVE)


@dataclass(frozen=True)
class ListPage:
    """A page of the list, and how many there are of each status."""

    status: Status
    counts: Mapping[Status, int]
    rows: Sequence[Any]
    after: UUID | None
    # Whoever sends enrollments to review is whom they come back to.
    for_the_office: bool

    @property
    def tabs(self) -> list[tuple[Status, int]]:
        """The statuses to choose from, with their counts; the one that is looked at is always among them."""
        others = [] if self.status in TABS else [self.status]
        return [(status, self.counts.get(status, 0)) for status in [*TABS, *others]]

    @property
    def shows_reason(self) -> bool:
        """Whether it matters more what must be done than since when."""
        return self.status == Status.RETURNED

    def tab_label(self, status: Status) -> str:
        """The word for a view."""
        return _("Returned to you") if status == Status.RETURNED and self.for_the_office else str(status.label)

    def reason_of(self, row: Any) -> str:
        """Why it was returned."""
        return (last_line(row.status_history, Status.RETURNED) or {}).get("reason") or ""

    def since(self, row: Any) -> datetime | None:
        """Since when it has its status."""
        line = last_line(row.status_history, row.status)
        return datetime.fromisoformat(line["at"]) if line else None


async def list_enrollments(
    enrollments: EnrollmentRepository, status: Status | None, after: UUID | None, *, for_the_office: bool
) -> ListPage:
    """A page of those with the status; without one, of the first that has any. Two queries."""
    counts = await enrollments.counts()
    shown = status or next((each for each in TABS if counts.get(each)), TABS[0])
    rows = await enrollments.listing(shown, after=after, limit=PAGE)
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return ListPage(shown, counts, rows[:PAGE], after=more, for_the_office=for_the_office)
