"""What the page of a list shows: heads, rows, filters in words, and where each link leads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from portal.lists.answering import Listing
from portal.lists.asking import LEVELS, Question, Sort
from portal.lists.declaring import Column, Person
from portal.lists.filters import Filter, One, OneChoice, Option, Several
from portal.web.i18n import _, format_number
from portal.web.pages import query

# With more than these a table may be wider than its page.
USUAL_COLUMNS = 7
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class Look:
    """What cells need besides their row: the words that were searched, and words that are said again and again."""

    words: Sequence[str] = ()
    said: dict[Any, str] = field(default_factory=dict)

    def label(self, code: Any) -> str:
        """A code in words, asked of the catalogue once a page; nothing for None."""
        if code not in self.said:
            self.said[code] = "" if code is None else str(code.label)
        return self.said[code]


def exported(columns: Sequence[Column], row: Any) -> list[Any]:
    """The values of a row for a file: texts, numbers and days, nothing marked."""
    look = Look()
    return [_plain((column.export or column.cell)(row, look), look) for column in columns]


def _plain(value: Any, look: Look) -> Any:
    if isinstance(value, Person):
        return str(value.name)
    return look.label(value) if hasattr(value, "label") else value


class Head(NamedTuple):
    """The head of a column. ``sorted`` is how it is sorted, ``level`` 2 where another column comes first."""

    column: Column
    href: str | None
    sorted: str | None
    level: int


class ListedRow(NamedTuple):
    """A row in words: a cell for each column; ``of`` is what the database gave."""

    id: str
    cells: list[tuple[Column, Any]]
    of: Any

    @property
    def name(self) -> str:
        """What the row is called: its first cell."""
        cell = self.cells[0][1]
        return cell.name if isinstance(cell, Person) else str(cell)


class Asked(NamedTuple):
    """All that the inside of a filter's menu shows, so that it need not be drawn again for others who ask the same."""

    filter: Filter
    value: Any
    options: tuple[Option, ...]


@dataclass(frozen=True)
class FilterMenu:
    """A filter as its form shows it."""

    filter: Filter
    value: Any
    overview: Any

    @property
    def applied(self) -> int:
        """How many of its values are on."""
        return self.filter.on(self.value)

    @cached_property
    def options(self) -> list[Option]:
        """Its choices, not counted."""
        return self.filter.options(self.value, self.overview) if isinstance(self.filter, Several) else []

    @property
    def choices(self) -> list[OneChoice]:
        """What there is to choose where just one is on."""
        return self.filter.choices(self.value, self.overview) if isinstance(self.filter, One) else []

    @property
    def asked(self) -> Asked:
        """What its inside is drawn from."""
        return Asked(self.filter, self.value, tuple(self.options))

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to choose, or to take away."""
        return not isinstance(self.filter, Several) or len(self.options) > 1 or bool(self.applied)


@dataclass(frozen=True)
class ListPage:
    """A list as its template needs it; ``here`` is the path that its addresses are queries of."""

    listing: Listing
    question: Question
    here: str

    # --- Rows and heads -----------------------------------------------------------------------------------------------

    @cached_property
    def look(self) -> Look:
        """What the cells share."""
        return Look(self.question.words)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Those that are shown."""
        return self.question.columns

    @cached_property
    def rows(self) -> list[ListedRow]:
        """The rows of the page."""
        look, columns = self.look, self.columns
        return [
            ListedRow(str(row.id), [(column, column.cell(row, look)) for column in columns], row)
            for row in self.listing.rows
        ]

    @property
    def choices_of_columns(self) -> tuple[tuple[Column, bool], ...]:
        """Those that can be shown or left out, each with whether it is shown."""
        return tuple((column, column in self.columns) for column in self.question.of.columns if not column.always)

    @property
    def orders(self) -> tuple[tuple[str, str], ...]:
        """What it can be sorted by, each column both ways: as an address has it, and in words."""
        sorts = (Sort(column, falls) for column in self.question.of.columns if column.sort for falls in (False, True))
        return tuple((sort.param, f"{sort.column.label} {'↓' if sort.descending else '↑'}") for sort in sorts)

    @property
    def levels(self) -> tuple[str, ...]:
        """How it is sorted as somebody asked, level by level; empty where nobody did."""
        asked = [sort.param for sort in self.question.sorts]
        return (*asked, *[""] * (LEVELS - len(asked)))

    @property
    def is_wide(self) -> bool:
        """Whether there may be more columns than a page has room for: it is laid out for the usual ones."""
        usual = self.question.of.usual_columns(self.question.values)
        return len(self.columns) > USUAL_COLUMNS or self.columns != usual

    @property
    def heads(self) -> list[Head]:
        """Of each column."""
        levels = {sort.column: (level, sort) for level, sort in enumerate(self.question.order, start=1)}
        return [self._head(column, *levels.get(column, (0, None))) for column in self.columns]

    def _head(self, column: Column, level: int, sort: Sort | None) -> Head:
        if not column.sort:
            return Head(column, None, None, 0)
        how = None if sort is None else "descending" if sort.descending else "ascending"
        return Head(column, self._sorted_by(column), how, level)

    def _sorted_by(self, column: Column) -> str:
        """The list sorted by a column first, as it was behind it; the other way around when it is first already."""
        order = self.question.order
        first = Sort(column, bool(order) and order[0] == Sort(column))
        behind = [sort for sort in order if sort.column is not column and not column.decides]
        behind = [sort for sort in behind if sort != Sort(self.question.of.columns[0])]
        sorts = [first, *behind][:LEVELS]
        if sorts == [Sort(self.question.of.columns[0])] and not self.question.q:
            sorts = []
        return self.address(sort=",".join(sort.param for sort in sorts))

    # --- Addresses ----------------------------------------------------------------------------------------------------

    def address(self, **changes: Any) -> str:
        """This list with other parameters; it begins at its start unless they say otherwise."""
        return query(self.question.params, **changes)

    @property
    def whereabouts(self) -> str:
        """This very page of the list as a query, for whoever comes back to it."""
        return query(self.question.params, **self.question.place)

    @property
    def everything(self) -> str:
        """The list without any filter."""
        view = {"view": "all"} if self.question.view else {}
        return (self.here + query({"columns": self.question.params["columns"], **view})).rstrip("?")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the form of the filters keeps unseen."""
        question, tabs = self.question, self.question.of.tabs
        open_tab = [(tabs.name, value) for value in question.values.get(tabs.name, ())] if tabs else []
        kept = [(name, question.params[name]) for name in ("columns", "view") if question.params[name]]
        return [*open_tab, *kept]

    @property
    def total(self) -> int:
        """How many match."""
        return self.listing.total

    @property
    def is_particular(self) -> bool:
        """Whether it shows anything but all rows as usual: a search, filters, a tab, an order, columns, or a view."""
        return any(self.question.params.values())

    @property
    def counted(self) -> str:
        """``23 students``."""
        return self.question.of.counted(self.total)

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

    @property
    def letters(self) -> list[dict[str, Any]]:
        """Where each letter begins, when a list in the order of names has several pages."""
        question = self.question
        by_name = bool(question.order) and question.order[0].column is question.of.columns[0]
        if question.of.letter is None or not by_name or self.total <= question.of.size:
            return []
        before, after = self.address(letter="@").split("%40")
        return [
            {"label": letter, "href": f"{before}{letter}{after}", "current": letter == question.letter}
            for letter in ALPHABET
        ]

    # --- Filters ------------------------------------------------------------------------------------------------------

    @cached_property
    def filters(self) -> list[FilterMenu]:
        """All that offer something."""
        question, overview = self.question, self.listing.overview
        menus = (
            FilterMenu(each, question.values.get(each.name, () if isinstance(each, Several) else None), overview)
            for each in question.of.filters
        )
        return [menu for menu in menus if menu.is_shown]

    @property
    def tab_counts(self) -> dict[str, int]:
        """How many rows each tab has, by its value; those without any are left out."""
        return {str(value): number for value, number in self.listing.overview.tabs or ()}

    @property
    def ones(self) -> list[FilterMenu]:
        """Those of whose choices just one is on."""
        return [menu for menu in self.filters if menu.filter.shape == "one"]

    @cached_property
    def upfront(self) -> list[FilterMenu]:
        """Those beside the search."""
        return [menu for menu in self._in_menus if menu.filter.upfront]

    @cached_property
    def further(self) -> list[FilterMenu]:
        """Those behind one more menu."""
        return [menu for menu in self._in_menus if not menu.filter.upfront]

    @property
    def _in_menus(self) -> list[FilterMenu]:
        tabs = self.question.of.tabs
        return [menu for menu in self.filters if menu.filter.shape != "one" and menu.filter is not tabs]

    @property
    def further_applied(self) -> int:
        """How many of their values are on."""
        return sum(menu.applied for menu in self.further)

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """What is filtered by, each with the address without it."""
        question, overview = self.question, self.listing.overview
        return [
            (text, self.address(**changes))
            for each in question.of.filters
            if each.name in question.values and each is not question.of.tabs
            for text, changes in each.chips(question.values[each.name], overview)
        ]
