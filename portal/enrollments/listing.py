"""The list of enrollments, as the list engine has it, and its page: the tabs of the statuses stand above it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.list_columns import COLUMNS
from portal.enrollments.list_filters import FILTERS, IN_ORDER, STATUS, required_of, without, year_filter
from portal.enrollments.list_source import SOURCE
from portal.enrollments.repository import EnrollmentRepository
from portal.lists.answering import Desk
from portal.lists.declaring import Action, ListOf
from portal.lists.showing import ListPage
from portal.schools.rules import ChecklistItem
from portal.web.i18n import _, format_number, lazy, ngettext

NAME = "enrollments"
ACTIONS = (
    Action("group", lazy("Change group"), "arrows-diff", Permission.GROUPS_CHANGE, "enrollments.group_change"),
    Action("export", lazy("Export"), "download", Permission.LISTS_PRINT, "enrollments.export"),
)
# Always among the tabs; the others where there are any.
ALWAYS = (Status.SUBMITTED, Status.RETURNED, Status.ACTIVE)


def enrollments_list(access: Access) -> ListOf:
    """With what this person may ask of each enrollment."""
    required = required_of(access.rules.checklist, sees_all=access.may(Permission.SENSITIVE_READ))
    return _list_of(required, has_current_year=access.year is not None)


def enrollment_desk(access: Access, enrollments: EnrollmentRepository) -> Desk:
    """Where it is asked."""
    return Desk(
        enrollments.session,
        enrollments.school_id,
        own_only=enrollments.led_by is not None,
        values={"current_year": access.year.id if access.year else None, "leader": enrollments.led_by},
    )


@dataclass(frozen=True)
class EnrollmentPage(ListPage):
    """The list as its template needs it."""

    access: Access

    @property
    def statuses(self) -> set[Status]:
        """Those that occur on the page."""
        return {row.status for row in self.listing.rows if getattr(row, "status", None)}

    @property
    def open_tab(self) -> tuple[str, ...]:
        """The statuses that are asked for."""
        return tuple(self.question.values.get(STATUS.name, ()))

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The statuses with their counts, after all of them together."""
        counts, chosen = self.tab_counts, self.open_tab
        shown = [each for each in IN_ORDER if each in ALWAYS or counts.get(each) or each in chosen]
        everything = {"label": _("All"), "count": sum(counts.values()), "href": self.here + self.address(status="")}
        return [everything | {"current": not chosen}] + [
            {
                "label": self._tab_label(status),
                "count": counts.get(status.value, 0),
                "href": self.here + self.address(status=status.value),
                "current": status.value in chosen,
            }
            for status in shown
        ]

    @property
    def may_ask(self) -> bool:
        """Whether this person asks for enrollments."""
        return self.access.may(Permission.ENROLLMENTS_WRITE)

    def _tab_label(self, status: Status) -> str:
        # Whoever sends enrollments to review is whom they come back to.
        mine = status == Status.RETURNED and self.access.may(moves.SUBMIT_AGAIN.permission)
        return _("Returned to you") if mine else str(status.label)


@lru_cache(maxsize=256)
def _list_of(required: tuple[ChecklistItem, ...], *, has_current_year: bool) -> ListOf:
    return ListOf(
        name=NAME,
        source=SOURCE,
        columns=COLUMNS,
        filters=(year_filter(has_current=has_current_year), *FILTERS, without(required)),
        counted=_counted,
        actions=ACTIONS,
        tabs=STATUS,
    )


def _counted(number: int) -> str:
    """``23 enrollments``."""
    words = ngettext("%(count)s enrollment", "%(count)s enrollments", number)
    return words % {"count": format_number(number)}
