"""The tab of a record that tells what happened."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.accounts.providers import provide_users
from portal.accounts.repository import UserRepository
from portal.attachments.providers import provide_attachments
from portal.attachments.repository import AttachmentRepository
from portal.catalogs.codes import EntityType
from portal.schools.providers import provide_access, provide_school
from portal.students.history import history, people_of
from portal.students.providers import provide_record, provide_student, provide_students
from portal.students.record import Record
from portal.web.pages import page


class HistoryController(Controller):
    """What is known of the past until there is an audit."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/history"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "record": Provide(provide_record),
        "users": Provide(provide_users),
        "attachments": Provide(provide_attachments),
    }

    @get("/", name="students.history")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        record: NamedDependency[Record],
        users: NamedDependency[UserRepository],
        attachments: NamedDependency[AttachmentRepository],
    ) -> Response[str]:
        """The newest first."""
        sees_all = access.may(Permission.SENSITIVE_READ)
        files = [
            file
            for file in await attachments.history_of(EntityType.STUDENT, record.student.id)
            if sees_all or not file.kind.is_sensitive
        ]
        names = await users.names_of(people_of(record, files))
        events = history(record, files, names, sees_all=sees_all)
        return page(request, "students/history.html", record=record, events=events)
