"""The recycle bin as its page shows it: tabs by kind, and a page of what was deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.accounts.access import Access
from portal.catalogs.people import listed_name
from portal.catalogs.words import document
from portal.recycle_bin.kinds import Kind
from portal.recycle_bin.repository import PAGE, BinRepository
from portal.web.i18n import _, ngettext


@dataclass(frozen=True)
class Line:
    """A deleted record: what it was, what went along, and who deleted it when."""

    id: UUID
    name: str
    detail: str
    along: str
    deleted_by: str
    deleted_at: datetime


@dataclass(frozen=True)
class BinPage:
    """One kind of what was deleted, the latest first. ``after`` names the last line where more follow."""

    kind: Kind
    counts: Mapping[Kind, int]
    lines: Sequence[Line]
    q: str
    after: UUID | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is in the bin that this person may see."""
        return not any(self.counts.values())


async def list_bin(records: BinRepository, access: Access, *, kind: str | None, q: str, after: UUID | None) -> BinPage:
    """The page that an address asks for; another kind than those that the person may bring back is no kind."""
    own = [each for each in Kind if access.may(each.permission)]
    counts = await records.counts(own)
    # Without a wish, the first that has anything.
    usual = next((each for each in own if counts[each]), own[0])
    chosen = next((each for each in own if each == kind), usual)
    rows = await records.listing(chosen, q=q, after=after)
    shown = [_line(chosen, row) for row in rows[:PAGE]]
    return BinPage(chosen, counts, shown, q, shown[-1].id if len(rows) > PAGE else None)


def _line(kind: Kind, row: Any) -> Line:
    name, detail, along = _WORDS[kind](row)
    return Line(
        id=row.id,
        name=name,
        detail=detail,
        along=along,
        # Whoever deletes by a command, or has left the installation, has no name.
        deleted_by=row.deleted_by or "",
        deleted_at=row.deleted_at,
    )


def _student(row: Any) -> tuple[str, str, str]:
    along = ngettext("%(n)d enrollment", "%(n)d enrollments", row.along) % {"n": row.along} if row.along else ""
    return listed_name(row), document(row), along


def _guardian(row: Any) -> tuple[str, str, str]:
    tied = ngettext("Guardian of %(n)d student", "Guardian of %(n)d students", row.along) % {"n": row.along}
    return listed_name(row), document(row), tied if row.along else ""


def _enrollment(row: Any) -> tuple[str, str, str]:
    detail = f"{listed_name(row)} · {row.year_name} · {row.grade.label} · {row.status.label}"
    return _("Enrollment %(number)s") % {"number": row.number}, detail, ""


def _group(row: Any) -> tuple[str, str, str]:
    return f"{row.grade.label} {row.code}", f"{row.year_name} · {row.campus_name}", ""


_WORDS = {
    Kind.STUDENTS: _student,
    Kind.GUARDIANS: _guardian,
    Kind.ENROLLMENTS: _enrollment,
    Kind.GROUPS: _group,
}
