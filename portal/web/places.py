"""Where somebody was in a list, so that a record leads back to that very page, also after an edit and without a script.

The query of the list's address travels in a cookie below the list's path, sealed: what was searched for is a name. It
opens for the person who searched only, and not for whoever signs in to the same browser next.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from functools import lru_cache
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from portal.db.sealing import Seal
from portal.web.security import is_secure

COOKIE = "place"
# A browser takes 4 KB; a list that asks for more is gone back to from its start.
LONGEST = 1500


def remember_place(request: Request[Any, Any, Any], answer: Response[Any], here: str, asked: str) -> None:
    """Keep the query that the list at ``here`` was asked, with its place; the bare list needs nothing kept."""
    asked = asked.lstrip("?")
    if asked and len(asked) <= LONGEST:
        value = urlsafe_b64encode(_seal(request).close(asked.encode(), of=_whose(request, here))).decode()
        answer.set_cookie(
            Cookie(key=COOKIE, value=value, path=here, httponly=True, samesite="lax", secure=is_secure(request))
        )
    elif COOKIE in request.cookies:
        answer.delete_cookie(COOKIE, path=here)


def place_in(request: Request[Any, Any, Any], here: str) -> str:
    """The address of the list at ``here`` as it was left."""
    sealed = request.cookies.get(COOKIE)
    asked = _open(_seal(request), sealed, _whose(request, here)) if sealed else None
    return f"{here}?{asked}" if asked else here


def _open(seal: Seal, sealed: str, whose: str) -> str | None:
    try:
        content = seal.open(urlsafe_b64decode(sealed), of=whose)
    except (Error, ValueError):
        return None
    return content.decode() if content else None


def _whose(request: Request[Any, Any, Any], here: str) -> str:
    return f"{request.scope['state']['access'].user_id} {here}"


def _seal(request: Request[Any, Any, Any]) -> Seal:
    return _seal_of(request.app.state.settings.secret_key)


@lru_cache(maxsize=8)
def _seal_of(secret_key: str) -> Seal:
    return Seal(secret_key, "places in lists")
