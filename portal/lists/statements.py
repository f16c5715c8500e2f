"""The SQL of lists, built once for each kind of question and kept: building a statement costs more than running it.

A ``Kind`` holds what changes the text of the SQL, everything else is a parameter: the school, who asks, the values of
the filters, the words of the search, and the mark, which is the row where a page ends.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, null, or_, select, tuple_

from portal.lists.asking import Question
from portal.lists.declaring import SCHOOL, Source
from portal.lists.filters import Several
from portal.lists.terms import Term

MARK: BindParameter[Any] = bindparam("mark")
LETTER: BindParameter[Any] = bindparam("letter")
# So many statements are kept: each page's takes 80 KB, and a worker has not more than 160 MB.
KEPT = 256

Key = tuple[Term, bool]
Keyed = tuple[ColumnElement[Any], bool]


@dataclass(frozen=True)
class Kind:
    """What changes the text of the SQL.

    ``searched`` is what the search says of its words, None without any. ``start`` is where the page begins: "" (the
    first row), "after" or "before" a mark, or "letter". ``reads`` and ``beside`` are what the columns show. ``tabs`` is
    a filter whose choices are counted along, and the conditions of the others.
    """

    source: Source
    own_only: bool
    terms: tuple[Term, ...]
    searched: Any = None
    ranked: bool = False
    keys: tuple[Key, ...] = ()
    reads: tuple[Any, ...] = ()
    beside: tuple[Any, ...] = ()
    needs: tuple[str, ...] = ()
    start: str = ""
    size: int | None = None
    tabs: tuple[Several, tuple[Term, ...]] | None = None

    @classmethod
    def of(cls, question: Question, *, own_only: bool, start: str = "", size: int | None = None) -> "Kind":
        """The kind of a page that starts somewhere; without a ``size`` it is all that match."""
        columns = question.columns
        return cls(
            **_narrowing(question, own_only=own_only, terms=question.terms),
            ranked=question.is_ranked,
            keys=question.keys,
            reads=tuple(dict.fromkeys(part for column in columns for part in column.reads)),
            beside=tuple(dict.fromkeys(part for column in columns for part in column.beside)),
            needs=tuple(dict.fromkeys(name for column in columns for name in column.needs)),
            start=start,
            size=size,
        )

    @classmethod
    def counting(cls, question: Question, *, own_only: bool, but: str = "") -> "Kind":
        """The kind of a count: neither order nor columns, and without one of the filters."""
        tabs = None if but else question.of.tabs
        return cls(
            **_narrowing(question, own_only=own_only, terms=question.terms_but(but)),
            tabs=(tabs, question.terms_but(tabs.name)) if tabs else None,
        )

    @property
    def sort_keys(self) -> list[Keyed]:
        """The expressions that rows are sorted by, each with whether it falls."""
        keys: list[Keyed] = [(term.key(falls), falls) for term, falls in self.keys]
        return [(self._search.rank(self.searched), False), *keys] if self.ranked else keys

    @property
    def reading_order(self) -> list[bool]:
        """Whether each key falls as the rows are read: a page that ends at a mark is read from its end."""
        return [falls != (self.start == "before") for _key, falls in self.sort_keys]

    @property
    def found_by(self) -> list[ColumnElement[bool]]:
        """The conditions of the search."""
        return self._search.conditions(self.searched) if self.searched is not None else []

    @property
    def joins_inside(self) -> list[str]:
        """What conditions and keys need."""
        terms = [*self.terms, *(term for term, _falls in self.keys)]
        return [name for term in terms for name in term.needs]

    @property
    def _search(self) -> Any:
        return self.source.search


def _narrowing(question: Question, *, own_only: bool, terms: tuple[Term, ...]) -> dict[str, Any]:
    source = question.of.source
    searched = source.search.kinds(question.words) if source.search and question.words else None
    return {"source": source, "own_only": own_only, "terms": terms, "searched": searched}


# --- The statements ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=KEPT)
def page_of(kind: Kind) -> Select[Any]:
    """The rows of a page, and one more, with what is shown of them.

    The page is found first, on an index where it can be; only its rows are joined with the rest. A search also tells
    how many it found (``total``): it has to look at all of them to know the best.
    """
    model, names = kind.source.model, [f"key_{number}" for number in range(len(kind.sort_keys))]
    read = tuple(dict.fromkeys((model.id, *kind.source.keys, *kind.reads)))
    keys = [key.label(name) for (key, _falls), name in zip(kind.sort_keys, names, strict=True)]
    page = (_searched if kind.searched is not None else _sorted)(kind, read, keys).subquery("page")
    columns = (column for column in page.c if column.key not in names)
    statement = select(*columns, *kind.beside).select_from(_joined(page, page.c, kind.source, kind.needs))
    return statement.order_by(*_in_order([page.c[name] for name in names], kind.reading_order))


def _sorted(kind: Kind, read: Sequence[Any], keys: Sequence[Any]) -> Select[Any]:
    """The page of a list without a search."""
    rows = _matching(kind).with_only_columns(*read, *keys, maintain_column_froms=True)
    return _cut(kind, rows, [key.element for key in keys])


def _searched(kind: Kind, read: Sequence[Any], keys: Sequence[Any]) -> Select[Any]:
    """The page of a search: all ids with what sorts them, which an index may have, and then the rows of the page."""
    model = kind.source.model
    found = _matching(kind).with_only_columns(model.id, *keys, maintain_column_froms=True).cte("found")
    places = [found.c[key.name] for key in keys]
    page = _cut(kind, select(found), places).subquery("best")
    total = select(func.count()).select_from(found).scalar_subquery()
    here = (model.school_id == SCHOOL) & (model.id == page.c.id)
    return select(*read, *(page.c[key.name] for key in keys), total.label("total")).join_from(page, model, here)


def _cut(kind: Kind, rows: Select[Any], keys: Sequence[Any]) -> Select[Any]:
    """Those from the start on, as many as there is room for, and one more."""
    ordered = rows.where(*_start(kind, keys)).order_by(*_in_order(keys, kind.reading_order))
    return ordered.limit(kind.size and kind.size + 1)


@lru_cache(maxsize=KEPT // 4)
def overview_of(kind: Kind) -> Select[Any]:
    """One row: how many match (``total``, which a search has told), how many there are at all (``everyone``), offers.

    How many rows each choice would leave is not counted here but where its menu is opened: it costs ten times as much.
    """
    narrows = kind.terms or kind.searched is not None
    everyone = _number(_visible(kind)) if narrows and kind.tabs is None else null()
    total = _number(_matching(kind)) if kind.searched is None else null()
    return select(
        total.label("total"),
        everyone.label("everyone"),
        *_tabs(kind),
        *kind.source.offers(kind.own_only),
    )


@lru_cache(maxsize=KEPT // 4)
def tally_of(kind: Kind, several: Several) -> Select[Any]:
    """One row: how many rows each choice of a filter would leave, and what filters offer."""
    return select(_tally(kind, several).label("counts"), *kind.source.offers(kind.own_only))


@lru_cache(maxsize=KEPT // 4)
def number_of(kind: Kind) -> Select[Any]:
    """How many match."""
    return select(_number(_matching(kind)))


@lru_cache(maxsize=KEPT // 4)
def ids_of(kind: Kind) -> Select[Any]:
    """The ids of all that match, in order."""
    return _matching(kind).order_by(*_in_order([key for key, _falls in kind.sort_keys], kind.reading_order))


def _tabs(kind: Kind) -> list[Any]:
    if kind.tabs is None:
        return []
    several, terms = kind.tabs
    return [_tally(replace(kind, terms=terms), several).label("tabs")]


def _tally(kind: Kind, several: Several) -> Any:
    def rows(*terms: Term) -> Select[Any]:
        return _matching(kind, [name for term in terms for name in term.needs])

    return several.tally(rows)


# --- Which rows -------------------------------------------------------------------------------------------------------


def _visible(kind: Kind) -> Select[Any]:
    return kind.source.ground(kind.own_only).with_only_columns(kind.source.model.id, maintain_column_froms=True)


def _matching(kind: Kind, more: Iterable[str] = ()) -> Select[Any]:
    """The ids of the rows that are wanted."""
    model = kind.source.model
    joined = _joined(model.__table__, model, kind.source, [*kind.joins_inside, *more])
    conditions = [term.expression for term in kind.terms]
    return _visible(kind).select_from(joined).where(*kind.found_by, *conditions)


def _joined(rows: Any, row: Any, source: Source, names: Iterable[str]) -> Any:
    """The rows with the named joins, and those that they need in their turn."""
    joined = rows
    for name in _with_their_needs(source, names):
        join = source.joins[name]
        joined = joined.outerjoin(join.table, join.on(row))
    return joined


def _with_their_needs(source: Source, names: Iterable[str]) -> dict[str, None]:
    """Each once, after what it needs."""
    ordered: dict[str, None] = {}
    for name in names:
        ordered |= _with_their_needs(source, source.joins[name].needs)
        ordered[name] = None
    return ordered


def _number(rows: Select[Any]) -> Any:
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


# --- In which order, and from where on --------------------------------------------------------------------------------


def _in_order(keys: Sequence[Any], falls: Sequence[bool]) -> list[Any]:
    return [key.desc() if fall else key.asc() for key, fall in zip(keys, falls, strict=True)]


def _start(kind: Kind, keys: Sequence[Any]) -> list[ColumnElement[bool]]:
    """Behind the mark in the order of reading. It is found by id, deleted or not: no address holds a name."""
    if kind.start == "letter":
        (_first, falls), *_rest = kind.keys
        text = keys[-len(kind.keys)]  # behind the rank, where there is one
        return [text < LETTER if falls else text >= LETTER]
    if not kind.start:
        return []
    model = kind.source.model
    mark = (
        select(*(key.label(f"key_{number}") for number, (key, _falls) in enumerate(kind.sort_keys)))
        .select_from(_joined(model.__table__, model, kind.source, kind.joins_inside))
        .where(model.school_id == SCHOOL, model.id == MARK)
        .cte("mark")
    )
    there = [select(key).scalar_subquery() for key in mark.c]
    return [_behind(list(zip(keys, there, kind.reading_order, strict=True)))]


def _behind(keys: list[tuple[Any, Any, bool]]) -> ColumnElement[bool]:
    """Later than the mark. Keys that run the same way are compared as one row, which an index understands."""
    runs = [(falls, [(here, there) for here, there, _falls in run]) for falls, run in groupby(keys, lambda key: key[2])]
    (falls, first), *rest = runs
    here, there = tuple_(*(key for key, _mark in first)), tuple_(*(mark for _key, mark in first))
    later = here < there if falls else here > there
    if not rest:
        return later
    return or_(later, and_(here == there, _behind(keys[len(first) :])))
