"""The life of a year: activated, closed, archived, opened again. Each says first what it will do, and closes nothing
silently.

    planning → active → closed → archived
        ↑         ↑        ↓  ↑      ↓
        └─────────┴─ reopened └──────┘
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.exc import IntegrityError

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.web.i18n import _
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository

ONE_ACTIVE = "uq_school_years_active"


class Change(StrEnum):
    """What can be done with a year as a whole."""

    ACTIVATE = "activate"
    CLOSE = "close"
    ARCHIVE = "archive"
    REOPEN = "reopen"


# Change → (from, to…). More than one target is a choice; the first is the usual one.
CHANGES: Mapping[Change, Mapping[YearStatus, tuple[YearStatus, ...]]] = {
    Change.ACTIVATE: {YearStatus.PLANNING: (YearStatus.ACTIVE,)},
    Change.CLOSE: {YearStatus.ACTIVE: (YearStatus.CLOSED,)},
    Change.ARCHIVE: {YearStatus.CLOSED: (YearStatus.ARCHIVED,)},
    Change.REOPEN: {
        YearStatus.CLOSED: (YearStatus.ACTIVE, YearStatus.PLANNING),
        YearStatus.ARCHIVED: (YearStatus.CLOSED,),
    },
}


class ChangeRefused(Exception):
    """The change cannot be made as it was asked for; the message says why. Nothing was written."""


@dataclass(frozen=True)
class Outlook:
    """What a change will do: to which states it may lead, which year it closes, and what has no end yet there."""

    change: Change
    year: SchoolYear
    targets: tuple[YearStatus, ...]
    closes: SchoolYear | None = None
    open_ends: Mapping[Status, int] = field(default_factory=dict)
    obstacle: str = ""

    @property
    def seen(self) -> str:
        """What the page shows as closing: sent back with the form, so that nothing else is closed."""
        return str(self.closes.id) if self.closes else ""


def possible(year: SchoolYear) -> list[Change]:
    """What can be done with the year as it stands."""
    return [change for change, ways in CHANGES.items() if year.status in ways]


async def outlook(years: YearRepository, year: SchoolYear, change: Change, *, lock: bool = False) -> Outlook:
    """What the change will do. With ``lock`` the years that it touches are held. Raises ChangeRefused."""
    targets = CHANGES[change].get(year.status)
    if targets is None:
        raise ChangeRefused(
            _("%(year)s is %(status)s: this is not possible now.")
            % {"year": year.name, "status": str(year.status.label).lower()}
        )
    other = await years.active(but=year.id, lock=lock) if YearStatus.ACTIVE in targets else None
    if lock and other is None and YearStatus.ACTIVE in targets:
        # Whoever held the active year may have closed it for another one, which the first look could not see.
        other = await years.active(but=year.id, lock=True)
    if change == Change.REOPEN and other is not None:
        # Opening an old year again must not close the running one: that is asked for by its own page.
        words = _("%(other)s is active, and only one year can be. Close it first to make %(year)s active again.")
        remaining = tuple(target for target in targets if target != YearStatus.ACTIVE)
        return Outlook(change, year, remaining, obstacle=words % {"other": other.name, "year": year.name})
    closing = year if change == Change.CLOSE else other
    open_ends = await years.open_ends(closing.id) if closing else {}
    return Outlook(change, year, targets, closes=closing, open_ends=open_ends)


async def carry_out(
    years: YearRepository, year: SchoolYear, change: Change, *, seen: str = "", to: YearStatus | None = None
) -> None:
    """Make the change on the locked year; ``seen`` is the year that the page said will be closed.

    Of two who activate different years at once, one is refused: by the look at what is active now, or by the database.
    Raises ChangeRefused.
    """
    year_id = year.id  # a rollback expires the row
    view = await outlook(years, year, change, lock=True)
    target = to or view.targets[0]
    if target not in view.targets:
        raise ChangeRefused(view.obstacle or _("Choose one of the list."))
    if view.seen != seen:
        raise ChangeRefused(_meanwhile(view.closes))
    try:
        async with years.session.begin_nested():
            if view.closes is not None and view.closes is not year:
                view.closes.status = YearStatus.CLOSED
                await years.session.flush()  # before the other: at no moment may two be active
            year.status = target
            await years.session.flush()
    except IntegrityError as error:
        if ONE_ACTIVE not in str(error.orig):
            raise
        raise ChangeRefused(_meanwhile(await years.active(but=year_id))) from error


def _meanwhile(active: SchoolYear | None) -> str:
    if active is None:
        return _("Meanwhile no other year is active any more. Look again at what will happen.")
    return _("Meanwhile %(year)s was made active. Look again at what will happen.") % {"year": active.name}
