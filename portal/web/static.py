"""Serving the built front-end files from memory, under names that never change their meaning."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from litestar import asgi
from litestar.datastructures import Headers
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from portal.web.assets import ROOT, AssetsError

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
# In the order of preference: the first one that the browser takes is sent. The value ends the file's name.
ENCODINGS = {"br": ".br", "gzip": ".gz", "identity": ""}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One built file: its bytes in each encoding."""

    media_type: str
    tag: str
    bodies: dict[str, bytes]


class Assets:
    """The built files by their plain names: ``assets.url("app.css")`` is ``/static/app.1f2e3d4c5b6a.css``."""

    def __init__(self, folder: Path = ROOT / "static" / "build") -> None:
        try:
            names: dict[str, str] = json.loads((folder / "manifest.json").read_text())["files"]
        except FileNotFoundError:
            raise AssetsError("The front-end files are not built: run `make setup`.") from None
        self._urls = {name: f"/static/{hashed}" for name, hashed in names.items()}
        self._files = {hashed: _read(folder / hashed) for hashed in names.values()}

    def url(self, name: str) -> str:
        """Where this file is served; KeyError for a name that was not built."""
        return self._urls[name]

    def handler(self) -> ASGIRouteHandler:
        """The route ``/static``: the files of the manifest, nothing else, each for ever."""

        @asgi(path="/static", is_mount=True, copy_scope=True)
        async def static(scope: Scope, receive: Receive, send: Send) -> None:
            status, headers, body = self.answer(scope["method"], scope["path"], Headers.from_scope(scope))
            if scope["method"] == "HEAD":
                body = b""
            await send(
                {
                    "type": "http.response.start",
                    "status": status,
                    "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
                }
            )
            await send({"type": "http.response.body", "body": body, "more_body": False})

        return static

    def answer(self, method: str, path: str, headers: Headers) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for a request of a path such as ``/app.1f2e3d4c5b6a.css``."""
        file = self._files.get(path.strip("/"))
        if method not in ("GET", "HEAD"):
            return _refusal(405, "Method not allowed", {"allow": "GET, HEAD"})
        elif file is None:
            return _refusal(404, "Not found", {})
        else:
            encoding = preferred_encoding(headers.get("accept-encoding", ""))
            tag = f'"{file.tag}-{encoding}"'
            sent = {
                "cache-control": FOREVER,
                "etag": tag,
                "vary": "Accept-Encoding",
                "x-content-type-options": "nosniff",
            }
            if _is_known(tag, headers.get("if-none-match", "")):
                return 304, sent, b""
            else:
                body = file.bodies[encoding]
                sent |= {"content-type": file.media_type, "content-length": str(len(body))}
                if encoding != "identity":
                    sent["content-encoding"] = encoding
                return 200, sent, body


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


def _refusal(status: int, reason: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    body = reason.encode()
    plain = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return status, plain | headers, body


def _read(path: Path) -> Asset:
    return Asset(
        media_type=MEDIA_TYPES[path.suffix],
        tag=path.suffixes[0].removeprefix("."),
        bodies={name: path.with_name(path.name + suffix).read_bytes() for name, suffix in ENCODINGS.items()},
    )
