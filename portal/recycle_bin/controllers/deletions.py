"""Deleting a student, a guardian, an enrollment or a group: what goes along is said first, and it can be undone."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.db.base import now
from portal.recycle_bin.addresses import list_of, page_of
from portal.recycle_bin.consequences import consequences
from portal.recycle_bin.deletion import delete
from portal.recycle_bin.kinds import Kind, name_of
from portal.recycle_bin.providers import provide_bin
from portal.recycle_bin.repository import BinRepository
from portal.schools.providers import provide_access, provide_school
from portal.web.errors import Conflict, NotFound
from portal.web.forms import Form
from portal.web.i18n import _
from portal.web.pages import go_to_address, page, url_for

DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "records": Provide(provide_bin),
}


class StudentDeletionController(Controller):
    """The deletion of a student."""

    path = "/schools/{slug:str}/students/{student_id:uuid}/deletion"
    guards = [may(Kind.STUDENTS.permission)]
    dependencies = DEPENDENCIES

    @get("/", name="students.deletion")
    async def new(
        self, request: Request[Any, Any, Any], records: NamedDependency[BinRepository], student_id: FromPath[UUID]
    ) -> Response[str]:
        """Ask once, and say what goes along."""
        return await _ask(request, records, Kind.STUDENTS, student_id)

    @post("/", name="students.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        student_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put the student and their enrollments into the bin."""
        return await _delete(request, access, records, Kind.STUDENTS, student_id)


class GuardianDeletionController(Controller):
    """The deletion of a guardian, of all students whose guardian they are."""

    path = "/schools/{slug:str}/guardians/{guardian_id:uuid}/deletion"
    guards = [may(Kind.GUARDIANS.permission)]
    dependencies = DEPENDENCIES

    @get("/", name="guardians.deletion")
    async def new(
        self, request: Request[Any, Any, Any], records: NamedDependency[BinRepository], guardian_id: FromPath[UUID]
    ) -> Response[str]:
        """Ask once, and say which children lose them."""
        return await _ask(request, records, Kind.GUARDIANS, guardian_id)

    @post("/", name="guardians.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        guardian_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put the guardian into the bin."""
        return await _delete(request, access, records, Kind.GUARDIANS, guardian_id)


class EnrollmentDeletionController(Controller):
    """The deletion of one enrollment."""

    path = "/schools/{slug:str}/enrollments/{enrollment_id:uuid}/deletion"
    guards = [may(Kind.ENROLLMENTS.permission)]
    dependencies = DEPENDENCIES

    @get("/", name="enrollments.deletion")
    async def new(
        self, request: Request[Any, Any, Any], records: NamedDependency[BinRepository], enrollment_id: FromPath[UUID]
    ) -> Response[str]:
        """Ask once, and say what becomes of the seat."""
        return await _ask(request, records, Kind.ENROLLMENTS, enrollment_id)

    @post("/", name="enrollments.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        enrollment_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put the enrollment into the bin."""
        return await _delete(request, access, records, Kind.ENROLLMENTS, enrollment_id)


class GroupDeletionController(Controller):
    """The deletion of a group in which nobody sits."""

    path = "/schools/{slug:str}/groups/{group_id:uuid}/deletion"
    guards = [may(Kind.GROUPS.permission)]
    dependencies = DEPENDENCIES

    @get("/", name="groups.deletion")
    async def new(
        self, request: Request[Any, Any, Any], records: NamedDependency[BinRepository], group_id: FromPath[UUID]
    ) -> Response[str]:
        """Ask once, or say who still sits in it."""
        return await _ask(request, records, Kind.GROUPS, group_id)

    @post("/", name="groups.destroy", status_code=200)
    async def destroy(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        records: NamedDependency[BinRepository],
        group_id: FromPath[UUID],
    ) -> Response[Any]:
        """Put the group into the bin."""
        return await _delete(request, access, records, Kind.GROUPS, group_id)


async def _ask(
    request: Request[Any, Any, Any], records: BinRepository, kind: Kind, row_id: UUID, *, status_code: int = 200
) -> Response[str]:
    row = await records.living(kind, row_id)
    if row is None:
        raise NotFound
    return page(
        request,
        "bin/deletion.html",
        status_code=status_code,
        name=name_of(row),
        version=row.version,
        what=await consequences(records, kind, row),
        back=page_of(request, kind, row.id),
    )


async def _delete(
    request: Request[Any, Any, Any], access: Access, records: BinRepository, kind: Kind, row_id: UUID
) -> Response[Any]:
    row = await records.living(kind, row_id, hold=True)
    if row is None:
        return await _was_deleted(request, access, records, kind, row_id)
    if (await Form.read(request)).seen_version not in (None, row.version):
        raise Conflict(_("It has changed since you opened it. Look at it again; nothing was deleted."))
    if (await consequences(records, kind, row)).refusal:
        return await _ask(request, records, kind, row_id, status_code=409)
    await delete(records, kind, row, by=access.user_id, at=now())
    return _gone(request, kind, row)


async def _was_deleted(
    request: Request[Any, Any, Any], access: Access, records: BinRepository, kind: Kind, row_id: UUID
) -> Response[Any]:
    """A button pressed twice: what was asked for has been done."""
    row = await records.deleted(kind, row_id)
    if row is None or row.deleted_by_id != access.user_id:
        raise NotFound
    return _gone(request, kind, row)


def _gone(request: Request[Any, Any, Any], kind: Kind, row: Any) -> Response[Any]:
    """To its like, with the way back."""
    undo = url_for(request, "bin.restore", kind_name=kind.value, row_id=row.id)
    return go_to_address(request, list_of(request, kind, row), notice=_("It is in the recycle bin now."), undo=undo)
