"""What lists share: a page by key and the ways to the others, filters with several values, codes in an address."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from portal.web.i18n import _, format_number
from portal.web.pages import query

Member = TypeVar("Member", bound=Enum)


async def page_by_key(
    rows_from: Callable[[str], Awaitable[list[Any]]], start: str, size: int
) -> tuple[list[Any], bool, bool]:
    """The rows of a page, whether there are earlier ones, whether there are later ones.

    ``rows_from`` gives at most ``size`` and one more, in the order of reading: from the first ("") or from ``start``
    on, which is "before" a mark, "after" one, or the list's own.
    """
    if start:
        rows = await rows_from(start)
        if start == "before" and len(rows) > size:
            return rows[-size:], True, True
        if start != "before" and rows:
            return rows[:size], True, len(rows) > size
    # The first: also where less than a page stands before the mark, nothing behind it, or nobody is marked.
    rows = await rows_from("")
    return rows[:size], False, len(rows) > size


class ListPage:
    """The frame of a list: its addresses, its order, and where the pages around this one stand.

    ``listing`` has ``rows``, ``total``, and the marks ``before`` and ``after``; ``asked`` is its filter, with
    ``params``, ``sort`` and ``descending``.
    """

    listing: Any
    asked: Any

    @property
    def total(self) -> int:
        """How many the filter leaves."""
        total: int = self.listing.total
        return total

    def address(self, **changes: Any) -> str:
        """The query of this list with other parameters; it begins at its start unless they say otherwise."""
        return query(self.asked.params, **changes)

    def sorted_by(self, column: str) -> str | None:
        """How the list is sorted by a column, for its head."""
        if column != self.asked.sort:
            return None
        return "descending" if self.asked.descending else "ascending"

    def sort_address(self, column: str) -> str:
        """The list sorted by a column; the other way around when it is already."""
        turned = column == self.asked.sort and not self.asked.descending
        return self.address(sort=f"-{column}" if turned else "" if column == "name" else column)

    @property
    def position(self) -> str:
        """``1–50 of 612``; further on only how many of them are shown."""
        shown = len(self.listing.rows)
        part = f"1–{shown}" if self.listing.before is None and shown > 1 else str(shown)
        return _("%(part)s of %(total)s") % {"part": part, "total": format_number(self.total)}

    @property
    def earlier(self) -> str | None:
        """Where the page before stands."""
        return self.address(before=self.listing.before) if self.listing.before else None

    @property
    def later(self) -> str | None:
        """Where the next page stands."""
        return self.address(after=self.listing.after) if self.listing.after else None


@dataclass(frozen=True)
class Menu:
    """A filter of a list: (value, text, count) of each choice, and the values that are on."""

    name: str
    label: str
    options: list[tuple[str, str, int | None]]
    applied: list[str]

    @classmethod
    def of(cls, name: str, label: str, applied: Sequence[str], choices: Iterable[tuple[Any, Any]]) -> "Menu":
        """Of the choices as (value, text); what is on but no longer offered can still be taken away."""
        offered = {str(value): str(text) for value, text in choices}
        offered |= {value: value for value in applied if value not in offered}
        return cls(name, label, [(value, text, None) for value, text in offered.items()], list(applied))

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to choose, or to take away."""
        return len(self.options) > 1 or bool(self.applied)

    @property
    def chosen(self) -> list[tuple[str, list[str]]]:
        """What is on, in words, each with the values that stay when it is taken away."""
        return [
            (f"{self.label}: {text}", [other for other in self.applied if other != value])
            for value, text, _count in self.options
            if value in self.applied
        ]


def known_codes(sent: Iterable[str], codes: type[Member]) -> tuple[Member, ...]:
    """The members that an address names, each once; what it makes up is ignored."""
    members = {str(member.value): member for member in codes}
    return tuple(members[text] for text in dict.fromkeys(sent) if text in members)
