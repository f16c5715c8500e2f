"""The first two lines of a school's first page: good day, and what day it is for the school."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.accounts.access import Access, YearLink
from portal.catalogs.codes import YearStatus
from portal.web.i18n import _, format_date, ngettext

# From here on the end of the year is on everybody's mind.
SOON = 45


def hello(access: Access, moment: datetime) -> str:
    """``Good morning, Beatriz``, by the school's clock."""
    hour = moment.astimezone(ZoneInfo(access.school.time_zone)).hour if access.school else moment.hour
    if hour < 12:
        words = _("Good morning, %(name)s")
    elif hour < 18:
        words = _("Good afternoon, %(name)s")
    else:
        words = _("Good evening, %(name)s")
    return words % {"name": access.user.full_name.split()[0]}


def about_the_day(year: YearLink | None, today: date) -> str:
    """``Friday 20 November 2026. The school year 2026 ends in 7 days.``"""
    day = format_date(today, _("EEEE d MMMM y"))
    sentences = [f"{day[:1].upper()}{day[1:]}."]
    if year is not None:
        sentences.append(_about_the_year(year, today))
    return " ".join(sentences)


def _about_the_year(year: YearLink, today: date) -> str:
    left = (year.ends_on - today).days
    if today < year.starts_on:
        words, day = _("The school year %(year)s begins on %(date)s."), year.starts_on
    elif left < 0 or year.status in (YearStatus.CLOSED, YearStatus.ARCHIVED):
        words, day = _("The school year %(year)s ended on %(date)s."), year.ends_on
    elif left > SOON:
        words, day = _("The school year %(year)s ends on %(date)s."), year.ends_on
    else:
        words, day = _ends_soon(left), year.ends_on
    return words % {"year": year.name, "date": format_date(day, "long"), "n": left}


def _ends_soon(days: int) -> str:
    if days == 0:
        return _("The school year %(year)s ends today.")
    return ngettext("The school year %(year)s ends in %(n)d day.", "The school year %(year)s ends in %(n)d days.", days)
