"""A form that lost a deadlock is sent once more by the portal itself, so that nobody types it again.

PostgreSQL ends one of two transactions that wait for each other. The request is then run whole again, in a new
transaction, at most twice; nothing of the failed run was stored or sent.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPRequestEvent, Message, Receive, Scope, Send

TRIES = 3
# A form fits easily; a file that is uploaded is not kept in memory for this.
LONGEST_BODY = 1024 * 1024
# Set in the scope's state by whoever turns a deadlock into an error page.
WANTED = "retry_wanted"


class RetryDeadlocks:
    """Runs an unsafe request again when its answer would be that of a deadlock."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not _can_be_repeated(scope):
            await self.app(scope, receive, send)
            return

        body = await _whole_body(receive)
        whole: Any = scope
        before, state = {**scope}, dict(scope["state"])
        for left in reversed(range(TRIES)):
            # In place: whoever closes the session behind the answer looks for it in this very scope.
            whole.clear()
            whole.update(before)
            scope["state"].clear()
            scope["state"].update(state)
            answer = _Answer(send, is_refused=lambda: left > 0 and bool(scope["state"].get(WANTED)))  # noqa: B023
            await self.app(scope, _replay(body, receive), answer)
            if not answer.refused:
                return
            await asyncio.sleep(random.uniform(0.01, 0.05))  # noqa: S311 - so that the two do not meet again


class _Answer:
    """Passes an answer on, or drops it from its first message."""

    def __init__(self, send: Send, is_refused: Callable[[], bool]) -> None:
        self.send = send
        self.is_refused = is_refused
        self.refused = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.refused = self.is_refused()
        if not self.refused:
            await self.send(message)


def _can_be_repeated(scope: Scope) -> bool:
    length = Headers.from_scope(scope).get("content-length", "")
    return scope.get("method") not in ("GET", "HEAD", "OPTIONS") and length.isdecimal() and int(length) <= LONGEST_BODY


async def _whole_body(receive: Receive) -> list[HTTPRequestEvent]:
    messages: list[HTTPRequestEvent] = []
    while not messages or (messages[-1]["type"] == "http.request" and messages[-1].get("more_body")):
        messages.append(await receive())  # type: ignore[arg-type]
    return messages


def _replay(body: list[HTTPRequestEvent], receive: Receive) -> Receive:
    waiting = list(body)

    async def replay() -> HTTPRequestEvent:
        return waiting.pop(0) if waiting else await receive()  # type: ignore[return-value]

    return replay
