"""A browser without a screen: requests in, parsed HTML out."""

from dataclasses import dataclass
from typing import Any

import httpx
from litestar import Litestar
from selectolax.lexbor import LexborHTMLParser, LexborNode

FORGED = {"Sec-Fetch-Site": "cross-site"}
FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Page:
    """An answer, with its HTML to ask."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.status = response.status_code
        self.html = LexborHTMLParser(response.text) if response.text else LexborHTMLParser("<html></html>")

    @property
    def location(self) -> str:
        """Where it sends the browser, by status or for htmx by header."""
        return self.response.headers.get("location") or self.response.headers.get("hx-redirect") or ""

    @property
    def text(self) -> str:
        """What a person reads in it."""
        body = self.html.body
        return " ".join(body.text(separator=" ").split()) if body else ""

    @property
    def title(self) -> str:
        """The document's title."""
        node = self.html.css_first("title")
        return node.text() if node else ""

    @property
    def is_fragment(self) -> bool:
        """Whether it is a part of a page, without head and layout."""
        return "<!doctype" not in self.response.text.lower()

    def all(self, selector: str) -> list[LexborNode]:
        """The elements that a CSS selector finds."""
        return self.html.css(selector)

    def one(self, selector: str) -> LexborNode:
        """The only element that it finds."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements for {selector!r}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """The texts of the elements."""
        return [" ".join(node.text(separator=" ").split()) for node in self.all(selector)]

    def form(self, selector: str = "main form[method=post]:not(.note)") -> dict[str, Any]:
        """What the form would send as it stands: ``{name: value}``, lists for repeated names."""
        sent: dict[str, Any] = {}
        for node in self.all(selector)[0].css("input[name], select[name], textarea[name]"):
            kind, name = (node.attributes.get("type") or "").lower(), str(node.attributes["name"])
            if kind in ("checkbox", "radio") and "checked" not in node.attributes:
                continue
            if kind in ("submit", "button", "file"):
                continue
            sent[name] = _value(node, kind)
        return sent


def _value(node: LexborNode, kind: str) -> str:
    if node.tag == "select":
        options = node.css("option")
        chosen = [option for option in options if "selected" in option.attributes] or options[:1]
        return str(chosen[0].attributes.get("value") or "") if chosen else ""
    if node.tag == "textarea":
        return node.text()
    usual = "on" if kind in ("checkbox", "radio") else ""
    return str(node.attributes.get("value", usual) or "")


@dataclass
class Browser:
    """What a person does: opens pages and sends forms. Redirects are not followed, so that tests see them."""

    client: httpx.AsyncClient

    async def get(self, path: str, **options: Any) -> Page:
        """Open a page; ``headers=FRAGMENT`` asks as htmx does."""
        return Page(await self.client.get(path, **options))

    async def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> Page:
        """Send a form; ``headers=FORGED`` as another site would, ``headers=FRAGMENT`` as htmx does."""
        headers = {"Sec-Fetch-Site": "same-origin", **options.pop("headers", {})}
        return Page(await self.client.post(path, data=data or {}, headers=headers, **options))


def transport(app: Litestar) -> httpx.ASGITransport:
    """The way into the application without a socket; in the test's own event loop."""
    return httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # the two describe ASGI's messages differently
