"""A secretary registers a new student, with a guardian and an enrollment asked for, on one page."""

import uuid
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType, EnrollmentStatus, Gender, Grade, Relationship, Shift, YearStatus
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
LOOKUPS = ("", "/new/likenesses", "/new/guardians", "/new/guardian")


@pytest.fixture
async def secretary(sign_in: Callable[[User], Awaitable[Browser]], cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
def at(cast: Cast) -> str:
    """Where the form is sent."""
    return f"/schools/{cast.school.slug}/students"


async def kept(db: AsyncSession, cast: Cast, model: Any) -> list[Any]:
    await enter_school(db, cast.school.id)
    return list(await db.scalars(select(model).where(model.school_id == cast.school.id)))


async def nothing_is_kept(db: AsyncSession, cast: Cast) -> bool:
    return not [
        row for model in (Student, Guardian, StudentGuardian, Enrollment) for row in await kept(db, cast, model)
    ]


def summary(page: Page) -> dict[str, str]:
    return {str(link.attributes["href"]): " ".join(link.text().split()) for link in page.all("#errors a")}


async def test_a_student_alone_needs_six_fields(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    needed = ("document_type", "document_number", "first_surname", "first_name", "birth_date", "gender")
    answer = await secretary.post(at, {name: STUDENT[name] for name in needed})

    (student,) = await kept(db, cast, Student)
    assert (answer.status, answer.location) == (303, f"{at}/{student.id}")
    assert (student.document_type, student.document_number) == (DocumentType.TI, "1023456798")
    assert (student.first_surname, student.first_name, student.birth_date) == ("Núñez", "Ángela", date(2016, 3, 3))
    assert student.gender == Gender.F
    assert await kept(db, cast, Guardian) == []
    assert await kept(db, cast, Enrollment) == []


async def test_a_student_with_a_new_guardian_and_a_place_in_a_group(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    opened = await secretary.get(f"{at}/new")
    sent = opened.form() | STUDENT | GUARDIAN | {"enrollment-group_id": str(cast.group.id), "then": "submit"}
    answer = await secretary.post(at, sent)

    (student,) = await kept(db, cast, Student)
    (guardian,) = await kept(db, cast, Guardian)
    (tie,) = await kept(db, cast, StudentGuardian)
    (enrollment,) = await kept(db, cast, Enrollment)
    assert answer.location == f"{at}/{student.id}"
    assert str(student.id) == sent["id"]
    assert (guardian.full_name, guardian.document_number, guardian.phone) == (
        "Luz Marina Castaño Ríos",
        "43555210",
        "3105550148",
    )
    assert (tie.student_id, tie.guardian_id, tie.relationship) == (student.id, guardian.id, Relationship.MOTHER)
    assert tie.is_primary
    assert tie.is_legal_representative
    assert tie.may_collect
    assert tie.lives_with, "as the page proposes"
    assert (enrollment.student_id, enrollment.group_id, enrollment.year_id) == (student.id, cast.group.id, cast.year.id)
    assert (enrollment.grade, enrollment.campus_id, enrollment.shift) == (Grade.SIXTH, cast.campus.id, Shift.MORNING)
    assert enrollment.status == EnrollmentStatus.SUBMITTED
    assert [line["to"] for line in enrollment.status_history] == ["draft", "submitted"]
    assert {line["by"] for line in enrollment.status_history} == {str(cast.secretary.id)}
    assert enrollment.submitted_at is not None
    assert enrollment.number


async def test_the_record_says_what_happened(secretary: Browser, at: str, cast: Cast) -> None:
    answer = await secretary.post(at, STUDENT | {"enrollment-grade": "6"})
    assert "Registered. The enrollment was sent for review." in (await secretary.get(answer.location)).text


async def test_a_place_can_be_kept_as_a_draft(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    sent = STUDENT | {"enrollment-grade": "5", "enrollment-note": "Trae los papeles el lunes.", "then": "draft"}
    answer = await secretary.post(at, sent)
    (enrollment,) = await kept(db, cast, Enrollment)
    assert (enrollment.status, enrollment.grade, enrollment.group_id) == (EnrollmentStatus.DRAFT, Grade.FIFTH, None)
    assert enrollment.note == "Trae los papeles el lunes."
    assert "The enrollment is a draft" in (await secretary.get(answer.location)).text


async def test_without_a_place_nothing_is_sent_for_review(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    refused = await secretary.post(at, STUDENT | {"then": "submit"})
    assert refused.status == 422
    assert summary(refused) == {"#enrollment-grade": "Grade: Choose a grade or a group."}
    assert (await secretary.post(at, STUDENT | {"then": "draft"})).status == 303
    assert await kept(db, cast, Enrollment) == []


async def test_a_guardian_of_a_sibling_is_tied_and_not_written_again(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    samuel = await factories.make_student(db, cast.school, first_name="Samuel", middle_names=None)
    guardian = await factories.make_guardian(db, cast.school, of=samuel)
    answer = await secretary.post(at, STUDENT | {"guardian-id": str(guardian.id), "guardian-relationship": "mother"})
    assert answer.status == 303
    assert [row.id for row in await kept(db, cast, Guardian)] == [guardian.id]
    ties = {tie.student_id: tie for tie in await kept(db, cast, StudentGuardian)}
    assert len(ties) == 2
    mine = ties[uuid.UUID(answer.location.rsplit("/", 1)[1])]
    assert (mine.guardian_id, mine.is_primary, mine.may_collect) == (guardian.id, True, False)


async def test_a_wrong_form_names_everything_at_once_and_keeps_what_was_typed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    sent = {
        "id": str(uuid.uuid4()),
        "document_type": "TI",
        "document_number": "123",
        "first_name": "Ángela 2",
        "birth_date": "31/2/2016",
        "guardian-first_name": "Luz",
        "guardian-phone": "310",
        "enrollment-previous_school": "I.E. Santa Teresa",
        "enrollment-shift": "midnight",
    }
    answer = await secretary.post(at, sent)
    assert answer.status == 422
    assert answer.title.startswith("Error:")
    assert set(summary(answer)) == {
        "#first_surname",
        "#first_name",
        "#document_number",
        "#birth_date",
        "#gender",
        "#guardian-first_surname",
        "#guardian-phone",
        "#guardian-relationship",
        "#enrollment-grade",
        "#enrollment-shift",
    }
    for target in summary(answer):
        answer.one(target)
    again = answer.form()
    typed = {name: value for name, value in sent.items() if name != "enrollment-shift"}
    assert {name: again[name] for name in typed} == typed
    assert await nothing_is_kept(db, cast)


async def test_a_chosen_guardian_is_kept_through_errors(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    guardian = await factories.make_guardian(db, cast.school)
    answer = await secretary.post(at, {"guardian-id": str(guardian.id), "guardian-relationship": "aunt"})
    assert answer.status == 422
    assert answer.form()["guardian-id"] == str(guardian.id)
    assert answer.form()["guardian-relationship"] == "aunt"
    assert "Luz Marina Castaño Ríos" in answer.text


async def test_a_guardian_of_another_school_or_of_the_bin_cannot_be_tied(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    elsewhere = await factories.make_guardian(db, cast.other_school)
    for wanted in (str(elsewhere.id), "nonsense"):
        answer = await secretary.post(at, STUDENT | {"guardian-id": wanted, "guardian-relationship": "mother"})
        assert answer.status == 422
        assert "This guardian is no longer there." in summary(answer)["#guardian-q"]
    assert await nothing_is_kept(db, cast)


async def test_a_new_guardian_who_is_here_already_is_offered_instead(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    guardian = await factories.make_guardian(db, cast.school, document_number="43555210", first_name="Gloria")
    answer = await secretary.post(at, STUDENT | GUARDIAN)
    assert answer.status == 422
    assert list(summary(answer)) == ["#guardian-document_number"]
    assert "Gloria Marina Castaño Ríos" in summary(answer)["#guardian-document_number"]
    assert answer.one("button[name=guardian-id]").attributes["value"] == str(guardian.id)
    assert await kept(db, cast, Student) == []


@pytest.mark.parametrize(
    "contradiction",
    [{"enrollment-grade": "5"}, {"enrollment-shift": "afternoon"}, {"campus": ""}],
    ids=["grade", "shift", "campus"],
)
async def test_what_contradicts_the_group_is_refused(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, contradiction: dict[str, str]
) -> None:
    if "campus" in contradiction:
        contradiction = {"enrollment-campus_id": str((await factories.make_campus(db, cast.school)).id)}
    answer = await secretary.post(at, STUDENT | contradiction | {"enrollment-group_id": str(cast.group.id)})
    assert answer.status == 422
    assert list(summary(answer)) == [f"#{name}" for name in contradiction]
    assert await nothing_is_kept(db, cast)


@pytest.mark.parametrize("preset", [True, False])
async def test_a_group_of_next_year_says_its_year_whatever_the_page_had_preset(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, preset: bool
) -> None:
    planned = {"name": "2027", "starts_on": date(2027, 1, 18), "ends_on": date(2027, 11, 26)}
    year = await factories.make_year(db, cast.school, **planned, status=YearStatus.PLANNING)
    group = await factories.make_group(db, cast.school, year=year, campus=cast.campus)
    year_sent = {"enrollment-year_id": str(cast.year.id)} if preset else {}
    await secretary.post(at, STUDENT | year_sent | {"enrollment-group_id": str(group.id)})
    (enrollment,) = await kept(db, cast, Enrollment)
    assert (enrollment.year_id, enrollment.group_id) == (year.id, group.id)


async def test_a_group_of_another_school_cannot_be_chosen(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    year = await factories.make_year(db, cast.other_school)
    campus = await factories.make_campus(db, cast.other_school)
    group = await factories.make_group(db, cast.other_school, year=year, campus=campus)
    answer = await secretary.post(at, STUDENT | {"enrollment-group_id": str(group.id)})
    assert summary(answer) == {"#enrollment-group_id": "Group: Choose one of the list."}
    assert await nothing_is_kept(db, cast)


async def test_a_closed_year_takes_no_enrollments(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    await enter_school(db, cast.school.id)
    cast.year.status = YearStatus.CLOSED
    await db.flush()
    assert "No school year takes enrollments now." in (await secretary.get(f"{at}/new")).text
    answer = await secretary.post(at, STUDENT | {"enrollment-grade": "6"})
    assert answer.status == 422
    assert "No school year takes enrollments now." in answer.one("#errors").text()
    assert await nothing_is_kept(db, cast)


async def test_a_foreigners_card_needs_no_date_of_birth(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    sent = STUDENT | {"document_type": "CE", "document_number": "E987654", "birth_date": ""}
    assert (await secretary.post(at, sent)).status == 303
    assert (await kept(db, cast, Student))[0].birth_date is None


@pytest.mark.parametrize("name", ["D'Andréis", "O'Neill", "Ñusta", "De la Hoz"])
async def test_names_are_kept_as_typed(secretary: Browser, at: str, db: AsyncSession, cast: Cast, name: str) -> None:
    await secretary.post(at, STUDENT | {"first_surname": name})
    assert (await kept(db, cast, Student))[0].first_surname == name


@pytest.mark.parametrize("name", ["document_number", "first_surname", "first_name", "per_id", "guardian-first_name"])
@pytest.mark.parametrize(
    "value", ["x\x00y", "9" * 300_000, "😀", "' OR 1=1 --", "%"], ids=["nul", "long", "emoji", "sql", "%"]
)
async def test_what_no_record_can_hold_is_an_error_beside_its_field(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, name: str, value: str
) -> None:
    answer = await secretary.post(at, STUDENT | GUARDIAN | {name: value})
    assert answer.status == 422
    assert list(summary(answer)) == [f"#{name}"]
    for where in LOOKUPS[1:]:
        assert (await secretary.post(f"{at}{where}", STUDENT | {name: value}, headers=FRAGMENT)).status == 200
    assert await nothing_is_kept(db, cast)


async def test_fields_that_the_form_has_not_are_ignored(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    extra = {"school_id": str(cast.other_school.id), "version": "7", "deleted_at": "2026-01-01", "eps": "Sura"}
    assert (await secretary.post(at, STUDENT | extra)).status == 303
    (student,) = await kept(db, cast, Student)
    assert (student.version, student.deleted_at, student.eps) == (1, None, None)


# --- Once is once ---------------------------------------------------------------------------------------------------


async def test_the_same_form_again_gives_the_same_answer(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    sent = STUDENT | GUARDIAN | {"id": str(uuid.uuid4()), "enrollment-grade": "6"}
    first = await secretary.post(at, sent)
    again = await secretary.post(at, sent)
    assert (again.status, again.location) == (303, first.location)
    for model in (Student, Guardian, StudentGuardian, Enrollment):
        assert len(await kept(db, cast, model)) == 1


@pytest.mark.parametrize(
    "other",
    [{"first_name": "Angélica"}, {"guardian-phone": "3001234567"}, {"enrollment-grade": "7"}, {"then": "draft"}],
    ids=["student", "guardian", "enrollment", "button"],
)
async def test_the_same_id_with_other_content_is_a_conflict(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, other: dict[str, str]
) -> None:
    sent = STUDENT | GUARDIAN | {"id": str(uuid.uuid4()), "enrollment-grade": "6"}
    await secretary.post(at, sent)
    answer = await secretary.post(at, sent | other)
    assert answer.status == 409
    assert "This form has registered a student already" in answer.text
    (student,) = await kept(db, cast, Student)
    assert student.first_name == "Ángela"


# --- Is this person here already? -----------------------------------------------------------------------------------


async def test_a_document_that_is_here_already_is_always_an_error(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    there = await factories.make_student(db, cast.school, document_type=DocumentType.RC, document_number="1023456798")
    answer = await secretary.post(at, STUDENT | {"not_duplicate": "1"})
    assert answer.status == 422
    assert list(summary(answer)) == ["#document_number"]
    ways = [link.attributes["href"] for link in answer.all("#likenesses article a")]
    assert ways == [f"{at}/{there.id}", f"{at}/{there.id}/enrollments/new"]
    assert answer.all("#not_duplicate") == []


async def test_a_likely_duplicate_must_be_looked_at_and_can_be_confirmed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_student(db, cast.school, birth_date=date(2016, 3, 3))
    refused = await secretary.post(at, STUDENT)
    assert refused.status == 422
    assert list(summary(refused)) == ["#not_duplicate"]
    assert len(refused.all("#likenesses article")) == 1
    confirmed = await secretary.post(at, refused.form() | {"not_duplicate": "1", "then": "draft"})
    assert confirmed.status == 303
    assert len(await kept(db, cast, Student)) == 2


async def test_a_per_id_that_is_here_already_is_an_error(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_student(db, cast.school, first_surname="Zapata", per_id="880011")
    answer = await secretary.post(at, STUDENT | {"per_id": "880011"})
    assert list(summary(answer)) == ["#per_id"]


# --- Who may, and how it is asked -----------------------------------------------------------------------------------


@pytest.mark.parametrize("where", LOOKUPS)
async def test_others_can_neither_register_nor_look_up(
    sign_in: Callable[[User], Awaitable[Browser]], at: str, db: AsyncSession, cast: Cast, where: str
) -> None:
    for user in (cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(user)).post(f"{at}{where}", STUDENT)).status == 403
    assert (await (await sign_in(cast.stranger)).post(f"{at}{where}", STUDENT)).status == 404
    forged = await (await sign_in(cast.secretary)).post(f"{at}{where}", STUDENT, headers=FORGED)
    assert forged.status == 403
    assert await nothing_is_kept(db, cast)


async def test_the_page_is_for_those_who_may_register(
    sign_in: Callable[[User], Awaitable[Browser]], at: str, cast: Cast
) -> None:
    assert (await (await sign_in(cast.principal)).get(f"{at}/new")).status == 200
    assert (await (await sign_in(cast.viewer)).get(f"{at}/new")).status == 403
    assert (await (await sign_in(cast.stranger)).get(f"{at}/new")).status == 404


async def test_htmx_gets_the_form_alone_and_is_redirected_by_header(secretary: Browser, at: str) -> None:
    wrong = await secretary.post(at, {}, headers=FRAGMENT)
    assert (wrong.status, wrong.is_fragment) == (422, True)
    assert len(wrong.all("form#registration")) == 1
    assert wrong.all("main") == []
    right = await secretary.post(at, STUDENT, headers=FRAGMENT)
    assert right.status == 200
    assert right.response.headers["hx-redirect"].startswith(f"{at}/")


async def test_a_look_up_writes_nothing(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    for where in LOOKUPS[1:]:
        for headers in ({}, FRAGMENT):
            assert (await secretary.post(f"{at}{where}", STUDENT | GUARDIAN, headers=headers)).status == 200
    counted = await db.scalar(select(func.count()).select_from(Student))
    assert counted == 0
