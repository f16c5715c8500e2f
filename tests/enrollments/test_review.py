"""The review page: what it shows, of whom, and how many questions it asks."""

from datetime import date

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import AttachmentKind, Outcome, YearStatus
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from portal.enrollments import moves
from portal.schools.rules import ChecklistItem
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, ask_for_papers, look
from tests.factories import Cast
from tests.pages import FRAGMENT, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio


def queue_of(page: Page) -> list[str | None]:
    return [row.attributes["id"] for row in page.all("#queue > li")]


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/enrollments/review"


async def test_the_longest_waiting_comes_first_and_is_chosen(
    sign_in: SignIn, cast: Cast, waiting: Waiting, address: str
) -> None:
    first = await waiting(first_surname="Zapata")
    second = await waiting(first_surname="Arango")
    page = await (await sign_in(cast.principal)).get(address)
    assert page.status == 200
    assert queue_of(page) == [
        f"enrollment-{first.id}",
        f"enrollment-{second.id}",
    ]
    assert page.one("#queue > li[data-current]").attributes["id"] == f"enrollment-{first.id}"
    assert "Zapata" in page.one("#who").text()
    assert "2 to review" in page.one("h1").text()


async def test_the_address_names_the_chosen_one(sign_in: SignIn, cast: Cast, waiting: Waiting, address: str) -> None:
    await waiting()
    second = await waiting(first_surname="Arango", note="The family has moved.")
    browser = await sign_in(cast.principal)
    page = await browser.get(f"{address}?id={second.id}")
    assert "Arango" in page.one("#who").text()
    assert "The family has moved." in page.text
    fragment = await browser.get(f"{address}?id={second.id}", headers=FRAGMENT)
    assert fragment.is_fragment
    assert fragment.one("section#detail")
    assert not fragment.all("#queue")


@pytest.mark.parametrize("unknown", ["nonsense", "0", ""])
async def test_nonsense_in_the_address_is_ignored(
    sign_in: SignIn, cast: Cast, waiting: Waiting, address: str, unknown: str
) -> None:
    await waiting()
    browser = await sign_in(cast.principal)
    assert (await browser.get(f"{address}?id={unknown}&grade={unknown}&show={unknown}&after={unknown}")).status == 200
    assert (await browser.get(f"{address}?id={new_id()}")).status == 404


async def test_each_says_what_to_look_at(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    full = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, capacity=0)
    fine = await waiting()
    alone = await waiting(represented=False, first_surname="Bedoya")
    crowded = await waiting(group=full, first_surname="Cuesta")
    old = await waiting(birth_date=date(2010, 1, 1), first_surname="Duque")
    double = await waiting(document_number="777777", document_type="RC", first_surname="Estrada")
    await factories.make_student(db, cast.school, document_number="777777", document_type="TI")
    page = await (await sign_in(cast.principal)).get(address)
    said = dict(zip(queue_of(page), page.texts("#queue > li p"), strict=True))
    assert said[f"enrollment-{fine.id}"].endswith("new")
    assert "no legal representative" in said[f"enrollment-{alone.id}"]
    assert "no seat" in said[f"enrollment-{crowded.id}"]
    assert "unusual age" in said[f"enrollment-{old.id}"]
    assert "possible duplicate" in said[f"enrollment-{double.id}"]


async def test_the_tabs_keep_apart_those_with_and_without_remarks(
    sign_in: SignIn, cast: Cast, waiting: Waiting, address: str
) -> None:
    fine, alone = await waiting(), await waiting(represented=False)
    browser = await sign_in(cast.principal)
    for show, expected in (("clean", fine), ("remarks", alone)):
        page = await browser.get(f"{address}?show={show}")
        assert queue_of(page) == [f"enrollment-{expected.id}"]
    tabs = (await browser.get(address)).texts(".tabs a")
    assert tabs == ["To review 2", "Without remarks 1", "With remarks 1", "Sent back 0", "Decided today"]


async def test_the_grade_narrows_the_queue(sign_in: SignIn, cast: Cast, waiting: Waiting, address: str) -> None:
    sixth, ninth = await waiting(), await waiting(grade=9)
    page = await (await sign_in(cast.principal)).get(f"{address}?grade=9")
    assert queue_of(page) == [f"enrollment-{ninth.id}"]
    assert sixth.id != ninth.id


async def test_a_returning_pupil_is_known_by_the_last_grade(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    enrollment = await waiting()
    last = await factories.make_year(
        db, cast.school, name="2025", starts_on=date(2025, 1, 20), ends_on=date(2025, 11, 28), status=YearStatus.CLOSED
    )
    group = await factories.make_group(db, cast.school, year=last, campus=cast.campus, grade=5)
    student = await db.get_one(type(enrollment).student.property.mapper.class_, (cast.school.id, enrollment.student_id))
    await factories.make_enrollment(db, student, group=group, status=Status.COMPLETED, outcome=Outcome.PROMOTED)
    page = await (await sign_in(cast.principal)).get(address)
    assert "returning" in page.one("#queue > li p").text()
    assert "5th, Promoted" in page.text


async def test_one_sent_again_shows_why_it_came_back_and_what_was_corrected(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.RETURNED, by=cast.principal.id, at=now(), reason="The group is the wrong one.")
    moves.remember(enrollment, "Group: 6th A → 6th B", by=cast.secretary.id, at=now())
    moves.move(enrollment, Status.SUBMITTED, by=cast.secretary.id, at=now())
    await db.flush()
    page = await (await sign_in(cast.principal)).get(address)
    assert "sent again" in page.one("#queue > li p").text()
    assert "The group is the wrong one." in page.text
    assert "Group: 6th A → 6th B" in page.text


async def test_a_return_that_was_undone_leaves_no_trace_in_the_queue(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.RETURNED, by=cast.principal.id, at=now(), reason="It was the other one.")
    moves.undo(enrollment, by=cast.principal.id, at=now())
    await db.flush()
    page = await (await sign_in(cast.principal)).get(address)
    assert "sent again" not in page.one("#queue > li p").text()
    assert "It was the other one." not in page.one("#detail").text()


async def test_the_number_of_questions_does_not_grow_with_the_queue(
    app: Litestar, sign_in: SignIn, cast: Cast, waiting: Waiting, address: str
) -> None:
    browser = await sign_in(cast.principal)
    await waiting()
    with counted(app) as few:
        await browser.get(address)
    for _ in range(39):
        await waiting()
    with counted(app) as many:
        page = await browser.get(address)
    assert len(page.all("#queue > li")) == 40
    assert len(many) == len(few) <= 6


@pytest.mark.parametrize(("stops", "verdict"), [(True, "tone-red"), (False, "tone-amber")])
async def test_missing_documents_stop_or_are_remarked_as_the_school_says(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str, stops: bool, verdict: str
) -> None:
    asked = (ChecklistItem(AttachmentKind.IDENTITY_DOCUMENT), ChecklistItem(AttachmentKind.VACCINATION))
    await ask_for_papers(db, cast.school, *asked, documents_stop=stops)
    lacking, complete = await waiting(), await waiting()
    lacking.checklist = {"vaccination": True}
    complete.checklist = {"identity_document": True, "vaccination": True}
    await db.flush()
    browser = await sign_in(cast.principal)
    page = await browser.get(f"{address}?id={lacking.id}")
    said = dict(zip(queue_of(page), page.texts("#queue > li p"), strict=True))
    assert "1 document missing" in said[f"enrollment-{lacking.id}"]
    assert "missing" not in said[f"enrollment-{complete.id}"]
    assert f"Documents missing: {AttachmentKind.IDENTITY_DOCUMENT.label}" in page.one(f".checks li.{verdict}").text()
    assert [" ".join(line.split()[-3:]) for line in page.texts(".papers-lines li")] == [
        "Identity document Missing",
        "Seen on paper",
    ]
    answer = await browser.post(f"{address.removesuffix('review')}{lacking.id}/approval")
    assert answer.status == (422 if stops else 303)


async def test_how_unusual_an_age_is_the_school_says(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    await waiting(birth_date=date(2012, 1, 1))
    browser = await sign_in(cast.principal)
    assert "unusual age" not in (await browser.get(address)).text
    await ask_for_papers(db, cast.school, unusual_years=2)
    assert "unusual age" in (await browser.get(address)).text


async def test_the_schools_own_reasons_are_one_key_away(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    await waiting()
    browser = await sign_in(cast.principal)
    common = (await browser.get(address)).all("#return input[name=cause]")
    assert [choice.attributes["data-key"] for choice in common] == list("123456")
    await ask_for_papers(db, cast.school, return_reasons=("Falta el observador", "Sin paz y salvo"))
    assert (await browser.get(address)).texts("#return .form-check-label") == ["Falta el observador", "Sin paz y salvo"]


async def test_nothing_waits(sign_in: SignIn, cast: Cast, address: str) -> None:
    page = await (await sign_in(cast.principal)).get(address)
    assert page.status == 200
    assert "Everything has been reviewed" in page.text


async def test_only_the_principal_sees_it(sign_in: SignIn, cast: Cast, address: str) -> None:
    assert (await (await sign_in(cast.secretary)).get(address)).status == 403
    assert (await (await sign_in(cast.stranger)).get(address)).status == 404


async def test_another_schools_enrollment_is_not_shown(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    enrollment = await waiting()
    browser = await sign_in(cast.stranger)
    elsewhere = f"/schools/{cast.other_school.slug}/enrollments/review"
    assert (await browser.get(f"{elsewhere}?id={enrollment.id}")).status == 404
    assert (await look(db, enrollment)).status == Status.SUBMITTED
