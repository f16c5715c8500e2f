"""A student's record: what it shows, to whom, and at what price."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import BloodType, EnrollmentStatus, Grade, YearStatus
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.enrollments import moves
from portal.students.forms import SupportForm
from portal.students.models import Student
from portal.students.sheet import LEFT_DEPARTMENT, LEFT_MUNICIPALITY, SENSITIVE_COLUMNS, SIMAT_COLUMNS
from tests import factories
from tests.factories import Cast
from tests.pages import Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
SECRETS = {"eps": "Savia Salud", "blood_type": BloodType.O_NEGATIVE, "allergies": "Penicillin", "ethnicity_code": "4"}


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(
        db,
        cast.school,
        document_number="1023456789",
        birth_municipality_code="05001",
        country_code="170",
        phone="6045550172",
        stratum=2,
        simat={"TRASTORNOS_ESPECIFICOS": "2"},
        **SECRETS,
    )


@pytest.fixture
def record(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}"


async def test_the_profile_says_what_is_known(sign_in: SignIn, cast: Cast, record: str) -> None:
    page = await (await sign_in(cast.secretary)).get(record)
    assert page.status == 200, page.text
    assert page.one("h1").text() == "Ángela Sofía Núñez Castaño"
    assert page.texts(".section h2") == ["Identity", "Birth", "Contact", "Health and support", "SIMAT", "Guardians"]
    for words in ("TI 1.023.456.789", "3 March 2015", "Medellín, Antioquia", "Colombia", "604 555 0172", "Savia Salud"):
        assert words in page.text, words
    assert "Arhuaco" in page.text
    assert "TDAH" in page.text
    assert "Not recorded" in page.text


async def test_the_tabs_are_addresses_and_count(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    await factories.make_guardian(db, cast.school, of=student)
    await factories.make_enrollment(db, student, group=cast.group)
    browser = await sign_in(cast.secretary)
    page = await browser.get(record)
    assert page.texts("nav.tabs a") == ["Profile", "Guardians 1", "Enrollments 1", "Documents 0", "History"]
    assert page.one("nav.tabs a[aria-current]").attributes["href"] == record
    for tab in ("guardians", "enrollments", "documents", "history"):
        page = await browser.get(f"{record}/{tab}")
        assert page.status == 200, page.text
        assert page.one("nav.tabs a[aria-current]").attributes["href"] == f"{record}/{tab}"


async def test_the_head_speaks_of_this_years_enrollment(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    past = await factories.make_year(
        db, cast.school, name="2025", starts_on=date(2025, 1, 20), ends_on=date(2025, 11, 28), status=YearStatus.CLOSED
    )
    fifth = await factories.make_group(db, cast.school, year=past, campus=cast.campus, grade=Grade.FIFTH)
    await factories.make_enrollment(db, student, group=fifth, status=EnrollmentStatus.COMPLETED, number="2025-1")
    current = await factories.make_enrollment(db, student, group=cast.group)
    browser = await sign_in(cast.secretary)
    head = (await browser.get(record)).one(".record-head")
    assert f"6th {cast.group.code}" in head.text()
    assert "Active" in head.text()
    page = await browser.get(f"{record}/enrollments")
    assert page.texts("tbody td:first-child") == ["2026", "2025"]
    assert page.all("tbody a")[0].attributes["href"] == f"/schools/{cast.school.slug}/enrollments/{current.id}"


async def test_the_trail_says_who_did_what(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    enrollment = await factories.make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.SUBMITTED)
    moves.move(
        enrollment, EnrollmentStatus.RETURNED, by=cast.principal.id, at=now(), reason="The certificate is missing"
    )
    await db.flush()
    page = await (await sign_in(cast.secretary)).get(record)
    event = page.texts(".trail li")[0]
    assert "Enrollment 2026 returned" in event
    assert "«The certificate is missing»" in event
    assert cast.principal.full_name in event


@pytest.mark.parametrize("role", ["viewer", "teacher"])
async def test_who_has_no_need_of_it_finds_nothing_sensitive_in_the_page(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str, role: str
) -> None:
    await factories.make_enrollment(db, student, group=cast.group)
    browser = await sign_in(getattr(cast, role))
    for address in (record, f"{record}/guardians", f"{record}/enrollments"):
        page = await browser.get(address)
        assert page.status == 200, page.text
        for secret in ("Savia", "O−", "Penicillin", "Arhuaco", "TDAH", "Health and support"):
            assert secret not in page.response.text
        assert not page.all("a[href$='/edit'], a[href$='/new'], form.is-editing")
    assert (await browser.get(f"{record}/sections/support")).status == 403


def test_what_the_section_about_health_asks_of_simat_is_what_counts_as_sensitive() -> None:
    asked = {field.short_name for field in SupportForm() if field.short_name in SIMAT_COLUMNS}
    assert asked | {LEFT_DEPARTMENT, LEFT_MUNICIPALITY} == SENSITIVE_COLUMNS


async def test_a_teacher_opens_their_own_groups_only(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    browser = await sign_in(cast.teacher)
    assert (await browser.get(record)).status == 404
    await factories.make_enrollment(db, student, group=cast.group)
    assert (await browser.get(record)).status == 200


@pytest.mark.parametrize("tab", ["", "/guardians", "/enrollments", "/sections/contact", "/edit"])
async def test_a_stranger_finds_nothing(sign_in: SignIn, cast: Cast, record: str, tab: str) -> None:
    browser = await sign_in(cast.stranger)
    assert (await browser.get(record + tab)).status == 404
    elsewhere = record.replace(cast.school.slug, cast.other_school.slug)
    assert (await browser.get(elsewhere + tab)).status == 404


async def test_an_unusual_age_is_a_warning(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str
) -> None:
    await factories.make_enrollment(db, student, group=cast.group)
    browser = await sign_in(cast.secretary)
    assert "The age is unusual for the grade." not in (await browser.get(record)).text
    await enter_school(db, cast.school.id)
    student.birth_date = date(2006, 3, 3)
    await db.flush()
    assert "The age is unusual for the grade." in (await browser.get(record)).text


@pytest.mark.parametrize("many", [1, 6])
async def test_a_record_costs_eight_queries_however_much_it_holds(
    app: Litestar, sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student, record: str, many: int
) -> None:
    for number in range(many):
        guardian = await factories.make_guardian(db, cast.school)
        await factories.make_tie(db, student, guardian, is_primary=number == 0, contact_order=number + 1)
        await factories.make_tie(db, await factories.make_student(db, cast.school), guardian)
        year = await factories.make_year(
            db,
            cast.school,
            name=str(2000 + number),
            starts_on=date(2000 + number, 1, 20),
            ends_on=date(2000 + number, 11, 20),
            status=YearStatus.CLOSED,
        )
        group = await factories.make_group(db, cast.school, year=year, campus=cast.campus)
        enrollment = await factories.make_enrollment(db, student, group=group)
        moves.remember(enrollment, "Seen", by=cast.principal.id, at=now())
    await db.flush()
    browser = await sign_in(cast.secretary)
    for tab in ("", "/guardians", "/enrollments"):
        with counted(app) as queries:
            page = await browser.get(record + tab)
        assert page.status == 200, page.text
        assert len(queries) <= 8, queries
