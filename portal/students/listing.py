"""The list of students, as the list engine has it: made once for each set of a school's own fields."""

from dataclasses import dataclass
from functools import lru_cache

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.codes import EnrollmentStatus
from portal.lists.answering import Desk
from portal.lists.declaring import Action, ListOf
from portal.lists.showing import ListPage
from portal.schools.rules import CustomField
from portal.students.list_columns import COLUMNS, SENSITIVE, own_column
from portal.students.list_filters import FILTERS, FURTHER, WITHOUT, WITHOUT_OPEN, own_filter
from portal.students.list_source import SOURCE
from portal.students.models import Student
from portal.students.own_conditions import key_name
from portal.students.repository import StudentRepository
from portal.web.i18n import format_number, lazy, ngettext

NAME = "students"
# What can be done with many of them; each page asks for the right once more.
ACTIONS = (
    Action("group", lazy("Change group"), "arrows-diff", Permission.GROUPS_CHANGE, "bulk_group_changes.new"),
    Action("field", lazy("Write a field"), "pencil", Permission.STUDENTS_WRITE, "bulk_fields.new"),
    Action("withdrawal", lazy("Withdraw"), "circle-minus", Permission.ENROLLMENTS_WRITE, "bulk_withdrawals.new"),
    Action("export", lazy("Export"), "download", Permission.LISTS_PRINT, "students.export"),
    Action("deletion", lazy("Delete"), "trash", Permission.STUDENTS_WRITE, "bulk_deletions.new"),
)


def students_list(access: Access) -> ListOf:
    """With what this person may see of each student."""
    return _list_of(access.rules.fields, access.may(Permission.SENSITIVE_READ))


def student_desk(access: Access, students: StudentRepository) -> Desk:
    """Where it is asked; enrollments are those of the current year."""
    return Desk(
        students.session,
        students.school_id,
        own_only=students.led_by is not None,
        values={
            "year": access.year.id if access.year else None,
            "leader": students.led_by,
            **{key_name(slot): field.key for slot, field in enumerate(access.rules.fields)},
        },
    )


def counted(number: int) -> str:
    """``23 students``."""
    words = ngettext("%(count)s student", "%(count)s students", number)
    return words % {"count": format_number(number)}


@dataclass(frozen=True)
class StudentPage(ListPage):
    """The list as its template needs it."""

    @property
    def statuses(self) -> set[EnrollmentStatus]:
        """Those that occur on the page."""
        return {row.status for row in self.listing.rows if getattr(row, "status", None)}


@lru_cache(maxsize=512)
def _list_of(fields: tuple[CustomField, ...], sees_all: bool) -> ListOf:
    own = list(enumerate(fields))
    return ListOf(
        name=NAME,
        source=SOURCE,
        columns=(
            *COLUMNS,
            *(SENSITIVE if sees_all else ()),
            *(own_column(slot, field) for slot, field in own),
        ),
        filters=(
            *FILTERS,
            WITHOUT if sees_all else WITHOUT_OPEN,
            *FURTHER,
            *(own_filter(slot, field) for slot, field in own),
        ),
        counted=counted,
        actions=ACTIONS,
        letter=Student.sort_name,
    )
