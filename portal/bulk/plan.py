"""What would be done to each of the picked, before it is done: what changes, and what cannot and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.bulk.picked import SHOWN, fingerprint


@dataclass(frozen=True)
class Line:
    """A row that changes: the student, what stands now, and what will."""

    student: Any
    now: str = ""
    then: str = ""


@dataclass(frozen=True)
class Plan:
    """Who changes, who does not and why; ``rows`` are the records that are looked at, with their versions."""

    able: Sequence[Line]
    unable: Sequence[tuple[Any, str]]
    rows: Sequence[Any]

    @property
    def count(self) -> int:
        """How many change."""
        return len(self.able)

    @property
    def shown(self) -> Sequence[Line]:
        """Those that the page names."""
        return self.able[:SHOWN]

    @property
    def shown_unable(self) -> Sequence[tuple[Any, str]]:
        """Those that the page names with the reason."""
        return self.unable[:SHOWN]

    @property
    def seen(self) -> str:
        """What the form carries, by which it is known whether the records are as they were looked at."""
        return fingerprint(self.rows)
