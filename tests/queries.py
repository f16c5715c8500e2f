"""Counting what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Litestar
from sqlalchemy import event

from portal.db.plugin import engine_of

# What belongs to the transaction and not to the page.
_UNCOUNTED = ("SET", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def counted(app: Litestar) -> Iterator[list[str]]:
    """``with counted(app) as queries:`` collects the statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_UNCOUNTED):
            statements.append(statement)

    engine = engine_of(app).sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
