"""Saved views: a new one, changing one, and removing it."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.schools.providers import provide_access, provide_school
from portal.views import saving
from portal.views.forms import ViewChangeForm, ViewForm, Whose
from portal.views.lists import address_of, query_of
from portal.views.models import SavedView
from portal.views.providers import provide_view, provide_views
from portal.views.repository import SavedViewRepository
from portal.web.i18n import _
from portal.web.pages import go_to_address, page

# Whose views they are where nobody says so.
FIRST = "students"
PATH = "/schools/{slug:str}/views"
# Every member has lists; the school's views are for those who move its pupils.
GUARDS = [may(Permission.STUDENTS_READ)]
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "views": Provide(provide_views),
}


class NewViewController(Controller):
    """Keeping what a list shows under a name. ``list`` names the list, ``of`` is the query of its address."""

    path = PATH
    guards = GUARDS
    dependencies = DEPENDENCIES

    @get("/new", name="views.new")
    async def new(self, request: Request[Any, Any, Any], access: NamedDependency[Access]) -> Response[str]:
        """The empty form."""
        return self._page(request, access, ViewForm.show(), request.query_params)

    @post("/new", name="views.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        views: NamedDependency[SavedViewRepository],
    ) -> Response[Any]:
        """Keep it, and show the list as the view."""
        form, sent = await ViewForm.read(request), await request.form()
        list_name, query = str(sent.get("list", FIRST)), query_of(str(sent.get("of", "")))
        address = address_of(request, list_name, query, form.minted_id)
        if await saving.add_view(views, access, form, list_name, query) is None:
            return self._page(request, access, form, sent, status_code=422)
        return go_to_address(request, address, notice=_("The view is saved."))

    def _page(
        self, request: Request[Any, Any, Any], access: Access, form: ViewForm, sent: Any, *, status_code: int = 200
    ) -> Response[str]:
        list_name, query = str(sent.get("list", FIRST)), query_of(str(sent.get("of", "")))
        return page(
            request,
            "views/new.html",
            block="form",
            status_code=status_code,
            form=form,
            list_name=list_name,
            of=query,
            back=address_of(request, list_name, query),
            may_keep_for_all=saving.may_keep_for_all(access),
        )


class ViewController(Controller):
    """One view. ``of`` is what its list shows now, for whoever wants to keep that instead."""

    path = PATH + "/{view_id:uuid}"
    guards = GUARDS
    dependencies = DEPENDENCIES | {"view": Provide(provide_view)}

    @get("/edit", name="views.edit")
    async def edit(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        views: NamedDependency[SavedViewRepository],
        view: NamedDependency[SavedView],
    ) -> Response[str]:
        """The form, filled."""
        form = ViewChangeForm.show(of=view)
        form.whose.data = Whose.SCHOOL if view.owner_id is None else Whose.MINE
        form.is_start.data = await saving.is_start(views, view)
        return self._page(request, access, view, form, str(request.query_params.get("of", "")))

    @post("/edit", name="views.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        views: NamedDependency[SavedViewRepository],
        view: NamedDependency[SavedView],
    ) -> Response[Any]:
        """Save what was typed."""
        form, of = await ViewChangeForm.read(request, of=view), str((await request.form()).get("of", ""))
        await catch_up(views.session, form, view)
        query = query_of(of) if form.replaces.data else view.query
        if not await saving.change_view(views, access, form, view, query):
            return self._page(request, access, view, form, of, status_code=422)
        return go_to_address(
            request, address_of(request, view.list_name, query, view.id), notice=form.telling(_("Saved."))
        )

    @get("/deletion", name="views.deletion")
    async def deletion(self, request: Request[Any, Any, Any], view: NamedDependency[SavedView]) -> Response[str]:
        """The question before it."""
        return page(request, "views/deletion.html", view=view, back=address_of(request, view.list_name, view.query))

    @post("/deletion", name="views.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        views: NamedDependency[SavedViewRepository],
        view: NamedDependency[SavedView],
    ) -> Response[Any]:
        """Remove it: the list's rows are untouched."""
        notice = _("The view “%(name)s” is removed.") % {"name": view.name}
        address = f"{address_of(request, view.list_name, '', 'all')}"
        await views.session.delete(view)
        return go_to_address(request, address, notice=notice)

    def _page(
        self,
        request: Request[Any, Any, Any],
        access: Access,
        view: SavedView,
        form: ViewChangeForm,
        of: str,
        *,
        status_code: int = 200,
    ) -> Response[str]:
        return page(
            request,
            "views/edit.html",
            block="form",
            status_code=status_code,
            form=form,
            view=view,
            of=of,
            may_replace=query_of(of) not in ("", view.query),
            back=address_of(request, view.list_name, view.query, view.id),
            may_keep_for_all=saving.may_keep_for_all(access),
        )
