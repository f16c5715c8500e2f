"""The scene of a transfer: a pupil with a guardian and a paper at one school, and another school that may take them."""

from dataclasses import dataclass
from typing import Any

from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import Attachment
from portal.attachments.storage import new_path
from portal.catalogs.codes import AttachmentKind, BloodType, EntityType, Relationship
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.students.models import Student
from portal.years.models import SchoolYear
from tests import factories
from tests.factories import Cast

KEPT = ("students", "guardians", "student_guardians", "enrollments", "attachments", "school_years")


@dataclass
class Leaving:
    """A pupil who may go from the cast's school to the other one."""

    db: AsyncSession
    cast: Cast
    student: Student
    enrollment: Enrollment
    there: SchoolYear

    @property
    def address(self) -> str:
        return f"/schools/{self.cast.school.slug}/students/{self.student.id}/transfer"

    @property
    def to(self) -> str:
        """The address with the other school chosen."""
        return f"{self.address}?to={self.cast.other_school.id}"

    async def at(self, school: Any, model: Any) -> list[Any]:
        """All rows of a table at a school, as they are stored now, in the order of their making."""
        await enter_school(self.db, school.id)
        statement = select(model).where(model.school_id == school.id).order_by(model.id)
        return list(await self.db.scalars(statement, execution_options={"populate_existing": True}))

    async def hers(self) -> Enrollment:
        """The enrollment that is left."""
        found: list[Enrollment] = await self.at(self.cast.school, Enrollment)
        [enrollment] = found
        return enrollment


async def make_leaving(db: AsyncSession, app: Litestar, cast: Cast) -> Leaving:
    there = await factories.make_year(db, cast.other_school)
    student = await factories.make_student(
        db,
        cast.school,
        eps="Sura",
        blood_type=BloodType.O_POSITIVE,
        phone="3001112233",
        per_id="900100",
        extra_data={"route": "7"},
        simat={
            "CAB_FAMILIA": "N",
            "RES": "12",
            "INS_FAMILIAR": "3",
            "DPTO_EXP": "05",
            "MUN_EXP": "001",
            "TRASTORNOS_ESPECIFICOS": "01",
        },
    )
    await factories.make_guardian(db, cast.school, of=student)
    father = await factories.make_guardian(
        db, cast.school, first_name="Iván", middle_names=None, document_type=None, document_number=None
    )
    await factories.make_tie(
        db, student, father, relationship=Relationship.FATHER, is_primary=False, contact_order=2, may_collect=True
    )
    for kind, content in (
        (AttachmentKind.IDENTITY_DOCUMENT, b"%PDF identity"),
        (AttachmentKind.MEDICAL, b"%PDF heart"),
    ):
        await _attach(db, app, student, kind, content)
    enrollment = await factories.make_enrollment(db, student, group=cast.group)
    return Leaving(db=db, cast=cast, student=student, enrollment=enrollment, there=there)


async def pictured(db: AsyncSession, *schools: Any) -> dict[str, Any]:
    """Every record of these schools as a hash: equal before and after, when nothing was left behind."""
    seen: dict[str, Any] = {}
    for school in schools:
        await enter_school(db, school.id)
        for name in KEPT:
            statement = text(
                f"SELECT count(*), md5(string_agg(r::text, '|' ORDER BY id)) FROM {name} r WHERE school_id = :school"
            )
            seen[f"{name} of {school.slug}"] = tuple((await db.execute(statement, {"school": school.id})).one())
    return seen


async def _attach(db: AsyncSession, app: Litestar, student: Student, kind: AttachmentKind, content: bytes) -> None:
    await enter_school(db, student.school_id)
    path = new_path(student.school_id, EntityType.STUDENT, student.id)
    db.add(
        Attachment(
            school_id=student.school_id,
            entity_type=EntityType.STUDENT,
            entity_id=student.id,
            kind=kind,
            file=await app.state.storage.keep(db, path, content, "application/pdf"),
            file_name=f"{kind.value}.pdf",
            content_type="application/pdf",
            size=len(content),
            sha256=content,
        )
    )
    await db.flush()
