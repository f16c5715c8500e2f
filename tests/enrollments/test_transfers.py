"""A pupil goes to another school of the installation, or outside: one transaction over both, and back again."""

from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import Attachment
from portal.catalogs.codes import AttachmentKind, DocumentType, Relationship, YearStatus
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student
from tests import factories
from tests.enrollments.conftest import SignIn
from tests.enrollments.transfers import Leaving, make_leaving, pictured
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio


@pytest.fixture
async def leaving(db: AsyncSession, app: Litestar, cast: Cast) -> Leaving:
    return await make_leaving(db, app, cast)


@pytest.fixture
async def secretary(sign_in: SignIn, leaving: Leaving) -> Browser:
    return await sign_in(leaving.cast.secretary)


async def form_of(browser: Browser, leaving: Leaving, **more: Any) -> dict[str, Any]:
    return {**(await browser.get(leaving.to)).form("#transfer"), **more}


async def test_a_school_is_found_by_name_dane_code_or_municipality(secretary: Browser, leaving: Leaving) -> None:
    other = leaving.cast.other_school
    await enter_school(leaving.db, other.id)
    other.name, other.municipality_code = "Institución Santa Teresa", "05001"
    await leaving.db.flush()
    for q in ("teresa", "SANTA institucion", str(other.dane_code), "medellín", "santa antioquia"):
        page = await secretary.get(f"{leaving.address}?q={q}")
        assert page.texts("#found a") == ["Institución Santa Teresa"]
        assert page.texts("#found p") == [f"DANE {other.dane_code} · Medellín, Antioquia"]
    for q in ("", "sa", "a e i", "zzz", leaving.cast.school.name[:6] + "zz"):
        assert (await secretary.get(f"{leaving.address}?q={q}")).all("#found a") == []
    await enter_school(leaving.db, other.id)
    other.is_active = False
    await leaving.db.flush()
    assert (await secretary.get(f"{leaving.address}?q=teresa", headers=FRAGMENT)).all("#found a") == []
    assert (await secretary.get(leaving.to)).status == 404


async def test_the_pupil_is_transferred_and_both_histories_name_each_other(
    secretary: Browser, leaving: Leaving
) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    page = await secretary.get(leaving.to)
    assert "Luz Marina Castaño Ríos" in page.text
    assert "2 files" in page.text
    answer = await secretary.post(leaving.address, {**page.form("#transfer"), "ends_on": "5/6/2026", "note": "Moves."})
    assert answer.location == f"/schools/{cast.school.slug}/enrollments/{leaving.enrollment.id}"

    [theirs] = await leaving.at(other, Enrollment)
    assert (theirs.status, theirs.number, theirs.grade) == (Status.SUBMITTED, "2026-00001", leaving.enrollment.grade)
    assert (theirs.year_id, theirs.group_id, theirs.note) == (leaving.there.id, None, "Moves.")
    assert theirs.previous_school == cast.school.name
    assert (theirs.counterpart_school_id, theirs.counterpart_id) == (cast.school.id, leaving.enrollment.id)
    [line] = theirs.status_history
    assert line["reason"] == (
        f"Transfer from {cast.school.name} (DANE {cast.school.dane_code}), enrollment {leaving.enrollment.number}"
    )

    hers = await leaving.hers()
    assert (hers.status, hers.ends_on) == (Status.TRANSFERRED, date(2026, 6, 5))
    assert (hers.destination_name, hers.destination_dane_code) == (other.name, other.dane_code)
    assert (hers.counterpart_school_id, hers.counterpart_id) == (other.id, theirs.id)
    line = hers.status_history[-1]
    assert line["reason"] == f"To {other.name} (DANE {other.dane_code}), enrollment 2026-00001. Moves."


async def test_the_record_goes_along(secretary: Browser, leaving: Leaving, app: Litestar) -> None:
    other = leaving.cast.other_school
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    [student] = await leaving.at(other, Student)
    assert student.id != leaving.student.id
    for name in ("document_number", "full_name", "birth_date", "phone", "per_id", "eps", "blood_type", "simat"):
        assert getattr(student, name) == getattr(leaving.student, name), name
    assert student.extra_data == {}

    guardians = {each.id: each for each in await leaving.at(other, Guardian)}
    ties = await leaving.at(other, StudentGuardian)
    assert [(guardians[tie.guardian_id].first_name, tie.relationship, tie.is_primary) for tie in ties] == [
        ("Luz", Relationship.MOTHER, True),
        ("Iván", Relationship.FATHER, False),
    ]
    assert [tie.may_collect for tie in ties] == [False, True]
    papers = await leaving.at(other, Attachment)
    assert {each.kind for each in papers} == {AttachmentKind.IDENTITY_DOCUMENT, AttachmentKind.MEDICAL}
    for paper in papers:
        assert paper.file.path.startswith(f"{other.id}/student/{student.id}/")
        assert b"".join([piece async for piece in await app.state.storage.chunks(paper.file.path)]) == paper.sha256


async def test_only_what_is_ticked_goes_along(secretary: Browser, leaving: Leaving) -> None:
    other = leaving.cast.other_school
    form = await form_of(secretary, leaving)
    del form["health"], form["guardians"]
    await secretary.post(leaving.address, form)
    [student] = await leaving.at(other, Student)
    assert (student.eps, student.blood_type, student.simat) == (None, None, {"CAB_FAMILIA": "N"})
    assert await leaving.at(other, Guardian) == []
    assert [each.kind for each in await leaving.at(other, Attachment)] == [AttachmentKind.IDENTITY_DOCUMENT]


async def test_a_returning_pupil_is_the_same_record_and_nothing_is_overwritten(
    secretary: Browser, leaving: Leaving
) -> None:
    other = leaving.cast.other_school
    there = await factories.make_student(
        leaving.db,
        other,
        document_type=DocumentType.RC,
        document_number=leaving.student.document_number,
        first_name="Angela",
        phone="6015550000",
    )
    aunt = await factories.make_guardian(leaving.db, other, first_name="Rosa")
    await factories.make_tie(leaving.db, there, aunt, relationship=Relationship.AUNT)
    mother_there = await factories.make_guardian(
        leaving.db,
        other,
        document_number=(await leaving.at(leaving.cast.school, Guardian))[0].document_number,
        phone="1",
    )
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    [student] = await leaving.at(other, Student)
    assert student.id == there.id
    assert (student.document_type, student.first_name, student.phone) == (DocumentType.RC, "Angela", "6015550000")
    assert (student.eps, student.per_id) == ("Sura", "900100")
    ties = {tie.guardian_id: tie.is_primary for tie in await leaving.at(other, StudentGuardian)}
    assert len(ties) == 3
    assert (ties[aunt.id], ties[mother_there.id]) == (True, False)
    assert {each.phone for each in await leaving.at(other, Guardian) if each.id == mother_there.id} == {"1"}


async def test_somebody_else_with_the_same_document_there_is_left_alone(secretary: Browser, leaving: Leaving) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    form = await form_of(secretary, leaving)
    await factories.make_student(
        leaving.db,
        other,
        document_number=leaving.student.document_number,
        first_name="Tomás",
        birth_date=date(2011, 5, 6),
    )
    before = await pictured(leaving.db, cast.school, other)
    for answer in (await secretary.get(leaving.to), await secretary.post(leaving.address, form)):
        assert "has another student with this document" in answer.text
    assert answer.status == 422
    assert await pictured(leaving.db, cast.school, other) == before


async def test_whoever_is_enrolled_there_is_refused_in_words(secretary: Browser, leaving: Leaving) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    form = await form_of(secretary, leaving)
    campus = await factories.make_campus(leaving.db, other)
    group = await factories.make_group(leaving.db, other, year=leaving.there, campus=campus)
    there = await factories.make_student(leaving.db, other, document_number=leaving.student.document_number)
    await factories.make_enrollment(leaving.db, there, group=group)
    before = await pictured(leaving.db, cast.school, other)
    for headers in ({}, FRAGMENT):
        answer = await secretary.post(leaving.address, {**form, "note": "Typed."}, headers=headers)
        assert answer.status == 422
        assert "already has an enrollment of this student for that year" in answer.one("#errors").text()
        assert answer.one("#note").text().strip() == "Typed."
    assert await pictured(leaving.db, cast.school, other) == before


@pytest.mark.parametrize(
    ("theirs", "takes"),
    [
        ({"name": "2026-2027", "starts_on": date(2026, 8, 1), "ends_on": date(2027, 6, 30)}, True),
        ({"starts_on": date(2027, 1, 19), "ends_on": date(2027, 11, 27)}, False),
        ({"status": YearStatus.CLOSED}, False),
    ],
)
async def test_the_year_there_is_the_one_that_runs_today(
    secretary: Browser, leaving: Leaving, theirs: dict[str, Any], takes: bool
) -> None:
    await enter_school(leaving.db, leaving.cast.other_school.id)
    for name, value in theirs.items():
        setattr(leaving.there, name, value)
    await leaving.db.flush()
    page = await secretary.get(leaving.to)
    assert ("no school year open" in page.text) != takes
    answer = await secretary.post(leaving.address, page.form("#transfer"))
    assert answer.status == (303 if takes else 422)


async def test_to_the_outside(secretary: Browser, leaving: Leaving) -> None:
    page = await secretary.get(f"{leaving.address}?to=outside")
    form = page.form("#transfer")
    wrong = await secretary.post(
        leaving.address, {**form, "ends_on": "1/1/2020", "destination_dane_code": "12", "note": "x" * 501}
    )
    assert wrong.status == 422
    named = [link.attributes["href"] for link in wrong.all("#errors a")]
    assert named == ["#ends_on", "#note", "#destination_name", "#destination_dane_code"]
    assert (await leaving.hers()).status == Status.ACTIVE
    told = {"destination_name": "Liceo de Bogotá", "destination_dane_code": "111001-000123"}
    for _time in range(2):
        assert (await secretary.post(leaving.address, {**form, **told})).status == 303
    hers = await leaving.hers()
    assert (hers.status, hers.destination_name) == (Status.TRANSFERRED, "Liceo de Bogotá")
    assert (hers.destination_dane_code, hers.counterpart_id) == ("111001000123", None)
    assert [line["to"] for line in hers.status_history] == ["transferred"]
    assert await leaving.at(leaving.cast.other_school, Enrollment) == []


async def test_the_same_form_twice_transfers_once(secretary: Browser, leaving: Leaving) -> None:
    form = await form_of(secretary, leaving)
    answers = [await secretary.post(leaving.address, form) for _time in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(await leaving.at(leaving.cast.other_school, Enrollment)) == 1
    assert (await secretary.post(leaving.address, {**form, "to": "outside", "destination_name": "X"})).status == 409
    assert "There is nothing to transfer" in (await secretary.get(leaving.address)).text


async def test_who_changed_since_is_looked_at_again(secretary: Browser, leaving: Leaving) -> None:
    form = await form_of(secretary, leaving)
    await enter_school(leaving.db, leaving.cast.school.id)
    leaving.enrollment.note = "Changed."
    await leaving.db.flush()
    assert (await secretary.post(leaving.address, form)).status == 409
    assert await leaving.at(leaving.cast.other_school, Student) == []


async def test_only_the_office_transfers(sign_in: SignIn, leaving: Leaving) -> None:
    cast = leaving.cast
    secretary = await sign_in(cast.secretary)
    form = await form_of(secretary, leaving)
    for person in (cast.coordinator, cast.teacher, cast.viewer):
        browser = await sign_in(person)
        assert (await browser.get(leaving.to)).status == 403
        assert (await browser.post(leaving.address, form)).status == 403
    stranger = await sign_in(cast.stranger)
    assert (await stranger.post(leaving.address, form)).status == 404
    elsewhere = leaving.address.replace(cast.school.slug, cast.other_school.slug)
    assert (await stranger.post(elsewhere, form)).status == 404
    assert (await secretary.post(leaving.address, form, headers=FORGED)).status == 403
    for to in (cast.school.id, leaving.student.id, "nonsense", ""):
        assert (await secretary.post(leaving.address, {**form, "to": str(to)})).status == 404
    for enrollment, status in ((leaving.student.id, 404), ("x", 400)):
        assert (await secretary.post(leaving.address, {**form, "enrollment_id": str(enrollment)})).status == status
    assert await leaving.at(cast.other_school, Enrollment) == []


async def test_it_is_undone_while_the_other_school_has_not_begun(secretary: Browser, leaving: Leaving) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    at = (await leaving.hers()).status_history[-1]["at"]
    undo = f"/schools/{cast.school.slug}/enrollments/{leaving.enrollment.id}/undo"
    assert (await secretary.post(undo, params={"of": at})).status == 303
    hers = await leaving.hers()
    assert (hers.status, hers.ends_on, hers.destination_name, hers.counterpart_id) == (Status.ACTIVE, None, None, None)
    [theirs] = await leaving.at(other, Enrollment)
    assert [line["to"] for line in theirs.status_history] == ["submitted", "cancelled"]
    [student] = await leaving.at(other, Student)
    rows = [theirs, student, *await leaving.at(other, Guardian)]
    assert len({row.deletion_id for row in rows}) == 1
    assert all(row.deleted_at for row in rows)
    assert len(rows) == 4
    assert (await secretary.post(leaving.address, await form_of(secretary, leaving))).status == 303


async def test_what_was_taken_back_can_be_restored_there_with_guardians_and_papers(
    sign_in: SignIn, secretary: Browser, leaving: Leaving
) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    before = {tie.guardian_id: tie.is_primary for tie in await leaving.at(other, StudentGuardian)}
    step = (await leaving.hers()).status_history[-1]["at"]
    undo = f"/schools/{cast.school.slug}/enrollments/{leaving.enrollment.id}/undo"
    await secretary.post(undo, params={"of": step})
    principal, at = await sign_in(cast.stranger), f"/schools/{other.slug}"
    [student] = await leaving.at(other, Student)
    paper = (await leaving.at(other, Attachment))[0]
    assert (await principal.get(f"{at}/attachments/{paper.id}")).status == 404
    assert (await principal.post(f"{at}/bin/students/{student.id}/restoration")).status == 303
    assert (await principal.get(f"{at}/attachments/{paper.id}")).status == 200
    assert all(guardian.deleted_at is None for guardian in await leaving.at(other, Guardian))
    assert {tie.guardian_id: tie.is_primary for tie in await leaving.at(other, StudentGuardian)} == before
    assert list(before.values()).count(True) == 1


async def test_it_is_not_undone_once_they_have_begun(secretary: Browser, leaving: Leaving) -> None:
    cast, other = leaving.cast, leaving.cast.other_school
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    [theirs] = await leaving.at(other, Enrollment)
    theirs.note = "We look at it."
    await leaving.db.flush()
    before = await pictured(leaving.db, cast.school, other)
    answer = await secretary.post(
        f"/schools/{cast.school.slug}/enrollments/{leaving.enrollment.id}/undo",
        params={"of": (await leaving.hers()).status_history[-1]["at"]},
    )
    assert answer.status == 409
    assert "has begun to work with this transfer" in answer.text
    assert await pictured(leaving.db, cast.school, other) == before


async def test_an_undo_leaves_a_record_that_they_had(secretary: Browser, leaving: Leaving) -> None:
    other = leaving.cast.other_school
    await factories.make_student(leaving.db, other, document_number=leaving.student.document_number)
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    at = (await leaving.hers()).status_history[-1]["at"]
    undo = f"/schools/{leaving.cast.school.slug}/enrollments/{leaving.enrollment.id}/undo"
    assert (await secretary.post(undo, params={"of": at})).status == 303
    [student] = await leaving.at(other, Student)
    assert student.deleted_at is None
    [theirs] = await leaving.at(other, Enrollment)
    assert (theirs.status, theirs.deleted_at) == (Status.CANCELLED, None)


async def test_the_other_principal_sees_where_the_pupil_comes_from(
    sign_in: SignIn, secretary: Browser, leaving: Leaving
) -> None:
    await secretary.post(leaving.address, await form_of(secretary, leaving))
    [theirs] = await leaving.at(leaving.cast.other_school, Enrollment)
    principal = await sign_in(leaving.cast.stranger)
    page = await principal.get(f"/schools/{leaving.cast.other_school.slug}/enrollments/review?id={theirs.id}")
    assert leaving.cast.school.name in page.one("#detail").text()
    assert f"Transfer from {leaving.cast.school.name}" in page.one(f"#enrollment-{theirs.id}").text()
