"""Two students, or two guardians, made one: side by side first, then in one press of a button."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.base import now
from portal.duplicates.kinds import People
from portal.merging.choices import Choices
from portal.merging.merge import hold_both, merge
from portal.merging.models import Merge
from portal.merging.page import Comparison, compare
from portal.merging.providers import provide_merges
from portal.merging.repository import MergeRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import BadRequest, Conflict, NotFound
from portal.web.i18n import _
from portal.web.once import was_sent_before
from portal.web.pages import go_to, go_to_address, page, url_for
from portal.web.reading import parse_id, typed_query

PAGE = "merging/new.html"
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "merges": Provide(provide_merges),
}


class StudentMergeController(Controller):
    """The merge of two students."""

    path = "/schools/{slug:str}/students/merge"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = DEPENDENCIES

    @get("/", name="students.merge")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        merges: NamedDependency[MergeRepository],
        one: FromQuery[str] = "",
        other: FromQuery[str] = "",
        q: FromQuery[str] = "",
    ) -> Response[Any]:
        """Both side by side; without the other one, look for it."""
        return await _new(request, access, merges, People.STUDENTS, one, other, typed_query(q))

    @post("/", name="students.merge.create", status_code=200)
    async def create(
        self, request: Request[Any, Any, Any], access: NamedDependency[Access], merges: NamedDependency[MergeRepository]
    ) -> Response[Any]:
        """Make them one, as chosen."""
        return await _create(request, access, merges, People.STUDENTS)


class GuardianMergeController(Controller):
    """The merge of two guardians."""

    path = "/schools/{slug:str}/guardians/merge"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = DEPENDENCIES

    @get("/", name="guardians.merge")
    async def new(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        merges: NamedDependency[MergeRepository],
        one: FromQuery[str] = "",
        other: FromQuery[str] = "",
        q: FromQuery[str] = "",
    ) -> Response[Any]:
        """Both side by side; without the other one, look for it."""
        return await _new(request, access, merges, People.GUARDIANS, one, other, typed_query(q))

    @post("/", name="guardians.merge.create", status_code=200)
    async def create(
        self, request: Request[Any, Any, Any], access: NamedDependency[Access], merges: NamedDependency[MergeRepository]
    ) -> Response[Any]:
        """Make them one, as chosen."""
        return await _create(request, access, merges, People.GUARDIANS)


async def _new(
    request: Request[Any, Any, Any], access: Access, merges: MergeRepository, kind: People, one: str, other: str, q: str
) -> Response[Any]:
    if not one:
        return go_to(request, "duplicates.index", params={"kind": kind.value})
    people = await merges.people(kind, [each for each in (parse_id(one), parse_id(other)) if each])
    people = [person for person in people if person.deleted_at is None]
    if not people or parse_id(one) != people[0].id:
        raise NotFound
    person = people[0]
    if len(people) == 2 and person.id != people[1].id:
        return _side_by_side(request, await compare(merges.session, access, kind, person, people[1], Choices()))
    found = await merges.search(kind, q, but=person.id) if q else await merges.alike(kind, person)
    return page(request, "merging/choose.html", block="found", kind=kind, person=person, found=found, q=q)


async def _create(
    request: Request[Any, Any, Any], access: Access, merges: MergeRepository, kind: People
) -> Response[Any]:
    choices = await Choices.read(request)
    one, other = choices.ids
    if one is None or other is None or one == other:
        raise BadRequest(_("Choose two records to merge."))
    refusal = _("This page has merged two records already. Open the list of likely duplicates for others.")
    session, mine = merges.session, Merge.school_id == merges.school_id
    if not await was_sent_before(session, choices.merge_id, choices.digest, Merge, mine, refusal=refusal):
        people = await hold_both(session, merges.school_id, kind, (one, other))
        if len(people) < 2:
            await _refuse(merges, kind, (one, other))
        shown = await compare(session, access, kind, people[one], people[other], choices)
        if shown.refusals or not choices.saw(shown.survivor, shown.other, shown.rows):
            return _side_by_side(request, shown, status_code=409, has_changed=not shown.refusals)
        await merge(session, kind, shown.survivor, shown.other, shown.fields, choices, by=access.user_id, at=now())
    undo = url_for(request, "merges.undo", merge_id=choices.merge_id)
    route, parameter = kind.show
    here = url_for(request, route, **{parameter: one})
    return go_to_address(request, here, notice=_("The two records are one now."), undo=undo)


async def _refuse(merges: MergeRepository, kind: People, ids: tuple[UUID, UUID]) -> None:
    """One of them is not there: of this school or not, that is the question."""
    if len(await merges.people(kind, ids)) < 2:
        raise NotFound
    raise Conflict(_("One of the two records was merged or deleted meanwhile. Nothing was changed."))


def _side_by_side(
    request: Request[Any, Any, Any], shown: Comparison, *, status_code: int = 200, has_changed: bool = False
) -> Response[str]:
    return page(request, PAGE, block="form", status_code=status_code, shown=shown, has_changed=has_changed)
