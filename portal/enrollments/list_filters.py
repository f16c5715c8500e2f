"""The filters of the list of enrollments: one year, a tab for each status, and how long they have waited in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from litestar.datastructures import MultiDict
from sqlalchemy import ColumnElement, Text, and_, bindparam, func, not_, or_, select, true

from portal.attachments.models import Attachment
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import EntityType, Grade, Outcome, Shift
from portal.db.base import now
from portal.enrollments.list_source import CURRENT_YEAR, GROUP, SINCE
from portal.enrollments.models import Enrollment
from portal.lists.declaring import SCHOOL
from portal.lists.filters import ALL, Case, Changes, Choice, Choices, Filter, One, OneChoice, OneThing, Without
from portal.lists.spans import Days
from portal.lists.terms import Term
from portal.schools.rules import ChecklistItem
from portal.web.i18n import _, format_date, lazy, midnight, ngettext
from portal.web.reading import parse_date, parse_ids

# As the tabs stand: what waits for somebody first.
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
LONGEST_WAIT = 3650


def is_of_every_year(values: Mapping[str, Any]) -> bool:
    """Whether the years are looked at together."""
    return values.get("year") == ALL


def is_of_status(values: Mapping[str, Any], status: Status) -> bool:
    """Whether the tab of a status is open."""
    return status.value in values.get("status", ())


@dataclass(frozen=True, eq=False)
class Waiting(One):
    """Those that have had their status for some days at least, or since a day."""

    def read(self, sent: MultiDict[str]) -> str:
        """A number of days, or an ISO date."""
        text = sent.get(self.name, "").strip()
        if text.isascii() and text.isdecimal() and len(text) <= len(str(LONGEST_WAIT)):
            return str(int(text)) if 0 < int(text) <= LONGEST_WAIT else ""
        day = parse_date(text)
        return day.isoformat() if day else ""

    def params(self, value: str) -> dict[str, Any]:
        """As it is read."""
        return {self.name: value}

    def terms(self, value: str) -> tuple[Term, ...]:
        """The moment is a parameter; what has no history has waited for nothing."""
        return (_WAITS,)

    def binds(self, value: str) -> dict[str, Any]:
        """The moment since when at least, as histories have it."""
        moment = now() - timedelta(days=int(value)) if value.isdecimal() else _end_of(date.fromisoformat(value))
        return {self.name: moment.astimezone(UTC).isoformat()}

    def chips(self, value: str, overview: Any) -> list[tuple[str, Changes]]:
        """How long."""
        return [(_wait_in_words(value), {self.name: ""})]

    def choices(self, value: str | None, overview: Any) -> list[OneChoice]:
        """A few days, and what an address asks for besides."""
        offered = [str(days) for days in WAITS]
        offered += [value] if value and value not in offered else []
        waits = [OneChoice(wait, _wait_in_words(wait), wait == value) for wait in offered]
        return [OneChoice("", _("Any time in this state"), not value), *waits]


def _end_of(day: date) -> datetime:
    return midnight(day + timedelta(days=1)) - timedelta(microseconds=1)


def _wait_in_words(value: str) -> str:
    if value.isdecimal():
        words = ngettext("More than %(num)d day in this state", "More than %(num)d days in this state", int(value))
        return words % {"num": int(value)}
    return _("Since %(day)s or before") % {"day": format_date(date.fromisoformat(value))}


def _by_name(named: Any) -> list[tuple[str, str]]:
    return sorted((named or {}).items(), key=lambda item: str(item[1]))


def _of(codes: Any, offered: Any) -> Choices:
    return ((code.value, code.label) for code in codes if code in (offered or ()))


_WAITS = Term(and_(bindparam("waiting", type_=Text) >= SINCE, SINCE != ""))
STATUS = Choice(
    "status",
    lazy("State"),
    by=Term(Enrollment.status),
    codes=Status,
    offered=lambda _overview: [(status.value, status.label) for status in IN_ORDER],
)
FILTERS: tuple[Filter, ...] = (
    STATUS,
    Choice(
        "grade",
        lazy("Grade"),
        upfront=True,
        by=Term(Enrollment.grade),
        codes=Grade,
        offered=lambda overview: _of(sorted(Grade), overview.grades),
    ),
    Choice(
        "group",
        lazy("Group"),
        upfront=True,
        by=Term(GROUP.c.code, ("group",)),
        offered=lambda overview: [(code, code) for code in sorted(overview.codes or ())],
    ),
    Waiting("waiting", lazy("How long in this state")),
    Choice(
        "campus",
        lazy("Campus"),
        by=Term(func.coalesce(GROUP.c.campus_id, Enrollment.campus_id), ("group",)),
        reads=parse_ids,
        offered=lambda overview: _by_name(overview.campuses),
    ),
    Choice(
        "shift",
        lazy("Shift"),
        by=Term(func.coalesce(GROUP.c.shift, Enrollment.shift), ("group",)),
        codes=Shift,
        offered=lambda overview: _of(Shift, overview.shifts),
    ),
    Choice("outcome", lazy("Outcome"), by=Term(Enrollment.outcome), codes=Outcome),
    Days("starts_on", lazy("Enrolled from"), by=Term(Enrollment.starts_on)),
    Days("ends_on", lazy("Enrolled until"), by=Term(Enrollment.ends_on)),
)


@lru_cache(maxsize=2)
def year_filter(*, has_current: bool) -> OneThing:
    """The current year where nothing is said; without one, all of them."""
    return OneThing(
        "year",
        lazy("School year"),
        leads=True,
        by=Term(Enrollment.year_id),
        usual=Term(Enrollment.year_id == CURRENT_YEAR) if has_current else None,
        things=lambda overview: reversed(_by_name(overview.years)),
        at_hand=lambda overview: overview.current_year,
        all_label=lazy("All years"),
    )


@lru_cache(maxsize=256)
def without(required: tuple[ChecklistItem, ...]) -> Without:
    """Those without a group, or without a paper that the school requires of them."""
    cases = [Case("group", lazy("Group"), Term(Enrollment.group_id.is_(None)))]
    if required:
        cases.append(Case("papers", lazy("Required documents"), Term(or_(*map(_lacks, required)))))
    return Without("without", lazy("Without"), cases=tuple(cases), upfront=True)


def _lacks(item: ChecklistItem) -> ColumnElement[bool]:
    """Neither on file nor seen on paper, in a grade that it is asked for in: as ``papers`` has it."""
    filed = (
        select(Attachment.id)
        .where(
            Attachment.school_id == SCHOOL,
            Attachment.entity_type == EntityType.STUDENT,
            Attachment.entity_id == Enrollment.student_id,
            Attachment.deleted_at.is_(None),
            Attachment.kind == item.kind,
        )
        .correlate(Enrollment)
        .exists()
    )
    is_asked_for: ColumnElement[bool] = Enrollment.grade.in_(item.grades) if item.grades else true()
    was_seen = func.coalesce(Enrollment.checklist[item.kind.value].astext, "") == "true"
    return and_(is_asked_for, not_(was_seen), not_(filed))


def required_of(checklist: Sequence[ChecklistItem], *, sees_all: bool) -> tuple[ChecklistItem, ...]:
    """What may be asked for: of papers about health only by those who may see them."""
    return tuple(item for item in checklist if item.is_required and (sees_all or not item.kind.is_sensitive))
