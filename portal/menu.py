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
    """A line of the menu, as the layout draws it. Texts only, by which a menu is known that was drawn before."""

    label: str
    icon: str
    href: str
    count: int
    current: bool

    @property
    def count_id(self) -> str:
        """The id of the count, for a page that changes it: ``count-review``."""
        return f"count-{self.href.rpartition('/')[2]}"


Menu = tuple[tuple[str, tuple[MenuItem, ...]], ...]

REVIEW = "reviews.index"
# Section → (label, icon, route, permission).
SECTIONS = (
    (
        None,
        (
            (lazy("Home"), "home", "schools.show", None),
            (lazy("Review"), "clipboard-check", REVIEW, Permission.ENROLLMENTS_APPROVE),
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


def school_menu(request: Request[Any, Any, Any]) -> Menu:
    """The sections with at least one item that this person may open; none outside a school."""
    access: Access | None = request.scope.get("state", {}).get("access")
    if access is None or access.school is None:
        return ()
    sections = [
        (
            str(title or ""),
            [
                (str(label), icon, url_for(request, route), access.waiting_for_review if route == REVIEW else 0)
                for label, icon, route, permission in items
                if (permission is None or access.may(permission)) and request.app.get_handler_index_by_name(route)
            ],
        )
        for title, items in SECTIONS
    ]
    hrefs = [href for _title, items in sections for _label, _icon, href, _count in items]
    here = _where(request.url.path, url_for(request, "schools.show"), hrefs)
    return tuple(
        (title, tuple(MenuItem(label, icon, href, count, href == here) for label, icon, href, count in items))
        for title, items in sections
        if items
    )


def _where(path: str, home: str, hrefs: list[str]) -> str:
    """The item that the page belongs to: the review stands below the enrollments, and is a page of its own."""
    around = [href for href in hrefs if path == href or (href != home and path.startswith(f"{href}/"))]
    return max(around, key=len, default="")
