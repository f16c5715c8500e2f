"""The first page of a school."""

from datetime import UTC, datetime
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, YearLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission, Reach
from portal.groups.repository import GroupRepository
from portal.schools import dashboard
from portal.schools.greeting import about_the_day, hello
from portal.schools.providers import provide_access
from portal.schools.tasks import tasks
from portal.web.i18n import today
from portal.web.pages import page


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
