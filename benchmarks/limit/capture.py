"""What the portal asks and answers for one page: its statements after the guards, and its HTML."""

import re
from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from sqlalchemy import event

from benchmarks.cases import HEADERS
from portal.db.plugin import config_of

# A guard's questions: the session, the memberships, the year.
GUARDS = 3


@dataclass(frozen=True)
class Captured:
    """The statements, each with its parameters, and the page before and behind its rows."""

    statements: list[tuple[str, tuple[Any, ...]]]
    head: str
    tail: str
    icons: str


async def capture(app: Litestar, path: str, cookies: str) -> Captured:
    """Ask the application itself, in this process."""
    statements: list[tuple[str, tuple[Any, ...]]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not statement.startswith("SET "):
            statements.append((statement, tuple(parameters or ())))

    engine = config_of(app).get_engine().sync_engine
    event.listen(engine, "before_cursor_execute", note)
    page = await _get(app, path, cookies)
    event.remove(engine, "before_cursor_execute", note)

    head, tail = _around_rows(page)
    icons = re.search(r"/static/icons\.\w+\.svg", page)
    return Captured(statements[GUARDS:], head, tail, icons[0] if icons else "")


async def _get(app: Litestar, path: str, cookies: str) -> str:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    path, _, query = path.partition("?")
    headers = HEADERS | {"Cookie": cookies, "Accept-Encoding": "identity"}
    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    if sent[0]["status"] != 200:
        raise RuntimeError(f"{path}: {sent[0]['status']}")
    return b"".join(message.get("body", b"") for message in sent[1:]).decode()


def _around_rows(page: str) -> tuple[str, str]:
    """A list is cut at its rows; any other page stands as it is."""
    begins, ends = page.find('<tr id="student-'), page.find("</tbody>")
    return (page[:begins], page[ends:]) if begins >= 0 else (page, "")
