"""How the portal knows a browser again: an opaque random token in a cookie, its hash in the database.

The token is new at each sign-in, so that nobody can fix it beforehand. A session ends after 30 idle minutes and after
12 hours at most (settings); ``last_seen_at`` is written at most every five minutes.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from sqlalchemy import Row, Select, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User, UserSession
from portal.db.base import now
from portal.settings import Settings
from portal.web.security import is_secure

TOUCH_EVERY = timedelta(minutes=5)
DEVICE_LENGTH = 200


def cookie_name(*, secure: bool) -> str:
    """``__Host-`` binds the cookie to this very host and to HTTPS; plain HTTP (development) cannot have it."""
    return "__Host-session" if secure else "session"


def settings_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Settings:
    """The application's settings."""
    settings: Settings = connection.app.state.settings
    return settings


def token_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str | None:
    """The token that the browser shows."""
    return connection.cookies.get(cookie_name(secure=is_secure(connection)))


def hashed(token: str) -> bytes:
    """What is kept of a token; it has 256 random bits, so that a plain hash is enough."""
    return hashlib.sha256(token.encode()).digest()


async def begin(session: AsyncSession, request: Request[Any, Any, Any], user_id: UUID) -> Cookie:
    """A new session for this user on this browser; the one it had before ends. Gives the cookie to set."""
    settings = settings_of(request)
    if old := token_of(request):
        await end(session, old)
    await session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at < now()))
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            user_id=user_id,
            token_hash=hashed(token),
            device=request.headers.get("user-agent", "")[:DEVICE_LENGTH],
            expires_at=now() + timedelta(hours=settings.session_hours),
        )
    )
    return _cookie(request, token)


def forgotten(request: Request[Any, Any, Any]) -> Cookie:
    """The cookie that takes the browser's away. As secure as that one: browsers refuse ``__Host-`` without it."""
    return _cookie(request, "", max_age=0)


async def end(session: AsyncSession, token: str) -> None:
    """The session with this token is over; a request of it that still runs does not bring it back."""
    await session.execute(delete(UserSession).where(UserSession.token_hash == hashed(token)))


async def read(session: AsyncSession, token: str, settings: Settings) -> Row[*tuple[Any, ...]] | None:
    """The living session with this token and its user, as a row of plain columns, or None."""
    moment = now()
    asked = {
        "token": hashed(token),
        "moment": moment,
        "idle_since": moment - timedelta(minutes=settings.session_idle_minutes),
    }
    return (await session.execute(_living_session(), asked)).one_or_none()


async def touch(session: AsyncSession, session_id: UUID, last_seen_at: datetime) -> None:
    """Note that the person is still there. UPDATE only: a session that was ended meanwhile stays ended."""
    moment = now()
    if moment - last_seen_at > TOUCH_EVERY:
        await session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=moment))


@cache
def _living_session() -> Select[*tuple[Any, ...]]:
    """Built once: each request asks it."""
    return (
        select(
            UserSession.id.label("session_id"),
            UserSession.last_seen_at,
            User.id,
            User.full_name,
            User.is_superuser,
            User.locale,
            User.theme,
            User.single_keys,
        )
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == bindparam("token"),
            UserSession.expires_at > bindparam("moment"),
            UserSession.last_seen_at > bindparam("idle_since"),
            User.is_active,
        )
    )


def _cookie(request: Request[Any, Any, Any], value: str, *, max_age: int | None = None) -> Cookie:
    secure = is_secure(request)
    return Cookie(
        key=cookie_name(secure=secure),
        value=value,
        path="/",
        httponly=True,
        samesite="lax",
        secure=secure,
        max_age=max_age,
    )
