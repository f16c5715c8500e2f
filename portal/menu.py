"""The menu of a school: what exists, and of that what this person may open."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.web.i18n import lazy
from portal.web.pages import url_for


@dataclass
class MenuItem:
    """A line of the menu, as the layout draws it."""

    label: Any
    icon: str
    href: str
    count: int | None
    current: bool = False

    @property
    def count_id(self) -> str:
        """The id of the count, for a page that changes it: ``count-review``."""
        return f"count-{self.href.rpartition('/')[2]}"


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
            (lazy("Guardians"), "heart-handshake", "guardians.index", Permission.STUDENTS_READ),
            (lazy("Enrollments"), "clipboard-list", "enrollments.index", Permission.ENROLLMENTS_READ),
            (lazy("Groups"), "school", "groups.index", Permission.STUDENTS_READ),
        ),
    ),
    (
        lazy("Data"),
        (
            (lazy("Imports"), "file-import", "imports.index", Permission.STUDENTS_IMPORT),
            (lazy("Likely duplicates"), "git-merge", "duplicates.index", Permission.STUDENTS_WRITE),
            (lazy("Recycle bin"), "trash", "bin.index", Permission.YEARS_WRITE),
        ),
    ),
    (
        lazy("School"),
        (
            (lazy("School years"), "calendar", "years.index", Permission.YEARS_WRITE),
            (lazy("Campuses"), "map-pin", "campuses.index", Permission.SETTINGS_WRITE),
            (lazy("Members"), "users-group", "members.index", Permission.SETTINGS_WRITE),
            (lazy("Settings"), "settings", "settings.index", Permission.SETTINGS_WRITE),
            (lazy("Audit"), "shield-check", "audit.index", Permission.AUDIT_READ),
        ),
    ),
)


def school_menu(request: Request[Any, Any, Any]) -> list[tuple[Any, list[MenuItem]]]:
    """The sections with at least one item that this person may open; none outside a school."""
    access: Access | None = request.scope.get("state", {}).get("access")
    if access is None or access.school is None:
        return []
    sections = [
        (
            title,
            [
                _item(request, access, label, icon, route)
                for label, icon, route, permission in items
                if (permission is None or access.may(permission)) and request.app.get_handler_index_by_name(route)
            ],
        )
        for title, items in SECTIONS
    ]
    _mark_current(request.url.path, url_for(request, "schools.show"), [item for _, items in sections for item in items])
    return [(title, items) for title, items in sections if items]


def _item(request: Request[Any, Any, Any], access: Access, label: Any, icon: str, route: str) -> MenuItem:
    count = access.waiting_for_review or None if route == "reviews.index" else None
    return MenuItem(label=label, icon=icon, href=url_for(request, route), count=count)


def _mark_current(here: str, home: str, items: list[MenuItem]) -> None:
    """Mark the item that the page belongs to: the review stands below the enrollments, and is a page of its own."""
    around = [item for item in items if here == item.href or (item.href != home and here.startswith(f"{item.href}/"))]
    if around:
        max(around, key=lambda item: len(item.href)).current = True
