"""What goes along with a pupil into another school: the record, the guardians, the papers.

Whoever is on record there already stays the same record: only what is empty is filled, nothing is overwritten.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import Attachment
from portal.attachments.repository import AttachmentRepository
from portal.attachments.storage import Storage, new_path
from portal.catalogs.codes import EntityType
from portal.catalogs.text import folded
from portal.db.base import new_id
from portal.guardians import ties as tying
from portal.guardians.models import NAMES, Guardian, StudentGuardian
from portal.guardians.repository import GuardianRepository
from portal.guardians.tie_repository import TieRepository
from portal.students.models import Student
from portal.students.registration import hold_document
from portal.students.repository import StudentRepository
from portal.students.sheet import SENSITIVE_COLUMNS

_PLAIN = (
    "document_type",
    "document_number",
    "document_municipality_code",
    *NAMES,
    "birth_date",
    "birth_municipality_code",
    "gender",
    "country_code",
    "address",
    "neighborhood",
    "municipality_code",
    "zone",
    "phone",
    "email",
    "stratum",
    "sisben",
)
# Health and support, as the record's section has them (Ley 1581 of 2012 calls them sensitive).
_SENSITIVE = ("eps", "blood_type", "allergies", "disability_code", "talent_code", "ethnicity_code", "victim_code")
_OF_GUARDIANS = ("document_type", "document_number", *NAMES, "phone", "phone_2", "email", "occupation", "address")
_OF_TIES = ("relationship", "is_legal_representative", "lives_with", "may_collect", "may_see_records")
_OF_FILES = ("kind", "file_name", "content_type", "size", "sha256", "width", "height", "note", "received_at")


@dataclass(frozen=True)
class Taking:
    """What goes along besides the record itself."""

    guardians: bool = True
    health: bool = True
    documents: bool = True


@dataclass(frozen=True)
class Belongings:
    """The pupil with all that may go along, read at the school that they leave."""

    student: Student
    ties: Sequence[StudentGuardian] = ()
    papers: Sequence[Attachment] = ()

    @classmethod
    async def of(cls, session: AsyncSession, student: Student, taking: Taking) -> Self:
        """Read before the other school is entered. Papers about health go only with what else is known of it."""
        ties = await TieRepository(session, student.school_id).of_student(student.id) if taking.guardians else []
        files = AttachmentRepository(session, student.school_id)
        papers = await files.history_of(EntityType.STUDENT, student.id) if taking.documents else []
        return cls(
            student,
            ties,
            [each for each in papers if each.deleted_at is None and (taking.health or not each.kind.is_sensitive)],
        )


def made_for(enrollment_id: UUID) -> bytes:
    """By which a record is known as made for this enrollment, as ``form_digest`` is by the form that made it."""
    return hashlib.sha256(b"transfer" + enrollment_id.bytes).digest()


async def received(
    session: AsyncSession, there: UUID, belongings: Belongings, taking: Taking, *, mark: bytes
) -> Student:
    """The pupil's record at the other school, which has been entered: the one that is there, or a new one."""
    left = belongings.student
    students = StudentRepository(session, there)
    await hold_document(session, there, "student", left.document_type, left.document_number)
    known = await students.with_document(left.document_type, left.document_number)
    if known is not None and not await students.kept([known.id]):
        known = None  # deleted in this very moment
    values = {name: getattr(left, name) for name in (*_PLAIN, *(_SENSITIVE if taking.health else ()))}
    simat = {name: value for name, value in left.simat.items() if taking.health or name not in SENSITIVE_COLUMNS}
    student = known or Student(id=new_id(), form_digest=mark, simat={})
    _fill(student, values)
    if student.simat != (joined := simat | student.simat):
        student.simat = joined
    if student.per_id is None and left.per_id and not await students.with_per_id(left.per_id, but=student.id):
        student.per_id = left.per_id
    if known is None:
        await students.add(student)
    await session.flush()
    return student


async def bring_guardians(session: AsyncSession, student: Student, belongings: Belongings, *, mark: bytes) -> None:
    """Tie the guardians to the pupil at the new school; who is known there by document stays as recorded there.

    Whoever is primary there already stays so; else it is the one who was.
    """
    guardians, ties = GuardianRepository(session, student.school_id), TieRepository(session, student.school_id)
    by_name = {folded(tie.guardian.full_name): tie.guardian for tie in await ties.of_student(student.id)}
    for tie in belongings.ties:  # the primary one first
        guardian = await _known(guardians, tie.guardian, by_name)
        if guardian is None:
            copied = {name: getattr(tie.guardian, name) for name in _OF_GUARDIANS}
            guardian = await guardians.add(Guardian(id=new_id(), **copied, form_digest=mark))
        if await ties.between(student.id, guardian.id) is None:
            says = {name: getattr(tie, name) for name in _OF_TIES}
            await tying.add(ties, StudentGuardian(student_id=student.id, guardian_id=guardian.id, **says))


async def bring_papers(
    session: AsyncSession,
    storage: Storage,
    student: Student,
    belongings: Belongings,
    *,
    by: UUID,
    at: datetime,
    mark: bytes,
) -> None:
    """Write the files once more, under the new school's own paths, each with its row; the same content only once."""
    files = AttachmentRepository(session, student.school_id)
    here = [each for each in await files.history_of(EntityType.STUDENT, student.id) if each.deleted_at is None]
    contents, pictured = {each.sha256 for each in here}, {each.kind for each in here if each.kind.is_picture}
    for paper in belongings.papers:
        if paper.sha256 in contents or paper.kind in pictured:
            continue
        copied = {name: getattr(paper, name) for name in _OF_FILES}
        await files.add(
            Attachment(
                id=new_id(),
                entity_type=EntityType.STUDENT,
                entity_id=student.id,
                file=await _written_again(session, storage, student, paper.file),
                thumbnail=await _written_again(session, storage, student, paper.thumbnail) if paper.thumbnail else None,
                uploaded_by_id=by,
                form_digest=mark,
                **copied,
            )
        )


async def _known(guardians: GuardianRepository, guardian: Guardian, by_name: Mapping[str, Guardian]) -> Guardian | None:
    """The same person at the new school: by document, else by name among those who answer for the pupil there."""
    if guardian.document_type and guardian.document_number:
        kind, number = guardian.document_type, guardian.document_number
        await hold_document(guardians.session, guardians.school_id, "guardian", kind, number)
        return await guardians.with_document(kind, number)
    return by_name.get(folded(guardian.full_name))


async def _written_again(session: AsyncSession, storage: Storage, student: Student, file: Any) -> Any:
    content = b"".join([piece async for piece in await storage.chunks(file.path)])
    path = new_path(student.school_id, EntityType.STUDENT, student.id)
    return await storage.keep(session, path, content, file.content_type)


def _fill(row: Any, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if getattr(row, name) is None:
            setattr(row, name, value)
