"""The tab of a record that tells what happened: to the student, and to all that belongs to them."""

from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.providers import provide_reader
from portal.audit.reading import Reader
from portal.lists.pages import choices_answer, list_answer
from portal.schools.providers import provide_access, provide_school
from portal.students.history import entries, people_to_name
from portal.students.models import Student
from portal.students.providers import provide_record, provide_student, provide_students
from portal.students.record import Record
from portal.web.pages import url_for


class HistoryController(Controller):
    """What became of a student."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/history"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "record": Provide(provide_record),
        "reader": Provide(provide_reader),
    }

    @get("/", name="students.history")
    async def index(
        self, request: Request[Any, Any, Any], record: NamedDependency[Record], reader: NamedDependency[Reader]
    ) -> Response[str]:
        """The newest first."""
        student, enrollments = record.student, record.enrollments
        question = reader.question("student", request.query_params)
        log, _wording = await reader.log(
            question,
            url_for(request, "students.history", student_id=student.id),
            [student.id],
            beside=people_to_name(enrollments),
            written=partial(entries, reader, question, enrollments),
        )
        return list_answer(request, "students/history.html", log, record=record)

    @get("/choices/{history_filter:str}", name="students.history.choices")
    async def choices(
        self,
        request: Request[Any, Any, Any],
        student: NamedDependency[Student],
        reader: NamedDependency[Reader],
        history_filter: FromPath[str],
    ) -> Response[str]:
        """What a filter offers, counted when its menu is opened."""
        question = reader.question("student", request.query_params)
        return await choices_answer(request, reader.desk([student.id]), question, history_filter)
