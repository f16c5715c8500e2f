"""What is asked of a list: read from an address, and written into addresses again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Self
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.lists.declaring import Column, ListOf
from portal.lists.terms import Term
from portal.web.reading import parse_ids, search_words, typed_query

# By how many columns a list can be sorted at once.
LEVELS = 2
# What does not change which rows there are, nor their order.
PLACE = ("after", "before", "letter")


class Sort(NamedTuple):
    """An order: of a column, falling or not."""

    column: Column
    descending: bool = False

    @property
    def param(self) -> str:
        """As an address has it: ``-name``."""
        return f"{'-' if self.descending else ''}{self.column.key}"


@dataclass(frozen=True)
class Question:
    """Which rows of a list, in which order, from where on, with which columns.

    ``values`` has what each filter that is on asks for. ``sorts`` are as the address says, empty where it says
    nothing; ``view`` is the saved view that it began with. ``chosen`` says whether the address names the columns.
    """

    of: ListOf
    q: str = ""
    values: Mapping[str, Any] = None  # type: ignore[assignment]
    sorts: tuple[Sort, ...] = ()
    columns: tuple[Column, ...] = ()
    chosen: bool = False
    view: str = ""
    after: UUID | None = None
    before: UUID | None = None
    letter: str = ""

    @classmethod
    def read(cls, of: ListOf, sent: MultiDict[str], kept: Sequence[str] = ()) -> Self:
        """The question that an address asks; ``kept`` are the columns that this person has chosen once."""
        q = typed_query(sent.get("q")) if of.source.search else ""
        sorts = _sorts(of, ",".join(sent.getall("sort", [])))
        if not q and sorts == (Sort(of.columns[0]),):
            sorts = ()  # as it is anyway
        by_name = not sorts or sorts[0].column is of.columns[0]
        named = [key for text in sent.getall("columns", []) for key in text.split(",") if of.column(key)]
        values = {each.name: value for each in of.filters if (value := each.read(sent))}
        return cls(
            of=of,
            q=q,
            values=values,
            sorts=sorts,
            columns=_columns(of, named or kept, values),
            chosen=bool(named),
            view=typed_query(sent.get("view"), 40),
            after=_id(sent.get("after")),
            before=_id(sent.get("before")),
            letter=_letter(sent.get("letter")) if of.letter is not None and by_name else "",
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What a row must have, in any order."""
        return search_words(self.q)

    @property
    def narrows(self) -> bool:
        """Whether it asks for fewer than all rows; the tab that is open does not count."""
        on = (each.on(self.values[each.name]) for each in self.of.filters if each.name in self.values)
        tab = self.of.tabs.on(self.values.get(self.of.tabs.name, ())) if self.of.tabs else 0
        return bool(self.q) or sum(on) > tab

    @property
    def is_ranked(self) -> bool:
        """Whether the best come first: while something is searched and nobody says how to sort."""
        return bool(self.words) and not self.sorts

    @cached_property
    def order(self) -> tuple[Sort, ...]:
        """How it is sorted, whoever said it; nothing where the best come first."""
        return self.sorts or (() if self.is_ranked else (Sort(self.of.columns[0]),))

    @cached_property
    def keys(self) -> tuple[tuple[Term, bool], ...]:
        """What the rows are sorted by, each with whether it falls; the last is the id, so that none are equal."""
        keys = {term: sort.descending for sort in reversed(self.order) for term in sort.column.sort}
        ordered = {term: keys[term] for sort in self.order for term in sort.column.sort}
        falls = self.order[-1].descending if self.order else False
        return tuple((ordered | {term: falls for term in self.of.source.order if term not in ordered}).items())

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """The conditions of the filters that are on."""
        return self.terms_but("")

    def terms_but(self, name: str) -> tuple[Term, ...]:
        """The same without those of one filter: for counting what each of its choices would leave."""
        on = [(each, self.values[each.name]) for each in self.of.filters if each.name in self.values]
        return tuple(term for each, value in on if each.name != name for term in each.terms(value))

    @property
    def binds(self) -> dict[str, Any]:
        """The values of the filters and of the search."""
        search = self.of.source.search
        values = search.parameters(self.words) if search else {}
        for each in self.of.filters:
            if each.name in self.values:
                values |= each.binds(self.values[each.name])
        return values

    @cached_property
    def params(self) -> dict[str, Any]:
        """The question as parameters of an address, for ``pages.query``; the place in the list is left out."""
        return {
            "q": self.q,
            **{
                name: text
                for each in self.of.filters
                if each.name in self.values
                for name, text in each.params(self.values[each.name]).items()
            },
            "sort": ",".join(sort.param for sort in self.sorts),
            "columns": ",".join(column.key for column in self.columns) if self.chosen else "",
            "view": self.view,
        }

    @property
    def place(self) -> dict[str, Any]:
        """The place in the list as parameters, so that it can be come back to."""
        return {name: str(value) for name in PLACE if (value := getattr(self, name))}

    def unplaced(self) -> Self:
        """The same from its first row on."""
        return replace(self, after=None, before=None, letter="")


def _sorts(of: ListOf, text: str) -> tuple[Sort, ...]:
    sorts: list[Sort] = []
    for part in text.strip().split(",")[: LEVELS + 2]:
        column = of.column(part.strip().lstrip("-"))
        if column and column.sort and column not in [sort.column for sort in sorts]:
            sorts.append(Sort(column, part.strip().startswith("-")))
    return tuple(sorts[:LEVELS])


def _columns(of: ListOf, keys: Sequence[str], values: Mapping[str, Any]) -> tuple[Column, ...]:
    """In the list's own order: those named, or those shown from the start where none is known."""
    named = tuple(column for column in of.columns if column.key in keys)
    if not named:
        return of.usual_columns(values)
    return tuple(column for column in of.columns if column in named or column.always)


def _letter(text: str | None) -> str:
    """Of the alphabet's: the capital of another sign may be two letters, as that of ß is."""
    first = (text or "")[:1]
    return first.upper() if first.isascii() and first.isalpha() else ""


def _id(text: str | None) -> UUID | None:
    return next(iter(parse_ids([text or ""])), None)
