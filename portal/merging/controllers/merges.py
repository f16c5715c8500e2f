"""A merge that was done: what it did, and undoing it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.base import now
from portal.merging.models import Merge
from portal.merging.providers import provide_merges
from portal.merging.repository import PAGE, MergeRepository
from portal.merging.telling import Told, tell, tell_what_stayed
from portal.merging.undo import undo
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.i18n import _
from portal.web.pages import go_to_address, page, url_for
from portal.web.reading import parse_id


class MergeController(Controller):
    """What was merged, and one merge of it."""

    path = "/schools/{slug:str}/merges"
    guards = [may(Permission.STUDENTS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "merges": Provide(provide_merges),
    }

    @get("/", name="merges.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        merges: NamedDependency[MergeRepository],
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """The latest first."""
        found = await merges.listing(after=parse_id(after))
        last = found[PAGE - 1].id if len(found) > PAGE else None
        return page(request, "merging/index.html", merges=found[:PAGE], after=last)

    @get("/{merge_id:uuid}", name="merges.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        merges: NamedDependency[MergeRepository],
        merge_id: FromPath[UUID],
    ) -> Response[str]:
        """What it changed, and what undoing it would put back."""
        merge = await merges.find(merge_id)
        if merge is None:
            raise NotFound
        told: Told = await tell(merges, access, merge)
        return page(request, "merging/show.html", told=told)

    @post("/{merge_id:uuid}/undoing", name="merges.undo", status_code=200, opt={"undoes": True})
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        merges: NamedDependency[MergeRepository],
        merge_id: FromPath[UUID],
    ) -> Response[Any]:
        """Make two of them again; what was edited since stays, and is named."""
        merge = await merges.find(merge_id, hold=True)
        if merge is None:
            raise NotFound
        notice = _("The merge was undone: they are two records again.")
        if merge.undone_at is None:
            left = await undo(merges.session, merge, by=access.user_id, at=now())
            notice = " ".join(filter(None, (notice, await tell_what_stayed(merges, access, merge, left))))
        return _back(request, merge, notice)


def _back(request: Request[Any, Any, Any], merge: Merge, notice: str) -> Response[Any]:
    """To the record that is back."""
    route, parameter = merge.kind.show
    return go_to_address(request, url_for(request, route, **{parameter: merge.other_id}), notice=notice, undo=False)
