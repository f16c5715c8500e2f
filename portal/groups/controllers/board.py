"""The board of a year: its groups and their seats."""

from datetime import timedelta
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access, YearLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.catalogs.codes import YearStatus
from portal.groups.board import Board, BoardFilter
from portal.groups.providers import provide_groups
from portal.groups.repository import GroupRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.pages import go_to, page
from portal.years.changes import possible
from portal.years.models import SchoolYear
from portal.years.providers import provide_year, provide_years
from portal.years.repository import YearRepository
from portal.years.saving import span
from portal.years.wording import WORDS

HALF_A_YEAR = timedelta(days=183)  # a year that begins later than this is not the next one


class BoardController(Controller):
    """Where there is room."""

    path = "/schools/{slug:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "years": Provide(provide_years),
        "groups": Provide(provide_groups),
    }

    @get("/groups", name="groups.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        years: NamedDependency[YearRepository],
        groups: NamedDependency[GroupRepository],
    ) -> Response[Any]:
        """The board of the year that pages speak of: what the menu leads to."""
        year = await years.find(access.year.id) if access.year else None
        if year is None:
            return go_to(request, "years.index")
        return await _board(request, access, year, groups)

    @get("/years/{year_id:uuid}", name="years.show", dependencies={"year": Provide(provide_year)})
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        year: NamedDependency[SchoolYear],
        groups: NamedDependency[GroupRepository],
    ) -> Response[str]:
        """The board of one year."""
        return await _board(request, access, year, groups)


async def _board(
    request: Request[Any, Any, Any], access: Access, year: SchoolYear, groups: GroupRepository
) -> Response[str]:
    board = Board.of(await groups.with_seats(year.id), BoardFilter.of(request.query_params))
    return page(
        request,
        "groups/board.html",
        year=year,
        board=board,
        days=span(year),
        changes=[WORDS[change] for change in possible(year)],
        own_only=groups.led_by is not None,
        may_add=access.may(Permission.YEARS_WRITE) and year.status != YearStatus.ARCHIVED,
        rolls_over=_rolling_over(access, year),
    )


def _rolling_over(access: Access, year: SchoolYear) -> YearLink | SchoolYear | None:
    """Whose pupils would be rolled over from here: this year's, or into the next, while planned, the running one's."""
    if not access.may(Permission.ENROLLMENTS_APPROVE):
        return None
    if year.status == YearStatus.PLANNING:
        follows = access.year is not None and timedelta(0) < year.starts_on - access.year.ends_on < HALF_A_YEAR
        return access.year if follows else None
    return year if year.status in (YearStatus.ACTIVE, YearStatus.CLOSED) else None
