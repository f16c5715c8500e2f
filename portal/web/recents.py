"""Which records a person opened last, so that the palette can offer them first.

Kept by the browser, as ids in a signed cookie: no view writes to the database, and nothing of it is a name. It counts
only for the person who opened them, and goes when they sign out. What may be shown of a record is asked anew each time.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from litestar import Request, Response
from litestar.datastructures import Cookie

from portal.web.security import is_secure

COOKIE = "recent"
MOST = 8


@dataclass(frozen=True)
class Recent:
    """A record that was opened: a kind, such as ``students``, its school and its id."""

    kind: str
    school_id: UUID
    id: UUID


def recents_of(request: Request[Any, Any, Any]) -> list[Recent]:
    """The records that this person opened in this browser, the last one first."""
    try:
        kept = _serializer(request).loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return []
    return [Recent(kind, UUID(school_id), UUID(record_id)) for kind, school_id, record_id in kept]


def remember(request: Request[Any, Any, Any], response: Response[Any], kind: str, record_id: UUID) -> None:
    """The person opened this record of the school at hand: it is the last one now."""
    opened = Recent(kind, request.scope["state"]["access"].school.id, record_id)
    kept = [opened, *(recent for recent in recents_of(request) if recent != opened)][:MOST]
    value = _serializer(request).dumps([(recent.kind, recent.school_id.hex, recent.id.hex) for recent in kept])
    response.set_cookie(Cookie(key=COOKIE, value=str(value), httponly=True, samesite="lax", secure=is_secure(request)))


def forget(response: Response[Any]) -> None:
    """Nobody who comes to this browser next is offered them."""
    response.delete_cookie(COOKIE)


def _serializer(request: Request[Any, Any, Any]) -> URLSafeSerializer:
    """One for each person: what somebody else opened in this browser is not theirs."""
    return URLSafeSerializer(
        request.app.state.settings.secret_key, salt=f"recent:{request.scope['state']['access'].user_id}"
    )
