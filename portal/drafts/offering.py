"""Drafts around each request: offered on the page where they were begun, shown again, gone when they are saved.

A route says ``opt={"drafts": True}`` when its page has a long form, and False when it saves no form of a page. Any page
shows again what was typed on it when its address says ``draft=continue``: whoever signs in again finds their form.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import Request, Response
from litestar.datastructures import FormMultiDict

from portal.db.plugin import session_of
from portal.drafts.models import KEPT_FOR, LONGEST_ADDRESS
from portal.drafts.repository import DraftRepository
from portal.drafts.typed import ADDRESS, as_sent, seal_of, unsealed
from portal.web.forms import show_again
from portal.web.pages import url_for
from portal.web.security import SAFE_METHODS

CONTINUE = "continue"


@dataclass(frozen=True)
class Here:
    """The page at hand as one on which something may be begun; templates ask for it by ``draft_here()``."""

    address: str
    #: where what is typed is sent to be kept, and to be discarded
    keep_at: str
    discard_at: str
    #: when something was typed here last that is not saved, None for nothing
    typed_at: datetime | None = None
    is_continued: bool = False

    @property
    def continue_at(self) -> str:
        """Where what was typed is shown again."""
        return continued(self.address)

    @property
    def kept_until(self) -> datetime | None:
        """When it goes by itself."""
        return self.typed_at + KEPT_FOR if self.typed_at else None


@dataclass(frozen=True)
class Saving:
    """A form that is being saved, and the page on which it was begun."""

    drafts: DraftRepository
    address: str


_here: ContextVar[Here | None] = ContextVar("draft_here", default=None)
_saving: ContextVar[Saving | None] = ContextVar("saving", default=None)


def draft_here() -> Here | None:
    """The page at hand, if something typed into its form is kept."""
    return _here.get()


async def look_for_draft(request: Request[Any, Any, Any]) -> None:
    """Before the handler: what its page may offer, or what is gone once the form that was sent is saved."""
    _here.set(None)
    _saving.set(None)
    show_again(None)
    access = request.scope["state"].get("access")
    if access is None or access.school is None or request.route_handler.opt.get("drafts") is False:
        return
    drafts = DraftRepository(session_of(request), access.school.id, access.user_id)
    if str(request.method) in SAFE_METHODS:
        await _offer(request, drafts)
    else:
        await _note_saving(request, drafts)


async def drop_saved(response: Any) -> None:
    """After the handler: a draft is over when its form was saved, and is not shown again to be corrected."""
    saving = _saving.get()
    if saving is None or not isinstance(response, Response) or (response.status_code or 0) >= 400:
        return
    _saving.set(None)
    if f'name="{ADDRESS}"' not in str(response.content):
        await saving.drafts.discard(saving.address)


def page_of(request: Request[Any, Any, Any]) -> str:
    """The address of the page at hand, by which its draft is found."""
    return path_and_query(request.url.path, request.query_params.multi_items())


def path_and_query(path: str, parameters: Iterable[tuple[str, str]]) -> str:
    """An address without what only says that a draft is continued on it."""
    kept = [(name, value) for name, value in parameters if name != ADDRESS]
    return path + (f"?{urlencode(kept)}" if kept else "")


def is_page_of_school(request: Request[Any, Any, Any], address: str, slug: str) -> bool:
    """Whether a draft may be kept for this address."""
    inside = url_for(request, "schools.show", slug=slug) + "/"
    return address.startswith(inside) and len(address) <= LONGEST_ADDRESS and address.isprintable()


def continued(address: str) -> str:
    """The address at which what was typed is shown again."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({ADDRESS: CONTINUE})}"


async def _offer(request: Request[Any, Any, Any], drafts: DraftRepository) -> None:
    is_continued = request.query_params.get(ADDRESS) == CONTINUE
    if not is_continued and not request.route_handler.opt.get("drafts"):
        return
    address = page_of(request)
    draft = await drafts.of_page(address)
    here = _page(request, address)
    if draft is not None:
        here = replace(here, typed_at=draft.updated_at, is_continued=is_continued)
        if is_continued:
            show_again(as_sent(unsealed(seal_of(request), draft.content, drafts.user_id)))
    _here.set(here)


async def _note_saving(request: Request[Any, Any, Any], drafts: DraftRepository) -> None:
    sent = await request.form()
    named = str(sent.get(ADDRESS, ""))
    address = named or _continued_on(request)
    if not is_page_of_school(request, address, request.scope["state"]["access"].school.slug):
        return
    if named:
        # Should it have to be corrected, its page goes on keeping what is typed.
        _here.set(_page(request, address))
    if request.route_handler.opt.get("writes", True) and (named or await _is_of(request, drafts, address, sent)):
        _saving.set(Saving(drafts, address))


def _continued_on(request: Request[Any, Any, Any]) -> str:
    """The page on which a draft was shown again, in a form that does not name it: a part of a record."""
    came_from = urlsplit(str(request.headers.get("hx-current-url") or request.headers.get("referer", "")))
    asked = parse_qsl(came_from.query)
    return path_and_query(came_from.path, asked) if (ADDRESS, CONTINUE) in asked else ""


async def _is_of(request: Request[Any, Any, Any], drafts: DraftRepository, address: str, sent: FormMultiDict) -> bool:
    """Whether this form is the one that was drafted there, and not another one of the page."""
    draft = await drafts.of_page(address)
    typed = unsealed(seal_of(request), draft.content, drafts.user_id) if draft else []
    return bool(typed) and {name for name, _value in typed} <= set(sent)


def _page(request: Request[Any, Any, Any], address: str) -> Here:
    return Here(address, url_for(request, "drafts.create"), url_for(request, "drafts.destroy"))
