"""A student's guardians: added, corrected and taken away from the record."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType, Relationship
from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
FATHER = {
    "first_surname": "Núñez",
    "second_surname": "Posada",
    "first_name": "Jorge",
    "middle_names": "Iván",
    "document_type": "CC",
    "document_number": "71.555.210",
    "phone": "301 555 0199",
    "relationship": "father",
    "may_see_records": "y",
}


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school)


@pytest.fixture
async def mother(db: AsyncSession, cast: Cast, student: Student) -> Guardian:
    return await factories.make_guardian(db, cast.school, of=student)


@pytest.fixture
def at(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/guardians"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def ties(db: AsyncSession, student: Student) -> list[StudentGuardian]:
    """As stored, in the order of calling."""
    await enter_school(db, student.school_id)
    statement = (
        select(StudentGuardian)
        .where(StudentGuardian.student_id == student.id)
        .order_by(StudentGuardian.contact_order)
        .execution_options(populate_existing=True)
    )
    return list(await db.scalars(statement))


async def stored(db: AsyncSession, guardian: Guardian) -> Guardian:
    await enter_school(db, guardian.school_id)
    await db.refresh(guardian)
    return guardian


async def opened(browser: Browser, at: str, tie: StudentGuardian) -> dict[str, str]:
    """The guardian's form in its place, as it would be sent."""
    return (await browser.get(f"{at}/{tie.id}/edit", headers=FRAGMENT)).form("form.is-editing")


# --- Adding -------------------------------------------------------------------------------------------------------


async def test_the_first_guardian_is_the_primary_one(
    secretary: Browser, db: AsyncSession, student: Student, at: str
) -> None:
    form = (await secretary.get(f"{at}/new")).form()
    assert "is_primary" not in form
    usual = ("is_legal_representative", "lives_with", "may_collect", "may_see_records")
    assert {name: form.pop(name, None) for name in usual} == dict.fromkeys(usual, "y"), "ticked to begin with"
    answer = await secretary.post(at, form | FATHER)
    assert (answer.status, answer.location) == (303, at)
    (tie,) = await ties(db, student)
    assert (tie.is_primary, tie.contact_order, tie.relationship) == (True, 1, Relationship.FATHER)
    assert (tie.may_see_records, tie.may_collect, tie.is_legal_representative) == (True, False, False)
    guardian = await db.get(Guardian, (student.school_id, tie.guardian_id))
    assert guardian is not None
    assert (guardian.full_name, guardian.phone) == ("Jorge Iván Núñez Posada", "3015550199")
    page = await secretary.get(at)
    assert "The guardian was added." in page.text
    assert "301 555 0199" in page.text
    assert "May not collect the student" in page.text


async def test_a_second_one_is_primary_only_when_asked_for(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    form = (await secretary.get(f"{at}/new")).form()
    assert (await secretary.post(at, form | FATHER)).status == 303
    assert [tie.is_primary for tie in await ties(db, student)] == [True, False]
    form = (await secretary.get(f"{at}/new")).form()
    aunt = FATHER | {"first_name": "Amparo", "document_number": "43555211", "relationship": "aunt", "is_primary": "y"}
    assert (await secretary.post(at, form | aunt)).status == 303
    assert [tie.is_primary for tie in await ties(db, student)] == [False, False, True]


@pytest.mark.parametrize("typed", ["luz castano", "43.000.111", "310 555 0148", "3105550148", "RÍOS lu"])
async def test_one_who_is_here_already_is_found_while_typing(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str, typed: str
) -> None:
    sibling = await factories.make_student(db, cast.school, first_name="Samuel")
    luz = await factories.make_guardian(db, cast.school, of=sibling, document_number="43000111")
    found = await secretary.get(f"{at}/candidates", params={"q": typed}, headers=FRAGMENT)
    assert found.is_fragment
    assert "Luz Marina Castaño Ríos" in found.text
    assert "CC 43.000.111 · 310 555 0148" in found.text
    assert "Also guardian of Samuel" in found.text
    assert found.all(f"a[href='{at}/new?guardian_id={luz.id}']")
    whole = await secretary.get(f"{at}/new", params={"q": typed})
    assert "Luz Marina Castaño Ríos" in whole.text


@pytest.mark.parametrize("typed", ["", "  ", "zzz", "%", "_", "\\", "'", "\x00"])
async def test_what_means_nobody_finds_nobody(secretary: Browser, mother: Guardian, at: str, typed: str) -> None:
    found = await secretary.get(f"{at}/candidates", params={"q": typed}, headers=FRAGMENT)
    assert found.status == 200
    assert not found.all("a")


async def test_one_who_is_here_already_is_chosen_and_tied(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    sibling = await factories.make_student(db, cast.school, first_name="Samuel")
    form = (await secretary.get(f"{at.replace(str(student.id), str(sibling.id))}/new?guardian_id={mother.id}")).form()
    assert "first_surname" not in form
    answer = await secretary.post(
        at.replace(str(student.id), str(sibling.id)), form | {"relationship": "mother", "lives_with": "y"}
    )
    assert answer.status == 303
    (tie,) = await ties(db, sibling)
    assert (tie.guardian_id, tie.is_primary, tie.lives_with) == (mother.id, True, True)
    assert "Also guardian of Samuel" in (await secretary.get(at)).text


async def test_a_wrong_new_guardian_comes_back_with_everything_that_is_wrong(
    secretary: Browser, db: AsyncSession, student: Student, at: str
) -> None:
    form = (await secretary.get(f"{at}/new")).form()
    wrong = {"first_surname": "😀", "first_name": "", "document_type": "", "document_number": "71555210", "phone": "12"}
    for headers in ({}, FRAGMENT):
        answer = await secretary.post(at, form | wrong, headers=headers)
        assert (answer.status, answer.is_fragment) == (422, bool(headers))
        assert {link.attributes["href"] for link in answer.all("#errors a")} == {
            f"#guardian-{name}" for name in (*wrong, "relationship") if name != "document_number"
        }
        assert answer.one("#guardian-first_surname").attributes["value"] == "😀"
        assert answer.one("#guardian-document_number").attributes["value"] == "71555210"
    assert await ties(db, student) == []


async def test_a_document_that_is_here_already_offers_whose_it_is(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    mother.document_number = "71555210"
    await db.flush()
    form = (await secretary.get(f"{at}/new")).form()
    answer = await secretary.post(at, form | FATHER)
    assert answer.status == 422
    assert "This is the document of Luz Marina Castaño Ríos" in answer.one("#guardian-document_number-error").text()
    assert answer.all(f"a[href='{at}/new?guardian_id={mother.id}']")
    assert len(await ties(db, student)) == 1


async def test_a_form_sent_twice_adds_one_guardian_and_other_content_is_a_conflict(
    secretary: Browser, db: AsyncSession, student: Student, at: str
) -> None:
    form = (await secretary.get(f"{at}/new")).form() | FATHER
    assert [(await secretary.post(at, form)).status for _ in range(3)] == [303, 303, 303]
    assert (await secretary.post(at, form | {"phone": "3015550100"})).status == 409
    assert len(await ties(db, student)) == 1


async def test_nobody_is_tied_twice_to_one_student(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    again = {"guardian_id": str(mother.id), "relationship": "mother", "is_legal_representative": "y"}
    assert (await secretary.post(at, again)).status == 303
    answer = await secretary.post(at, again | {"relationship": "aunt"})
    assert answer.status == 422
    assert "is a guardian of the student already" in answer.text
    assert len(await ties(db, student)) == 1


async def test_a_guardian_of_another_school_cannot_be_chosen(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, at: str
) -> None:
    foreign = await factories.make_guardian(db, cast.other_school)
    for wanted in (str(foreign.id), "nonsense"):
        answer = await secretary.post(at, {"guardian_id": wanted, "relationship": "mother"})
        assert answer.status == 422
        assert "no longer there" in answer.text
    assert await ties(db, student) == []


# --- Correcting ---------------------------------------------------------------------------------------------------


async def test_a_secretary_corrects_a_guardian_in_its_place(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    """T2: from the record, open, type and save, without leaving the page."""
    (tie,) = await ties(db, student)
    record = await secretary.get(at.removesuffix("/guardians"))
    link = record.one(f"#guardian-{tie.id} .person a[hx-get]").attributes
    form = await secretary.get(str(link["hx-get"]), headers=FRAGMENT)
    assert form.is_fragment
    assert form.one("[data-focus]").attributes["name"] == "phone"
    answer = await secretary.post(str(link["hx-get"]), form.form("form") | {"phone": "310 555 0199"}, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (200, True)
    assert "310 555 0199" in answer.one(f"#guardian-{tie.id}").text()
    assert answer.one(f"#guardian-{tie.id} a[data-focus]")
    assert answer.one("[data-announce]").attributes["data-announce"] == "The guardian was saved."
    assert (await stored(db, mother)).phone == "3105550199"


async def test_without_a_script_it_is_a_page(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    (tie,) = await ties(db, student)
    page = await secretary.get(f"{at}/{tie.id}/edit")
    assert not page.is_fragment
    sent = page.form() | {"relationship": "grandmother", "may_collect": "y"}
    answer = await secretary.post(f"{at}/{tie.id}/edit", sent)
    assert (answer.status, answer.location) == (303, at)
    (tie,) = await ties(db, student)
    assert (tie.relationship, tie.may_collect, tie.is_primary) == (Relationship.GRANDMOTHER, True, True)


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_wrong_correction_comes_back_as_typed(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str, headers: dict[str, str]
) -> None:
    (tie,) = await ties(db, student)
    sent = await opened(secretary, at, tie)
    answer: Page = await secretary.post(
        f"{at}/{tie.id}/edit", sent | {"phone": "310 555 014", "first_name": ""}, headers=headers
    )
    assert (answer.status, answer.is_fragment) == (422, bool(headers))
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {
        "#guardian-phone",
        "#guardian-first_name",
    }
    assert answer.one("#guardian-phone").attributes["value"] == "310 555 014"
    assert (await stored(db, mother)).version == 1


async def test_making_one_primary_unmakes_the_other(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    father = await factories.make_guardian(db, cast.school, first_name="Jorge")
    tie = await factories.make_tie(
        db, student, father, relationship=Relationship.FATHER, is_primary=False, contact_order=2
    )
    answer = await secretary.post(
        f"{at}/{tie.id}/edit", await opened(secretary, at, tie) | {"is_primary": "y"}, headers=FRAGMENT
    )
    assert answer.status == 200
    assert "primary guardian" in answer.one(f"#guardian-{tie.id}").text()
    assert [tie.is_primary for tie in await ties(db, student)] == [False, True]
    assert "is_primary" not in await opened(secretary, at, tie)


async def test_a_document_of_another_guardian_is_refused(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    await factories.make_guardian(db, cast.school, document_type=DocumentType.TI, document_number="7155521000")
    (tie,) = await ties(db, student)
    answer = await secretary.post(
        f"{at}/{tie.id}/edit", await opened(secretary, at, tie) | {"document_number": "7155521000"}
    )
    assert answer.status == 422
    assert "who is here already" in answer.one("#guardian-document_number-error").text()


async def test_two_who_correct_one_guardian_see_both_versions(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    (tie,) = await ties(db, student)
    sent = await opened(secretary, at, tie)
    edit = f"{at}/{tie.id}/edit"
    assert (await secretary.post(edit, sent | {"phone": "3105550184", "lives_with": "y"})).status == 303
    answer = await secretary.post(edit, sent | {"phone": "3105550149"}, headers=FRAGMENT)
    assert answer.status == 409
    assert answer.texts("tbody th") == ["Mobile phone"]
    assert "Lives with the student (you)" in answer.texts("#conflict dt")[0]
    assert (await secretary.post(edit, answer.form("#conflict form"))).status == 303
    (tie,) = await ties(db, student)
    assert (tie.lives_with, tie.is_legal_representative, tie.is_primary) == (True, True, True)
    assert (await stored(db, mother)).phone == "3105550149"


# --- Taking away --------------------------------------------------------------------------------------------------


async def test_the_order_of_calling_is_given_by_a_number(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    for number, name in ((2, "Beatriz"), (3, "Carlos")):
        other = await factories.make_guardian(db, cast.school, first_name=name, document_number=f"520000{number}")
        await factories.make_tie(db, student, other, is_primary=False, contact_order=number)
    first, second, third = await ties(db, student)
    form = await opened(secretary, at, third)
    assert form["contact_order"] == "3"
    assert (await secretary.post(f"{at}/{third.id}/edit", form | {"contact_order": "1"})).status == 303
    assert [tie.id for tie in await ties(db, student)] == [third.id, first.id, second.id]
    assert [tie.is_primary for tie in await ties(db, student)] == [False, True, False]
    page = await secretary.get(at)
    assert [name.split()[0] for name in page.texts("article .name")] == ["Luz", "Carlos", "Beatriz"], (
        "the primary first"
    )
    assert [line[-1] for line in page.texts("article > .lines li:last-child")] == ["2", "1", "3"]
    form = await opened(secretary, at, third)
    assert (await secretary.post(f"{at}/{third.id}/edit", form | {"contact_order": "9"})).status == 303
    assert [(tie.id, tie.contact_order) for tie in await ties(db, student)] == [
        (first.id, 1),
        (second.id, 2),
        (third.id, 3),
    ]
    for wrong in ("0", "", "first", "100"):
        form = await opened(secretary, at, third)
        answer = await secretary.post(f"{at}/{third.id}/edit", form | {"contact_order": wrong})
        assert (answer.status, answer.texts("#errors a") != []) == (422, True), wrong


async def test_taking_away_asks_once_and_the_next_becomes_primary(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    for number, name in ((3, "Tercera"), (2, "Segunda")):
        other = await factories.make_guardian(db, cast.school, first_name=name)
        await factories.make_tie(db, student, other, is_primary=False, contact_order=number)
    (first, *_rest) = await ties(db, student)
    question = await secretary.get(f"{at}/{first.id}/removal", headers=FRAGMENT)
    assert "Take Luz Marina Castaño Ríos from this student's guardians?" in question.text
    assert "Segunda Marina Castaño Ríos becomes the primary guardian." in question.text
    assert len(await ties(db, student)) == 3
    answer = await secretary.post(f"{at}/{first.id}/removal", headers=FRAGMENT)
    assert answer.status == 200
    assert "The guardian's own record is kept" in str(answer.one("[data-announce]").attributes["data-announce"])
    assert [(tie.contact_order, tie.is_primary) for tie in await ties(db, student)] == [(2, True), (3, False)]
    assert (await stored(db, mother)).deleted_at is None


async def test_the_last_one_leaves_nobody(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    (tie,) = await ties(db, student)
    answer = await secretary.post(f"{at}/{tie.id}/removal")
    assert (answer.status, answer.location) == (303, at)
    assert await ties(db, student) == []
    assert "Nobody answers for this student yet." in (await secretary.get(at)).text
    assert (await secretary.post(f"{at}/{tie.id}/removal")).status == 404


# --- Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("coordinator", 403), ("teacher", 403), ("stranger", 404)]
)
async def test_who_may_not_write_changes_nothing(
    sign_in: SignIn,
    db: AsyncSession,
    cast: Cast,
    student: Student,
    mother: Guardian,
    at: str,
    role: str,
    status: int,
) -> None:
    await factories.make_enrollment(db, student, group=cast.group)
    (tie,) = await ties(db, student)
    browser = await sign_in(getattr(cast, role))
    for address in (f"{at}/new", f"{at}/candidates?q=luz", f"{at}/{tie.id}/edit", f"{at}/{tie.id}/removal"):
        assert (await browser.get(address)).status == status, address
    for address in (at, f"{at}/{tie.id}/edit", f"{at}/{tie.id}/removal"):
        assert (await browser.post(address, FATHER)).status == status, address
    assert len(await ties(db, student)) == 1
    assert (await stored(db, mother)).version == 1


async def test_a_forged_form_is_refused(
    secretary: Browser, db: AsyncSession, student: Student, mother: Guardian, at: str
) -> None:
    (tie,) = await ties(db, student)
    for address in (at, f"{at}/{tie.id}/edit", f"{at}/{tie.id}/removal"):
        assert (await secretary.post(address, FATHER, headers=FORGED)).status == 403
    assert len(await ties(db, student)) == 1


async def test_a_teacher_is_not_told_of_pupils_in_other_groups(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    await factories.make_enrollment(db, student, group=cast.group)
    await factories.make_tie(db, await factories.make_student(db, cast.school, first_name="Samuel"), mother)
    page = await (await sign_in(cast.teacher)).get(at)
    assert "Luz Marina Castaño Ríos" in page.text
    assert "Samuel" not in page.response.text
    assert "Samuel" in (await (await sign_in(cast.viewer)).get(at)).text


async def test_another_students_guardian_is_not_reached_through_this_one(
    secretary: Browser, db: AsyncSession, cast: Cast, student: Student, mother: Guardian, at: str
) -> None:
    other = await factories.make_student(db, cast.school)
    (tie,) = await ties(db, student)
    assert (await secretary.get(f"{at.replace(str(student.id), str(other.id))}/{tie.id}/edit")).status == 404
