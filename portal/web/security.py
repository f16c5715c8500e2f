"""What every request passes before anything else: host, origin, request id, headers, and one line of log.

There is one guard against forged requests and one Content-Security-Policy. The log holds the path and never the query,
because names are searched in the URL.
"""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from portal.settings import Settings
from portal.web import i18n

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
BAD_REQUEST = 400
PORT = re.compile(r":([0-9]{1,5})$")
HIGHEST_PORT = 65535
# What follows in these addresses is a key, and a log is read by many.
SECRET_PATHS = re.compile(r"^(/invitations/).+")
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
log = structlog.get_logger("portal.request")


class Gate:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Stand before ``app`` with the allowed hosts of ``settings``."""
        self.app = app
        self.allowed_hosts = settings.allowed_hosts
        self.https_only = settings.production

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or mark why it is refused; the refusal itself is an ordinary error page."""
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return

        method, headers = scope["method"], Headers.from_scope(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = uuid4().hex[:16]
        state["refusal"] = self.refusal(method, headers)
        _make_understood(scope, state["refusal"])
        chosen = ASGIConnection[Any, Any, Any, Any](scope).cookies.get("locale")
        i18n.use_locale(chosen or i18n.negotiate(headers.get("accept-language", "")))
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                scope["method"] = method  # by which the server knows that a HEAD wants no body
                outgoing = MutableScopeHeaders.from_message(message)
                for name, value in HEADERS.items():
                    outgoing.setdefault(name, value)
                outgoing["x-request-id"] = state["request_id"]
                if scope["scheme"] == "https" or self.https_only:
                    outgoing["strict-transport-security"] = "max-age=31536000"
                    message["headers"] = [(name, _secure(name, value)) for name, value in message["headers"]]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            log.info(
                "request",
                request_id=state["request_id"],
                method=str(method),
                path=SECRET_PATHS.sub(r"\1…", scope["path"]),
                status=status,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
                user=str(getattr(state.get("access"), "user_id", "")) or None,
            )

    def refusal(self, method: str, headers: Headers) -> int | None:
        """The status with which the request is refused: 400 for a host that is not ours, 403 for a forged one."""
        hosts = headers.getall("host", [""])
        if len(hosts) > 1 or not is_allowed_host(hosts[0], self.allowed_hosts):
            return BAD_REQUEST
        if method not in SAFE_METHODS and is_forged(headers, self.allowed_hosts):
            return 403
        return None


def _make_understood(scope: Any, refusal: int | None) -> None:
    """Make of the request what the routes know; in place, since others look for what they kept in this very scope."""
    if refusal == BAD_REQUEST:
        # What is no host breaks whoever makes a URL of it, the error page among them.
        others = [(name, value) for name, value in scope["headers"] if name != b"host"]
        scope["headers"] = [*others, (b"host", b"host.invalid")]
    if scope["method"] == "HEAD":
        scope["method"] = "GET"


def _secure(name: bytes, value: bytes) -> bytes:
    """Every cookie with its ``Secure``, those that delete one too: browsers ignore a ``__Host-`` cookie without."""
    is_bare = name.lower() == b"set-cookie" and not re.search(rb";\s*secure\b", value, re.IGNORECASE)
    return value + b"; Secure" if is_bare else value


async def refuse_what_the_gate_marked(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """The first guard of every route: a forged or misdirected request ends here, before the database is asked."""
    if refusal := connection.scope["state"].get("refusal"):
        raise HTTPException(status_code=refusal)


def is_allowed_host(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether the Host header names one of ours, whatever its case and port. ``*.example.org`` allows subdomains."""
    port = PORT.search(host.strip())
    if port and int(port[1]) > HIGHEST_PORT:
        return False
    name = PORT.sub("", host.strip().lower())
    return any(
        name == pattern.lower() or (pattern.startswith("*.") and name.endswith(pattern[1:].lower())) or pattern == "*"
        for pattern in allowed
    )


def is_forged(headers: Headers, allowed: tuple[str, ...]) -> bool:
    """Whether a browser says that another site sent this: Sec-Fetch-Site, else Origin. A plain client sends neither."""
    if site := headers.get("sec-fetch-site"):
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and not is_allowed_host(origin.partition("://")[2], allowed)


def is_secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the browser came over HTTPS, through a trusted proxy or directly: then its cookies go nowhere else."""
    return bool(connection.scope["scheme"] == "https" or connection.app.state.settings.production)


def request_id(scope: Any) -> str:
    """The id that the person can name and the log can be searched for."""
    return str(scope.get("state", {}).get("request_id", ""))
