"""What the page of the list shows: its rows in words, its filters, and where each link leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus, Shift
from portal.catalogs.people import initials, listed_name
from portal.catalogs.phones import spaced_phone
from portal.catalogs.words import dotted
from portal.schools.rules import CustomField
from portal.students.filters import NO_GUARDIAN, NOT_ENROLLED, StudentFilter
from portal.students.listing import Listing
from portal.students.listing_statements import PAGE
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.students.own_fields import in_words, own_value
from portal.web.i18n import _, format_number, ngettext
from portal.web.pages import query

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ASCENDING, DESCENDING = "ascending", "descending"


@dataclass(slots=True)
class ListedStudent:
    """A row in words. ``status`` is empty without an enrollment; ``small`` stands below the name on a phone."""

    id: str
    name: str
    initials: str
    document: str
    group: str
    shift: str
    status: EnrollmentStatus | str
    guardian: str | None
    phone: str
    small: str
    own: list[str]
    photo_id: UUID | None


@dataclass(frozen=True)
class Menu:
    """A filter: (value, text, count) of each choice, and the values that are on."""

    name: str
    label: str
    options: list[tuple[str, str, None]]
    applied: list[str]


@dataclass(frozen=True)
class ListPage:
    """The list as its template needs it."""

    listing: Listing
    asked: StudentFilter
    own_only: bool

    @cached_property
    def columns(self) -> list[CustomField]:
        """The school's own fields that the list shows."""
        return [each.field for each in self.asked.own if each.field.in_list]

    @cached_property
    def rows(self) -> list[ListedStudent]:
        """The students of the page."""
        groups, shifts = _Groups(), {shift: str(shift.label) for shift in Shift}
        return [
            _in_words(row, groups[row.grade, row.code], shifts.get(row.shift, ""), self.asked.words, self.columns)
            for row in self.listing.rows
        ]

    @cached_property
    def statuses(self) -> set[EnrollmentStatus]:
        """Those that occur."""
        return {row.status for row in self.listing.rows if row.status}

    # --- Filters ------------------------------------------------------------------------------------------------------

    @cached_property
    def menus(self) -> list[Menu]:
        """The filters that offer a choice, or are on."""
        offers, params = self.listing.offers, self.asked.params
        campuses = sorted((offers.campuses or {}).items(), key=lambda item: str(item[1]))
        menus = [
            _menu("grade", _("Grade"), params, ((grade.value, grade.label) for grade in sorted(offers.grades or ()))),
            _menu("group", _("Group"), params, ((code, code) for code in sorted(offers.codes or ()))),
            _menu("status", _("Enrollment"), params, [*_labelled(EnrollmentStatus), (NOT_ENROLLED, _("Not enrolled"))]),
            _menu("campus", _("Campus"), params, campuses),
            _menu("shift", _("Shift"), params, (pair for pair in _labelled(Shift) if pair[0] in (offers.shifts or ()))),
            _menu("guardian", _("Guardian"), params, [(NO_GUARDIAN, _("None on record"))]),
        ]
        return [menu for menu in menus if len(menu.options) > 1 or menu.applied]

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """What is filtered by, each with the address without it."""
        own = [(text, self.address(**without)) for each in self.asked.own for text, without in each.chips]
        return own + [
            (f"{menu.label}: {text}", self.address(**{menu.name: [other for other in menu.applied if other != value]}))
            for menu in self.menus
            for value, text, _count in menu.options
            if value in menu.applied
        ]

    @property
    def own_applied(self) -> int:
        """By how many of the school's own fields it is filtered."""
        return sum(each.narrows for each in self.asked.own)

    def address(self, **changes: Any) -> str:
        """The query of this list with other parameters; it begins at its start unless they say otherwise."""
        return query(self.asked.params, **changes)

    # --- Order and place ----------------------------------------------------------------------------------------------

    def sorted_by(self, column: str) -> str | None:
        """How the list is sorted by a column, for its head."""
        if column != self.asked.sort:
            return None
        return DESCENDING if self.asked.descending else ASCENDING

    def sort_address(self, column: str) -> str:
        """The list sorted by a column; the other way around when it is already."""
        turned = column == self.asked.sort and not self.asked.descending
        return self.address(sort=f"-{column}" if turned else "" if column == "name" else column)

    @property
    def counted(self) -> str:
        """``23 students``."""
        total = self.listing.total
        return ngettext("%(count)s student", "%(count)s students", total) % {"count": format_number(total)}

    @property
    def position(self) -> str:
        """``1–50 of 612``; further on only how many of them are shown."""
        shown = len(self.listing.rows)
        at_the_start = self.asked.from_the_start or self.listing.before is None
        part = f"1–{shown}" if at_the_start and shown > 1 else str(shown)
        return _("%(part)s of %(total)s") % {"part": part, "total": format_number(self.listing.total)}

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
        """Where the names with each letter begin, when a list by name has several pages."""
        if self.asked.sort != "name" or self.listing.total <= PAGE:
            return []
        before, after = self.address(letter="@").split("%40")
        return [
            {"label": letter, "href": f"{before}{letter}{after}", "current": letter == self.asked.letter}
            for letter in ALPHABET
        ]


class _Groups(dict[tuple[Any, Any], str]):
    """``6th A`` of (grade, code), each put together once a page."""

    def __missing__(self, key: tuple[Any, Any]) -> str:
        grade, code = key
        text = self[key] = " ".join(filter(None, (str(grade.label) if grade is not None else "", code)))
        return text


def _in_words(row: Any, group: str, shift: str, words: Sequence[str], columns: Sequence[CustomField]) -> ListedStudent:
    phone = spaced_phone(row.phone)
    return ListedStudent(
        id=str(row.id),
        name=marked(listed_name(row), words),
        initials=initials(row),
        document=marked(f"{row.document_type} {dotted(row.document_number)}", words, DOTS_AND_BLANKS),
        group=group,
        shift=shift,
        status=row.status or "",
        guardian=row.guardian,
        phone=marked(phone, words, DOTS_AND_BLANKS),
        small=f"{group} · {phone}" if group and phone else group or phone,
        own=[in_words(own_value(field, row.extra_data), "medium") for field in columns],
        photo_id=row.photo_id,
    )


def _menu(name: str, label: str, params: dict[str, Any], choices: Iterable[tuple[Any, Any]]) -> Menu:
    offered = {str(value): str(text) for value, text in choices}
    applied: Sequence[str] = params[name]
    # What is filtered by but no longer offered can still be taken away.
    offered |= {value: value for value in applied if value not in offered}
    return Menu(name, label, [(value, text, None) for value, text in offered.items()], list(applied))


def _labelled(enum: Any) -> list[tuple[str, Any]]:
    return [(member.value, member.label) for member in enum]
