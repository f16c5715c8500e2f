"""What SIMAT asks of an enrollment besides its place: shown in the record, corrected on a page of its own."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
KEPT = {"CARACTER": "1", "SRPA": "02", "OTRA": "x"}


@pytest.fixture
async def enrollment(db: AsyncSession, cast: Cast) -> Enrollment:
    student = await factories.make_student(db, cast.school)
    return await factories.make_enrollment(db, student, group=cast.group, simat_status=KEPT)


@pytest.fixture
def at(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/enrollments/{enrollment.id}/simat"


@pytest.fixture
def record(cast: Cast, enrollment: Enrollment) -> str:
    return f"/schools/{cast.school.slug}/students/{enrollment.student_id}"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def stored(db: AsyncSession, enrollment: Enrollment) -> Enrollment:
    await enter_school(db, enrollment.school_id)
    await db.refresh(enrollment)
    return enrollment


async def test_the_record_shows_them_and_leads_to_their_form(sign_in: SignIn, cast: Cast, at: str, record: str) -> None:
    page = await (await sign_in(cast.secretary)).get(record)
    section = page.one("#simat-enrollment")
    assert "Académico" in section.text()
    assert "Privado de la libertad" in section.text()
    assert section.css("a")[0].attributes["href"] == at
    page = await (await sign_in(cast.viewer)).get(record)
    assert "Académico" in page.one("#simat-enrollment").text()
    assert "SRPA" not in page.text
    assert not page.all("#simat-enrollment a")


async def test_they_are_corrected_and_what_no_form_shows_stays(
    secretary: Browser, db: AsyncSession, enrollment: Enrollment, at: str, record: str
) -> None:
    form = (await secretary.get(at)).form()
    answer = await secretary.post(at, form | {"CARACTER": "2", "SRPA": "", "REPITENTE": "S", "NUM_CONVENIO": " 12  A "})
    assert (answer.status, answer.location) == (303, record)
    kept = {"CARACTER": "2", "OTRA": "x", "REPITENTE": "S", "NUM_CONVENIO": "12 A"}
    assert (await stored(db, enrollment)).simat_status == kept


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
async def test_a_wrong_code_changes_nothing(
    secretary: Browser, db: AsyncSession, enrollment: Enrollment, at: str, headers: dict[str, str]
) -> None:
    form = (await secretary.get(at, headers=headers)).form("form:has([name=CARACTER])")
    wrong = {"CARACTER": "77", "REPITENTE": "quizás", "NUM_CONVENIO": "x" * 61}
    answer = await secretary.post(at, form | wrong, headers=headers)
    assert (answer.status, answer.is_fragment) == (422, bool(headers))
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {f"#{name}" for name in wrong}
    assert answer.one("#NUM_CONVENIO").attributes["value"] == "x" * 61
    assert (await stored(db, enrollment)).simat_status == KEPT


async def test_two_who_correct_one_see_both_versions(secretary: Browser, at: str) -> None:
    form = (await secretary.get(at)).form()
    assert (await secretary.post(at, form | {"CARACTER": "2"})).status == 303
    conflict = await secretary.post(at, form | {"CARACTER": "0"})
    assert (conflict.status, conflict.texts("tbody th")) == (409, ["Character"])


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("coordinator", 403), ("teacher", 403), ("stranger", 404)]
)
async def test_who_may_not_write_gets_no_form(
    sign_in: SignIn, db: AsyncSession, cast: Cast, enrollment: Enrollment, at: str, role: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, role))
    assert (await browser.get(at)).status == status
    assert (await browser.post(at, {"CARACTER": "2"})).status == status
    assert (await stored(db, enrollment)).version == 1


async def test_a_forged_form_is_refused(secretary: Browser, at: str) -> None:
    assert (await secretary.post(at, {"CARACTER": "2"}, headers=FORGED)).status == 403
