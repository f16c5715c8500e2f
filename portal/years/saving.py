"""Writing a year: what other rows say against it, asked first and enforced by the database for the race."""

from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from portal.web.i18n import _, format_date
from portal.years.forms import YearForm
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository

NAME_TAKEN = "uq_school_years_school_id_name"
OVERLAP = "ex_school_years_overlap"
DAY = "d MMM y"


async def check(years: YearRepository, form: YearForm, of: SchoolYear | None = None) -> None:
    """Blame the fields for what the other years, and the year's own periods and enrollments, do not allow."""
    if form.name.data and not form.name.errors:
        await _check_name(years, form, of)
    if form.has_days:
        await _check_days(years, form, of)


async def save(years: YearRepository, form: YearForm, year: SchoolYear) -> bool:
    """Write what the form says; False, with the field blamed, when somebody else was quicker with name or days."""
    year_id, is_new = year.id, year not in years.session
    try:
        async with years.session.begin_nested():
            _fill(form, year)
            year.school_id = years.school_id
            years.session.add(year)
            await years.session.flush()
    except IntegrityError as error:
        if not any(name in str(error.orig) for name in (NAME_TAKEN, OVERLAP)):
            raise
        await check(years, form, None if is_new else await years.with_periods(year_id))
        return False
    return True


def span(row: Any) -> str:
    """``19 Jan 2026 to 27 Nov 2026``."""
    return _("%(first)s to %(last)s") % {
        "first": format_date(row.starts_on, DAY),
        "last": format_date(row.ends_on, DAY),
    }


def _fill(form: YearForm, year: SchoolYear) -> None:
    year.name = str(form.name.data)
    year.starts_on, year.ends_on = _day(form.starts_on.data), _day(form.ends_on.data)


async def _check_name(years: YearRepository, form: YearForm, of: SchoolYear | None) -> None:
    other = await years.by_name(str(form.name.data))
    if other is not None and (of is None or other.id != of.id):
        form.blame("name", _("There is a year of this name already: %(days)s.") % {"days": span(other)})
    elif of is not None and of.last_number and of.name != form.name.data:
        form.blame(
            "name",
            _("Enrollments of this year have numbers such as %(number)s already, so its name stays.")
            % {"number": f"{of.name}-{1:05}"},
        )


async def _check_days(years: YearRepository, form: YearForm, of: SchoolYear | None) -> None:
    first, last = _day(form.starts_on.data), _day(form.ends_on.data)
    other = await years.overlapping(first, last, but=of.id if of else None)
    if other is not None:
        begins_inside = other.starts_on <= first <= other.ends_on
        form.blame(
            "starts_on" if begins_inside else "ends_on",
            _("These days overlap with the year %(year)s (%(days)s).") % {"year": other.name, "days": span(other)},
        )
    for period in of.periods if of else ():
        words = _("%(period)s (%(days)s) would fall outside the year. Change the periods first.")
        stays_out = {"period": period.name, "days": span(period)}
        if period.starts_on < first:
            form.blame("starts_on", words % stays_out)
        elif period.ends_on > last:
            form.blame("ends_on", words % stays_out)


def _day(value: Any) -> date:
    assert isinstance(value, date), "checked by the form"
    return value
