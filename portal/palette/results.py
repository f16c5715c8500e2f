"""What the palette shows: sections of lines, each of which leads somewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from litestar import Request
from markupsafe import Markup

from portal.accounts.access import Access
from portal.catalogs.codes import Grade, Shift
from portal.catalogs.people import initials
from portal.catalogs.phones import bare, spaced_phone
from portal.catalogs.text import folded
from portal.catalogs.words import dotted
from portal.guardians.searching import telling_phone
from portal.palette.places import ACTIONS, OF_THE_PORTAL, PAGES, Place, places_for
from portal.palette.search import Asked, Found, Hits
from portal.palette.statements import GROUPS, GUARDIANS, STUDENTS
from portal.students.marks import DOTS_AND_BLANKS, marked
from portal.web.i18n import _, format_number, ngettext
from portal.web.pages import query, url_for

# Pages and actions at a time, here and in each other school.
MOST_PLACES, MOST_PLACES_ELSEWHERE = 6, 2


@dataclass(frozen=True)
class Line:
    """Something to open. ``beside`` stands at its end; a picture, initials or an icon before it."""

    href: str
    text: str
    beside: str = ""
    icon: str = ""
    initials: str = ""
    photo: str | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a title."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Results:
    """What was found, in the order in which it is shown."""

    request: Request[Any, Any, Any]
    access: Access
    hits: Hits

    @property
    def asked(self) -> Asked:
        """What was typed."""
        return self.hits.asked

    @cached_property
    def sections(self) -> list[Section]:
        """Those with something in them."""
        asked = self._matches() if self.asked.words else self._suggestions()
        return [section for section in asked if section.lines]

    @cached_property
    def total(self) -> int:
        """How many lines there are, to be said aloud."""
        return sum(len(section.lines) for section in self.sections)

    @property
    def counted(self) -> str:
        """``4 results``."""
        return ngettext("%(count)s result", "%(count)s results", self.total) % {"count": format_number(self.total)}

    def _suggestions(self) -> Iterator[Section]:
        """Before anything is typed: where the person was last, and what they can do here."""
        yield Section(_("Recent"), self._recent_lines())
        for here in self._here:
            yield Section(_("Do"), self._places(here, ACTIONS, MOST_PLACES))
        yield Section(_("Schools"), self._school_lines())

    def _matches(self) -> Iterator[Section]:
        for here in self._here:
            pupils = Section(_("Students"), [*self._students(here), *self._all(here, STUDENTS, "students.index")])
            adults = Section(_("Guardians"), [*self._guardians(here), *self._all(here, GUARDIANS, "guardians.index")])
            yield from (adults, pupils) if self._is_a_telephone(here) else (pupils, adults)
            yield Section(_("Groups"), [*self._groups(here)])
            pages = Section(_("Go to"), self._places(here, PAGES, MOST_PLACES))
            actions = Section(_("Do"), self._places(here, ACTIONS, MOST_PLACES))
            is_for_doing = self._begins(here, ACTIONS) and not self._begins(here, PAGES)
            yield from (actions, pages) if is_for_doing else (pages, actions)
        yield Section(_("Schools"), self._school_lines())
        for there in self.hits.found[len(self._here) :]:
            yield Section(there.school.name, [*self._records(there), *self._places_elsewhere(there)])

    @property
    def _here(self) -> Sequence[Found]:
        return self.hits.found[:1] if self.hits.home else ()

    # --- Records ------------------------------------------------------------------------------------------------------

    def _recent_lines(self) -> list[Line]:
        """The records opened last, of all schools, as far as they may still be seen."""
        known = {line.href: line for found in self.hits.found for line in self._records(found)}
        slugs = {found.school.id: found.school.slug for found in self.hits.found}
        addresses = [
            self._record(recent.kind, slugs[recent.school_id], recent.id)
            for recent in self.hits.recents
            if recent.school_id in slugs
        ]
        return [known[address] for address in addresses if address in known]

    def _records(self, found: Found) -> Iterator[Line]:
        yield from self._students(found)
        yield from self._guardians(found)
        yield from self._groups(found)

    def _students(self, found: Found) -> Iterator[Line]:
        slug = found.school.slug
        for row in found.rows.get(STUDENTS, ()):
            document = f"{row.document_type} {dotted(row.document_number)}"
            group = _group_name(**row.group) if row.group else ""
            photo = self._photo(slug, row.photo_id) if row.photo_id else None
            yield Line(
                href=self._record(STUDENTS, slug, row.id),
                text=marked(_name(row), self.asked.words),
                beside=_dots(marked(document, self.asked.words, DOTS_AND_BLANKS), group),
                initials=initials(row),
                photo=photo,
            )

    def _guardians(self, found: Found) -> Iterator[Line]:
        for row in found.rows.get(GUARDIANS, ()):
            phone = spaced_phone(telling_phone(row, self.asked.words))
            children = ngettext("%(num)s student", "%(num)s students", row.children) % {"num": row.children}
            yield Line(
                href=self._record(GUARDIANS, found.school.slug, row.id),
                text=marked(_name(row), self.asked.words),
                beside=_dots(marked(phone, self.asked.words, DOTS_AND_BLANKS), children),
                initials=initials(row),
            )

    def _groups(self, found: Found) -> Iterator[Line]:
        for row in found.rows.get(GROUPS, ()):
            yield Line(
                href=self._record(GROUPS, found.school.slug, row.id),
                text=_group_name(row.grade, row.code),
                beside=_dots(str(Shift(row.shift).label), row.campus),
                icon="school",
            )

    def _is_a_telephone(self, found: Found) -> bool:
        """Whether what was typed is a guardian's number: then they are meant, and not the children."""
        first = next(iter(found.rows.get(GUARDIANS, ())), None)
        number = bare(telling_phone(first, self.asked.words) or "") if first else ""
        return any(word in number for word in self.asked.words)

    def _all(self, found: Found, kind: str, route: str) -> Iterator[Line]:
        """The way to the list, where it has more than is shown here."""
        total = found.totals.get(kind, 0)
        if total > len(found.rows.get(kind, ())):
            address = url_for(self.request, route, slug=found.school.slug) + query({"q": self.asked.q})
            yield Line(address, _("All %(count)s in the list") % {"count": format_number(total)}, icon="filter")

    def _record(self, kind: str, slug: str, record_id: Any) -> str:
        return url_for(self.request, f"{kind}.show", slug=slug, **{f"{kind.removesuffix('s')}_id": record_id})

    def _photo(self, slug: str, photo_id: str) -> str:
        return url_for(self.request, "attachments.thumbnail", slug=slug, attachment_id=photo_id)

    # --- Pages, actions, schools --------------------------------------------------------------------------------------

    def _places(self, found: Found, places: Sequence[Place], most: int, beside: str = "") -> list[Line]:
        lines = []
        for place in places_for(found.access, places, self.asked.words):
            year = {"year_id": found.year_id} if place.of_year else {}
            if found.year_id or not place.of_year:
                href = url_for(self.request, place.route, slug=found.school.slug, **year)
                lines.append(Line(href, marked(str(place.label), self.asked.words), beside, icon=place.icon))
        return lines[:most]

    def _begins(self, found: Found, places: Sequence[Place]) -> bool:
        """Whether the name of one that is found begins with what was typed, as New student does with ``new``."""
        typed = folded(self.asked.words[0])
        called = (folded(str(place.label)) for place in places_for(found.access, places, self.asked.words))
        return any(name.startswith(typed) for name in called)

    def _places_elsewhere(self, found: Found) -> list[Line]:
        return self._places(found, (*PAGES, *ACTIONS), MOST_PLACES_ELSEWHERE)

    def _school_lines(self) -> list[Line]:
        """Other schools by their names, and what is done in none of them."""
        entering = [
            Line(
                url_for(self.request, "schools.show", slug=school.slug),
                marked(school.name, self.asked.words),
                icon="building",
            )
            for school in self.hits.schools
        ]
        managing = [
            Line(url_for(self.request, place.route), marked(str(place.label), self.asked.words), icon=place.icon)
            for place in places_for(self.access, OF_THE_PORTAL, self.asked.words)
            if len(self.access.schools) > 1 or self.access.user.is_superuser
        ]
        return [*entering, *managing]


def _name(row: Any) -> str:
    return " ".join(filter(None, (row.first_name, row.middle_names, row.first_surname, row.second_surname)))


def _group_name(grade: int, code: str | None) -> str:
    return " ".join(filter(None, (str(Grade(grade).label), code)))


def _dots(*parts: Any) -> Any:
    """Parts with a dot between; marks in them stay marks."""
    return Markup(" · ").join(part for part in parts if part)
