"""What was deleted, and bringing it back."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.base import now
from portal.recycle_bin.addresses import page_of
from portal.recycle_bin.collisions import Collision, collisions
from portal.recycle_bin.forms import FORMS, RestorationForm
from portal.recycle_bin.kinds import Kind, name_of
from portal.recycle_bin.list_page import list_bin
from portal.recycle_bin.providers import provide_bin, provide_kind
from portal.recycle_bin.repository import BinRepository
from portal.recycle_bin.restoration import restore
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import NotFound
from portal.web.fields import CheckField
from portal.web.i18n import _
from portal.web.pages import go_to_address, page
from portal.web.reading import parse_id, typed_query


class BinController(Controller):
    """The recycle bin. Each kind asks for its own right besides (``Kind.permission``)."""

    path = "/schools/{slug:str}/bin"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "records": Provide(provide_bin),
    }

    @get("/", name="bin.index")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        kind: FromQuery[str | None] = None,
        q: FromQuery[str] = "",
        after: FromQuery[str | None] = None,
    ) -> Response[str]:
        """What was deleted, the latest first, by kind."""
        shown = await list_bin(records, access, kind=kind, q=typed_query(q), after=parse_id(after))
        return page(request, "bin/index.html", block="results", bin=shown)


class RestorationController(Controller):
    """The restoration of one deleted record, with what went along."""

    path = "/schools/{slug:str}/bin/{kind_name:str}/{row_id:uuid}/restoration"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**BinController.dependencies, "kind": Provide(provide_kind)}

    @get("/", name="bin.restoration")
    async def new(
        self,
        request: Request[Any, Any, Any],
        records: NamedDependency[BinRepository],
        kind: NamedDependency[Kind],
        row_id: FromPath[UUID],
    ) -> Response[str]:
        """What comes back, and what is in the way."""
        row = await _deleted(records, kind, row_id)
        return await _page(request, records, kind, row, FORMS[kind].show(of=row))

    @post("/", name="bin.restore", status_code=200, opt={"undoes": True})
    async def restore(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        kind: NamedDependency[Kind],
        row_id: FromPath[UUID],
    ) -> Response[Any]:
        """Bring it back; what is in the way is said, and nothing is changed then."""
        row = await records.deleted(kind, row_id, hold=True)
        if row is None:
            return await _was_restored(request, records, kind, row_id)
        form = await FORMS[kind].read(request, of=row)
        if not form.validate():
            return await _page(request, records, kind, row, form, status_code=422)
        if found := await restore(records, kind, row, form, by=access.user_id, at=now()):
            row = await _deleted(records, kind, row_id)
            return await _page(request, records, kind, row, form, found=found, status_code=409)
        return _back(request, kind, row_id)


async def _deleted(records: BinRepository, kind: Kind, row_id: UUID) -> Any:
    row = await records.deleted(kind, row_id)
    if row is None:
        raise NotFound
    return row


async def _was_restored(
    request: Request[Any, Any, Any], records: BinRepository, kind: Kind, row_id: UUID
) -> Response[Any]:
    """A button pressed twice: what was asked for has been done."""
    if await records.living(kind, row_id) is None:
        raise NotFound
    return _back(request, kind, row_id)


def _back(request: Request[Any, Any, Any], kind: Kind, row_id: UUID) -> Response[Any]:
    """To the record, where it is again."""
    return go_to_address(request, page_of(request, kind, row_id), notice=_("It is back, with all that went along."))


async def _page(
    request: Request[Any, Any, Any],
    records: BinRepository,
    kind: Kind,
    row: Any,
    form: RestorationForm,
    *,
    found: list[Collision] | None = None,
    status_code: int = 200,
) -> Response[str]:
    along = (await records.gone_along_with(row))[row.id] if kind is Kind.STUDENTS else []
    if found is None and not form.errors:
        found = await collisions(records, kind, row, along, form, hold=False)
    wanted = {name for collision in found or () for name in collision.fields} | set(form.errors)
    wanted |= {field.short_name for field in form if isinstance(field, CheckField) and field.data}
    return page(
        request,
        "bin/restoration.html",
        status_code=status_code,
        kind=kind,
        name=name_of(row),
        row=row,
        along=along,
        form=form,
        found=found or [],
        fields=[field for field in form if field.short_name in wanted],
        # Where nothing can be changed here, the other record is the way out.
        is_open=not found or all(collision.fields for collision in found),
    )
