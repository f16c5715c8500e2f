"""The first page of a school's settings: what can be set, and in a line what is set now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.catalogs.divipola import municipality_name
from portal.schools.models import School
from portal.schools.rules import SchoolRules
from portal.web.i18n import _, format_list, format_mark, format_number, ngettext
from portal.web.pages import url_for

# So many of the school's own fields are named.
NAMED = 3


@dataclass(frozen=True)
class Entry:
    """A page of the settings."""

    icon: str
    title: str
    now: str
    href: str


@dataclass(frozen=True)
class Part:
    """Pages that belong together."""

    name: str
    title: str
    entries: list[Entry]


def hub(request: Request[Any, Any, Any], access: Access, school: School, campuses: int) -> list[Part]:
    """The pages of this school's settings, with what they say now."""
    rules = access.rules
    return [
        Part("school", _("School"), list(_of_the_school(request, school, campuses))),
        Part("year", _("Teaching"), list(_of_teaching(request, rules))),
        Part("students", _("Students and enrollments"), list(_of_enrolling(request, rules))),
    ]


def _of_the_school(request: Request[Any, Any, Any], school: School, campuses: int) -> Iterator[Entry]:
    known = [
        school.name,
        municipality_name(school.municipality_code),
        f"DANE {school.dane_code}" if school.dane_code else "",
    ]
    yield Entry("building", _("School data"), " · ".join(filter(None, known)), url_for(request, "settings.school"))
    yield Entry("photo", _("Logo"), _("The picture on the school's papers"), url_for(request, "logo.edit"))
    there = ngettext("%(num)s campus", "%(num)s campuses", campuses) % {"num": campuses}
    yield Entry("map-pin", _("Campuses"), there if campuses else _("No campus yet"), url_for(request, "campuses.index"))
    members = _("Who works with the portal, and what each may do")
    yield Entry("users-group", _("Members"), members, url_for(request, "members.index"))


def _of_teaching(request: Request[Any, Any, Any], rules: SchoolRules) -> Iterator[Entry]:
    weights = [f"{format_number(period.weight)} %" for period in rules.periods]
    count = ngettext("%(num)s period", "%(num)s periods", len(weights)) % {"num": len(weights)}
    yield Entry(
        "calendar", _("Periods of a new year"), f"{count}: {', '.join(weights)}", url_for(request, "settings.periods")
    )
    steps = ngettext("%(num)s step", "%(num)s steps", len(rules.scale)) % {"num": len(rules.scale)}
    reach = _("from %(lowest)s to %(highest)s") % {
        "lowest": format_mark(min(step.lowest for step in rules.scale)),
        "highest": format_mark(max(step.highest for step in rules.scale)),
    }
    yield Entry("chart-bar", _("Grading scale"), f"{steps}, {reach}", url_for(request, "settings.scale"))


def _of_enrolling(request: Request[Any, Any, Any], rules: SchoolRules) -> Iterator[Entry]:
    yield Entry("clipboard-list", _("Enrollment documents"), _documents(rules), url_for(request, "settings.checklist"))
    yield Entry("forms", _("Own fields of students"), _own_fields(rules), url_for(request, "settings.fields"))
    yield Entry("clipboard-check", _("Review"), _review(rules), url_for(request, "settings.review"))


def _documents(rules: SchoolRules) -> str:
    required = sum(item.is_required for item in rules.checklist)
    asked = len(rules.checklist) - required
    said = [
        ngettext("%(num)s required", "%(num)s are required", required) % {"num": required} if required else "",
        ngettext("%(num)s asked for", "%(num)s are asked for", asked) % {"num": asked} if asked else "",
    ]
    return ", ".join(filter(None, said)) or _("No document is asked for")


def _own_fields(rules: SchoolRules) -> str:
    labels = [field.label for field in rules.fields]
    named, more = labels[:NAMED], len(labels[NAMED:])
    if more:
        named.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    return format_list(named) or _("No fields of your own yet")


def _review(rules: SchoolRules) -> str:
    policy = rules.review
    reasons = ngettext("%(num)s common reason", "%(num)s common reasons", len(policy.return_reasons))
    stops = (
        _("Missing documents stop the approval") if policy.documents_stop else _("Missing documents are only remarked")
    )
    return f"{stops} · {reasons % {'num': len(policy.return_reasons)}}"
