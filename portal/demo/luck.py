"""Chance that falls the same way each time, so that the demo has the same people on every machine."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

_BEGINNING = datetime(2026, 1, 13, 13, 0, tzinfo=UTC)


class Luck(Random):
    """Made from a word; the same word gives the same choices, days and ids."""

    def __init__(self, word: str) -> None:
        """Begin with this word."""
        super().__init__(word)
        self._minted = 0

    def happens(self, share: float) -> bool:
        """True in this share of the cases: ``happens(0.9)`` nearly always."""
        return self.random() < share

    def day_between(self, first: date, last: date) -> date:
        """A day of the span, its ends included."""
        return first + timedelta(days=self.randint(0, (last - first).days))

    def new_id(self) -> UUID:
        """A UUIDv7 as the portal makes them, of a fixed moment: each a millisecond after the one before."""
        milliseconds = int(_BEGINNING.timestamp() * 1000) + self._minted
        self._minted += 1
        return UUID(int=milliseconds << 80 | 7 << 76 | self.getrandbits(12) << 64 | 2 << 62 | self.getrandbits(62))
