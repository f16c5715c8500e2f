"""Structured logs: one JSON object a line, without personal data.

What may be in a line: request id, method, path, status, time, user id, the class and place of an error. Never a query
string, a body, a parameter of a statement, or the message of a database error.
"""

import logging
import sys

import structlog


def configure_logs(*, pretty: bool) -> None:
    """Write logs to standard error: for people in development, as JSON elsewhere."""
    renderer = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
