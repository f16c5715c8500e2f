"""The papers of a student: what is here, what is missing, and bringing more."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from sqlalchemy.orm.attributes import set_committed_value

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.attachments.checklist import papers_of
from portal.attachments.forms import DocumentForm
from portal.attachments.intake import Intake, as_paper
from portal.attachments.providers import provide_attachments, provide_student_intake
from portal.attachments.repository import AttachmentRepository
from portal.attachments.storage import provide_storage
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_record, provide_student, provide_students
from portal.students.record import Record
from portal.web.i18n import ngettext
from portal.web.pages import go_to, is_partial, page

# Each file is held to the setting, with words beside the field; so many together are more than a form of ours has.
LONGEST_BODY = 64 * 1024 * 1024


class DocumentController(Controller):
    """The tab of a record, and the form on it."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/documents"
    guards = [may(Permission.STUDENTS_READ)]
    request_max_body_size = LONGEST_BODY
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "record": Provide(provide_record),
        "storage": Provide(provide_storage),
        "attachments": Provide(provide_attachments),
        "intake": Provide(provide_student_intake),
    }

    @get("/", name="students.documents")
    async def index(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        attachments: NamedDependency[AttachmentRepository],
        record: NamedDependency[Record],
        kind: FromQuery[str] = "",
    ) -> Response[str]:
        """What is here and what is missing; ``kind`` is chosen in the form already."""
        return await _page(request, access, attachments, record, DocumentForm.show_for(kind))

    @post("/", name="attachments.create", guards=[may(Permission.STUDENTS_WRITE)], status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        attachments: NamedDependency[AttachmentRepository],
        record: NamedDependency[Record],
        intake: NamedDependency[Intake],
    ) -> Response[Any]:
        """Keep the files, or say what is wrong with each. The same form sent twice keeps them once."""
        form = await DocumentForm.read(request)
        form.validate()
        await form.look(as_paper, request.app.state.settings.upload_limit_mb)
        if form.errors:
            return await _page(request, access, attachments, record, form, status_code=422)
        await intake.keep_papers(
            form.brought, form_id=form.minted_id, digest=form.digest, kind=form.kind.data, note=form.note.data
        )
        count = len(form.brought)
        notice = ngettext("One document was added.", "%(num)d documents were added.", count) % {"num": count}
        if not is_partial(request):
            return go_to(request, "students.documents", student_id=record.student.id, notice=notice)
        return await _page(request, access, attachments, record, DocumentForm.show(), notice=notice)


async def _page(
    request: Request[Any, Any, Any],
    access: Access,
    attachments: AttachmentRepository,
    record: Record,
    form: DocumentForm,
    *,
    status_code: int = 200,
    notice: str | None = None,
) -> Response[str]:
    papers = await papers_of(record, attachments, access)
    set_committed_value(record.student, "number_of_documents", len(papers.files))
    return page(
        request,
        "attachments/index.html",
        block="documents",
        status_code=status_code,
        record=record,
        papers=papers,
        form=form,
        notice=notice,
    )
