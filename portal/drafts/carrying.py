"""A form that arrives after its author's session has ended: carried through the sign-in, and there again behind it.

It travels sealed in a hidden field of the sign-in page, so that nothing is stored for somebody who is not known yet.
Its key tells whose it is: whoever else signs in finds nothing of it.
"""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from litestar import Request
from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.db import tenancy
from portal.db.base import now
from portal.drafts.offering import continued, is_page_of_school, path_and_query
from portal.drafts.repository import DraftRepository
from portal.drafts.typed import ADDRESS, is_too_long, seal_of, sealed, typed_in
from portal.schools.models import School
from portal.web.minting import FIELD, key_of
from portal.web.security import SAFE_METHODS

ANYBODY = "whoever signs in"
HOURS = 12
# Nobody is known yet: more than a form of text is not read.
LONGEST_BODY = 1024 * 1024
SCHOOL = re.compile(r"/schools/([^/?]+)/")


async def carried(request: Request[Any, Any, Any]) -> str:
    """What was sent, sealed for the sign-in page; empty where there is nothing to carry."""
    length = request.headers.get("content-length", "")
    if str(request.method) in SAFE_METHODS or not length.isdecimal() or int(length) > LONGEST_BODY:
        return ""
    sent = await request.form()
    typed, address = typed_in(sent), _page_of_form(request, str(sent.get(ADDRESS, "")))
    if FIELD not in sent or not typed or not address or is_too_long(typed):
        return ""
    content = json.dumps([now().timestamp(), address, str(sent[FIELD]), typed])
    return urlsafe_b64encode(seal_of(request).close(zlib.compress(content.encode()), of=ANYBODY)).decode()


async def taken_up(request: Request[Any, Any, Any], session: AsyncSession, user_id: UUID, text: str) -> str | None:
    """Keep what was carried as the draft of who has signed in; gives the page where it is shown again.

    None when nothing was carried, when it is another person's, or when its school is no longer theirs.
    """
    found = _opened(request, text)
    if found is None:
        return None
    address, key, typed = found
    slug = SCHOOL.match(address)
    if slug is None or key_of({FIELD: key}, user_id, request.app.state.settings.secret_key, "") is None:
        return None
    await tenancy.enter_user(session, user_id)
    school_id = await _school_of(session, user_id, slug[1])
    if school_id is None or not is_page_of_school(request, address, slug[1]):
        return None
    await tenancy.enter_school(session, school_id)
    await DraftRepository(session, school_id, user_id).keep(address, sealed(seal_of(request), typed, user_id))
    return continued(address)


def _opened(request: Request[Any, Any, Any], text: str) -> tuple[str, str, list[tuple[str, str]]] | None:
    try:
        content = seal_of(request).open(urlsafe_b64decode(text.encode()), of=ANYBODY)
    except ValueError:
        return None
    if content is None:
        return None
    sent_at, address, key, typed = json.loads(zlib.decompress(content))
    is_fresh = now().timestamp() - sent_at < HOURS * 3600
    return (address, key, [(name, value) for name, value in typed]) if is_fresh else None


def _page_of_form(request: Request[Any, Any, Any], named: str) -> str:
    """Where the form can be opened again: where it says, where it is sent, or where it was sent from."""
    if named:
        return named
    came_from = urlsplit(request.headers.get("referer", ""))
    path = request.url.path if _can_be_opened(request) else came_from.path
    asked = parse_qsl(came_from.query) if came_from.path == path else []
    return path_and_query(path, asked)


def _can_be_opened(request: Request[Any, Any, Any]) -> bool:
    template = request.scope["path_template"]
    return any(route.path_format == template and "GET" in route.methods for route in request.app.routes)


async def _school_of(session: AsyncSession, user_id: UUID, slug: str) -> UUID | None:
    """The school, if this person may enter it."""
    belongs = select(true()).where(
        SchoolMembership.school_id == School.id, SchoolMembership.user_id == user_id, SchoolMembership.is_active
    )
    rules = select(User.is_superuser).where(User.id == user_id).scalar_subquery()
    return await session.scalar(
        select(School.id).where(School.slug == slug, rules | (belongs.exists() & School.is_active))
    )
