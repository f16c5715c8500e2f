"""What can be deleted and wanted back: the four kinds of records, whose right each is, and how each is called."""

from enum import StrEnum
from typing import Any

from portal.accounts.permissions import Permission
from portal.catalogs.people import listed_name
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian
from portal.students.models import Student
from portal.web.i18n import _, lazy


class Kind(StrEnum):
    """A kind of record, by its name in addresses."""

    STUDENTS = "students"
    GUARDIANS = "guardians"
    ENROLLMENTS = "enrollments"
    GROUPS = "groups"

    @property
    def model(self) -> Any:
        """The table."""
        return _MODELS[self]

    @property
    def permission(self) -> Permission:
        """Whose right it is to delete one, and to bring it back."""
        return Permission.YEARS_WRITE if self is Kind.GROUPS else Permission.STUDENTS_WRITE

    @property
    def label(self) -> Any:
        """The plural, for tabs."""
        return _LABELS[self]


def name_of(row: Any) -> str:
    """What people call a record: a person's name with the surnames first, a group's, an enrollment's number."""
    if isinstance(row, Enrollment):
        return _("Enrollment %(number)s") % {"number": row.number}
    return row.label if isinstance(row, Group) else listed_name(row)


_MODELS = {
    Kind.STUDENTS: Student,
    Kind.GUARDIANS: Guardian,
    Kind.ENROLLMENTS: Enrollment,
    Kind.GROUPS: Group,
}
_LABELS = {
    Kind.STUDENTS: lazy("Students"),
    Kind.GUARDIANS: lazy("Guardians"),
    Kind.ENROLLMENTS: lazy("Enrollments"),
    Kind.GROUPS: lazy("Groups"),
}
