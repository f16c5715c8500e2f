"""What the page of the list shows: its rows in words, its tabs and filters, and where each link leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from markupsafe import Markup

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Outcome, Shift
from portal.catalogs.people import initials, listed_name
from portal.enrollments import moves
from portal.enrollments.filters import EVERY_YEAR, EnrollmentFilter
from portal.enrollments.listing import Listing
from portal.enrollments.trail import last_line
from portal.students.marks import marked
from portal.web.i18n import _, format_date, format_datetime, format_number, ngettext
from portal.web.lists import ListPage, Menu
from portal.web.pages import query

# Always among the tabs; the others where there are any.
ALWAYS = (Status.SUBMITTED, Status.RETURNED, Status.ACTIVE)
IN_ORDER = (
    Status.SUBMITTED,
    Status.RETURNED,
    Status.DRAFT,
    Status.ACTIVE,
    Status.WITHDRAWN,
    Status.COMPLETED,
    Status.TRANSFERRED,
    Status.CANCELLED,
)
WAITS = (3, 7, 15, 30)


@dataclass(frozen=True)
class ListedEnrollment:
    """A row in words; ``small`` stands below the name on a phone."""

    id: str
    name: str | Markup
    initials: str
    place: str
    year: str
    status: Status
    outcome: Outcome | None
    since: str
    number: str | Markup
    reason: str
    small: str


@dataclass(frozen=True)
class EnrollmentPage(ListPage):
    """The list as its template needs it."""

    listing: Listing
    asked: EnrollmentFilter
    access: Access
    here: str

    @cached_property
    def rows(self) -> list[ListedEnrollment]:
        """The enrollments of the page."""
        return [_in_words(row, self.asked.words, with_year=self.is_of_every_year) for row in self.listing.rows]

    @property
    def total(self) -> int:
        """How many the filter leaves."""
        counts = self.listing.counts
        return counts.get(self.asked.status, 0) if self.asked.status else sum(counts.values())

    @property
    def counted(self) -> str:
        """``23 enrollments``."""
        words = ngettext("%(count)s enrollment", "%(count)s enrollments", self.total)
        return words % {"count": format_number(self.total)}

    @property
    def shows_reason(self) -> bool:
        """Whether it matters what must be done."""
        return self.asked.status == Status.RETURNED

    @property
    def can_pick(self) -> bool:
        """Whether there is something to do with several of them."""
        return self.access.may(Permission.GROUPS_CHANGE) and Status.ACTIVE in {row.status for row in self.rows}

    @property
    def may_ask(self) -> bool:
        """Whether this person asks for enrollments."""
        return self.access.may(Permission.ENROLLMENTS_WRITE)

    # --- Filters ------------------------------------------------------------------------------------------------------

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The statuses with their counts, after all of them together."""
        counts, chosen = self.listing.counts, self.asked.status
        shown = [status for status in IN_ORDER if status in ALWAYS or counts.get(status) or status == chosen]
        everything = {"label": _("All"), "count": sum(counts.values()), "href": self.address(status="")}
        return [everything | {"current": chosen is None}] + [
            {
                "label": self._tab_label(status),
                "count": counts.get(status, 0),
                "href": self.address(status=status.value),
                "current": status == chosen,
            }
            for status in shown
        ]

    def _tab_label(self, status: Status) -> str:
        # Whoever sends enrollments to review is whom they come back to.
        mine = status == Status.RETURNED and self.access.may(moves.SUBMIT_AGAIN.permission)
        return _("Returned to you") if mine else str(status.label)

    @property
    def is_of_every_year(self) -> bool:
        """Whether the years are looked at together."""
        return self.asked.year == EVERY_YEAR or self.access.year is None

    @property
    def years(self) -> list[tuple[str, str, bool]]:
        """(value, name, whether it is the chosen one) of each year, the last first, and of all together."""
        current = str(self.access.year.id) if self.access.year else ""
        chosen = self.asked.year or current
        named = sorted((self.listing.offers.years or {}).items(), key=lambda item: str(item[1]), reverse=True)
        years = [("" if key == current else key, str(name), key == chosen) for key, name in named]
        return [*years, (EVERY_YEAR, _("All years"), self.is_of_every_year)]

    @property
    def waits(self) -> list[tuple[str, str, bool]]:
        """(value, words, whether it is the chosen one) of how long they have had their status."""
        offered = {str(days): _more_than(days) for days in WAITS}
        if self.asked.waiting and self.asked.waiting not in offered:
            offered[self.asked.waiting] = self._wait_in_words
        choices = [(value, words, value == self.asked.waiting) for value, words in offered.items()]
        return [("", _("Any time in this state"), not self.asked.waiting), *choices]

    @property
    def _wait_in_words(self) -> str:
        if self.asked.waiting.isdecimal():
            return _more_than(int(self.asked.waiting))
        return _("Since %(day)s or before") % {"day": format_date(datetime.fromisoformat(self.asked.waiting).date())}

    @cached_property
    def menus(self) -> list[Menu]:
        """The filters that offer a choice, or are on."""
        offers, params = self.listing.offers, self.asked.params
        campuses = sorted((offers.campuses or {}).items(), key=lambda item: str(item[1]))
        menus = [
            Menu.of("grade", _("Grade"), params["grade"], ((each.value, each.label) for each in _known(offers.grades))),
            Menu.of("group", _("Group"), params["group"], ((code, code) for code in _known(offers.codes))),
            Menu.of("campus", _("Campus"), params["campus"], campuses),
            Menu.of("shift", _("Shift"), params["shift"], _labelled(Shift, offers.shifts)),
            Menu.of("outcome", _("Outcome"), params["outcome"], _labelled(Outcome, offers.outcomes)),
        ]
        return [menu for menu in menus if menu.is_shown]

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What is filtered by, each with the address without it."""
        chips = [(words, self.address(**{menu.name: others})) for menu in self.menus for words, others in menu.chosen]
        if self.asked.waiting:
            chips.append((self._wait_in_words, self.address(waiting="")))
        return chips

    def address(self, **changes: Any) -> str:
        """The address of this list with other parameters; it begins at its start unless they say otherwise."""
        return self.here + query(self.asked.params, **changes).rstrip("?")


def _in_words(row: Any, words: list[str], *, with_year: bool) -> ListedEnrollment:
    place = " ".join(filter(None, (str(row.grade.label), row.group_code)))
    returned = last_line(row.status_history, Status.RETURNED) if row.status == Status.RETURNED else None
    return ListedEnrollment(
        id=str(row.id),
        name=marked(listed_name(row), words),
        initials=initials(row),
        place=place,
        year=row.year_name,
        status=row.status,
        outcome=row.outcome,
        since=format_datetime(datetime.fromisoformat(row.since), "d MMM y") if row.since else "",
        number=marked(row.number, words),
        reason=(returned or {}).get("reason") or "",
        small=f"{row.year_name} · {place}" if with_year else place,
    )


def _more_than(days: int) -> str:
    return ngettext("More than %(num)d day in this state", "More than %(num)d days in this state", days) % {"num": days}


def _known(values: Iterable[Any] | None) -> list[Any]:
    return sorted(value for value in values or () if value is not None)


def _labelled(enum: Any, offered: Iterable[Any] | None) -> list[tuple[str, Any]]:
    return [(member.value, member.label) for member in enum if member in (offered or ())]
