"""Registering: a new student, the guardian who brings them and the place they ask for, all of it or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session

from portal.catalogs.codes import DocumentType
from portal.catalogs.documents import same_document_key
from portal.db.repository import one_at_a_time
from portal.enrollments import opening
from portal.enrollments.models import Enrollment
from portal.guardians import ties
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.students.models import Student
from portal.years.models import SchoolYear


@dataclass(frozen=True)
class Bringing:
    """The guardian, who may be kept already, and what they are to the student."""

    guardian: Guardian
    tie: StudentGuardian


@dataclass(frozen=True)
class Asking:
    """The place that is asked for: its year, the columns of the enrollment, and whether it goes to review at once."""

    year: SchoolYear
    columns: dict[str, Any] = field(default_factory=dict)
    to_review: bool = True


async def register(
    session: AsyncSession,
    student: Student,
    *,
    brought: Bringing | None = None,
    asked: Asking | None = None,
    by: UUID,
    at: datetime,
) -> Enrollment | None:
    """Write the student, their first guardian and their enrollment; the rows are flushed, the enrollment is given back.

    ``student`` has its school, the id that was minted with the form, and the digest of the whole form. Whether the
    documents are free, and whether the student is here already, is asked before.
    Raises YearClosed and MoveRefused of the enrollments, and IntegrityError when another request was quicker.
    """
    session.add(student)
    await session.flush()  # rows are tied by their ids alone, so that the session does not know which comes first
    if brought is not None:
        await _tie(session, student, brought)
    if asked is None:
        return None
    enrollment = await opening.open_enrollment(session, asked.year, student.id, by=by, at=at, **asked.columns)
    if asked.to_review:
        opening.submit(enrollment, by=by, at=at)
        await session.flush()
    return enrollment


async def hold_document(
    session: AsyncSession | async_scoped_session[AsyncSession],
    school_id: UUID,
    whose: str,
    kind: DocumentType | None,
    number: str | None,
) -> None:
    """Let only one form at a time ask about this document and then write it; ``whose`` is student or guardian.

    Without it two secretaries who register one child would both hear that the document is free, and the slower one
    would lose what she typed to the refusal of the database.
    """
    await hold_documents(session, school_id, whose, [(kind, number)])


async def hold_documents(
    session: AsyncSession | async_scoped_session[AsyncSession],
    school_id: UUID,
    whose: str,
    documents: Iterable[tuple[DocumentType | None, str | None]],
) -> None:
    """The same for several at once."""
    known = ("-".join(same_document_key(kind, number)) for kind, number in documents if kind and number)
    await one_at_a_time(session, *(f"{whose} {school_id} {document}" for document in known))


async def _tie(session: AsyncSession, student: Student, brought: Bringing) -> None:
    guardian, tie = brought.guardian, brought.tie
    guardian.school_id = student.school_id
    session.add(guardian)
    await session.flush()
    tie.student_id, tie.guardian_id = student.id, guardian.id
    await ties.add(TieRepository(session, student.school_id), tie)
