"""A student's record: the profile and the enrollments. The guardians' tab belongs to ``guardians``."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.providers import provide_users
from portal.accounts.repository import UserRepository
from portal.enrollments.simat_attributes import simat_facts
from portal.enrollments.trail import people_in, trail
from portal.guardians.providers import provide_wards
from portal.guardians.repository import Wards
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_record, provide_student, provide_students
from portal.students.record import Record, facts
from portal.students.sections import sections_for
from portal.web.pages import page
from portal.web.recents import remember


class RecordController(Controller):
    """The tabs of a record, each with its own address."""

    path = "/schools/{slug:str}/students/{student_id:uuid}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "record": Provide(provide_record),
        "users": Provide(provide_users),
        "wards": Provide(provide_wards),
    }

    @get("/", name="students.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        record: NamedDependency[Record],
        users: NamedDependency[UserRepository],
        wards: NamedDependency[Wards],
    ) -> Response[str]:
        """The profile: every section that this person may see, the guardians, and what happened."""
        names = await users.names_of(people_in(record.enrollments))
        sees_all = access.may(Permission.SENSITIVE_READ)
        answer = page(
            request,
            "students/show.html",
            record=record,
            sections=[(section, facts(section.name, record)) for section in sections_for(access)],
            simat=simat_facts(record.enrollment, all_of_them=sees_all),
            wards=wards,
            events=trail(record.enrollments, names, sees_all=sees_all),
        )
        remember(request, answer, "students", record.student.id)
        return answer

    @get("/enrollments", name="students.enrollments", guards=[may(Permission.ENROLLMENTS_READ)])
    async def enrollments(self, request: Request[Any, Any, Any], record: NamedDependency[Record]) -> Response[str]:
        """Their enrollments, year by year."""
        return page(request, "students/enrollments.html", record=record)
