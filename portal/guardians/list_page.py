"""What the page of the list shows: its rows in words, and where each link leads."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.catalogs.people import initials, listed_name
from portal.catalogs.phones import spaced_phone
from portal.catalogs.words import document
from portal.guardians.listing import GuardianFilter, Listing
from portal.guardians.searching import telling_phone
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.web.i18n import format_list, format_number, ngettext
from portal.web.lists import ListPage


@dataclass(frozen=True)
class ListedGuardian:
    """A row in words; ``small`` stands below the name on a phone."""

    id: str
    name: str
    initials: str
    document: str
    phone: str
    children: str
    number: int
    small: str


@dataclass(frozen=True)
class GuardianPage(ListPage):
    """The list as its template needs it."""

    listing: Listing
    asked: GuardianFilter
    own_only: bool

    @cached_property
    def rows(self) -> list[ListedGuardian]:
        """The guardians of the page."""
        return [self._in_words(row) for row in self.listing.rows]

    @property
    def counted(self) -> str:
        """``23 guardians``."""
        words = ngettext("%(count)s guardian", "%(count)s guardians", self.total)
        return words % {"count": format_number(self.total)}

    def _in_words(self, row: Any) -> ListedGuardian:
        words, phone = self.asked.words, spaced_phone(telling_phone(row, self.asked.words))
        children: list[str] = row.children or []
        return ListedGuardian(
            id=str(row.id),
            name=marked(listed_name(row), words),
            initials=initials(row),
            document=marked(document(row), words, DOTS_AND_BLANKS),
            phone=marked(phone, words, DOTS_AND_BLANKS),
            children=format_list(children),
            number=len(children),
            small=phone,
        )
