"""The list of likely duplicates, and what is decided about a pair besides making it one: that it is two people."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.duplicates.decisions import call_two_people, forget
from portal.duplicates.kinds import People
from portal.duplicates.list_page import list_duplicates
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

PATH = "/schools/{slug:str}/duplicates"
DEPENDENCIES = {"access": Provide(provide_access), "school": Provide(provide_school)}


class DuplicateController(Controller):
    """Whom the school may have twice."""

    path = PATH
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = DEPENDENCIES

    @get("/", name="duplicates.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        school: NamedDependency[SchoolLink],
        kind: FromQuery[str | None] = None,
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """Pairs of records that are likely to be of one person, the likeliest first."""
        shown = await list_duplicates(db_session, school.id, kind=kind, after=after)
        return page(request, "duplicates/index.html", duplicates=shown)


class TwoPeopleController(Controller):
    """The decision that a pair is two people."""

    path = f"{PATH}/{{people:str}}/{{one_id:uuid}}/{{other_id:uuid}}/two-people"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = DEPENDENCIES

    @post("/", name="two_people.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        access: NamedDependency[Access],
        school: NamedDependency[SchoolLink],
        people: FromPath[str],
        one_id: FromPath[UUID],
        other_id: FromPath[UUID],
    ) -> Response[Any]:
        """Do not list them any more."""
        kind = kind_of(people)
        if not await call_two_people(db_session, school.id, kind, {one_id, other_id}, by=access.user_id):
            raise NotFound
        undo = url_for(request, "two_people.destroy", people=people, one_id=one_id, other_id=other_id)
        notice = _("They are two people, and not listed as likely duplicates any more.")
        return go_to(request, "duplicates.index", params={"kind": kind.value}, notice=notice, undo=undo)

    @post("/undoing", name="two_people.destroy", status_code=200, opt={"undoes": True})
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        db_session: NamedDependency[AsyncSession],
        school: NamedDependency[SchoolLink],
        people: FromPath[str],
        one_id: FromPath[UUID],
        other_id: FromPath[UUID],
    ) -> Response[Any]:
        """List them again, should they be alike."""
        kind = kind_of(people)
        if not await forget(db_session, school.id, kind, {one_id, other_id}):
            raise NotFound
        notice = _("They are compared again.")
        return go_to(request, "duplicates.index", params={"kind": kind.value}, notice=notice, undo=False)


def kind_of(people: str) -> People:
    """The kind of people that an address names. Raises NotFound."""
    kind = next((each for each in People if each == people), None)
    if kind is None:
        raise NotFound
    return kind
