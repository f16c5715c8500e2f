"""The first wall between schools: who is asking, which school, which right, before anything else runs.

A guard uses the request's own session: it reads session and user, then the memberships, answers 404 to a stranger and
403 without the right, enters the school, and makes reading transactions read-only.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Row, Select, Uuid, bindparam, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts import sessions
from portal.accounts.access import Access, SchoolLink, SignedIn, YearLink
from portal.accounts.models import SchoolMembership
from portal.accounts.permissions import Permission, Reach, Role
from portal.attachments.repository import logo_of
from portal.audit import recording
from portal.audit.models import Channel
from portal.audit.notebook import Origin
from portal.db import tenancy
from portal.db.plugin import session_of
from portal.drafts.carrying import carried
from portal.enrollments.repository import waiting_count
from portal.schools.models import School, SchoolSettings
from portal.views.kept import Kept, kept_of
from portal.web import i18n
from portal.web.errors import Forbidden, NotFound
from portal.web.security import request_id
from portal.years.repository import the_current_year

Connection = ASGIConnection[Any, Any, Any, Any]
Guard = Callable[[Connection, BaseRouteHandler], Awaitable[None]]


class SignInFirst(HTTPException):
    """Nobody is signed in: the sign-in page comes first, and then the page that was wanted."""

    status_code = 401

    def __init__(self, connection: Connection, typed: str = "") -> None:
        """Remember where the person wanted to go, if it can be gone to again, or the form that they sent, sealed."""
        super().__init__()
        self.typed = typed
        wanted = connection.url.path + (f"?{connection.url.query}" if connection.url.query else "")
        self.address = f"/login?next={quote(wanted)}" if str(connection.scope.get("method")) == "GET" else "/login"


async def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """Somebody must be signed in."""
    await access_of(connection)
    await _read_only(connection, handler)


async def superuser(connection: Connection, handler: BaseRouteHandler) -> None:
    """Only an administrator of the installation."""
    access = await access_of(connection)
    if not access.user.is_superuser:
        raise Forbidden
    await _read_only(connection, handler)


def may(permission: Permission) -> Guard:
    """A member of the school in the path, with this permission. Guards of controller and handler both count."""

    async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
        access = await access_of(connection)
        await _enter_school(connection, handler, access)
        if access.reach(permission) <= Reach.MASKED:
            raise Forbidden
        await _read_only(connection, handler)

    guard.permission = permission  # type: ignore[attr-defined]  # for the test that walks all routes
    return guard


async def access_of(connection: Connection) -> Access:
    """Who is asking, read once a request. Raises SignInFirst when nobody is."""
    state = connection.scope.setdefault("state", {})
    known: Access | None = state.get("access")
    if known is not None:
        return known

    session = session_of(connection)
    token = sessions.token_of(connection)
    row = await sessions.read(session, token, sessions.settings_of(connection)) if token else None
    if row is None:
        raise SignInFirst(connection, await carried(cast(Request[Any, Any, Any], connection)))
    await tenancy.enter_user(session, row.id)
    recording.comes_from(session, _origin(connection, row.id))
    access = Access(
        user=SignedIn(
            id=row.id,
            full_name=row.full_name,
            initials=initials_of(row.full_name),
            is_superuser=row.is_superuser,
            locale=row.locale,
            theme=row.theme,
            single_keys=row.single_keys,
        ),
        session_id=row.session_id,
        schools=await _schools_of(session, row.id),
    )
    await sessions.touch(session, row.session_id, row.last_seen_at)
    state["access"] = access
    i18n.use_locale(row.locale or i18n.current_locale())
    return access


def _origin(connection: Connection, user_id: UUID) -> Origin:
    address = connection.client.host if connection.client else None
    return Origin(Channel.WEB, user_id, address, request_id(connection.scope))


async def _enter_school(connection: Connection, handler: BaseRouteHandler, access: Access) -> None:
    if access.school is not None:
        return
    slug = connection.path_params.get("slug", "")
    school = next((link for link in access.schools if link.slug == slug), None)
    if school is None and access.user.is_superuser:
        school = await any_school(session_of(connection), slug)
    if school is None:
        raise NotFound
    reads_only = _only_reads(connection, handler)
    await tenancy.enter_school(session_of(connection), school.id, read_only=reads_only)
    connection.scope["state"]["read_only"] = reads_only
    i18n.use_time_zone(school.time_zone)
    access.school = school
    found = await _at_a_glance(session_of(connection), school.id, access.user_id, handler.opt.get("list"))
    access.waiting_for_review, access.settings, access.logo_id = found.waiting, found.settings or {}, found.logo_id
    if found.id is not None:
        access.year = YearLink(found.id, found.name, found.status, found.starts_on, found.ends_on)
    if "list" in handler.opt:
        access.kept = Kept.of(found.views, found.preferences)


async def _read_only(connection: Connection, handler: BaseRouteHandler) -> None:
    if _only_reads(connection, handler) and not connection.scope["state"].get("read_only"):
        await tenancy.read_only(session_of(connection))
        connection.scope["state"]["read_only"] = True


def _only_reads(connection: Connection, handler: BaseRouteHandler) -> bool:
    """A GET cannot write, and a POST can, unless the handler says otherwise (``opt={"writes": True}``, or False)."""
    return not handler.opt.get("writes", str(connection.scope.get("method")) not in ("GET", "HEAD"))


_LINK = (School.id, School.slug, School.name, School.short_name, School.time_zone, School.dane_code, School.is_active)


async def _schools_of(session: AsyncSession, user_id: Any) -> tuple[SchoolLink, ...]:
    return tuple(_link(row, row.roles) for row in await session.execute(_memberships(), {"user": user_id}))


@cache
def _memberships() -> Select[*tuple[Any, ...]]:
    """Built once, as what every request asks."""
    return (
        select(*_LINK, SchoolMembership.roles)
        .join(School, School.id == SchoolMembership.school_id)
        .where(SchoolMembership.user_id == bindparam("user"), SchoolMembership.is_active, School.is_active)
        .order_by(School.name)
    )


async def any_school(session: AsyncSession, slug: str) -> SchoolLink | None:
    """The school of this slug, as a superuser enters it: without a role of its own."""
    row = (await session.execute(select(*_LINK).where(School.slug == slug))).one_or_none()
    return _link(row, ()) if row else None


async def _at_a_glance(session: AsyncSession, school_id: UUID, user_id: UUID, list_name: str | None) -> Row[Any]:
    """What every page of the school may speak of: its year, if it has one, its settings and logo, and how many wait.

    A page that is a list (``opt={"list": "students"}``) also gets what is kept of that list.
    """
    values = {"school": school_id, "user": user_id, "list": list_name}
    return (await session.execute(_glance(of_list=list_name is not None), values)).one()


@cache
def _glance(*, of_list: bool) -> Select[*tuple[Any, ...]]:
    school_id = bindparam("school", type_=Uuid)
    year = the_current_year(school_id).subquery()
    settings = select(SchoolSettings.data).where(SchoolSettings.school_id == school_id).scalar_subquery()
    return (
        select(
            year,
            waiting_count(school_id).label("waiting"),
            settings.label("settings"),
            logo_of(school_id).label("logo_id"),
            *(kept_of(school_id) if of_list else ()),
        )
        .select_from(School)
        .outerjoin(year, true())
        .where(School.id == school_id)
    )


def _link(row: Any, roles: Any) -> SchoolLink:
    return SchoolLink(
        id=row.id,
        slug=row.slug,
        name=row.name,
        short_name=row.short_name or row.name,
        time_zone=row.time_zone,
        dane_code=row.dane_code,
        is_active=row.is_active,
        roles=frozenset(Role(role) for role in roles),
    )


def initials_of(name: str) -> str:
    """Two letters for where a photo would stand."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
