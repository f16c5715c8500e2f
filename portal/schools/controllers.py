"""The front door, the list of schools, and the first page of one."""

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, YearLink
from portal.accounts.guards import may, signed_in
from portal.accounts.permissions import Permission, Reach
from portal.catalogs.divipola import municipality_name
from portal.groups.repository import GroupRepository
from portal.schools import dashboard
from portal.schools.greeting import about_the_day, hello
from portal.schools.providers import provide_access, provide_schools
from portal.schools.repository import SchoolRepository
from portal.schools.tasks import tasks
from portal.web.i18n import today
from portal.web.pages import go_to, go_to_address, page, url_for


@get("/", name="home", guards=[signed_in])
async def home(request: Request[Any, Any, Any]) -> Response[Any]:
    """There is no page before the schools."""
    return go_to_address(request, url_for(request, "schools.index"))


class SchoolController(Controller):
    """The schools that a person may enter."""

    path = "/schools"
    guards = [signed_in]
    dependencies = {"access": Provide(provide_access), "schools": Provide(provide_schools)}

    @get("/", name="schools.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        schools: NamedDependency[SchoolRepository],
    ) -> Response[Any]:
        """My schools, all of them for a superuser; whoever has just one goes straight in."""
        if access.user.is_superuser:
            every = await schools.all_by_name()
            return page(request, "schools/index_all.html", schools=every, municipality_name=municipality_name)
        if len(access.schools) == 1:
            return go_to(request, "schools.show", slug=access.schools[0].slug)
        return page(request, "schools/index.html", schools=access.schools)


class DashboardController(Controller):
    """The first page of a school."""

    path = "/schools/{slug:str}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {"access": Provide(provide_access)}

    @get("/", name="schools.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
    ) -> Response[str]:
        """What there is to do today, and how the year stands; to a teacher, their groups."""
        shown: dict[str, Any] = {"hello": hello(access, datetime.now(UTC)), "day": about_the_day(access.year, today())}
        if access.year is None:
            template = "schools/show_without_year.html"
        elif access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS:
            template = "schools/show_own_groups.html"
            shown |= await _own_groups(db_session, access, access.year)
        else:
            template = "schools/show.html"
            shown |= await _whole_school(request, db_session, access, access.year)
        return page(request, template, **shown)


async def _own_groups(session: AsyncSession, access: Access, year: YearLink) -> dict[str, Any]:
    assert access.school is not None
    return {"groups": await dashboard.led_groups(session, access.school.id, year.id, access.user.id)}


async def _whole_school(
    request: Request[Any, Any, Any], session: AsyncSession, access: Access, year: YearLink
) -> dict[str, Any]:
    assert access.school is not None
    figures = await dashboard.figures(session, access.school.id, year.id)
    groups = await GroupRepository(session, access.school.id).with_seats(year.id)
    waiting = None
    if access.may(Permission.ENROLLMENTS_WRITE):
        waiting = tasks(request, access, figures, await dashboard.desk(session, access.school.id))
    return {
        "figures": figures,
        "grades": dashboard.seats_by_grade(groups),
        "tasks": waiting,
    }
