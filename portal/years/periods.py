"""The periods of a year, edited as one table: all of it is right, or nothing is saved."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Self

from litestar import Request

from portal.db.base import now
from portal.web.i18n import _, format_number
from portal.years.models import AcademicPeriod, SchoolYear
from portal.years.period_form import PeriodForm
from portal.years.repository import PeriodRepository
from portal.years.saving import span

MOST = 12
WHOLE = Decimal(100)


@dataclass
class PeriodTable:
    """The table as it is typed. ``version`` is that of the year whose periods the person saw."""

    year: SchoolYear
    rows: list[PeriodForm]
    version: int
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, year: SchoolYear) -> Self:
        """The table as it is kept; an empty one begins with a row to fill."""
        rows = [PeriodForm.kept(number, period) for number, period in enumerate(year.periods)]
        return cls(year, rows or [PeriodForm.blank(0, 1)], year.version)

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], year: SchoolYear) -> Self:
        """The rows that were sent, those left empty aside."""
        sent = await request.form()
        numbers = sorted({int(found[1]) for name in sent if (found := re.match(r"p(\d{1,3})-", str(name)))})
        rows = []
        for number in numbers[: MOST + 1]:
            row = await PeriodForm.read(request, prefix=f"p{number}-")
            row.period_id = str(sent.get(f"p{number}-id", ""))
            if not row.is_left_empty:
                rows.append(row)
        version = str(sent.get("version", ""))
        return cls(year, rows, int(version) if re.fullmatch(r"\d{1,9}", version) else 0)

    def add_row(self) -> None:
        """One more, numbered behind the last."""
        free = max((int(row.prefix[1:-1]) for row in self.rows), default=-1) + 1
        self.rows.append(PeriodForm.blank(free, max((row.ordinal.data or 0 for row in self.rows), default=0) + 1))

    def remove_row(self, prefix: str) -> None:
        """The row goes from the table; from the year only when the table is saved."""
        self.rows = [row for row in self.rows if row.prefix != prefix]

    @property
    def total(self) -> Decimal:
        """What the weights sum to."""
        return sum((row.weight.data for row in self.rows if row.weight.data), Decimal(0))

    @property
    def is_stale(self) -> bool:
        """Whether somebody saved the year since the table was shown."""
        return self.version != self.year.version

    @property
    def stands_already(self) -> bool:
        """Whether the table says what is kept: then it does not matter who saved it."""
        kept = {str(period.id): period for period in self.year.periods}
        same_rows = {row.period_id for row in self.rows} == set(kept)
        return same_rows and not any(row.changes(kept[row.period_id]) for row in self.rows)

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Every error with the field that it is about, and those of the table as a whole."""
        of_rows = [(id_, f"{row.said} · {message}".strip(" ·")) for row in self.rows for id_, message in row.error_list]
        return of_rows + [("", message) for message in self.errors]

    def is_right(self) -> bool:
        """Check every cell, each row within the year, the rows against one another, and the sum of the weights."""
        for row in self.rows:
            row.validate()
            self._check_days(row)
        self._check_order()
        if len(self.rows) > MOST:
            self.errors.append(_("A year has at most %(most)d periods.") % {"most": MOST})
        if self.rows and all(row.weight.data is not None for row in self.rows) and self.total != WHOLE:
            words = _("The weights must sum to 100; they sum to %(total)s.")
            self.rows[-1].blame("weight", words % {"total": format_number(self.total)})
        return not self.error_list

    def _check_days(self, row: PeriodForm) -> None:
        if not row.has_days:
            return
        outside = _("Outside the year, which goes from %(days)s.") % {"days": span(self.year)}
        for name, day in (("starts_on", row.begins), ("ends_on", row.ends)):
            if not self.year.starts_on <= day <= self.year.ends_on:
                row.blame(name, outside)
        if row.ends <= row.begins:
            row.blame("ends_on", _("The last day must be after the first."))

    def _check_order(self) -> None:
        numbered = sorted((row for row in self.rows if row.ordinal.data is not None), key=_number)
        for before, after in pairwise(numbered):
            if before.ordinal.data == after.ordinal.data:
                after.blame("ordinal", _("Another period has this number."))
            elif before.has_days and after.has_days and after.begins <= before.ends:
                words = _("It must begin after %(period)s ends, on %(day)s.")
                after.blame("starts_on", words % {"period": before.said, "day": before.ends_on.written()})
        if numbered and (numbered[0].ordinal.data or 0) < 1:
            numbered[0].blame("ordinal", _("Numbers begin with 1."))


async def save(periods: PeriodRepository, table: PeriodTable) -> None:
    """Write the table, which is right: what is no longer in it goes first, so that nothing is ever in another's way.

    Each period keeps its id. The year is written too: its version is what guards the table. The year is locked.
    """
    year, session = table.year, periods.session
    kept = {str(period.id): period for period in year.periods}
    staying = {row.period_id for row in table.rows}
    for period_id, period in kept.items():
        if period_id not in staying:
            await session.delete(period)
    await session.flush()
    remaining = [period for period_id, period in kept.items() if period_id in staying]
    await periods.set_aside(remaining)
    for row in sorted(table.rows, key=_number):
        session.add(_write(row, kept.get(row.period_id), year))
    year.updated_at = now()
    await session.flush()


def _number(row: PeriodForm) -> int:
    return row.ordinal.data or 0


def _write(row: PeriodForm, known: AcademicPeriod | None, year: SchoolYear) -> AcademicPeriod:
    period = known or AcademicPeriod(school_id=year.school_id, year_id=year.id)
    row.populate_obj(period)
    return period
