"""From the URL to attachments, and to what is done with them."""

from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.permissions import Permission
from portal.attachments.intake import Intake
from portal.attachments.models import Attachment
from portal.attachments.repository import AttachmentRepository
from portal.attachments.storage import Storage
from portal.catalogs.codes import EntityType
from portal.students.models import Student
from portal.students.repository import StudentRepository
from portal.web.errors import Forbidden, NotFound


async def provide_attachments(
    db_session: NamedDependency[AsyncSession], school: NamedDependency[SchoolLink]
) -> AttachmentRepository:
    """The files of the school at hand."""
    return AttachmentRepository(db_session, school.id)


async def provide_attachment(
    access: NamedDependency[Access],
    attachments: NamedDependency[AttachmentRepository],
    students: NamedDependency[StudentRepository],
    attachment_id: FromPath[UUID],
) -> Attachment:
    """The attachment of the path; 404 when its student is not to be seen, 403 when it is sensitive."""
    attachment = await attachments.find(attachment_id)
    return await _that_may_be_seen(attachment, access, students)


async def provide_attachment_or_removed(
    access: NamedDependency[Access],
    attachments: NamedDependency[AttachmentRepository],
    students: NamedDependency[StudentRepository],
    attachment_id: FromPath[UUID],
) -> Attachment:
    """The same, also when it has been removed."""
    attachment = await attachments.ever_kept(attachment_id)
    return await _that_may_be_seen(attachment, access, students)


async def provide_student_intake(
    access: NamedDependency[Access],
    attachments: NamedDependency[AttachmentRepository],
    student: NamedDependency[Student],
    storage: NamedDependency[Storage],
) -> Intake:
    """Whoever takes files in for the student of the path."""
    return Intake(storage, attachments, EntityType.STUDENT, student.id, access.user_id)


async def provide_school_intake(
    access: NamedDependency[Access],
    attachments: NamedDependency[AttachmentRepository],
    school: NamedDependency[SchoolLink],
    storage: NamedDependency[Storage],
) -> Intake:
    """Whoever takes files in for the school at hand."""
    return Intake(storage, attachments, EntityType.SCHOOL, school.id, access.user_id)


async def _that_may_be_seen(attachment: Attachment | None, access: Access, students: StudentRepository) -> Attachment:
    if attachment is None:
        raise NotFound
    if attachment.entity_type == EntityType.STUDENT and await students.find(attachment.entity_id) is None:
        raise NotFound
    if attachment.entity_type not in (EntityType.STUDENT, EntityType.SCHOOL):
        raise NotFound
    if attachment.kind.is_sensitive and not access.may(Permission.SENSITIVE_READ):
        raise Forbidden
    return attachment
