"""Errors as pages: what happened and what to do, in the reader's language, with a request id and a way on."""

from dataclasses import dataclass
from typing import Any

import structlog
from advanced_alchemy.exceptions import NotFoundError
from jinja2 import TemplateError
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from portal.db.retry import WANTED
from portal.web.i18n import lazy
from portal.web.pages import is_partial, render
from portal.web.security import request_id

log = structlog.get_logger("portal.error")


class Told(HTTPException):
    """An error that may carry a message for people, in the reader's language.

    Litestar's own details speak English and of parameters, and fill in a status's English name where there is none.
    """

    def __init__(self, message: str = "", *, headers: dict[str, str] | None = None) -> None:
        """``message`` says why, and what to do; the status is explained in any case."""
        super().__init__(message, headers=headers)
        self.message = message


class NotFound(Told):
    """There is no such thing, or not for this person."""

    status_code = 404


class Forbidden(Told):
    """The person is known and may not do this."""

    status_code = 403


class Conflict(Told):
    """What was asked no longer fits what is kept; the message says why."""

    status_code = 409


class TooManyRequests(Told):
    """Too many tries; ``headers`` may say when to come back."""

    status_code = 429


class BadRequest(Told):
    """What was sent cannot be understood."""

    status_code = 400


@dataclass(frozen=True)
class Explanation:
    """An error in words: what happened, what to do."""

    title: Any
    hint: Any


EXPLANATIONS = {
    400: Explanation(lazy("The request could not be understood"), lazy("Go back, check what you wrote and try again.")),
    403: Explanation(
        lazy("You may not do this"), lazy("Your role does not include it. Ask your principal if you need it.")
    ),
    404: Explanation(
        lazy("There is nothing here"), lazy("It may have been moved or deleted, or it belongs to another school.")
    ),
    405: Explanation(lazy("This page does not work that way"), lazy("Go back and use the buttons of the page.")),
    409: Explanation(
        lazy("Somebody else was quicker"), lazy("Nothing was saved. Open the record again and repeat your change.")
    ),
    413: Explanation(lazy("What you sent is too big"), lazy("Send a smaller file.")),
    422: Explanation(lazy("Something needs correcting"), lazy("Nothing was saved. Go back and correct it.")),
    429: Explanation(lazy("Too many tries"), lazy("Wait a few minutes and try again.")),
    500: Explanation(
        lazy("Something failed on our side"),
        lazy("Nothing was saved. Try again; if it happens again, give the number below to whoever helps you."),
    ),
    503: Explanation(lazy("The portal is very busy"), lazy("Nothing was saved. Wait a few seconds and try again.")),
}
# The first that fits counts: jinja's missing template is an OSError, too, and no trouble of the network.
KINDS: tuple[tuple[type[Exception], int], ...] = (
    (NotFoundError, 404),
    (StaleDataError, 409),
    (TemplateError, 500),
    (PoolTimeout, 503),
    (OSError, 503),
)
RETRY_AFTER_SECONDS = 5
# PostgreSQL: unique, foreign key, exclusion. Other broken rules (a check, a missing value) are our own mistakes.
TAKEN_STATES = {"23505", "23503", "23P01"}
# Deadlock, serialization failure: the same request may well succeed when it is run again.
LOST_A_RACE = {"40P01", "40001"}
# PostgreSQL: cancelled by timeout, lock not available, deadlock, serialization, too many connections, shutting down.
BUSY_STATES = {"57014", "55P03", "40P01", "40001", "53300", "53100", "57P01", "57P02", "57P03", "25P03"}


def error_page(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """The page for any error: whole, or a notice where htmx asked for a part."""
    status = status_of(error)
    if sqlstate(error) in LOST_A_RACE:
        request.scope["state"][WANTED] = True
    if status >= 500:
        # The class and the place, not the message: messages of the database quote people's data.
        log.error("failed", request_id=request_id(request.scope), error=type(error).__name__, where=where(error))
    explanation = EXPLANATIONS.get(status, EXPLANATIONS[500 if status >= 500 else 400])
    headers = dict(getattr(error, "headers", None) or {})
    if status == 503:
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    content = render(
        request,
        "errors/notice.html" if is_partial(request) else "errors/error.html",
        status=status,
        title=str(explanation.title),
        message=error.message if isinstance(error, Told) else "",
        hint=str(explanation.hint),
        request_id=request_id(request.scope),
        way_on=None,
    )
    return Response(
        content, status_code=status, media_type=MediaType.HTML, headers={**headers, "Cache-Control": "no-store"}
    )


def status_of(error: Exception) -> int:
    """Which status an error is."""
    if isinstance(error, HTTPException):
        return error.status_code
    if isinstance(error, DBAPIError):
        return _status_of_database_error(error)
    return next((status for kind, status in KINDS if isinstance(error, kind)), 500)


def _status_of_database_error(error: DBAPIError) -> int:
    state = sqlstate(error)
    if state in TAKEN_STATES:
        return 409
    if error.connection_invalidated or state in BUSY_STATES or state.startswith("08"):
        return 503
    return 400 if state.startswith("22") else 500


def sqlstate(error: Exception) -> str:
    """PostgreSQL's code of a database error, else an empty string."""
    return str(getattr(error.orig, "sqlstate", "") or "") if isinstance(error, DBAPIError) else ""


def where(error: BaseException) -> str:
    """The last lines of our own code that the error came through: ``students/controllers.py:42 update``."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if "/portal/" in file and "site-packages" not in file:
            places.append(f"{file.rsplit('/portal/', 1)[1]}:{trace.tb_lineno} {trace.tb_frame.f_code.co_name}")
        trace = trace.tb_next
    return " > ".join(places[-4:])
