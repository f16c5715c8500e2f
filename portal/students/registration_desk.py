"""The desk at which a new student is registered: it fills the page from the records, and holds it against them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.db.base import now
from portal.duplicates.guardians import guardian_likenesses
from portal.duplicates.likeness import Likeness
from portal.duplicates.students import likenesses
from portal.enrollments.places import Places
from portal.guardians.adding import other_owner
from portal.guardians.repository import GuardianRepository
from portal.students.models import Student
from portal.students.registration import hold_document, register
from portal.students.registration_forms import RegistrationForm
from portal.students.repository import StudentRepository
from portal.web.i18n import _
from portal.web.once import was_sent_before
from portal.web.pages import is_partial
from portal.web.reading import parse_id


@dataclass(frozen=True)
class Desk:
    """Where a school's records meet what is typed on the page."""

    session: AsyncSession
    access: Access
    school_id: UUID
    students: StudentRepository
    guardians: GuardianRepository

    async def show(self) -> RegistrationForm:
        """The page to begin with."""
        form = RegistrationForm.show(self.access.rules.fields)
        await self.offer(form)
        return form

    async def read(self, request: Request[Any, Any, Any]) -> RegistrationForm:
        """The page as it was sent."""
        return await RegistrationForm.read(request, self.access.rules.fields)

    async def was_sent_before(self, form: RegistrationForm) -> bool:
        """Whether this very form registered its student already. Raises Conflict when it said something else then."""
        refusal = _(
            "This form has registered a student already, and now it says something else. "
            "Open that student's record to change it, or begin a new form to register another."
        )
        mine = Student.school_id == self.school_id
        return await was_sent_before(self.session, form.minted_id, form.digest, Student, mine, refusal=refusal)

    async def offer(self, form: RegistrationForm) -> None:
        """Fill in what can be chosen: places, and the guardian who was taken or those who were found."""
        places = await Places.of(self.session, self.school_id)
        form.place.offer(places, usual_year=self.year_id, checklist=self.access.rules.checklist)
        await self.find_guardian(form)

    async def find_guardian(self, form: RegistrationForm) -> None:
        """Find the guardian who was taken, or those who fit what was typed; each with their other students."""
        part = form.guardian
        if part.wanted:
            part.chosen = await self.guardians.find(wanted) if (wanted := parse_id(part.wanted)) else None
        elif part.sought:
            part.matches = await self.guardians.search(part.sought)
        shown = [part.chosen] if part.chosen else part.matches or []
        if shown:
            part.wards = await self.guardians.wards_of([guardian.id for guardian in shown])

    async def is_right(self, form: RegistrationForm) -> bool:
        """Judge everything that was typed and what the records say to it, all at once."""
        form.validate()
        person = form.described
        await hold_document(self.session, self.school_id, "student", person.document_type, person.document_number)
        form.judge_likenesses(await self.likenesses(form))
        if form.guardian.is_new:
            await other_owner(self.guardians, form.guardian.form)
            form.guardian.judge_likenesses(await self.guardian_likenesses(form))
        return not form.error_list

    async def likenesses(self, form: RegistrationForm) -> list[Likeness]:
        """Who is like the student that is being written, those in the recycle bin too."""
        return await likenesses(self.students, form.described, self.year_id, in_bin=True)

    async def guardian_likenesses(self, form: RegistrationForm) -> list[Likeness]:
        """Who is like the new guardian that is being written, each with their other students."""
        part = form.guardian
        if not part.is_new:
            return []
        found = await guardian_likenesses(self.guardians, part.described)
        if found:
            part.wards |= await self.guardians.wards_of([likeness.kept.id for likeness in found])
        return found

    async def register(self, form: RegistrationForm) -> None:
        """Write everything that the page asks for."""
        student = form.student_row(self.school_id)
        await register(
            self.session, student, brought=form.brought(), asked=form.asked(), by=self.access.user_id, at=now()
        )

    @property
    def year_id(self) -> UUID | None:
        """The year that the school is in."""
        return self.access.year.id if self.access.year else None


async def provide_desk(
    db_session: NamedDependency[AsyncSession],
    access: NamedDependency[Access],
    students: NamedDependency[StudentRepository],
    guardians: NamedDependency[GuardianRepository],
) -> Desk:
    """The desk of the school at hand."""
    return Desk(db_session, access, students.school_id, students, guardians)


async def provide_typed(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> RegistrationForm:
    """The page as typed, nothing of it judged, for look-ups: without a script they show it whole."""
    form = await desk.read(request)
    form.likenesses = await desk.likenesses(form)
    form.guardian.likenesses = await desk.guardian_likenesses(form)
    if is_partial(request):
        await desk.find_guardian(form)
    else:
        await desk.offer(form)
    return form
