"""One box finds people, groups, pages and actions, of each school as far as the person's roles there reach."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.groups.models import Group
from portal.schools.models import School
from tests.factories import (
    Cast,
    make_campus,
    make_enrollment,
    make_group,
    make_guardian,
    make_school,
    make_student,
    make_user,
    make_year,
)
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


async def search(browser: Browser, q: str, school: School | None = None) -> Page:
    return await browser.get("/search", params={"q": q} | ({"school": school.slug} if school else {}))


def sections(page: Page) -> dict[str, list[str]]:
    """The lines under each title."""
    return {
        section.css("h2")[0].text(): [
            " ".join(" ".join(part.text() for part in line.css(".clip, .end")).split()) for line in section.css("li")
        ]
        for section in page.all(".found section")
    }


def links(page: Page) -> list[str]:
    return [str(link.attributes["href"]) for link in page.all(".found li a")]


async def join(db: AsyncSession, user: User, school: School, *roles: str) -> None:
    await enter_school(db, school.id)
    db.add(SchoolMembership(school_id=school.id, user_id=user.id, roles=list(roles)))
    await db.flush()


async def class_of(db: AsyncSession, school: School, **given: Any) -> Group:
    """A school's year, with a group 6 B."""
    year, campus = await make_year(db, school), await make_campus(db, school)
    return await make_group(db, school, year=year, campus=campus, code="B", **given)


class TestOneSchool:
    async def test_a_student_by_parts_of_the_name(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        student = await make_student(db, cast.school, document_number="1023456789")
        await make_enrollment(db, student, group=cast.group)
        page = await search(await sign_in(cast.secretary), "nuñez ang", cast.school)

        assert page.status == 200
        assert links(page)[0] == f"/schools/{cast.school.slug}/students/{student.id}"
        line = sections(page)["Students"][0]
        assert "TI 1.023.456.789" in line
        assert f"6th {cast.group.code}" in line
        assert page.texts("mark") == ["Áng", "Núñez"]

    async def test_who_begins_with_the_word_comes_first(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        await make_student(db, cast.school, first_surname="Zapata", second_surname="Abriles", first_name="Ana")
        await make_student(db, cast.school, first_surname="Zuluaga", second_surname=None, first_name="Gabriel")
        await make_student(db, cast.school, first_surname="Abril", second_surname=None, first_name="Zoe")
        page = await search(await sign_in(cast.secretary), "abri", cast.school)

        names = [line.split(" TI ")[0] for line in sections(page)["Students"]]
        assert names == ["Zoe Sofía Abril", "Ana Sofía Zapata Abriles", "Gabriel Sofía Zuluaga"]

    async def test_a_guardian_by_telephone(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        """The way to correct it: the child is found too, and the guardian's own record."""
        child = await make_student(db, cast.school)
        guardian = await make_guardian(db, cast.school, of=child, phone="3105550148")
        page = await search(await sign_in(cast.secretary), "310 555 0148", cast.school)

        assert links(page) == [
            f"/schools/{cast.school.slug}/guardians/{guardian.id}",
            f"/schools/{cast.school.slug}/students/{child.id}",
        ]
        assert sections(page)["Guardians"] == ["Luz Marina Castaño Ríos 310 555 0148 · 1 student"]

    @pytest.mark.parametrize("typed", ["6b", "6 b", "6.º B", "6th b"])
    async def test_a_group_however_it_is_called(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn, typed: str
    ) -> None:
        group = await make_group(db, cast.school, year=cast.year, campus=cast.campus, code="B")
        page = await search(await sign_in(cast.secretary), typed, cast.school)

        assert f"/schools/{cast.school.slug}/groups/{group.id}" in links(page)
        assert cast.campus.name in sections(page)["Groups"][0]

    async def test_groups_of_other_years_are_left_out(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        past = await make_year(
            db,
            cast.school,
            name="2020",
            starts_on=cast.year.starts_on.replace(year=2020),
            ends_on=cast.year.ends_on.replace(year=2020),
            status="closed",
        )
        await make_group(db, cast.school, year=past, campus=cast.campus, code="Z9")
        assert "Groups" not in sections(await search(await sign_in(cast.secretary), "Z9", cast.school))

    @pytest.mark.parametrize("typed", ["configuración", "settings", "AJUSTES", "setti"])
    async def test_a_page_in_either_language(self, cast: Cast, sign_in: SignIn, typed: str) -> None:
        page = await search(await sign_in(cast.principal), typed, cast.school)
        assert f"/schools/{cast.school.slug}/settings" in links(page)

    @pytest.mark.parametrize(("typed", "where"), [("repetidos", "duplicates"), ("merged", "merges"), ("bin", "bin")])
    async def test_a_page_by_another_word(self, cast: Cast, sign_in: SignIn, typed: str, where: str) -> None:
        page = await search(await sign_in(cast.secretary), typed, cast.school)
        assert f"/schools/{cast.school.slug}/{where}" in links(page)

    @pytest.mark.parametrize("typed", ["nuevo estudiante", "register", "new pupil"])
    async def test_something_to_do_in_either_language(self, cast: Cast, sign_in: SignIn, typed: str) -> None:
        page = await search(await sign_in(cast.secretary), typed, cast.school)
        assert f"/schools/{cast.school.slug}/students/new" in links(page)

    @pytest.mark.parametrize(("typed", "first"), [("new", "Do"), ("year", "Go to"), ("student", "Go to")])
    async def test_whatever_is_called_by_the_word_comes_before_what_only_has_it(
        self, cast: Cast, sign_in: SignIn, typed: str, first: str
    ) -> None:
        page = await search(await sign_in(cast.principal), typed, cast.school)
        assert next(iter(sections(page))) == first

    async def test_what_needs_a_year_names_it(self, cast: Cast, sign_in: SignIn) -> None:
        page = await search(await sign_in(cast.coordinator), "new group", cast.school)
        assert f"/schools/{cast.school.slug}/years/{cast.year.id}/groups/new" in links(page)

    async def test_more_than_is_shown_are_in_the_list(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        for number in range(8):
            await make_student(db, cast.school, second_surname=f"Zeta{number}")
        page = await search(await sign_in(cast.secretary), "zeta", cast.school)

        assert len(sections(page)["Students"]) == 7
        assert sections(page)["Students"][-1] == "All 8 in the list"
        assert f"/schools/{cast.school.slug}/students?q=zeta" in links(page)

    async def test_the_deleted_are_not_found(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        student = await make_student(db, cast.school, second_surname="Borrado")
        student.deleted_at = now()
        await db.flush()
        assert "Students" not in sections(await search(await sign_in(cast.secretary), "borrado", cast.school))

    @pytest.mark.parametrize("typed", ["", "n", "  ", "%", "_", "zzzz", "\\", "'"])
    async def test_nothing_is_found_by_next_to_nothing(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn, typed: str
    ) -> None:
        await make_student(db, cast.school)
        page = await search(await sign_in(cast.secretary), typed, cast.school)
        assert page.status == 200
        assert "Students" not in sections(page)

    async def test_only_the_results_for_htmx(self, cast: Cast, sign_in: SignIn) -> None:
        browser = await sign_in(cast.secretary)
        page = await browser.get("/search", params={"q": "new", "school": cast.school.slug}, headers=FRAGMENT)
        assert page.is_fragment
        assert page.one(".found").attributes["data-announce"] == f"{len(links(page))} results"
        assert page.response.headers["cache-control"] == "no-store"


class TestWhoSeesWhat:
    async def test_nobody_signs_in_first(self, anyone: Browser) -> None:
        assert (await anyone.get("/search")).location.startswith("/login")

    async def test_a_strangers_school_is_never_shown(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        await make_student(db, cast.school, second_surname="Secreto")
        await make_guardian(db, cast.school, second_surname="Secreto")
        browser = await sign_in(cast.stranger)
        for school in (cast.school, cast.other_school, None):
            assert sections(await search(browser, "secreto", school)) == {}
        assert cast.school.slug not in (await search(browser, cast.school.name, cast.school)).response.text

    async def test_a_teacher_finds_their_own_groups_only(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        mine, other = await make_student(db, cast.school), await make_student(db, cast.school)
        await make_enrollment(db, mine, group=cast.group)
        others = await make_group(db, cast.school, year=cast.year, campus=cast.campus, code="B")
        await make_enrollment(db, other, group=others)
        guardian = await make_guardian(db, cast.school, of=mine)
        await make_guardian(db, cast.school, of=other)
        browser = await sign_in(cast.teacher)

        at = f"/schools/{cast.school.slug}"
        assert links(await search(browser, "nunez", cast.school)) == [f"{at}/students/{mine.id}"]
        assert links(await search(browser, "luz marina", cast.school)) == [
            f"{at}/students/{mine.id}",
            f"{at}/guardians/{guardian.id}",
        ]
        assert "Groups" not in sections(await search(browser, "6b", cast.school))
        assert "Groups" in sections(await search(browser, cast.group.code, cast.school))

    async def test_a_viewer_is_offered_nothing_to_do(self, cast: Cast, sign_in: SignIn) -> None:
        browser = await sign_in(cast.viewer)
        for typed in ("", "new", "import", "approve", "invite"):
            page = await search(browser, typed, cast.school)
            assert "Do" not in sections(page)
        assert "Settings" not in str(sections(await search(browser, "settings", cast.school)))

    async def test_a_deactivated_school_is_left_out(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        await join(db, cast.secretary, cast.other_school, "secretary")
        await make_student(db, cast.other_school, second_surname="Lejano")
        browser = await sign_in(cast.secretary)
        assert sections(await search(browser, "lejano", cast.school)) != {}
        cast.other_school.is_active = False
        await db.flush()
        assert sections(await search(browser, "lejano", cast.school)) == {}

    async def test_a_superuser_finds_schools_by_name_and_pupils_at_hand(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn
    ) -> None:
        await make_student(db, cast.school, second_surname="Cercano")
        await make_student(db, cast.other_school, second_surname="Cercano")
        browser = await sign_in(cast.superuser)

        assert f"/schools/{cast.other_school.slug}" in links(await search(browser, cast.other_school.name))
        assert sections(await search(browser, "cercano")) == {}
        assert len(sections(await search(browser, "cercano", cast.school))["Students"]) == 1
        assert "/schools/new" in links(await search(browser, "new school"))

    async def test_an_address_that_names_no_school(self, cast: Cast, sign_in: SignIn) -> None:
        for user in (cast.secretary, cast.superuser):
            browser = await sign_in(user)
            for school in ("none-such", "a\x00b", "'"):
                page = await browser.get("/search", params={"q": "students", "school": school})
                assert page.status == 200


class TestSeveralSchools:
    async def test_other_schools_come_behind_with_their_own_roles(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn
    ) -> None:
        """A secretary here who teaches there finds all pupils here, and there those of the groups that they lead."""
        await join(db, cast.secretary, cast.other_school, "teacher")
        group = await class_of(db, cast.other_school, lead_teacher_id=cast.secretary.id)
        here = await make_student(db, cast.school)
        led, unled = await make_student(db, cast.other_school), await make_student(db, cast.other_school)
        await make_enrollment(db, led, group=group)
        page = await search(await sign_in(cast.secretary), "nunez", cast.school)

        assert links(page) == [
            f"/schools/{cast.school.slug}/students/{here.id}",
            f"/schools/{cast.other_school.slug}/students/{led.id}",
        ]
        assert str(unled.id) not in page.response.text
        assert list(sections(page)) == ["Students", cast.other_school.name]

    async def test_the_school_at_hand_decides_which_is_first(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn
    ) -> None:
        await join(db, cast.secretary, cast.other_school, "secretary")
        await make_student(db, cast.school)
        await make_student(db, cast.other_school)
        page = await search(await sign_in(cast.secretary), "nunez", cast.other_school)
        assert list(sections(page)) == ["Students", cast.school.name]

    async def test_so_many_schools_are_asked_and_no_more(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        for number in range(7):
            await join(db, cast.secretary, await make_school(db, name=f"Colegio {number}"), "secretary")
        page = await search(await sign_in(cast.secretary), "colegio", cast.school)
        assert "2 more of your schools were not searched" in page.text
        assert len(sections(page)["Schools"]) == 6 + len(["All my schools"])


class TestRecents:
    async def test_what_was_opened_last_comes_first(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        first, second = await make_student(db, cast.school), await make_student(db, cast.school)
        guardian = await make_guardian(db, cast.school, of=first)
        browser, at = await sign_in(cast.secretary), f"/schools/{cast.school.slug}"
        opened = [
            f"{at}/students/{first.id}",
            f"{at}/guardians/{guardian.id}",
            f"{at}/groups/{cast.group.id}",
            f"{at}/students/{second.id}",
        ]
        for address in opened:
            assert (await browser.get(address)).status == 200

        assert links(await search(browser, "", cast.school))[:4] == opened[::-1]
        assert links(await search(browser, "nunez", cast.school))[:2] == [opened[3], opened[0]]

    async def test_also_of_the_other_schools(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        await join(db, cast.secretary, cast.other_school, "secretary")
        there = await make_student(db, cast.other_school)
        browser = await sign_in(cast.secretary)
        await browser.get(f"/schools/{cast.other_school.slug}/students/{there.id}")
        page = await search(browser, "", cast.school)
        assert links(page)[0] == f"/schools/{cast.other_school.slug}/students/{there.id}"

    async def test_who_may_no_longer_see_it_is_not_shown_it(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn
    ) -> None:
        student = await make_student(db, cast.school)
        enrollment = await make_enrollment(db, student, group=cast.group)
        browser = await sign_in(cast.teacher)
        await browser.get(f"/schools/{cast.school.slug}/students/{student.id}")
        assert "Recent" in sections(await search(browser, "", cast.school))
        enrollment.group_id = (await make_group(db, cast.school, year=cast.year, campus=cast.campus, code="B")).id
        await db.flush()
        assert "Recent" not in sections(await search(browser, "", cast.school))

    async def test_they_are_the_persons_and_not_the_browsers(
        self, db: AsyncSession, cast: Cast, sign_in: SignIn
    ) -> None:
        student = await make_student(db, cast.school)
        browser, other = await sign_in(cast.secretary), await sign_in(cast.principal)
        await browser.get(f"/schools/{cast.school.slug}/students/{student.id}")
        kept = browser.client.cookies["recent"]
        assert "Ángela" not in kept
        other.client.cookies.set("recent", kept, domain="127.0.0.1")
        assert "Recent" not in sections(await search(other, "", cast.school))

    async def test_signing_out_forgets_them(self, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        student = await make_student(db, cast.school)
        browser = await sign_in(cast.secretary)
        await browser.get(f"/schools/{cast.school.slug}/students/{student.id}")
        await browser.post("/logout")
        assert "recent" not in browser.client.cookies

    @pytest.mark.parametrize("cookie", ["", "nonsense", "W10.forged"])
    async def test_a_made_up_list_says_nothing(self, cast: Cast, sign_in: SignIn, cookie: str) -> None:
        browser = await sign_in(cast.secretary)
        browser.client.cookies.set("recent", cookie, domain="127.0.0.1")
        page = await search(browser, "", cast.school)
        assert page.status == 200
        assert "Recent" not in sections(page)


class TestQuestions:
    async def test_one_more_for_each_school(self, app: Litestar, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
        person = await make_user(db)
        for school in (cast.school, cast.other_school):
            await join(db, person, school, "secretary")
        await make_student(db, cast.school)
        await make_student(db, cast.other_school)
        browser, alone = await sign_in(person), await sign_in(cast.secretary)
        await search(browser, "nunez", cast.school)
        for who, most in ((alone, 3), (browser, 4)):
            for typed in ("nunez ang", ""):
                with counted(app) as queries:
                    await search(who, typed, cast.school)
                assert len(queries) <= most, queries
