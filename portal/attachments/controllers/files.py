"""One file: downloaded, shown, removed and given back."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.response import Stream

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.attachments.downloads import as_download, as_picture
from portal.attachments.intake import Intake, remove
from portal.attachments.models import Attachment
from portal.attachments.providers import provide_attachment, provide_attachment_or_removed, provide_attachments
from portal.attachments.repository import AttachmentRepository
from portal.attachments.storage import Storage, provide_storage
from portal.catalogs.codes import AttachmentKind
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.web.errors import Forbidden, NotFound
from portal.web.i18n import _
from portal.web.pages import go_to, url_for

# What is compressed already; brotli would only hold the others up.
READY = {"uncompressed": True}


class FileController(Controller):
    """A file of a student or of the school, for those who may see what it belongs to."""

    path = "/schools/{slug:str}/attachments/{attachment_id:uuid}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "students": Provide(provide_students),
        "storage": Provide(provide_storage),
        "attachments": Provide(provide_attachments),
        "attachment": Provide(provide_attachment),
    }

    @get("/", name="attachments.show", opt=READY)
    async def show(
        self,
        request: Request[Any, Any, Any],
        storage: NamedDependency[Storage],
        attachment: NamedDependency[Attachment],
    ) -> Stream:
        """The file itself, as a download."""
        return await as_download(request, storage, attachment)

    @get("/picture", name="attachments.picture", opt=READY)
    async def picture(
        self,
        request: Request[Any, Any, Any],
        storage: NamedDependency[Storage],
        attachment: NamedDependency[Attachment],
    ) -> Stream:
        """The picture, to be looked at."""
        return await as_picture(request, storage, attachment, attachment.file)

    @get("/thumbnail", name="attachments.thumbnail", opt=READY)
    async def thumbnail(
        self,
        request: Request[Any, Any, Any],
        storage: NamedDependency[Storage],
        attachment: NamedDependency[Attachment],
    ) -> Stream:
        """The picture in 96 pixels."""
        return await as_picture(request, storage, attachment, attachment.thumbnail)

    @post("/removal", name="attachments.destroy", guards=[may(Permission.STUDENTS_WRITE)], status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        attachment: NamedDependency[Attachment],
    ) -> Response[Any]:
        """Take a paper from the record; it can be had back."""
        # Photos and logos are removed where they are shown, by those who may change them.
        if attachment.kind.is_picture:
            raise NotFound
        remove(attachment, by=access.user_id)
        back = url_for(request, "attachments.restore", attachment_id=attachment.id)
        notice = _("Removed: %(document)s.") % {"document": attachment.kind.label}
        return go_to(request, "students.documents", student_id=attachment.entity_id, notice=notice, undo=back)

    @post(
        "/restoration",
        name="attachments.restore",
        opt={"undoes": True},
        guards=[may(Permission.STUDENTS_WRITE)],
        dependencies={"attachment": Provide(provide_attachment_or_removed)},
        status_code=200,
    )
    async def restore(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        storage: NamedDependency[Storage],
        attachment: NamedDependency[Attachment],
        attachments: NamedDependency[AttachmentRepository],
    ) -> Response[Any]:
        """Give a removed file back to its record: a paper, or the picture that another took the place of."""
        if attachment.kind == AttachmentKind.LOGO and not access.may(Permission.SETTINGS_WRITE):
            raise Forbidden
        intake = Intake(storage, attachments, attachment.entity_type, attachment.entity_id, access.user_id)
        await intake.restore(attachment)
        notice = _("Back in its place: %(document)s.") % {"document": attachment.kind.label}
        if attachment.kind == AttachmentKind.LOGO:
            return go_to(request, "logo.edit", notice=notice)
        tab = "students.show" if attachment.kind.is_picture else "students.documents"
        return go_to(request, tab, student_id=attachment.entity_id, notice=notice)
