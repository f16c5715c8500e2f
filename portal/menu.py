"""The menu of a school: what exists, and of that what this person may open."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.web.i18n import lazy
from portal.web.pages import url_for


@dataclass(frozen=True)
class MenuItem:
    """A line of the menu, as the layout draws it."""

    label: Any
    icon: str
    href: str
    count: int | None
    current: bool


# Section → (label, icon, route, permission).
SECTIONS = (
    (
        None,
        (
            (lazy("Home"), "home", "schools.show", None),
            (lazy("Review"), "clipboard-check", "reviews.index", Permission.ENROLLMENTS_APPROVE),
        ),
    ),
    (
        lazy("Records"),
        (
            (lazy("Students"), "users", "students.index", Permission.STUDENTS_READ),
            (lazy("Enrollments"), "clipboard-list", "enrollments.index", Permission.ENROLLMENTS_READ),
        ),
    ),
    (
        lazy("Data"),
        ((lazy("Imports"), "file-import", "imports.index", Permission.STUDENTS_IMPORT),),
    ),
)


def school_menu(request: Request[Any, Any, Any]) -> list[tuple[Any, list[MenuItem]]]:
    """The sections with at least one item that this person may open; none outside a school."""
    access: Access | None = request.scope.get("state", {}).get("access")
    if access is None or access.school is None:
        return []
    sections = []
    for title, items in SECTIONS:
        shown = [
            _item(request, access, label, icon, route)
            for label, icon, route, permission in items
            if (permission is None or access.may(permission)) and request.app.get_handler_index_by_name(route)
        ]
        if shown:
            sections.append((title, shown))
    return sections


def _item(request: Request[Any, Any, Any], access: Access, label: Any, icon: str, route: str) -> MenuItem:
    href = url_for(request, route)
    here = request.url.path
    current = here == href or (route != "schools.show" and here.startswith(f"{href}/"))
    count = access.waiting_for_review or None if route == "reviews.index" else None
    return MenuItem(label=label, icon=icon, href=href, count=count, current=current)
