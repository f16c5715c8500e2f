"""Opening a school year with what it takes over: itself, its periods and its groups, once for each form."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from portal.groups.repository import GroupRepository
from portal.schools.rules import DefaultPeriod
from portal.web.i18n import _
from portal.web.once import was_sent_before
from portal.years import saving
from portal.years.calendar import TooShort
from portal.years.copying import Model, planned_groups, planned_periods, told
from portal.years.forms import NewYearForm
from portal.years.models import AcademicPeriod, SchoolYear
from portal.years.repository import PeriodRepository, YearRepository


async def model_of(session: AsyncSession, years: YearRepository) -> Model | None:
    """The last year as one to copy from; None before the first."""
    last = await years.last()
    return await Model.of(session, last) if last else None


async def was_opened_before(years: YearRepository, form: NewYearForm) -> bool:
    """Whether this very form has opened its year. Raises Conflict when its id was used with other content."""
    refusal = _("This form has opened a year already, and now it says something else. Edit that year instead.")
    here = SchoolYear.school_id == years.school_id
    return await was_sent_before(years.session, form.minted_id, form.digest, SchoolYear, here, refusal=refusal)


async def open_year(
    session: AsyncSession,
    years: YearRepository,
    form: NewYearForm,
    model: Model | None,
    usual: Sequence[DefaultPeriod],
) -> str | None:
    """Write the year, in planning, with its periods and groups; gives what to say of it, None with the fields blamed.

    ``model`` is the year to copy from, ``usual`` are the periods that the school begins its years with.
    """
    year = SchoolYear(id=form.minted_id, form_digest=form.digest)
    form.validate()
    await saving.check(years, form)
    periods = [] if form.errors else _periods(form, model, usual)
    if form.errors or not await saving.save(years, form, year):
        return None
    groups = GroupRepository(session, years.school_id)
    leads = {user_id for user_id, _name in await groups.possible_leads()} if form.copy_leads.data else set()
    copies = planned_groups(model, leads) if model and form.copy_groups.data else []
    for period in periods:
        period.year_id = year.id
    for group in copies:
        group.year_id = year.id
    await PeriodRepository(session, years.school_id).add_many(periods)
    await groups.add_many(copies)
    return told(year, len(periods), len(copies), model.remark if model and copies else "")


def _periods(form: NewYearForm, model: Model | None, usual: Sequence[DefaultPeriod]) -> list[AcademicPeriod]:
    try:
        return planned_periods(str(form.periods.data), model, usual, *form.days)
    except TooShort:
        form.blame("periods", _("The year is too short for so many periods."))
        return []
