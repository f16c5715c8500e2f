"""What the pages say of a year's life: what a change is called, what it will do, what has no end yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.web.i18n import _, lazy
from portal.web.pages import query, url_for
from portal.years.changes import Change, Outlook
from portal.years.models import SchoolYear


@dataclass(frozen=True)
class Words:
    """How a change is asked for and reported; ``%(year)s`` is the year's name."""

    title: Any
    button: Any
    done: Any
    icon: str
    route: str


WORDS: Mapping[Change, Words] = {
    Change.ACTIVATE: Words(
        lazy("Activate %(year)s?"), lazy("Activate"), lazy("%(year)s is active."), "player-play", "activation.new"
    ),
    Change.CLOSE: Words(lazy("Close %(year)s?"), lazy("Close"), lazy("%(year)s is closed."), "lock", "closing.new"),
    Change.ARCHIVE: Words(
        lazy("Archive %(year)s?"), lazy("Archive"), lazy("%(year)s is archived."), "archive", "archiving.new"
    ),
    Change.REOPEN: Words(
        lazy("Open %(year)s again?"), lazy("Open again"), lazy("%(year)s is open again."), "lock-open", "reopening.new"
    ),
}


@dataclass(frozen=True)
class OpenEnd:
    """Enrollments of the closing year that have no end yet, and where they are."""

    count: int
    status: Status
    label: Any
    text: Any
    href: str


# Many of each, and what becomes of them when the year closes, in the order in which an office settles them.
_LEFT: Mapping[Status, tuple[Any, Any]] = {
    Status.ACTIVE: (
        lazy("Active enrollments"),
        lazy("They have no outcome yet, and stay as they are until they are completed."),
    ),
    Status.SUBMITTED: (
        lazy("Enrollments that wait for review"),
        lazy("They cannot be approved once the year is closed."),
    ),
    Status.RETURNED: (
        lazy("Returned enrollments"),
        lazy("They cannot be corrected and sent again once the year is closed."),
    ),
    Status.DRAFT: (lazy("Enrollments not sent"), lazy("They cannot be sent once the year is closed.")),
}


def done(change: Change, year: SchoolYear) -> str:
    """For the notice of the next page."""
    return str(WORDS[change].done) % {"year": year.name}


def effects(view: Outlook) -> list[str]:
    """What the change will do, line by line."""
    year = view.year.name
    if view.change == Change.ACTIVATE:
        of_other = _("%(other)s is active now and will be closed.") % {"other": view.closes.name} if view.closes else ""
        here = _("%(year)s becomes the year that every page begins with; its enrollments, groups and periods stay.")
        lines = [of_other, here % {"year": year}]
    elif view.change == Change.CLOSE:
        lines = [
            _("No enrollment of %(year)s can be asked for or approved any more.") % {"year": year},
            _("Its teachers no longer see the pupils of the groups that they led in it."),
            _("Everything stays on record, and it can be opened again."),
        ]
    elif view.change == Change.ARCHIVE:
        lines = [
            _("Nothing of %(year)s can be changed any more: not its days, its periods or its groups.") % {"year": year},
            _("It can be taken out of the archive again."),
        ]
    elif view.year.status == YearStatus.ARCHIVED:
        lines = [_("It comes out of the archive as a closed year.")]
    else:
        lines = [_("Its enrollments, groups and periods are as they were.")]
    return [line for line in lines if line]


def open_ends(request: Request[Any, Any, Any], view: Outlook) -> list[OpenEnd]:
    """What has no end yet in the year that would be closed, each with its list."""
    if view.closes is None:
        return []
    return [
        OpenEnd(
            view.open_ends[status],
            status,
            *words,
            url_for(request, "enrollments.index") + query({}, status=status.value, year=view.closes.id),
        )
        for status, words in _LEFT.items()
        if status in view.open_ends
    ]
