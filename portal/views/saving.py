"""Saving a view: whose it may be, that its name is free, and what the list opens with."""

from uuid import UUID

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.db.repository import one_at_a_time
from portal.views.forms import ViewForm, Whose
from portal.views.lists import LONGEST_QUERY
from portal.views.models import SavedView
from portal.views.repository import SavedViewRepository
from portal.web.errors import Forbidden
from portal.web.i18n import _
from portal.web.once import was_sent_before


def may_keep_for_all(access: Access) -> bool:
    """Whether this person makes the school's views."""
    return access.may(Permission.GROUPS_CHANGE)


def refuse_unless_theirs(access: Access, view: SavedView) -> None:
    """Raise Forbidden for a view of the school, from who makes none."""
    if view.owner_id is None and not may_keep_for_all(access):
        raise Forbidden


async def add_view(
    views: SavedViewRepository, access: Access, form: ViewForm, list_name: str, query: str
) -> SavedView | None:
    """Keep the view, once for each form; None, with the fields blamed, when something is wrong.

    Raises Conflict when the form's id was used with other content, Forbidden where the school's views are not theirs.
    """
    digest = form.digest
    refusal = _("This form has made a view already, and now it says something else. Change that view instead.")
    if await was_sent_before(
        views.session, form.minted_id, digest, SavedView, SavedView.school_id == views.school_id, refusal=refusal
    ):
        return await views.locked(form.minted_id)
    form.validate()
    await check(views, access, form, list_name, query, but=form.minted_id)
    if form.errors:
        return None
    view = SavedView(id=form.minted_id, form_digest=digest, list_name=list_name)
    view.name, view.query, view.owner_id = form.name.data or "", query, _owner(access, form)
    await views.add(view)
    await _open_with(views, view, form)
    return view


async def change_view(views: SavedViewRepository, access: Access, form: ViewForm, view: SavedView, query: str) -> bool:
    """Change it; False, with the fields blamed, when something is wrong. Raises as ``add_view`` does."""
    form.validate()
    await check(views, access, form, view.list_name, query, but=view.id)
    if form.errors:
        return False
    await _no_longer_opens_with(views, view)
    view.name, view.query, view.owner_id = form.name.data or "", query, _owner(access, form)
    await _open_with(views, view, form)
    return True


async def check(
    views: SavedViewRepository, access: Access, form: ViewForm, list_name: str, query: str, *, but: UUID
) -> None:
    """Blame the name where another view has it. Raises Forbidden where the school's views are not theirs."""
    if form.whose.data == Whose.SCHOOL and not may_keep_for_all(access):
        raise Forbidden
    await one_at_a_time(views.session, f"views {views.school_id}")
    name = form.name
    if name.data and not name.errors and await views.named(list_name, name.data, _owner(access, form), but=but):
        form.blame("name", _("Another view has this name."))
    if len(query) > LONGEST_QUERY:
        form.blame("name", _("The list asks for more than a view can keep. Take some filters away."))


async def is_start(views: SavedViewRepository, view: SavedView) -> bool:
    """Whether the list opens with it, for its owner or for the school."""
    preference = await views.preference(view.list_name, view.owner_id)
    return preference is not None and preference.start_view_id == view.id


def _owner(access: Access, form: ViewForm) -> UUID | None:
    return None if form.whose.data == Whose.SCHOOL else access.user_id


async def _open_with(views: SavedViewRepository, view: SavedView, form: ViewForm) -> None:
    if form.is_start.data:
        await views.session.flush()
        (await views.held_preference(view.list_name, view.owner_id)).start_view_id = view.id


async def _no_longer_opens_with(views: SavedViewRepository, view: SavedView) -> None:
    preference = await views.preference(view.list_name, view.owner_id)
    if preference is not None and preference.start_view_id == view.id:
        preference.start_view_id = None
