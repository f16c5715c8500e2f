"""The list of school years, a new one, and the days of one that is there."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.schools.providers import provide_access, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.years import saving
from portal.years.forms import NewYearForm, YearForm
from portal.years.models import SchoolYear
from portal.years.opening import model_of, open_year, was_opened_before
from portal.years.providers import provide_changeable_year, provide_year_with_periods, provide_years
from portal.years.repository import YearRepository

DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "years": Provide(provide_years),
}


class YearController(Controller):
    """All years of the school."""

    path = "/schools/{slug:str}/years"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = DEPENDENCIES

    @get("/", name="years.index")
    async def index(self, request: Request[Any, Any, Any], years: NamedDependency[YearRepository]) -> Response[str]:
        """The years, the last first."""
        return page(request, "years/index.html", years=await years.listing(), span=saving.span)

    @get("/new", name="years.new", guards=[may(Permission.YEARS_WRITE)], opt={"drafts": True})
    async def new(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        years: NamedDependency[YearRepository],
    ) -> Response[str]:
        """The year that follows the last one, to be corrected."""
        model = await model_of(db_session, years)
        form = NewYearForm.suggested(model.year if model else None)
        form.offer(model.year if model else None, access.rules.periods)
        return page(request, "years/new.html", block="form", form=form, model=model)

    @post("/new", name="years.create", guards=[may(Permission.YEARS_WRITE)], status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        years: NamedDependency[YearRepository],
    ) -> Response[Any]:
        """Add the year, in planning, with what it takes over; a form that comes twice adds it once."""
        form = await NewYearForm.read(request)
        notice = None
        if not await was_opened_before(years, form):
            model = await model_of(db_session, years)
            form.offer(model.year if model else None, access.rules.periods)
            notice = await open_year(db_session, years, form, model, access.rules.periods)
            if notice is None:
                return page(request, "years/new.html", block="form", status_code=422, form=form, model=model)
        return go_to(request, "years.show", year_id=form.minted_id, notice=notice)


class YearEditingController(Controller):
    """One year: its name and its days."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/edit"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**DEPENDENCIES, "year": Provide(provide_year_with_periods)}

    @get("/", name="years.edit")
    async def edit(self, request: Request[Any, Any, Any], year: NamedDependency[SchoolYear]) -> Response[str]:
        """The form, filled."""
        version = await version_of(request, year)
        form = YearForm.show(of=version.row)
        return page(request, "years/edit.html", block="form", form=form, year=year, as_of=version.told(form, year))

    @post("/", name="years.update", status_code=200, dependencies={"year": Provide(provide_changeable_year)})
    async def update(
        self,
        request: Request[Any, Any, Any],
        years: NamedDependency[YearRepository],
        year: NamedDependency[SchoolYear],
    ) -> Response[Any]:
        """Save name and days, or say what speaks against them."""
        form = await YearForm.read(request, of=year)
        await catch_up(years.session, form, year)
        form.validate()
        await saving.check(years, form, year)
        if form.errors or not await saving.save(years, form, year):
            return page(request, "years/edit.html", block="form", status_code=422, form=form, year=year)
        return go_to(request, "years.show", year_id=year.id, notice=form.telling(_("Saved.")))
