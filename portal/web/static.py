"""Serving the built front-end files from memory, under names that never change their meaning."""

import re

from litestar import asgi
from litestar.datastructures import Headers
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Send

from portal.web.assets import ENCODINGS, Asset, Assets

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOREVER = "public, max-age=31536000, immutable"

Answer = tuple[int, dict[str, str], bytes]


def static_files(assets: Assets) -> ASGIRouteHandler:
    """The route ``/static``: the built files and nothing else, each for ever."""

    @asgi(path="/static", is_mount=True, copy_scope=True)
    async def static(scope: HTTPScope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        file = assets.file(scope["path"].strip("/"))
        if method not in ("GET", "HEAD"):
            status, headers, body = _refusal(405, "Method not allowed", allow="GET, HEAD")
        elif file is None:
            status, headers, body = _refusal(404, "Not found")
        else:
            status, headers, body = _answer(file, Headers.from_scope(scope))
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body, "more_body": False})

    return static


def _answer(file: Asset, asked: Headers) -> Answer:
    encoding = preferred_encoding(asked.get("accept-encoding", ""))
    tag = f'"{file.hash}-{encoding}"'
    headers = {"cache-control": FOREVER, "etag": tag, "vary": "Accept-Encoding", "x-content-type-options": "nosniff"}
    if _is_known(tag, asked.get("if-none-match", "")):
        return 304, headers, b""
    else:
        body = file.bodies[encoding]
        headers |= {"content-type": MEDIA_TYPES[file.suffix], "content-length": str(len(body))}
        if encoding != "identity":
            headers["content-encoding"] = encoding
        return 200, headers, body


def preferred_encoding(accept: str) -> str:
    """The best of ENCODINGS that an ``Accept-Encoding`` header allows (RFC 9110, 12.5.3); identity when in doubt."""
    weights = dict(_weight(part) for part in accept.lower().split(",") if part.strip())
    return next((name for name in ENCODINGS if weights.get(name, weights.get("*", 0)) > 0), "identity")


def _weight(part: str) -> tuple[str, float]:
    name, _, weight = part.partition(";")
    match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", weight)
    return name.strip(), float(match[1]) if match else 1.0


def _is_known(tag: str, if_none_match: str) -> bool:
    known = [entry.strip().removeprefix("W/") for entry in if_none_match.split(",")]
    return tag in known or "*" in known


def _refusal(status: int, reason: str, **headers: str) -> Answer:
    body = reason.encode()
    plain = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return status, plain | headers, body
