"""No template may hold what the Content-Security-Policy forbids: the browser would drop it without a word."""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def complaints(source: str) -> list[tuple[int, str]]:
    """Line and reason of everything forbidden in a template."""
    parser = _Parser()
    parser.feed(_without_jinja(source))
    parser.close()
    return sorted(parser.found + list(_evaluated(source)))


def _without_jinja(source: str) -> str:
    """Expressions become a word, so that what they stand in stays an attribute; lines keep their numbers."""
    source = re.sub(r"\{#.*?#\}|\{%.*?%\}", lambda m: "\n" * m[0].count("\n"), source, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", lambda m: "x" + "\n" * m[0].count("\n"), source, flags=re.DOTALL)


def _evaluated(source: str) -> Iterator[tuple[int, str]]:
    """htmx's ways to run code, also where a macro's arguments carry them."""
    for number, line in enumerate(source.splitlines(), 1):
        for pattern, reason in (
            (r"\bhx-on\b", "hx-on needs eval"),
            (r"[\"']\s*(?:js|javascript):", "js: and javascript: need eval"),
        ):
            if re.search(pattern, line):
                yield number, reason


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style":
            self._complain("inline <style>")
        if tag == "script" and "src" not in names and names.get("type") != "application/json":
            self._complain("inline <script>")
        for name, value in attrs:
            if name == "style":
                self._complain("style attribute")
            if re.fullmatch(r"on[a-z]+", name):
                self._complain(f"inline handler {name}")
            if name.startswith("hx-trigger") and "[" in (value or ""):
                self._complain("a trigger filter needs eval")

    handle_startendtag = handle_starttag

    def _complain(self, reason: str) -> None:
        self.found.append((self.getpos()[0], reason))


if __name__ == "__main__":
    lines = [
        f"{path.relative_to(TEMPLATES.parent)}:{line}: {reason}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for line, reason in complaints(path.read_text())
    ]
    print("\n".join(lines))
    sys.exit(1 if lines else 0)
