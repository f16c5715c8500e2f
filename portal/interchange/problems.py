"""What can be wrong with a file, or with one of its rows.

Reasons are kept as the English message and its details, never as finished text: a run is stored for good, and the next
person who opens it may read another language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.web.i18n import gettext

Details = Mapping[str, str | int]


class FileRefused(Exception):
    """The file as a whole cannot be taken. ``str()`` is the reason in the reader's language, with what to do."""

    def __init__(self, reason: str, **details: str | int) -> None:
        """``reason`` is marked with ``N_``; its ``%(name)s`` places are filled from ``details``."""
        super().__init__(reason)
        self.reason = reason
        self.details = details

    def __str__(self) -> str:
        """The reason in the reader's language."""
        return gettext(self.reason) % self.details


class Severity(StrEnum):
    """A wrong row cannot be kept; a warning is a row to look at: real pupils are like that."""

    WRONG = "wrong"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one cell: where it stands, what it says, why that is a problem."""

    line: int
    column: str
    value: str
    reason: str
    details: Details = field(default_factory=dict)
    severity: Severity = Severity.WRONG

    @classmethod
    def stored(cls, line: int, kept: Mapping[str, Any]) -> "Problem":
        """The problem that ``as_stored`` put away."""
        return cls(line, kept["column"], kept["value"], kept["reason"], kept["details"], Severity(kept["severity"]))

    def as_stored(self) -> dict[str, Any]:
        """As JSON, message and details apart; the line is the row's."""
        return {
            "column": self.column,
            "value": self.value,
            "reason": self.reason,
            "details": dict(self.details),
            "severity": self.severity.value,
        }

    @property
    def message(self) -> str:
        """What is the matter and what to do, in the reader's language."""
        return gettext(self.reason) % self.details

    @property
    def is_wrong(self) -> bool:
        """Whether the row cannot be taken because of this."""
        return self.severity is Severity.WRONG
