"""Filters by a span, of days, ages or numbers, and by a part of a text."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from litestar.datastructures import MultiDict
from sqlalchemy import bindparam, func, select

from portal.lists.filters import Changes, Filter
from portal.lists.terms import Term
from portal.web.i18n import _, format_date, format_number, midnight, ngettext, today
from portal.web.reading import parse_date, typed_query

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,6})?")
OLDEST = 120


class Limits(NamedTuple):
    """The two ends of a span, both of which belong to it."""

    lowest: Any = None
    highest: Any = None


@dataclass(frozen=True, eq=False)
class Span(Filter):
    """Rows whose value lies between two ends, either of which may be left open. Parameters end in -from and -to.

    ``by`` is what has the value; ``slot`` is that of ``Choice``. This one is of numbers.
    """

    by: Term = field(kw_only=True)
    slot: str = field(default="", kw_only=True)

    shape = "span"
    #: how an end is typed, as attributes of its box
    typing: Any = field(default_factory=lambda: {"inputmode": "decimal"}, init=False)

    def read(self, sent: MultiDict[str]) -> Limits | None:
        """Both ends; None where both are open."""
        limits = Limits(*(self.limit(sent.get(f"{self.name}-{end}", "").strip()) for end in ("from", "to")))
        return None if limits == Limits() else limits

    def params(self, value: Limits | None) -> dict[str, Any]:
        """One for each end."""
        ends = zip(("from", "to"), value or Limits(), strict=True)
        return {f"{self.name}-{end}": "" if limit is None else str(limit) for end, limit in ends}

    def terms(self, value: Limits) -> tuple[Term, ...]:
        """A condition for each end."""
        return tuple(self.bound(end) for end, limit in zip(("from", "to"), value, strict=True) if limit is not None)

    def binds(self, value: Limits) -> dict[str, Any]:
        """The ends as the database has them."""
        name = self.slot or self.name
        return {f"{name}_from": self.bind("from", value.lowest), f"{name}_to": self.bind("to", value.highest)}

    def chips(self, value: Limits | None, overview: Any) -> list[tuple[str, Changes]]:
        """One for both ends."""
        return [(self.said(self._wanted(value)), dict.fromkeys(self.params(None), ""))] if value else []

    def ends(self, value: Limits | None) -> list[tuple[str, str, str]]:
        """Parameter, what it is called, and what is asked, of each end: for the form."""
        words = {"from": _("From"), "to": _("To")}
        asked = self.params(value)
        return [(f"{self.name}-{end}", word, asked[f"{self.name}-{end}"]) for end, word in words.items()]

    def limit(self, text: str) -> Any:
        """An end as typed; None for what is none."""
        return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None

    def bound(self, end: str) -> Term:
        """The condition of one end."""
        return _bounded(self.by, f"{self.slot or self.name}_{end}", end, to_is_before=False)

    def bind(self, end: str, limit: Any) -> Any:
        """An end as the database compares it."""
        return limit

    def in_words(self, limit: Any) -> str:
        """An end for people."""
        return format_number(limit)

    def _wanted(self, value: Limits) -> str:
        lowest, highest = ("" if limit is None else self.in_words(limit) for limit in value)
        if lowest and highest:
            return _("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
        return _("from %(limit)s") % {"limit": lowest} if lowest else _("to %(limit)s") % {"limit": highest}


@dataclass(frozen=True, eq=False)
class Days(Span):
    """Of days. ``iso`` where the database has them as texts."""

    iso: bool = field(default=False, kw_only=True)
    typing: Any = field(default_factory=lambda: {"type": "date"}, init=False)

    def limit(self, text: str) -> date | None:
        """A day."""
        return parse_date(text)

    def bind(self, end: str, limit: Any) -> Any:
        """A day, or its text."""
        return limit.isoformat() if limit and self.iso else limit

    def in_words(self, limit: Any) -> str:
        """As days are written."""
        return format_date(limit)


@dataclass(frozen=True, eq=False)
class Moments(Days):
    """Of days too, where the database has the moment: the last day belongs to it until its midnight."""

    def bound(self, end: str) -> Term:
        """Up to the beginning of the next day."""
        return _bounded(self.by, f"{self.slot or self.name}_{end}", end, to_is_before=True)

    def bind(self, end: str, limit: Any) -> datetime | None:
        """A moment on the school's clock."""
        return limit and midnight(limit + timedelta(days=1) if end == "to" else limit)


@dataclass(frozen=True, eq=False)
class Ages(Span):
    """Of whole years of age today, where the database has the day of birth."""

    typing: Any = field(default_factory=lambda: {"inputmode": "numeric"}, init=False)

    def limit(self, text: str) -> int | None:
        """Years of a life."""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= OLDEST else None

    def bound(self, end: str) -> Term:
        """Who is of some age was born on a day or before it."""
        name = f"{self.slot or self.name}_{end}"
        return _born(self.by, name, before=end == "from")

    def bind(self, end: str, limit: Any) -> date | None:
        """The last birthday of the age, or the one of the year above it."""
        return None if limit is None else _years_ago(limit if end == "from" else limit + 1)

    def in_words(self, limit: Any) -> str:
        """``12 years``."""
        return ngettext("%(num)d year", "%(num)d years", limit) % {"num": limit}


@dataclass(frozen=True, eq=False)
class Contains(Filter):
    """Rows whose text has a part, accents and case aside."""

    by: Term = field(kw_only=True)
    slot: str = field(default="", kw_only=True)

    shape = "text"

    def read(self, sent: MultiDict[str]) -> str:
        """What was typed."""
        return typed_query(sent.get(self.name))

    def params(self, value: str) -> dict[str, Any]:
        """As typed."""
        return {self.name: value}

    def terms(self, value: str) -> tuple[Term, ...]:
        """Anywhere in the text."""
        return (_containing(self.by, self.slot or self.name),)

    def binds(self, value: str) -> dict[str, Any]:
        """A pattern that means only itself."""
        escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return {self.slot or self.name: f"%{escaped}%"}

    def chips(self, value: str, overview: Any) -> list[tuple[str, Changes]]:
        """The part."""
        return [(self.said(value), {self.name: ""})] if value else []


# Kept, so that a statement with it is known again.
@lru_cache(maxsize=256)
def _bounded(by: Term, name: str, end: str, *, to_is_before: bool) -> Term:
    limit = bindparam(name, type_=by.expression.type)
    if end == "from":
        return Term(by.expression >= limit, by.needs)
    return Term(by.expression < limit if to_is_before else by.expression <= limit, by.needs)


@lru_cache(maxsize=256)
def _born(by: Term, name: str, *, before: bool) -> Term:
    day = bindparam(name, type_=by.expression.type)
    return Term(by.expression <= day if before else by.expression > day, by.needs)


@lru_cache(maxsize=256)
def _containing(by: Term, name: str) -> Term:
    pattern = select(func.fold(bindparam(name))).scalar_subquery()
    return Term(func.fold(by.expression).like(pattern), by.needs)


def _years_ago(years: int) -> date:
    day = today()
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year - years, day=28)
