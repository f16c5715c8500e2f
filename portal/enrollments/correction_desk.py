"""Where a correction meets what the school offers and which papers it asks for."""

from collections.abc import Collection
from dataclasses import dataclass

from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.attachments.repository import AttachmentRepository
from portal.enrollments.correction import CorrectionForm, PapersForm
from portal.enrollments.models import Enrollment
from portal.enrollments.places import Places
from portal.years.repository import YearRepository


@dataclass(frozen=True)
class CorrectionDesk:
    """What is offered to one enrollment: the groups of its own year."""

    access: Access
    enrollment: Enrollment
    places: Places
    filed: Collection[str]

    def offer(self, form: CorrectionForm) -> CorrectionForm:
        """Fill in what can be chosen."""
        year_id = self.enrollment.year_id
        form.offer(self.places, usual_year=year_id, checklist=self.access.rules.checklist, filed=self.filed)
        return form

    def offer_papers(self, form: PapersForm) -> PapersForm:
        """Fill in the papers of the enrollment's grade."""
        form.offer(self.access.rules.checklist, self.enrollment.grade, self.filed)
        return form


async def provide_correction_desk(
    db_session: NamedDependency[AsyncSession], access: NamedDependency[Access], enrollment: NamedDependency[Enrollment]
) -> CorrectionDesk:
    """The desk for the enrollment of the path."""
    year = await YearRepository(db_session, enrollment.school_id).find(enrollment.year_id)
    assert year is not None, "an enrollment has a year of its school"
    places = await Places.of(db_session, enrollment.school_id, years=[year])
    filed = await AttachmentRepository(db_session, enrollment.school_id).kinds_of_students([enrollment.student_id])
    return CorrectionDesk(access, enrollment, places, filed.get(enrollment.student_id, ()))
