"""Photos, papers and a logo for the demo: most of those who wait have brought what is asked for, some have not."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.content import JPEG, PDF, WEBP
from portal.attachments.models import Attachment
from portal.attachments.pictures import Picture, Seen, see
from portal.attachments.storage import Storage, new_path
from portal.catalogs.codes import AttachmentKind, EnrollmentStatus, EntityType, Grade
from portal.catalogs.words import document
from portal.demo.luck import Luck
from portal.demo.papers import pdf, photographed
from portal.demo.portraits import FACES, emblem, portrait
from portal.enrollments.models import Enrollment
from portal.schools.rules import SchoolRules
from portal.students.models import Student

WITH_PHOTO, WITH_PAPERS = 28, 24
# Of those who wait, so many have forgotten something that is required.
FORGETFUL = 5
_TITLES = {
    AttachmentKind.IDENTITY_DOCUMENT: ("Documento de identidad", "documento"),
    AttachmentKind.HEALTH_AFFILIATION: ("Certificado de afiliación a la EPS", "certificado-eps"),
    AttachmentKind.REPORT_CARD: ("Boletín del año anterior", "boletin"),
    AttachmentKind.GUARDIAN_DOCUMENT: ("Documento del acudiente", "documento-acudiente"),
    AttachmentKind.VACCINATION: ("Carné de vacunas", "vacunas"),
}
_WAITING = (EnrollmentStatus.SUBMITTED, EnrollmentStatus.RETURNED, EnrollmentStatus.DRAFT)


@dataclass(frozen=True)
class FileRoom:
    """The files of one school, each written before its row."""

    session: AsyncSession
    storage: Storage
    school_id: UUID
    luck: Luck
    by: UUID

    async def fill(self, students: dict[UUID, Student], enrollments: Iterable[Enrollment], rules: SchoolRules) -> None:
        """Papers for those who wait and some others, and photos for some of those who attend."""
        waiting = [each for each in enrollments if each.status in _WAITING]
        attending = [each for each in enrollments if each.status == EnrollmentStatus.ACTIVE]
        forgetful = set(self.luck.sample([each.id for each in waiting if each.submitted_at], FORGETFUL))
        for enrollment in [*waiting, *self.luck.sample(attending, WITH_PAPERS)]:
            asked = [item.kind for item in rules.checklist_for(enrollment.grade) if item.is_required]
            if enrollment.id in forgetful:
                asked.remove(self.luck.choice(asked))
            if self.luck.happens(0.4):
                asked.append(AttachmentKind.GUARDIAN_DOCUMENT)
            if enrollment.grade <= Grade.FIRST:
                asked.append(AttachmentKind.VACCINATION)
            await self._bring(students[enrollment.student_id], enrollment, asked)
        pictured = {each.student_id: each for each in [*self.luck.sample(attending, WITH_PHOTO), *waiting[::3]]}
        for student_id, enrollment in pictured.items():
            await self._photograph(students[student_id], begun_at(enrollment))

    async def hang_up_the_logo(self, at: datetime) -> None:
        """The school's arms."""
        self._add(await self._picture(EntityType.SCHOOL, self.school_id, AttachmentKind.LOGO, emblem(), at))

    async def _bring(self, student: Student, enrollment: Enrollment, kinds: Iterable[AttachmentKind]) -> None:
        for kind in kinds:
            # One in seven was only looked at, as offices do.
            if self.luck.happens(1 / 7):
                enrollment.checklist = {**(enrollment.checklist or {}), kind.value: True}
            else:
                self._add(await self._paper(student, kind, begun_at(enrollment)))

    async def _paper(self, student: Student, kind: AttachmentKind, at: datetime) -> Attachment:
        title, name = _TITLES[kind]
        if self.luck.happens(0.35):
            content, content_type, ending = photographed(title), JPEG, "jpg"
            seen: Seen | None = see(content)
        else:
            lines = (student.full_name, document(student), "", "Documento de muestra, sin validez.")
            content, content_type, ending, seen = pdf(title, lines), PDF, "pdf", None
        name = f"{name}.{ending}"
        return await self._row(EntityType.STUDENT, student.id, kind, name, content, content_type, at, seen)

    async def _photograph(self, student: Student, at: datetime) -> None:
        fitting = [face for face in FACES if face.gender == student.gender] or list(FACES)
        drawn = portrait(self.luck.choice(fitting))
        self._add(await self._picture(EntityType.STUDENT, student.id, AttachmentKind.PHOTO, drawn, at))

    async def _picture(
        self, entity_type: EntityType, entity_id: UUID, kind: AttachmentKind, drawn: Picture, at: datetime
    ) -> Attachment:
        seen = Seen(drawn.thumbnail, drawn.width, drawn.height)
        return await self._row(entity_type, entity_id, kind, f"{kind.value}.webp", drawn.content, WEBP, at, seen)

    async def _row(
        self,
        entity_type: EntityType,
        entity_id: UUID,
        kind: AttachmentKind,
        name: str,
        content: bytes,
        content_type: str,
        at: datetime,
        seen: Seen | None,
    ) -> Attachment:
        path, small = [new_path(self.school_id, entity_type, entity_id, self.luck.new_id()) for _each in range(2)]
        return Attachment(
            school_id=self.school_id,
            id=self.luck.new_id(),
            entity_type=entity_type,
            entity_id=entity_id,
            kind=kind,
            file=await self.storage.keep(self.session, path, content, content_type),
            thumbnail=await self.storage.keep(self.session, small, seen.thumbnail, WEBP) if seen else None,
            file_name=name,
            content_type=content_type,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            width=seen.width if seen else None,
            height=seen.height if seen else None,
            received_at=at + timedelta(minutes=4),
            uploaded_by_id=self.by,
        )

    def _add(self, attachment: Attachment) -> None:
        self.session.add(attachment)


def begun_at(enrollment: Enrollment) -> datetime:
    """When somebody began it."""
    return datetime.fromisoformat(enrollment.status_history[0]["at"])
