"""The two kinds of people whose records may be double."""

from typing import Any

from portal.catalogs.codes import Code
from portal.guardians.models import Guardian
from portal.students.models import Student
from portal.web.i18n import lazy


class People(Code):
    """A kind of people, by its name in addresses."""

    STUDENTS = "students", lazy("Students")
    GUARDIANS = "guardians", lazy("Guardians")

    @property
    def model(self) -> Any:
        """The table."""
        return Student if self is People.STUDENTS else Guardian

    @property
    def show(self) -> tuple[str, str]:
        """The route of a record, and its parameter."""
        return ("students.show", "student_id") if self is People.STUDENTS else ("guardians.show", "guardian_id")
