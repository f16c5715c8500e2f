"""The list of all schools: what an address asks for, and what the page shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.catalogs.divipola import municipality_name
from portal.schools.repository import Listed
from portal.web.i18n import _, format_number
from portal.web.pages import query
from portal.web.reading import parse_id, typed_query

ACTIVE, INACTIVE = "active", "inactive"
MOST_WORDS = 8


@dataclass(frozen=True)
class SchoolFilter:
    """Which schools, from where on. Values that mean nothing are ignored."""

    q: str = ""
    municipality: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    after: UUID | None = None

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """The filter that an address asks for."""
        places = (typed_query(code, 5) for code in dict.fromkeys(sent.getall("municipality", [])))
        return cls(
            q=typed_query(sent.get("q")),
            municipality=tuple(filter(None, places)),
            state=tuple(value for value in (ACTIVE, INACTIVE) if value in sent.getall("state", [])),
            after=parse_id(sent.get("after")),
        )

    @property
    def words(self) -> list[str]:
        """What was typed, word by word."""
        return self.q.split()[:MOST_WORDS]

    @property
    def is_active(self) -> bool | None:
        """Only those in use, only the others, or both."""
        return self.state == (ACTIVE,) if len(self.state) == 1 else None

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.q or self.municipality or self.state)


@dataclass(frozen=True)
class SchoolList:
    """The list as its template needs it."""

    asked: SchoolFilter
    listed: Listed
    places: Sequence[str]

    @property
    def menus(self) -> list[tuple[str, str, list[tuple[str, str, None]], Sequence[str]]]:
        """The filters: label, name, (value, text, count) of each choice, and the values that are on."""
        places = sorted((municipality_name(code), code) for code in {*self.places, *self.asked.municipality})
        states = [(ACTIVE, _("In use"), None), (INACTIVE, _("Not in use"), None)]
        return [
            (_("Municipality"), "municipality", [(code, name, None) for name, code in places], self.asked.municipality),
            (_("State"), "state", states, self.asked.state),
        ]

    @property
    def position(self) -> str:
        """``1–50 of 120``; further on only how many of them are shown."""
        shown = len(self.listed.rows)
        part = f"1–{shown}" if self.asked.after is None and shown > 1 else str(shown)
        return _("%(part)s of %(total)s") % {"part": part, "total": format_number(self.listed.total)}

    @property
    def first(self) -> str | None:
        """Where the list begins, from further on."""
        return self._address() if self.asked.after else None

    @property
    def later(self) -> str | None:
        """Where the next page stands."""
        return self._address(after=self.listed.after) if self.listed.after else None

    def _address(self, **changes: Any) -> str:
        params = {"q": self.asked.q, "municipality": self.asked.municipality, "state": self.asked.state}
        return query(params, **changes)
