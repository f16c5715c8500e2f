"""A secretary finds a student: by any part of the name, by document, by a guardian's telephone, by place."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType, EnrollmentStatus, Grade, Shift, YearStatus
from portal.db.base import now
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


def names(page: Page) -> list[str]:
    assert page.status == 200, page.text
    return [node.text() for node in page.all("tbody .name")]


async def make_named(db: AsyncSession, cast: Cast, surname: str, first_name: str, **given: Any) -> Student:
    bare = {"second_surname": None, "middle_names": None}
    return await factories.make_student(db, cast.school, first_surname=surname, first_name=first_name, **bare | given)


# --- What the list shows --------------------------------------------------------------------------------------------


async def test_a_row_shows_name_document_place_and_primary_guardian(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    student = await factories.make_student(db, cast.school, document_number="1023456789")
    await factories.make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.SUBMITTED)
    await factories.make_guardian(db, cast.school, of=student, phone="3105550148")
    page = await secretary.get(at)
    cells = page.texts(f"#student-{student.id} td:not(.pick)")
    assert cells[0].startswith("ÁN Núñez Castaño, Ángela Sofía")
    assert cells[1:] == [
        "TI 1.023.456.789",
        f"6th {cast.group.code}",
        "Morning",
        "To review",
        "Luz Marina Castaño Ríos",
        "310 555 0148",
    ]
    assert page.one(f"#student-{student.id} a.name").attributes["href"] == f"{at}/{student.id}"
    assert page.texts("h1") == ["Students 1"]
    assert page.title.startswith("Students")


async def test_what_is_missing_is_said_and_can_be_added_by_those_who_may(
    sign_in: SignIn, at: str, db: AsyncSession, cast: Cast
) -> None:
    student = await factories.make_student(db, cast.school)
    page = await (await sign_in(cast.secretary)).get(at)
    cells = page.texts(f"#student-{student.id} td:not(.pick)")
    assert cells[2:] == ["", "", "Not enrolled", "Add guardian", "Not recorded"]
    cells = (await (await sign_in(cast.viewer)).get(at)).texts(f"#student-{student.id} td:not(.pick)")
    assert cells[5] == ""


async def test_actions_are_for_those_who_may(sign_in: SignIn, at: str, cast: Cast) -> None:
    page = await (await sign_in(cast.secretary)).get(at)
    assert page.texts(".page-head .actions a") == ["Import", "New student N"]
    page = await (await sign_in(cast.viewer)).get(at)
    assert page.texts(".page-head .actions a") == []


async def test_of_several_enrollments_of_a_year_the_one_that_counts_is_shown(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    student, left = await make_named(db, cast, "A", "Back"), await make_named(db, cast, "B", "Left")
    await factories.make_enrollment(db, student, group=cast.group)
    await factories.make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.CANCELLED)
    await factories.make_enrollment(db, left, group=cast.group, status=EnrollmentStatus.CANCELLED)
    await factories.make_enrollment(db, left, group=cast.group, status=EnrollmentStatus.TRANSFERRED)
    page = await secretary.get(at)
    assert page.texts("tbody .state") == ["Active", "Add guardian", "Transferred", "Add guardian"]
    assert names(await secretary.get(f"{at}?status=cancelled")) == []
    assert names(await secretary.get(f"{at}?status=transferred")) == ["B, Left"]


async def test_deleted_students_and_those_of_other_schools_are_not_listed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await make_named(db, cast, "Kept", "Here")
    await make_named(db, cast, "Binned", "Here", deleted_at=now())
    await factories.make_student(db, cast.other_school, first_surname="Elsewhere")
    for query in ("", "?q=here", "?sort=group", "?status=none"):
        page = await secretary.get(at + query)
        assert names(page) == ["Kept, Here"]
        assert "Elsewhere" not in page.text


async def test_a_stranger_finds_nothing_here(sign_in: SignIn, at: str, cast: Cast, anyone: Browser) -> None:
    assert (await (await sign_in(cast.stranger)).get(at)).status == 404
    assert (await anyone.get(at)).location.startswith("/login")


async def test_a_teacher_sees_and_counts_only_their_own_groups(
    sign_in: SignIn, at: str, db: AsyncSession, cast: Cast
) -> None:
    other_group = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="Z9")
    own, other = await make_named(db, cast, "Own", "Ana"), await make_named(db, cast, "Other", "Ana")
    await factories.make_enrollment(db, own, group=cast.group)
    await factories.make_enrollment(db, other, group=other_group)
    teacher = await sign_in(cast.teacher)
    for query in ("", "?q=ana", "?grade=6", "?sort=-document"):
        page = await teacher.get(at + query)
        assert names(page) == ["Own, Ana"]
        assert page.texts("h1") == ["Students 1"]
        assert "Z9" not in page.text


# --- Searching --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "nunez angel",
        "ANGEL  núñez",
        "Núñez Castaño, Ángela",
        "fia cas",
        "1.023.456.789",
        "1023456789",
        "1 023 456 789",
        "456789 nunez",
        "3105550148",
        "310 555 0148",
        "310-555",
        "angela 555014",
    ],
)
async def test_words_are_found_in_any_order_without_accents_and_numbers_as_people_write_them(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: str
) -> None:
    student = await factories.make_student(db, cast.school, document_number="1023456789")
    await factories.make_guardian(db, cast.school, of=student, phone="310 555 0148")
    await make_named(db, cast, "Núñez", "Mateo")
    await make_named(db, cast, "Castaño", "Ángel")
    page = await secretary.get(at, params={"q": typed})
    assert names(page) == ["Núñez Castaño, Ángela Sofía"]
    assert page.one("#q").attributes["value"] == " ".join(typed.split())


@pytest.mark.parametrize("typed", ["%", "_", "a%a", "\\", "'; drop table students; --", "nunez mateo", "55501", "zzz"])
async def test_signs_of_patterns_are_only_signs_and_every_word_must_fit(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: str
) -> None:
    student = await factories.make_student(db, cast.school)
    await factories.make_guardian(db, cast.school, of=student, phone="310 555 0148")
    page = await secretary.get(at, params={"q": typed})
    assert names(page) == []
    assert "No student fits" in page.text
    assert page.texts("main .blank a") == ["Clear the filters"]


@pytest.mark.parametrize("surname", ["D'Andréis", "O’Neill", "Ñusta", "De la Hoz", "Pérez-Gómez", "A_B"])
async def test_unusual_names_are_found_as_they_are_written(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, surname: str
) -> None:
    await make_named(db, cast, surname, "Ana")
    assert names(await secretary.get(at, params={"q": f"{surname} ana"})) == [f"{surname}, Ana"]


async def test_what_was_found_is_marked(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    await factories.make_student(db, cast.school, document_number="1023456789", first_name="<b>Ángel")
    page = await secretary.get(at, params={"q": "nunez angel 1.023"})
    assert page.texts("tbody mark") == ["Núñez", "Ángel", "1.023"]
    assert page.all("tbody b") == []


# --- Filters ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def placed(db: AsyncSession, cast: Cast) -> None:
    """Ana in 6th A, Beto in 7th A in the afternoon at another campus, Caro in 7th to review, Dora nowhere."""
    campus = await factories.make_campus(db, cast.school, name="La Esperanza")
    sixth = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="A")
    seventh = await factories.make_group(
        db, cast.school, year=cast.year, campus=campus, code="A", grade=Grade.SEVENTH, shift=Shift.AFTERNOON
    )
    ana, beto, caro, _dora = [await make_named(db, cast, name, "X") for name in ("Ana", "Beto", "Caro", "Dora")]
    await factories.make_enrollment(db, ana, group=sixth)
    await factories.make_enrollment(db, beto, group=seventh)
    await factories.make_enrollment(
        db, caro, group=seventh, group_id=None, campus_id=None, shift=None, status=EnrollmentStatus.SUBMITTED
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("grade=6", "Ana"),
        ("grade=6&grade=7", "Ana Beto Caro"),
        ("group=A", "Ana Beto"),
        ("group=A&grade=7", "Beto"),
        ("shift=afternoon", "Beto"),
        ("status=submitted", "Caro"),
        ("status=active", "Ana Beto"),
        ("status=none", "Dora"),
        ("status=none&status=submitted", "Caro Dora"),
        ("status=active&q=beto", "Beto"),
        ("status=none&grade=6", ""),
        ("grade=12&grade=x&shift=never&status=odd&campus=1&sort=no&letter=%C3%91&after=1", "Ana Beto Caro Dora"),
    ],
)
@pytest.mark.usefixtures("placed")
async def test_filters_narrow_and_the_count_is_exact(secretary: Browser, at: str, query: str, found: str) -> None:
    page = await secretary.get(f"{at}?{query}")
    assert [name.removesuffix(", X") for name in names(page)] == found.split()
    shown = len(found.split())
    assert f"{shown} student{'s' * (shown != 1)}" in page.texts("#results [data-announce]")[0]
    assert page.texts("h1") == ["Students 4"]


@pytest.mark.usefixtures("placed")
async def test_a_filter_is_shown_ticked_and_can_be_taken_away(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    page = await secretary.get(f"{at}?q=x&grade=6&grade=7&sort=-group")
    sent = {name: value for name, value in page.form("form#filter").items() if value}
    assert sent == {"q": "x", "grade": "7"}  # both are ticked; the last of a name is kept here
    assert len(page.all("input[name=grade][checked]")) == 2
    assert [node.attributes["value"] for node in page.all("select[name=sort] option[selected]")] == ["-group"]
    chips = {chip.text(): chip.css("a")[0].attributes["href"] for chip in page.all(".chip")}
    assert chips == {"Grade: 6th": "?q=x&grade=7&sort=-group", "Grade: 7th": "?q=x&grade=6&sort=-group"}
    assert page.one("#results a.underlined").attributes["href"] == at


@pytest.mark.usefixtures("placed")
async def test_campuses_are_offered_by_name(secretary: Browser, at: str) -> None:
    page = await secretary.get(at)
    (esperanza,) = (label for label in page.all("label:has([name=campus])") if label.text() == "La Esperanza")
    campus_id = esperanza.css("input")[0].attributes["value"]
    assert names(await secretary.get(f"{at}?campus={campus_id}")) == ["Beto, X"]


async def test_those_whom_nobody_answers_for_are_found(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_guardian(db, cast.school, of=await make_named(db, cast, "With", "One"))
    await factories.make_guardian(db, cast.school, of=await make_named(db, cast, "Lost", "One"), deleted_at=now())
    await make_named(db, cast, "Without", "One")
    page = await secretary.get(f"{at}?guardian=none&guardian=odd")
    assert names(page) == ["Lost, One", "Without, One"]
    assert page.all("tbody td:has(.tone-amber)")[0].css("a")[0].text() == "Add guardian"


async def test_without_a_year_there_are_students_and_no_enrollments(
    sign_in: SignIn, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_student(db, cast.other_school)
    browser, at = await sign_in(cast.stranger), f"/schools/{cast.other_school.slug}/students"
    assert len(names(await browser.get(at))) == 1
    assert len(names(await browser.get(f"{at}?status=none&sort=group"))) == 1
    assert names(await browser.get(f"{at}?status=active")) == []


# --- As htmx asks, and as nobody should -------------------------------------------------------------------------------


@pytest.mark.usefixtures("placed")
async def test_typing_exchanges_the_results_only(secretary: Browser, at: str) -> None:
    page = await secretary.get(f"{at}?q=an&grade=6&after=&sort=", headers=FRAGMENT)
    assert page.is_fragment
    assert names(page) == ["Ana, X"]
    assert page.one("#results [data-announce]").attributes["data-announce"] == "1 student"
    assert page.all("#q") == []
    assert page.one("#grade-count").attributes["hx-swap-oob"] == "true"
    assert page.response.headers["hx-replace-url"] == f"{at}?q=an&grade=6"


async def test_an_empty_school_is_told_how_to_begin(sign_in: SignIn, at: str, cast: Cast) -> None:
    page = await (await sign_in(cast.secretary)).get(at)
    assert page.texts("main .blank h2") == ["There are no students yet"]
    assert page.texts("main .blank a") == ["Import from SIMAT", "New student"]
    page = await (await sign_in(cast.teacher)).get(at)
    assert "your own groups" in page.text
    assert page.all("main .blank a") == []


NONSENSE = ["\x00", "a\x00b", "'", '"', "%", "\udcff", "<script>", "-----", "9" * 400, "１２", "ß", "ﬁ"]


@pytest.mark.parametrize(
    "name", ["q", "sort", "after", "before", "letter", "grade", "group", "status", "campus", "shift", "other"]
)
async def test_no_parameter_breaks_the_page(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, name: str
) -> None:
    await factories.make_student(db, cast.school)
    for value in NONSENSE:
        sent = "".join(f"%{byte:02x}" for byte in value.encode("utf-8", "surrogateescape"))
        for more in ("", "&sort=-name"):
            page = await secretary.get(f"{at}?{name}={sent}&{name}=1{more}")
            assert page.status == 200, value
            assert page.all("script:not([src])") == []


@pytest.mark.parametrize("choice", ["group=g{}", "without={:08x}-0000-0000-0000-000000000000"])
async def test_a_thousand_of_choices_make_no_endless_page(secretary: Browser, at: str, choice: str) -> None:
    page = await secretary.get(f"{at}?{'&'.join(map(choice.format, range(1000)))}")
    assert page.status == 200
    assert len(page.text) < 1_000_000


async def test_a_very_long_search_is_cut_short(secretary: Browser, at: str) -> None:
    page = await secretary.get(f"{at}?q={'a%20' * 15_000}&after={'b' * 1000}")
    assert page.status == 200
    assert len(str(page.one("#q").attributes["value"])) <= 100


@pytest.mark.parametrize("query", ["", "?q=nunez+1030", "?grade=6&status=active&sort=-group", "?q=zzz"])
async def test_a_page_asks_five_questions_however_many_rows(
    secretary: Browser, at: str, app: Litestar, db: AsyncSession, cast: Cast, query: str
) -> None:
    for _number in range(3):
        student = await factories.make_student(db, cast.school)
        await factories.make_enrollment(db, student, group=cast.group)
        await factories.make_guardian(db, cast.school, of=student)
    with counted(app) as queries:
        await secretary.get(at + query)
    assert len(queries) <= 5, queries


async def test_documents_with_letters_stay_as_they_are(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_student(db, cast.school, document_type=DocumentType.NIP, document_number="AB0012")
    assert "NIP AB0012" in (await secretary.get(at)).text
    assert len(names(await secretary.get(f"{at}?q=ab0012"))) == 1


@pytest.mark.usefixtures("placed")
async def test_without_a_script_the_numbers_of_a_filter_have_a_page(secretary: Browser, at: str, cast: Cast) -> None:
    page = await secretary.get(f"{at}?q=a&status=active&sort=-group")
    link = str(page.one("noscript a[href*='/choices/grade']").attributes["href"])
    page = await secretary.get(link)
    assert (page.status, page.is_fragment) == (200, False)
    assert page.one("a.back").attributes["href"] == f"{at}?q=a&status=active&sort=-group"
    labels = page.texts("main fieldset label")
    assert labels
    assert all(label.split()[-1].isdecimal() for label in labels)
    assert page.form("main form") == {"q": "a", "status": "active", "sort": "-group"}
    assert (await secretary.get(link, headers=FRAGMENT)).is_fragment


async def test_every_choice_of_what_is_lacking_is_counted(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    students = [await factories.make_student(db, cast.school) for _number in range(3)]
    empty = await factories.make_year(
        db,
        cast.school,
        name="2030",
        starts_on=date(2030, 1, 14),
        ends_on=date(2030, 11, 22),
        status=YearStatus.PLANNING,
    )
    for student, status in zip(students, (EnrollmentStatus.ACTIVE, EnrollmentStatus.CANCELLED), strict=False):
        await factories.make_enrollment(db, student, group=cast.group, status=status)
    labels = (await secretary.get(f"{at}/choices/without")).texts("main fieldset label")
    numbers = dict(label.rsplit(" ", 1) for label in labels)
    assert numbers[f"Enrollment in {empty.name}"] == "3"
    assert numbers[f"Enrollment in {cast.year.name}"] == "2"
    for year in (empty, cast.year):
        page = await secretary.get(f"{at}?without={year.id}")
        assert len(page.all("#rows tr")) == int(numbers[f"Enrollment in {year.name}"])
