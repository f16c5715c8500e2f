"""What must not come out: canaries in fields that are masked, in the logs, and among other teachers' pupils."""

import logging
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from portal.accounts.permissions import Permission, Reach, Role, reach_of
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.students.forms import SupportForm
from portal.students.models import Student
from portal.students.sections import SECTIONS
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.security.records import Records, make_records
from tests.security.test_routes import SignIn, ask, asked_of, routes_of

pytestmark = pytest.mark.anyio
CANARY = "kNRi7"
# What SIMAT's other columns tell of children: learning disorders, penal responsibility, where they live with whom.
OF_THE_PERSON = ("TRASTORNOS_ESPECIFICOS", "RES", "DPTO_EXP", "INS_FAMILIAR")
OF_THE_ENROLLMENT = ("SRPA", "APOYO_ACADEMICO_ESPECIAL", "CODIGO_INTERNADO", "SIT_ACAD_ANO_ANT")


@pytest.fixture
async def records(db: AsyncSession, cast: Cast) -> Records:
    """The usual records, with a canary in everything that only those may read whose task needs it."""
    records = await make_records(db, cast)
    await enter_school(db, cast.school.id)
    student = await db.get_one(Student, (cast.school.id, records.values["student_id"]))
    for field in SupportForm():
        # Not the blood type: one of eight values, none of which is rare enough to be looked for.
        if field.short_name in Student.__table__.c and field.short_name != "blood_type":
            setattr(student, field.short_name, CANARY)
    student.simat = dict.fromkeys(OF_THE_PERSON, CANARY)
    enrollment = await db.get_one(Enrollment, (cast.school.id, records.values["enrollment_id"]))
    enrollment.simat_status = dict.fromkeys(OF_THE_ENROLLMENT, CANARY)
    await db.flush()
    return records


async def pages_with_the_canary(app: Litestar, browser: Browser, records: Records) -> set[str]:
    """The names of the pages that show it, whole or as a fragment, in any of their sections."""
    found = set()
    for name, method, path, _handler in routes_of(app):
        if method == "GET" and "{slug}" in path:
            for section in SECTIONS if "{section_name" in path else SECTIONS[:1]:
                records.values["section_name"] = section.name
                for headers in ({}, FRAGMENT):
                    if CANARY in (await browser.get(records.fill(path), headers=headers)).response.text:
                        found.add(name)
    return found


@pytest.mark.parametrize("role", ["teacher", "viewer"])
async def test_what_is_masked_is_on_no_page(
    app: Litestar, sign_in: SignIn, cast: Cast, records: Records, role: str
) -> None:
    assert await pages_with_the_canary(app, await sign_in(getattr(cast, role)), records) == set()


async def test_those_whose_task_needs_it_see_it(app: Litestar, sign_in: SignIn, cast: Cast, records: Records) -> None:
    seen = await pages_with_the_canary(app, await sign_in(cast.secretary), records)
    assert {"students.show", "students.edit", "students.sections.show", "students.sections.edit"} <= seen


async def test_a_teacher_does_not_find_the_pupils_of_other_groups(
    app: Litestar, sign_in: SignIn, cast: Cast, db: AsyncSession, records: Records
) -> None:
    await enter_school(db, cast.school.id)
    cast.group.lead_teacher_id = None
    await db.flush()
    browser = await sign_in(cast.teacher)
    asked = 0
    for name, method, path, handler in routes_of(app):
        permissions = [Permission(word) for word in asked_of(handler) if word in set(Permission)]
        may = all(reach_of({Role.TEACHER}, permission) == Reach.OWN_GROUPS for permission in permissions)
        # A year and the school's views are there for everybody; whose groups a board shows is tested with it.
        of_all = name == "years.show" or name.startswith("views.")
        if "{slug}" in path and records.names_rows(path) and may and not of_all:
            assert (await ask(browser, method, records.fill(path))).status == 404, f"{method} {name}"
            asked += 1
    assert asked


async def test_what_no_form_asks_for_cannot_be_sent(
    sign_in: SignIn, cast: Cast, db: AsyncSession, records: Records
) -> None:
    browser = await sign_in(cast.secretary)
    edit = f"/schools/{cast.school.slug}/students/{records.values['student_id']}/edit"
    form = (await browser.get(edit)).form()
    extra: dict[str, Any] = {
        "school_id": str(cast.other_school.id),
        "user_id": str(cast.secretary.id),
        "deleted_at": "2026-01-01",
        "search_text": CANARY,
        "is_superuser": "y",
    }
    sent = form | extra | {"neighborhood": "Belén", "disability_code": "", "talent_code": ""}
    sent |= {"ethnicity_code": "", "victim_code": ""}
    assert (await browser.post(edit, sent)).status == 303
    await enter_school(db, cast.school.id)
    student = await db.get_one(Student, (cast.school.id, records.values["student_id"]), populate_existing=True)
    assert (student.neighborhood, student.user_id, student.deleted_at) == ("Belén", None, None)


async def test_the_logs_know_nobody(
    app: Litestar, anyone: Browser, sign_in: SignIn, cast: Cast, db: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    student = await factories.make_student(db, cast.school, first_surname=CANARY, document_number="1099887766")
    list_page = f"/schools/{cast.school.slug}/students"
    browser = await sign_in(cast.secretary)
    with capture_logs() as lines, caplog.at_level(logging.DEBUG):
        await anyone.post("/login", {"email": f"{CANARY}@school.example", "password": CANARY})
        await browser.get(f"{list_page}?q={CANARY}+1099887766")
        await browser.get(f"{list_page}/{student.id}")
        await browser.post(list_page, {"first_surname": CANARY, "document_number": "1099887766"})
        await anyone.get(f"{list_page}?q={CANARY}")
        await browser.post(f"{list_page}/{student.id}/edit", {"first_surname": f"{CANARY}\x00"})
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) == 6
    # The test's own client tells where it goes; the portal must not.
    told = str(lines) + "".join(record.getMessage() for record in caplog.records if record.name != "httpx")
    for secret in (CANARY, "1099887766", cast.secretary.email, cast.secretary.full_name):
        assert secret.lower() not in told.lower()
