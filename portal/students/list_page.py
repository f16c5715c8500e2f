"""What the page of the list shows: its rows in words, its filters, and where each link leads."""

from collections.abc import Sequence
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
from portal.web.lists import ListPage, Menu

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


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
class StudentPage(ListPage):
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
        grades = [(grade.value, grade.label) for grade in sorted(offers.grades or ())]
        codes = [(code, code) for code in sorted(offers.codes or ())]
        statuses = [*_labelled(EnrollmentStatus), (NOT_ENROLLED, _("Not enrolled"))]
        campuses = sorted((offers.campuses or {}).items(), key=lambda item: str(item[1]))
        shifts = [(value, label) for value, label in _labelled(Shift) if value in (offers.shifts or ())]
        menus = [
            Menu.of("grade", _("Grade"), params["grade"], grades),
            Menu.of("group", _("Group"), params["group"], codes),
            Menu.of("status", _("Enrollment"), params["status"], statuses),
            Menu.of("campus", _("Campus"), params["campus"], campuses),
            Menu.of("shift", _("Shift"), params["shift"], shifts),
            Menu.of("guardian", _("Guardian"), params["guardian"], [(NO_GUARDIAN, _("None on record"))]),
        ]
        return [menu for menu in menus if menu.is_shown]

    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """What is filtered by, each with the address without it."""
        own = [(text, self.address(**without)) for each in self.asked.own for text, without in each.chips]
        return own + [
            (text, self.address(**{menu.name: others})) for menu in self.menus for text, others in menu.chosen
        ]

    @property
    def own_applied(self) -> int:
        """By how many of the school's own fields it is filtered."""
        return sum(each.narrows for each in self.asked.own)

    @property
    def counted(self) -> str:
        """``23 students``."""
        words = ngettext("%(count)s student", "%(count)s students", self.total)
        return words % {"count": format_number(self.total)}

    @property
    def letters(self) -> list[dict[str, Any]]:
        """Where the names with each letter begin, when a list by name has several pages."""
        if self.asked.sort != "name" or self.total <= PAGE:
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


def _labelled(enum: Any) -> list[tuple[str, Any]]:
    return [(member.value, member.label) for member in enum]
