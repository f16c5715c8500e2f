"""The periods of a year in one table."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import last_saving
from portal.web.i18n import _
from portal.web.meanwhile import Saving
from portal.web.pages import go_to, page
from portal.years.controllers.years import DEPENDENCIES
from portal.years.models import AcademicPeriod, SchoolYear
from portal.years.periods import PeriodTable, save
from portal.years.providers import provide_changeable_year, provide_year_with_periods
from portal.years.repository import PeriodRepository


class PeriodController(Controller):
    """The table; adding and removing a row changes what is typed, and only saving writes it."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/periods"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**DEPENDENCIES, "year": Provide(provide_year_with_periods)}

    @get("/", name="periods.edit")
    async def edit(self, request: Request[Any, Any, Any], year: NamedDependency[SchoolYear]) -> Response[str]:
        """The table, filled."""
        return _page(request, PeriodTable.of(year))

    @post("/", name="periods.update", status_code=200, dependencies={"year": Provide(provide_changeable_year)})
    async def update(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        year: NamedDependency[SchoolYear],
    ) -> Response[Any]:
        """Add a row, remove one, or save them all; over somebody else's newer table only when asked again."""
        table = await PeriodTable.read(request, year)
        sent = await request.form()
        if "add" in sent or "remove" in sent:
            table.add_row() if "add" in sent else table.remove_row(str(sent["remove"]))
            return _page(request, table)
        is_right, was_stale = table.is_right(), table.is_stale
        if was_stale and not table.stands_already:
            table.version = year.version
            saving = await last_saving(db_session, year.periods)
            return _page(request, table, status_code=409, kept=year.periods, saving=saving)
        if not is_right:
            return _page(request, table, status_code=422)
        await save(PeriodRepository(db_session, year.school_id), table)
        return go_to(request, "years.show", year_id=year.id, notice=_("The periods were saved."))


def _page(
    request: Request[Any, Any, Any],
    table: PeriodTable,
    *,
    status_code: int = 200,
    kept: Sequence[AcademicPeriod] | None = None,
    saving: Saving | None = None,
) -> Response[str]:
    context = {"table": table, "kept": kept, "saving": saving}
    return page(request, "years/periods.html", block="form", status_code=status_code, **context)
