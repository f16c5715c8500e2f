"""A school's year on its own pages: for every enrollment the audit and its status history tell the same, in order."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import YearStatus
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from tests import factories
from tests.audit.test_recording import walk
from tests.factories import Cast
from tests.pages import Browser, Page
from tests.simat_files import SCHOOL, anexo_6a

pytestmark = pytest.mark.anyio
# The form of a page; the notice above it may have a button of its own.
FORM = "main form[method=post]:not([action*='/undo'])"
SignIn = Callable[[User], Awaitable[Browser]]


class Office:
    """The secretary and the principal at their screens."""

    def __init__(self, db: AsyncSession, cast: Cast, secretary: Browser, principal: Browser) -> None:
        self.db, self.cast, self.secretary, self.principal = db, cast, secretary, principal
        self.root = f"/schools/{cast.school.slug}"

    async def send(self, browser: Browser, path: str, form: str = FORM, **typed: Any) -> Page:
        """Open a form, fill it in and send it to where it goes."""
        page = await browser.get(f"{self.root}/{path}")
        assert page.status == 200, (path, page.text)
        target = str(page.all(form)[0].attributes.get("action") or f"{self.root}/{path}")
        answer = await browser.post(target, page.form(form) | typed)
        assert answer.status == 303, (path, " ".join(answer.texts("main"))[:600])
        return answer

    async def press(self, browser: Browser, path: str, **sent: Any) -> Page:
        """Press a button that needs no page."""
        answer = await browser.post(path if path.startswith("/") else f"{self.root}/{path}", sent)
        assert answer.status == 303, (path, " ".join(answer.texts("main"))[:600])
        return answer

    async def ask(self) -> Enrollment:
        """A pupil with a guardian who answers for them; the secretary asks for a place."""
        student = await factories.make_student(self.db, self.cast.school)
        await factories.make_guardian(self.db, self.cast.school, of=student, phone="3105550148")
        path = f"students/{student.id}/enrollments/new"
        await self.send(self.secretary, path, "#request", group_id=str(self.cast.group.id))
        return await self.of(student.id)

    async def of(self, student_id: Any) -> Enrollment:
        """The newest enrollment of a student, as it stands."""
        found = await self.all(Enrollment.student_id == student_id)
        return found[-1]

    async def all(self, *where: Any) -> list[Enrollment]:
        """The enrollments of the school, as they stand."""
        await enter_school(self.db, self.cast.school.id)
        statement = select(Enrollment).where(*where).order_by(Enrollment.id)
        return list(await self.db.scalars(statement, execution_options={"populate_existing": True}))

    async def approved(self) -> Enrollment:
        """Asked for and approved."""
        enrollment = await self.ask()
        await self.press(self.principal, f"enrollments/{enrollment.id}/approval")
        return await self.of(enrollment.student_id)


@pytest.fixture
async def office(db: AsyncSession, cast: Cast, sign_in: SignIn) -> Office:
    await enter_school(db, cast.school.id)
    cast.school.dane_code = SCHOOL
    await db.flush()
    return Office(db, cast, await sign_in(cast.secretary), await sign_in(cast.principal))


async def agree(office: Office, *, at_least: int) -> None:
    """Walk the events of every enrollment of the school beside its history, also of those in the bin."""
    enrollments = await office.all()
    told = list(await office.db.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert len(enrollments) >= at_least
    for enrollment in enrollments:
        own = [event for event in told if event.entity_id == enrollment.id]
        assert own[0].action == "created", "told from its beginning"
        walk(enrollment, own)
        statuses = [event.changes["status"][1] for event in own if "status" in event.changes]
        assert statuses[-1] == enrollment.status


async def test_what_is_asked_for_decided_and_taken_back(office: Office) -> None:
    first = await office.ask()
    await office.press(office.principal, f"enrollments/{first.id}/return", cause="data", reason="Look again.")
    await office.send(office.secretary, f"enrollments/{first.id}/edit", note="Done.")
    await office.press(office.secretary, f"enrollments/{first.id}/submission")
    await office.press(office.principal, f"enrollments/{first.id}/approval")
    await office.send(office.secretary, f"enrollments/{first.id}/withdrawal", withdrawal_reason="moved")
    await office.press(office.secretary, f"enrollments/{first.id}/undo")
    await office.send(office.secretary, f"enrollments/{first.id}/withdrawal", withdrawal_reason="work")
    await office.send(office.secretary, f"enrollments/{first.id}/re-enrollment")

    second = await office.ask()
    await office.send(office.secretary, f"enrollments/{second.id}/cancellation", note="Elsewhere.")

    pupils = [await office.ask() for _number in range(3)]
    marks = [f"{each.id}.{each.version}" for each in pupils]
    await office.press(office.principal, "enrollments/approvals", which="ticked", id=marks)
    await agree(office, at_least=5)


async def test_what_a_file_of_simat_and_the_end_of_a_year_make(office: Office) -> None:
    files = {"file": ("SIMAT.csv", anexo_6a(6), "text/csv")}
    uploaded = await office.secretary.post(f"{office.root}/imports", {"id": str(new_id())}, files=files)
    run = uploaded.location.removeprefix(f"{office.root}/")
    shown = await office.secretary.get(uploaded.location)
    done = await office.secretary.post(f"{office.root}/{run}/application", shown.form())
    assert done.status == 303, done.text
    own = await office.approved()
    await agree(office, at_least=7)

    deleted = (await office.all(Enrollment.status == Status.ACTIVE))[0]
    await office.send(office.secretary, f"enrollments/{deleted.id}/deletion")
    await agree(office, at_least=7)
    await office.send(office.secretary, f"bin/enrollments/{deleted.id}/restoration")
    other = await factories.make_group(office.db, office.cast.school, year=office.cast.year, campus=office.cast.campus)
    path = f"group-changes/new?enrollment={own.id}&group_id={other.id}"
    box = (await office.secretary.get(f"{office.root}/{path}")).all("input[name=enrollment]")[0]
    await office.send(office.secretary, path, enrollment=box.attributes["value"])
    await agree(office, at_least=7)


async def test_what_the_roll_over_makes_and_its_undo_takes_away(office: Office) -> None:
    pupils = [await office.approved() for _number in range(2)]
    year = await factories.make_year(
        office.db,
        office.cast.school,
        name="2027",
        starts_on=date(2027, 1, 18),
        ends_on=date(2027, 11, 26),
        status=YearStatus.PLANNING,
    )
    await factories.make_group(office.db, office.cast.school, year=year, campus=office.cast.campus, grade=7, code="A")
    address = f"years/{office.cast.year.id}/rollover"
    page = await office.principal.get(f"{office.root}/{address}?step=apply")
    await office.press(office.principal, f"{address}/application", **page.form())
    assert len(await office.all(Enrollment.year_id == year.id)) == len(pupils)
    await agree(office, at_least=4)
    await office.press(office.principal, f"{address}/undoing")
    await agree(office, at_least=2)


async def test_what_a_transfer_ends_here_and_begins_there(office: Office, sign_in: SignIn) -> None:
    await factories.make_year(office.db, office.cast.other_school)
    leaving = await office.approved()
    path = f"students/{leaving.student_id}/transfer?to={office.cast.other_school.id}"
    await office.send(office.secretary, path, "#transfer", note="Moves.")
    assert (await office.of(leaving.student_id)).status == Status.TRANSFERRED
    await agree(office, at_least=1)
    await enter_school(office.db, office.cast.other_school.id)
    [there] = list(await office.db.scalars(select(Enrollment)))
    told = list(await office.db.scalars(select(AuditEvent).where(AuditEvent.entity_id == there.id)))
    walk(there, told)
    assert [event.changes["status"] for event in told] == [[None, "submitted"]]


async def test_the_history_of_each_has_no_doubles(office: Office) -> None:
    """What the audit and the enrollment both tell of is one entry of the student's history."""
    enrollment = await office.approved()
    await office.send(
        office.secretary, f"enrollments/{enrollment.id}/withdrawal", withdrawal_reason="moved", note="To Bello."
    )
    page = await office.principal.get(f"{office.root}/students/{enrollment.student_id}/history")
    sentences = page.texts("#results tr td:nth-child(2) p.told")
    assert [sentence.partition(" the enrollment")[0].split()[-1] for sentence in sentences] == ["in", "approved", "for"]
    assert "«To Bello.»" in page.text
