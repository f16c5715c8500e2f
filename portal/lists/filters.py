"""The kinds of filters: each reads its value from an address, writes it back, and says what the database is asked.

Whatever an address says is answered: what means nothing is ignored. A value that is falsy asks for nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple

from litestar.datastructures import MultiDict
from sqlalchemy import Select, bindparam, func, literal, or_, select, union_all

from portal.lists.terms import Term
from portal.web.reading import parse_ids, typed_query

NOTHING = "none"
# As long as a code of the school's own may be, such as a group's.
LONGEST_CODE = 60
# So many choices of a filter are looked at: each that is on has a link that names all the others.
MOST_CHOICES = 100

# Parameters of an address that a link changes.
Changes = dict[str, Any]
Choices = Iterable[tuple[Any, Any]]
# The rows that the other filters leave, joined with what the terms need.
Rows = Callable[..., Select[Any]]


ALL = "all"
USUAL = "usual"


class Option(NamedTuple):
    """A choice as a menu shows it; ``number`` is how many rows it would leave, None where nobody counted."""

    value: str
    label: str
    number: int | None = None


@dataclass(frozen=True, eq=False)
class Filter(ABC):
    """A filter; with ``upfront`` its menu stands beside the search, the others stand behind one more."""

    name: str
    label: Any
    upfront: bool = field(default=False, kw_only=True)

    #: how its form looks: "choice", "one", "span" or "text"
    shape = "choice"

    @abstractmethod
    def read(self, sent: MultiDict[str]) -> Any:
        """The value that an address asks for."""

    @abstractmethod
    def params(self, value: Any) -> dict[str, Any]:
        """The value as parameters of an address, empty ones too."""

    @abstractmethod
    def terms(self, value: Any) -> tuple[Term, ...]:
        """The conditions of the rows that it leaves."""

    @abstractmethod
    def binds(self, value: Any) -> dict[str, Any]:
        """What the conditions' parameters are."""

    @abstractmethod
    def chips(self, value: Any, overview: Any) -> list[tuple[str, Changes]]:
        """What is on, in words, each with the change that takes it away."""

    def on(self, value: Any) -> int:
        """How many of its values are on."""
        return 1 if value else 0

    def said(self, words: str) -> str:
        """One of its values, after its name."""
        return f"{self.label}: {words}"


@dataclass(frozen=True, eq=False)
class Several(Filter):
    """A filter whose value is a tuple of choices, as the address has them."""

    @abstractmethod
    def offers(self, overview: Any) -> Choices:
        """(value, label) of what there is to choose."""

    def texts(self, sent: MultiDict[str]) -> list[str]:
        """What an address says, each once."""
        return list(dict.fromkeys(sent.getall(self.name, [])))[:MOST_CHOICES]

    def options(self, value: Sequence[str], overview: Any, counts: Mapping[str, int] | None = None) -> list[Option]:
        """What the menu shows; what is on and no longer offered can still be taken away."""
        offered = {str(key): str(label) for key, label in self.offers(overview)}
        offered |= {key: key for key in value if key not in offered}
        if counts is None:
            return [Option(key, label) for key, label in offered.items()]
        return [Option(key, label, counts.get(key, 0)) for key, label in offered.items()]

    def params(self, value: Sequence[str]) -> dict[str, Any]:
        """All of them under one name."""
        return {self.name: list(value)}

    def chips(self, value: Sequence[str], overview: Any) -> list[tuple[str, Changes]]:
        """One for each."""
        return [
            (self.said(option.label), {self.name: [other for other in value if other != option.value]})
            for option in (self.options(value, overview) if value else ())
            if option.value in value
        ]

    def on(self, value: Sequence[str]) -> int:
        """Each counts."""
        return len(value)

    @abstractmethod
    def tally(self, rows: Rows) -> Any:
        """A scalar: JSON pairs of each choice and how many rows it would leave."""


@dataclass(frozen=True, eq=False)
class Choice(Several):
    """Rows that have one of several values.

    ``by`` is what has the value. ``codes`` is the enumeration of them; without it ``reads`` turns texts into values.
    ``offered`` gives what there is to choose, also where only the overview knows it. ``nothing`` is the label of
    having no value at all, for which an address says ``none``. ``slot`` names the parameter where the filter's own
    name would make many statements of one.
    """

    by: Term = field(kw_only=True)
    codes: type[Enum] | None = field(default=None, kw_only=True)
    reads: Callable[[Sequence[str]], Iterable[Any]] | None = field(default=None, kw_only=True)
    offered: Callable[[Any], Choices] | None = field(default=None, kw_only=True)
    nothing: Any = field(default=None, kw_only=True)
    slot: str = field(default="", kw_only=True)

    def read(self, sent: MultiDict[str]) -> tuple[str, ...]:
        """Each once."""
        texts = self.texts(sent)
        known = tuple(str(getattr(value, "value", value)) for value in self._values(texts))
        return (*known, NOTHING) if self.nothing and NOTHING in texts else known

    def terms(self, value: Sequence[str]) -> tuple[Term, ...]:
        """One of them, or none at all."""
        kind = "any" if NOTHING not in value or not self.nothing else "none" if len(value) == 1 else "any or none"
        return (_among(self.by, self.slot or self.name, kind),)

    def binds(self, value: Sequence[str]) -> dict[str, Any]:
        """As the database has them."""
        return {self.slot or self.name: self._values(value)}

    def offers(self, overview: Any) -> Choices:
        """All of the enumeration, unless the list says otherwise."""
        codes: Any = self.codes
        offered = self.offered(overview) if self.offered else [(code.value, code.label) for code in codes]
        return [*offered, (NOTHING, self.nothing)] if self.nothing else offered

    def tally(self, rows: Rows) -> Any:
        """By value."""
        value = self.by.expression
        groups = rows(self.by).with_only_columns(value.label("value"), func.count().label("rows")).group_by(value)
        return _pairs(groups.subquery())

    def _values(self, texts: Iterable[str]) -> list[Any]:
        texts = [text for text in texts if not (self.nothing and text == NOTHING)]
        if self.codes is not None:
            members = {str(member.value): member for member in self.codes}
            return [members[text] for text in texts if text in members]
        if self.reads is not None:
            return list(self.reads(texts))
        return [code for code in (typed_query(text, LONGEST_CODE) for text in texts) if code]


class Case(NamedTuple):
    """Something that a row may be without; ``old`` is a parameter that once asked for it with ``none``."""

    value: str
    label: Any
    term: Term
    old: str = ""


@dataclass(frozen=True, eq=False)
class Without(Several):
    """Rows that lack all that is chosen: cases that the list names, and things of the school's own, by their ids.

    ``among`` is the condition for the latter, over the parameter ``{name}_ids``; ``things`` gives them from the
    overview. ``lacking`` counts them: of the rows with the ids that it is given, how many (``rows``) lack each thing,
    whose id it gives as a text (``value``).
    """

    cases: tuple[Case, ...] = field(kw_only=True)
    among: Term | None = field(default=None, kw_only=True)
    things: Callable[[Any], Choices] = field(default=lambda _overview: (), kw_only=True)
    lacking: Callable[[Select[Any]], Select[Any]] | None = field(default=None, kw_only=True)

    def read(self, sent: MultiDict[str]) -> tuple[str, ...]:
        """Each once, and what an old address says."""
        texts = self.texts(sent)
        cases = tuple(
            case.value
            for case in self.cases
            if case.value in texts or (case.old and NOTHING in sent.getall(case.old, []))
        )
        return (*cases, *(map(str, parse_ids(texts)) if self.among else ()))

    def terms(self, value: Sequence[str]) -> tuple[Term, ...]:
        """All of them."""
        cases = tuple(case.term for case in self.cases if case.value in value)
        return (*cases, self.among) if self.among and len(cases) < len(value) else cases

    def binds(self, value: Sequence[str]) -> dict[str, Any]:
        """The ids."""
        return {f"{self.name}_ids": list(parse_ids(value))}

    def offers(self, overview: Any) -> Choices:
        """The cases, then the school's things."""
        return [*((case.value, case.label) for case in self.cases), *self.things(overview)]

    def tally(self, rows: Rows) -> Any:
        """Case by case, and the things together."""
        counts = []
        for case in self.cases:
            lacking = rows(case.term).where(case.term.expression).subquery()
            counted = select(literal(case.value).label("value"), func.count().label("rows"))
            counts.append(counted.select_from(lacking))
        if self.lacking:
            counts.append(self.lacking(rows()))
        return _pairs(union_all(*counts).subquery())


class OneChoice(NamedTuple):
    """What a filter offers of which just one is on."""

    value: str
    label: str
    is_on: bool


@dataclass(frozen=True, eq=False)
class One(Filter):
    """A filter of whose choices just one is on; with ``leads`` it stands before the search."""

    leads: bool = field(default=False, kw_only=True)

    shape = "one"

    @abstractmethod
    def choices(self, value: Any, overview: Any) -> list[OneChoice]:
        """What there is to choose; an empty value is what is meant where an address says nothing."""


@dataclass(frozen=True, eq=False)
class OneThing(One):
    """Rows of one thing, such as a year: of the ``usual`` one where an address says nothing, or of ``all`` together.

    ``by`` has the thing's id, and ``usual`` is compared with it where nothing is said: a parameter that the desk has a
    value for, or None where no thing is usual. ``things`` gives (id, name) from the overview, ``at_hand`` the usual id.
    """

    by: Term = field(kw_only=True)
    usual: Term | None = field(kw_only=True)
    things: Callable[[Any], Choices] = field(kw_only=True)
    at_hand: Callable[[Any], Any] = field(kw_only=True)
    all_label: Any = field(kw_only=True)

    def read(self, sent: MultiDict[str]) -> str:
        """An id, ALL or USUAL: never nothing."""
        asked = sent.get(self.name, "")
        if asked == ALL:
            return ALL
        ids = parse_ids([asked])
        return str(ids[0]) if ids else USUAL if self.usual else ALL

    def params(self, value: str) -> dict[str, Any]:
        """The usual one is not said."""
        usual = USUAL if self.usual else ALL
        return {self.name: "" if value == usual else value}

    def terms(self, value: str) -> tuple[Term, ...]:
        """No condition for all."""
        if value == USUAL and self.usual:
            return (self.usual,)
        return () if value == ALL else (_among(self.by, self.name, "any"),)

    def binds(self, value: str) -> dict[str, Any]:
        """The id."""
        return {self.name: list(parse_ids([value]))}

    def chips(self, value: str, overview: Any) -> list[tuple[str, Changes]]:
        """None: it is seen before the search, and one of them is always on."""
        return []

    def on(self, value: str) -> int:
        """It narrows nothing: one of them is always on."""
        return 0

    def choices(self, value: str, overview: Any) -> list[OneChoice]:
        """The things, then all together."""
        usual = str(self.at_hand(overview)) if self.usual else ""
        chosen = usual if value == USUAL else value
        things = [(str(key), str(label)) for key, label in self.things(overview)]
        choices = [OneChoice("" if key == usual else key, label, key == chosen) for key, label in things]
        return [*choices, OneChoice(ALL, str(self.all_label), chosen == ALL)]


def _pairs(groups: Any) -> Any:
    return select(func.jsonb_agg(func.jsonb_build_array(groups.c.value, groups.c.rows))).scalar_subquery()


@lru_cache(maxsize=256)
def _among(by: Term, name: str, kind: str) -> Term:
    """Kept, so that a statement with it is known again."""
    one_of = by.expression.in_(bindparam(name, expanding=True))
    none = by.expression.is_(None)
    return Term({"any": one_of, "none": none, "any or none": or_(one_of, none)}[kind], by.needs)
