"""What a new year takes over from the last one: periods and groups. Settings belong to the school and hold anyway."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.schools.models import Campus
from portal.schools.rules import DefaultPeriod
from portal.web.i18n import _, format_list, ngettext
from portal.years.calendar import moved, spread
from portal.years.models import AcademicPeriod, SchoolYear


@dataclass(frozen=True)
class Model:
    """The last year as one to copy from: its groups, and which of them stay behind because their campus is closed."""

    year: SchoolYear
    groups: Sequence[Group]
    left_out: Sequence[Group]
    closed_campuses: Sequence[str]

    @classmethod
    async def of(cls, session: AsyncSession, year: SchoolYear) -> "Model":
        """One query: the groups with their campuses."""
        found = await GroupRepository(session, year.school_id).of_year(year.id)
        closed = [group for group in found if not group.campus.is_active]
        return cls(
            year=year,
            groups=[group for group in found if group.campus.is_active],
            left_out=closed,
            closed_campuses=sorted({_campus_of(group).name for group in closed}),
        )

    @property
    def remark(self) -> str:
        """Which groups are left out, and why; empty where none is."""
        if not self.left_out:
            return ""
        words = ngettext(
            "%(num)s group is left out, since its campus is closed: %(campuses)s.",
            "%(num)s groups are left out, since their campus is closed: %(campuses)s.",
            len(self.left_out),
        )
        return words % {"num": len(self.left_out), "campuses": format_list(self.closed_campuses)}


def planned_periods(
    source: str, model: Model | None, usual: Sequence[DefaultPeriod], first: date, last: date
) -> list[AcademicPeriod]:
    """The periods of a year with these days: those of the ``last`` year, the school's ``usual`` ones, or ``none``.

    Raises TooShort when the days are fewer than two for each.
    """
    drawn: list[tuple[str, Decimal, tuple[date, date]]] = []
    if source == "last" and model is not None:
        old = model.year.periods
        spans = moved(old, model.year, first, last)
        drawn = [(period.name, period.weight, span) for period, span in zip(old, spans, strict=True)]
    elif source == "usual":
        spans = spread([1] * len(usual), first, last)
        drawn = [(period.name, period.weight, span) for period, span in zip(usual, spans, strict=True)]
    return [
        AcademicPeriod(ordinal=ordinal, name=name, weight=weight, starts_on=begins, ends_on=ends)
        for ordinal, (name, weight, (begins, ends)) in enumerate(drawn, start=1)
    ]


def planned_groups(model: Model, leads: Collection[UUID]) -> list[Group]:
    """The same groups once more, for another year, without pupils; of their lead teachers those who are among these."""
    return [
        Group(
            campus_id=group.campus_id,
            grade=group.grade,
            shift=group.shift,
            code=group.code,
            capacity=group.capacity,
            lead_teacher_id=group.lead_teacher_id if group.lead_teacher_id in leads else None,
        )
        for group in model.groups
    ]


def told(year: SchoolYear, periods: int, groups: int, remark: str) -> str:
    """What came of it, for the next page's notice."""
    words = _("%(year)s is in planning with %(periods)s and %(groups)s.") % {
        "year": year.name,
        "periods": ngettext("%(num)s period", "%(num)s periods", periods) % {"num": periods},
        "groups": ngettext("%(num)s group", "%(num)s groups", groups) % {"num": groups},
    }
    return f"{words} {remark}".strip()


def _campus_of(group: Group) -> Campus:
    return group.campus
