"""The one photo of a student, and the one logo of a school: brought, replaced, removed."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.attachments.controllers.documents import LONGEST_BODY
from portal.attachments.forms import LogoForm, PhotoForm
from portal.attachments.intake import Intake, as_logo, as_photo
from portal.attachments.models import Attachment
from portal.attachments.providers import provide_attachments, provide_school_intake, provide_student_intake
from portal.attachments.storage import provide_storage
from portal.catalogs.codes import AttachmentKind
from portal.schools.providers import provide_access, provide_school
from portal.students.models import Student
from portal.students.providers import provide_student, provide_students
from portal.web.i18n import _
from portal.web.pages import go_to, page, url_for

SHARED = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "storage": Provide(provide_storage),
    "attachments": Provide(provide_attachments),
}


class PhotoController(Controller):
    """A student's photo."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/photo"
    guards = [may(Permission.STUDENTS_WRITE)]
    request_max_body_size = LONGEST_BODY
    dependencies = SHARED | {
        "students": Provide(provide_students),
        "student": Provide(provide_student),
        "intake": Provide(provide_student_intake),
    }

    @get("/", name="photos.edit")
    async def edit(self, request: Request[Any, Any, Any], student: NamedDependency[Student]) -> Response[str]:
        """The photo as it is, and a form for another."""
        return page(request, "attachments/photo.html", block="form", student=student, form=PhotoForm.show())

    @post("/", name="photos.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        student: NamedDependency[Student],
        intake: NamedDependency[Intake],
    ) -> Response[Any]:
        """Draw it anew and put it in the place of the one before."""
        form = await PhotoForm.read(request)
        await form.look(as_photo, request.app.state.settings.upload_limit_mb)
        if form.errors:
            return page(request, "attachments/photo.html", block="form", status_code=422, student=student, form=form)
        before = await intake.keep_picture(
            form.brought[0], form_id=form.minted_id, digest=form.digest, kind=AttachmentKind.PHOTO
        )
        notice, undo = _("The photo was saved."), _undo(request, before)
        return go_to(request, "students.show", student_id=student.id, notice=notice, undo=undo)

    @post("/removal", name="photos.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        student: NamedDependency[Student],
        intake: NamedDependency[Intake],
    ) -> Response[Any]:
        """The record without a photo."""
        undo = _undo(request, await intake.remove_picture(AttachmentKind.PHOTO))
        notice = _("The photo was removed.")
        return go_to(request, "students.show", student_id=student.id, notice=notice, undo=undo)


class LogoController(Controller):
    """A school's logo, which stands in its menu and on what is printed."""

    path = "/schools/{slug:str}/settings/logo"
    guards = [may(Permission.SETTINGS_WRITE)]
    request_max_body_size = LONGEST_BODY
    dependencies = SHARED | {"intake": Provide(provide_school_intake)}

    @get("/", name="logo.edit")
    async def edit(self, request: Request[Any, Any, Any], intake: NamedDependency[Intake]) -> Response[str]:
        """The logo as it is, and a form for another."""
        return page(request, "attachments/logo.html", block="form", logo=await _logo(intake), form=LogoForm.show())

    @post("/", name="logo.update", status_code=200)
    async def update(self, request: Request[Any, Any, Any], intake: NamedDependency[Intake]) -> Response[Any]:
        """Draw it anew and put it in the place of the one before."""
        form = await LogoForm.read(request)
        await form.look(as_logo, request.app.state.settings.upload_limit_mb)
        if form.errors:
            return page(
                request, "attachments/logo.html", block="form", status_code=422, logo=await _logo(intake), form=form
            )
        before = await intake.keep_picture(
            form.brought[0], form_id=form.minted_id, digest=form.digest, kind=AttachmentKind.LOGO
        )
        return go_to(request, "logo.edit", notice=_("The logo was saved."), undo=_undo(request, before))

    @post("/removal", name="logo.destroy", status_code=200)
    async def destroy(self, request: Request[Any, Any, Any], intake: NamedDependency[Intake]) -> Response[Any]:
        """The school without a logo."""
        undo = _undo(request, await intake.remove_picture(AttachmentKind.LOGO))
        return go_to(request, "logo.edit", notice=_("The logo was removed."), undo=undo)


def _undo(request: Request[Any, Any, Any], before: Attachment | None) -> str | None:
    """Where the picture that gave way is given back."""
    return url_for(request, "attachments.restore", attachment_id=before.id) if before else None


async def _logo(intake: Intake) -> Attachment | None:
    return await intake.attachments.picture_of(intake.entity_type, intake.entity_id, AttachmentKind.LOGO)
