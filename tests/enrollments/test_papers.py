"""The school's checklist: ticked at the request, at the correction, and when late papers come."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import AttachmentKind, Grade
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from portal.enrollments.papers import papers
from portal.schools.rules import ChecklistItem
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, ask_for_papers, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Page

pytestmark = pytest.mark.anyio

IDENTITY, VACCINATION, REPORTS = (
    AttachmentKind.IDENTITY_DOCUMENT,
    AttachmentKind.VACCINATION,
    AttachmentKind.REPORT_CARD,
)
CHECKLIST = (
    ChecklistItem(IDENTITY),
    ChecklistItem(VACCINATION, is_required=False),
    ChecklistItem(REPORTS, grades=(Grade.SIXTH, Grade.SEVENTH)),
)


def test_a_paper_is_there_when_it_is_filed_or_was_seen() -> None:
    found = papers(CHECKLIST, Grade.SIXTH, filed={"identity_document"}, seen={"vaccination": True})
    assert [(paper.kind, paper.is_there, paper.is_missing) for paper in found] == [
        (IDENTITY, True, False),
        (VACCINATION, True, False),
        (REPORTS, False, True),
    ]
    assert [paper.kind for paper in papers(CHECKLIST, Grade.FIRST, filed=(), seen={})] == [IDENTITY, VACCINATION]
    assert [paper.grades for paper in papers(CHECKLIST, None, filed=(), seen={})] == [(), (), CHECKLIST[2].grades]


def values(page: Page, selector: str) -> list[str | None]:
    return [node.attributes["value"] for node in page.all(selector)]


@pytest.fixture
async def checklist(db: AsyncSession, cast: Cast) -> None:
    await ask_for_papers(db, cast.school, *CHECKLIST)


@pytest.mark.usefixtures("checklist")
async def test_papers_are_ticked_with_the_request(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    student = await factories.make_student(db, cast.school)
    browser = await sign_in(cast.secretary)
    address = f"/schools/{cast.school.slug}/students/{student.id}/enrollments/new"
    page = await browser.get(address)
    assert values(page, "[name=checklist][type=checkbox]") == [IDENTITY, VACCINATION, REPORTS]
    sent = page.form("#request") | {"group_id": str(cast.group.id), "checklist": "report_card"}
    answer = await browser.post(address, sent)
    assert answer.status == 303
    shown = await browser.get(f"{answer.location}/checklist")
    assert values(shown, "[name=checklist][checked]") == [REPORTS]


@pytest.mark.usefixtures("checklist")
async def test_the_choice_of_a_grade_narrows_groups_and_papers(sign_in: SignIn, cast: Cast, db: AsyncSession) -> None:
    student = await factories.make_student(db, cast.school)
    first = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, grade=Grade.FIRST)
    browser = await sign_in(cast.secretary)
    address = f"/schools/{cast.school.slug}/students/{student.id}/enrollments/new"
    whole = await browser.get(address)
    assert [head.attributes["label"] for head in whole.all("#group_id optgroup")] == ["1st", "6th"]
    sent = {"grade": "1", "group_id": str(cast.group.id), "year_id": str(cast.year.id)}
    page = await browser.post(f"{address}/place", sent, headers=FRAGMENT)
    assert page.is_fragment
    assert values(page, "#group_id option") == ["", str(first.id)]
    assert values(page, "[name=checklist][type=checkbox]") == [IDENTITY, VACCINATION]
    page = await browser.post(f"{address}/place?papers=1", sent, headers=FRAGMENT)
    assert not page.all("select"), "what is being chosen is never swapped"
    assert values(page, "[name=checklist][type=checkbox]") == [IDENTITY, VACCINATION, REPORTS], "as the group says"
    assert not (await browser.post(f"{address}/place", sent)).is_fragment


@pytest.mark.usefixtures("checklist")
async def test_late_papers_are_ticked_after_the_approval(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.ACTIVE, by=cast.principal.id, at=now(), starts_on=cast.year.starts_on)
    await db.flush()
    history = enrollment.status_history
    browser = await sign_in(cast.secretary)
    address = f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/checklist"
    assert (await browser.get(address, headers=FRAGMENT)).is_fragment
    form = (await browser.get(address)).form("#checklist")
    assert (await browser.post(address, form | {"checklist": "identity_document,nonsense,photo"})).status == 303
    seen = await look(db, enrollment)
    assert (seen.checklist, seen.status_history) == ({"identity_document": True}, history)
    assert (await browser.post(address, form | {"checklist": "vaccination"})).status == 409
    assert (await browser.post(address, {"version": seen.version})).status == 303
    assert (await look(db, enrollment)).checklist == {"identity_document": True}


@pytest.mark.usefixtures("checklist")
async def test_only_the_office_ticks_papers(sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting) -> None:
    enrollment = await waiting()
    address = f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/checklist"
    sent = {"checklist": "identity_document", "version": enrollment.version}
    for person in (cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(address, sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(address, sent)).status == 404
    assert (await (await sign_in(cast.secretary)).post(address, sent, headers=FORGED)).status == 403
    assert (await look(db, enrollment)).checklist == {}


async def test_a_school_that_asks_for_nothing_says_so(sign_in: SignIn, cast: Cast, waiting: Waiting) -> None:
    enrollment = await waiting()
    page = await (await sign_in(cast.secretary)).get(
        f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/checklist"
    )
    assert "asks for no documents in this grade" in page.text


@pytest.mark.usefixtures("checklist")
async def test_papers_that_speak_of_health_are_not_for_everybody(sign_in: SignIn, cast: Cast, waiting: Waiting) -> None:
    address = f"/schools/{cast.school.slug}/enrollments/{(await waiting()).id}"
    assert str(VACCINATION.label) in (await (await sign_in(cast.secretary)).get(address)).one("#papers").text()
    seen = (await (await sign_in(cast.viewer)).get(address)).one("#papers").text()
    assert str(IDENTITY.label) in seen
    assert str(VACCINATION.label) not in seen
