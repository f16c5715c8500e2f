"""What a list says of itself: where its rows come from, its columns, its filters, and what can be done with many."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from markupsafe import Markup
from sqlalchemy import BindParameter, ColumnElement, FromClause, Select, bindparam

from portal.lists.filters import Filter, Several
from portal.lists.terms import Term

SCHOOL: BindParameter[Any] = bindparam("school")
PAGE = 50


@dataclass(frozen=True, eq=False)
class Join:
    """A table beside the rows, joined where a column, filter or sort needs it.

    ``on`` is given what stands for a row: the model, or the page of those found, which has the columns that
    ``Source.keys`` names.
    """

    table: FromClause
    on: Callable[[Any], ColumnElement[bool]]
    needs: tuple[str, ...] = ()


class Search(Protocol):
    """Finding rows by typed words; a module with these functions is one."""

    def kinds(self, words: Sequence[str], /) -> Hashable:
        """What of the words changes the text of the SQL."""

    def parameters(self, words: Sequence[str], /) -> dict[str, Any]:
        """The words, for the expressions below."""

    def conditions(self, kinds: Any, /) -> list[ColumnElement[bool]]:
        """Of a row that the search finds."""

    def rank(self, kinds: Any, /) -> ColumnElement[Any]:
        """The lower, the earlier a row comes."""


@dataclass(frozen=True, eq=False)
class Source:
    """Where the rows come from.

    ``ground`` selects the model's rows that a person may see: all of the school (False), or those of their own groups
    (True). ``order`` is never null and ends with the id, so that no two rows are equal. ``offers`` are labelled
    scalars that the overview brings along, for the choices of filters.
    """

    model: Any
    ground: Callable[[bool], Select[Any]]
    order: tuple[Term, ...]
    joins: Mapping[str, Join] = field(default_factory=dict)
    keys: tuple[Any, ...] = ()
    search: Search | None = None
    offers: Callable[[bool], Sequence[Any]] = lambda _own_only: ()


class Person(NamedTuple):
    """What the cell of a person, or of another record, shows; ``small`` stands below the name on a phone."""

    name: str
    initials: str
    small: str = ""
    photo_id: Any = None


@dataclass(frozen=True, eq=False)
class Column:
    """A column: what it shows of a row, what it needs for that, and how it sorts.

    ``cell`` is given the row and the page's ``Look``; a ``shape`` of "person" or "record" wants a ``Person``, "state" a
    code. ``export`` gives a plain value (text, number, day); without it the cell's text is taken. ``reads`` are taken
    with the row itself, ``beside`` from joined tables. ``sort`` is never null. Columns that ``decide`` leave no rows
    equal, so that a second order behind them means nothing. ``always`` cannot be left out; ``shown`` is whether it is
    there until somebody chooses, or says so of the values of the filters.
    """

    key: str
    label: Any
    cell: Callable[[Any, Any], Any]
    export: Callable[[Any, Any], Any] | None = None
    reads: tuple[Any, ...] = ()
    beside: tuple[Any, ...] = ()
    needs: tuple[str, ...] = ()
    sort: tuple[Term, ...] = ()
    decides: bool = False
    shape: str = "text"
    cls: str = ""
    shown: bool | Callable[[Mapping[str, Any]], bool] = False
    always: bool = False

    @cached_property
    def td(self) -> Markup:
        """The beginning of its cells."""
        return Markup('<td class="{}">').format(self.cls) if self.cls else Markup("<td>")


@dataclass(frozen=True, eq=False)
class Action:
    """Something that can be done with many rows; ``permission`` is who may, ``route`` where the chosen are sent."""

    key: str
    label: Any
    icon: str
    permission: str
    route: str


@dataclass(frozen=True, eq=False)
class ListOf:
    """A list. The first column is the one that it is sorted by when nobody says otherwise.

    ``counted`` says a number of rows in words. ``letter`` is the text that a letter leads into. ``tabs`` is the one of
    its filters whose choices stand above the list, counted with every page; then nobody counts the rows without it.
    """

    name: str
    source: Source
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    counted: Callable[[int], str] = str
    actions: tuple[Action, ...] = ()
    letter: Any = None
    tabs: Several | None = None
    size: int = PAGE

    def column(self, key: str) -> Column | None:
        """The column with this key."""
        return next((column for column in self.columns if column.key == key), None)

    def usual_columns(self, values: Mapping[str, Any]) -> tuple[Column, ...]:
        """Those that are shown until somebody chooses; ``values`` are those of the filters."""
        return tuple(
            column
            for column in self.columns
            if column.always or (column.shown(values) if callable(column.shown) else column.shown)
        )

    def filter(self, name: str) -> Filter | None:
        """The filter with this name."""
        return next((each for each in self.filters if each.name == name), None)
