"""Deleting a year that was never used: no group, no enrollment, not even in the bin."""

from portal.web.i18n import _, ngettext
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository


async def why_it_stays(years: YearRepository, year: SchoolYear) -> str:
    """What speaks against deleting the year, in words for people; empty where nothing does."""
    groups, enrollments = await years.used_by(year.id)
    if not groups and not enrollments:
        return ""
    words = _("%(year)s has %(groups)s and %(enrollments)s, those in the bin included, so it cannot be deleted.")
    return words % {
        "year": year.name,
        "groups": ngettext("%(num)s group", "%(num)s groups", groups) % {"num": groups},
        "enrollments": ngettext("%(num)s enrollment", "%(num)s enrollments", enrollments) % {"num": enrollments},
    }


async def remove(years: YearRepository, year: SchoolYear) -> None:
    """Delete the year, which nothing speaks against, and its periods, one by one: the history tells of each."""
    whole = await years.locked(year.id)
    assert whole is not None, "the year is held"
    for period in whole.periods:
        await years.session.delete(period)
    await years.session.flush()
    await years.session.delete(year)
    await years.session.flush()
