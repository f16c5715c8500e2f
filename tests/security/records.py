"""One row of each kind, so that every path can be filled with ids that exist."""

import re
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership
from portal.catalogs.codes import EnrollmentStatus
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.interchange.models import ImportRun
from portal.interchange.simat.plan import COUNTED
from portal.schools.models import SchoolSettings
from portal.schools.rules import CustomField, SchoolRules
from tests import factories
from tests.attachments.samples import make_paper
from tests.factories import Cast
from tests.merging.samples import an_access, make_one
from tests.simat_files import anexo_6a

# Parameters that name the school, or a part of a page, and no row.
NAMES_OF_NO_ROW = {"slug", "section_name", "filter_name", "list_name", "history_filter"}


@dataclass
class Records:
    """The values for the parameters of paths; a new parameter needs a line in ``make_records``."""

    school_id: Any
    values: dict[str, Any]
    own: dict[str, dict[str, Any]]

    def fill(self, path: str, role: str = "") -> str:
        """The path with every parameter filled; with a role, by what is that person's own."""
        values = self.values | self.own.get(role, {})
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: str(values[match[1]]), path)

    def names_rows(self, path: str) -> bool:
        """Whether the path names rows, and not only the school."""
        return bool(set(re.findall(r"\{(\w+)", path)) & self.values.keys() - NAMES_OF_NO_ROW)

    async def seen(self, db: AsyncSession, look: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """What ``look`` sees inside the school."""
        await enter_school(db, self.school_id)
        return await look(db)


async def make_records(db: AsyncSession, cast: Cast) -> Records:
    """A student of the teacher's group with a guardian, an enrollment and an import run."""
    student = await factories.make_student(db, cast.school)
    guardian = await factories.make_guardian(db, cast.school)
    tie = await factories.make_tie(db, student, guardian)
    active, batch = EnrollmentStatus.ACTIVE, new_id()
    moved = moves.entry(active, active, by=cast.secretary.id, at=now(), was={"grade": 5}, batch=batch)
    enrollment = await factories.make_enrollment(db, student, group=cast.group, status=active, status_history=[moved])
    double = await factories.make_student(db, cast.school)
    merged = await factories.make_student(db, cast.school)
    merge = await make_one(db, student, merged, an_access())
    run = ImportRun(
        school_id=cast.school.id,
        id=new_id(),
        file_name="simat.csv",
        file_sha256=b"-",
        content=zlib.compress(anexo_6a(1)),
        counts=dict.fromkeys(COUNTED, 0),
        year_name="2026",
        fingerprint=b"-",
        uploaded_by_id=cast.secretary.id,
    )
    db.add(run)
    fields = (CustomField("ruta_escolar", "Ruta escolar"),)
    data = {"fields": SchoolRules(fields=fields).part_as_data("fields")}
    db.add(SchoolSettings(school_id=cast.school.id, data=data))
    await db.flush()
    paper = await make_paper(db, student, name="document.png")
    deleted = await factories.make_group(
        db, cast.school, year=cast.year, campus=cast.campus, deleted_at=now(), deletion_id=new_id()
    )
    member_id = await db.scalar(select(SchoolMembership.id).where(SchoolMembership.user_id == cast.viewer.id))
    view = await factories.make_view(db, cast.school)
    return Records(
        school_id=cast.school.id,
        own={
            role: {
                "view_id": (await factories.make_view(db, cast.school, owner_id=getattr(cast, role).id)).id,
                "change_id": await factories.make_change(db, cast.group, by=getattr(cast, role)),
            }
            for role in ("principal", "secretary", "coordinator", "teacher", "viewer")
        },
        values={
            "slug": cast.school.slug,
            "student_id": student.id,
            "guardian_id": guardian.id,
            "tie_id": tie.id,
            "enrollment_id": enrollment.id,
            "batch_id": batch,
            "run_id": run.id,
            "attachment_id": paper.id,
            "year_id": cast.year.id,
            "group_id": cast.group.id,
            "campus_id": cast.campus.id,
            "member_id": member_id,
            "kind_name": "groups",
            "row_id": deleted.id,
            "token": "no-such-token",
            "section_name": "contact",
            "filter_name": "without",
            "history_filter": "who",
            "told_entity": "students",
            "told_id": student.id,
            "list_name": "students",
            "view_id": view.id,
            "change_id": await factories.make_change(db, cast.group, by=cast.secretary),
            "field_key": "ruta_escolar",
            "people": "students",
            "one_id": student.id,
            "other_id": double.id,
            "merge_id": merge.id,
        },
    )
