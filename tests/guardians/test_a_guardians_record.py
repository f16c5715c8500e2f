"""A guardian's own record: all their children at once, and corrections that count for all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import Relationship
from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@dataclass
class Family:
    """A mother with a daughter in the cast's group and a son without a place."""

    mother: Guardian
    daughter: Student
    son: Student


@pytest.fixture
async def family(db: AsyncSession, cast: Cast) -> Family:
    mother = await factories.make_guardian(db, cast.school, document_number="43000111", email="luz@correo.example")
    daughter = await factories.make_student(db, cast.school)
    son = await factories.make_student(db, cast.school, first_name="Samuel", middle_names=None)
    await factories.make_tie(db, daughter, mother, may_collect=True)
    await factories.make_tie(db, son, mother, relationship=Relationship.OTHER, is_primary=False, contact_order=3)
    await factories.make_enrollment(db, daughter, group=cast.group)
    return Family(mother, daughter, son)


@pytest.fixture
def at(cast: Cast, family: Family) -> str:
    return f"/schools/{cast.school.slug}/guardians/{family.mother.id}"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def stored(db: AsyncSession, guardian: Guardian) -> Guardian:
    await enter_school(db, guardian.school_id)
    await db.refresh(guardian)
    return guardian


async def test_siblings_are_seen_at_once_with_what_the_guardian_is_to_each(
    secretary: Browser, cast: Cast, family: Family, at: str
) -> None:
    page = await secretary.get(at)
    assert page.texts("h1") == ["Luz Marina Castaño Ríos"]
    assert page.texts(".section h2") == ["Identity", "Contact", "Students"]
    daughter, son = page.one(f"#child-{family.daughter.id}"), page.one(f"#child-{family.son.id}")
    for words in ("Mother", "primary guardian", f"6th {cast.group.code}", "Active", "May collect the student"):
        assert words in " ".join(daughter.text(separator=" ").split()), words
    for words in ("Other", "Order of calling: 3", "Not enrolled this year", "May not collect the student"):
        assert words in " ".join(son.text(separator=" ").split()), words
    students = f"/schools/{cast.school.slug}/students"
    assert daughter.css("a.name")[0].attributes["href"] == f"{students}/{family.daughter.id}"
    assert at in [link.attributes["href"] for link in (await secretary.get(f"{students}/{family.son.id}")).all("a")]


@pytest.mark.parametrize(
    ("section", "sent"), [("contact", {"phone": "301 555 0199"}), ("identity", {"first_name": "Lucía"})]
)
async def test_a_section_is_corrected_in_its_place(
    secretary: Browser, db: AsyncSession, family: Family, at: str, section: str, sent: dict[str, str]
) -> None:
    edit = f"{at}/sections/{section}/edit"
    opened = await secretary.get(edit, headers=FRAGMENT)
    assert opened.is_fragment
    assert len(opened.all("[data-focus]")) == 1
    assert "counts for all: Ángela Sofía Núñez Castaño and Samuel Núñez Castaño" in opened.text
    answer = await secretary.post(edit, opened.form("form") | sent, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (200, True)
    assert answer.one("[data-focus]").attributes["data-announce"] == "Saved."
    assert answer.one("#record-head[hx-swap-oob]")
    other = "identity" if section == "contact" else "contact"
    assert answer.one(f"#version-2-{other}").attributes["hx-swap-oob"] == f"outerHTML:#version-1-{other}"
    guardian = await stored(db, family.mother)
    assert (guardian.phone == "3015550199", guardian.first_name == "Lucía") == (
        section == "contact",
        section == "identity",
    )
    assert guardian.email == "luz@correo.example"


async def test_without_a_script_sections_are_pages(
    secretary: Browser, db: AsyncSession, family: Family, at: str
) -> None:
    assert (await secretary.get(f"{at}/sections/contact")).location == at
    page = await secretary.get(f"{at}/sections/contact/edit")
    assert not page.is_fragment
    answer = await secretary.post(f"{at}/sections/contact/edit", page.form() | {"email": ""})
    assert (answer.status, answer.location) == (303, at)
    assert (await stored(db, family.mother)).email is None
    assert (await secretary.get(f"{at}/sections/grades/edit")).status == 404


async def test_the_whole_record_is_corrected_on_one_page(
    secretary: Browser, db: AsyncSession, family: Family, at: str
) -> None:
    form = (await secretary.get(f"{at}/edit")).form()
    sent = {"document_type": "", "document_number": "", "email": "", "occupation": "Modista"}
    answer = await secretary.post(f"{at}/edit", form | sent)
    assert (answer.status, answer.location) == (303, at)
    guardian = await stored(db, family.mother)
    assert (guardian.document_type, guardian.document_number, guardian.email) == (None, None, None)
    assert guardian.occupation == "Modista"


@pytest.mark.parametrize("headers", [FRAGMENT, {}])
@pytest.mark.parametrize("where", ["edit", "sections/contact/edit"])
async def test_a_wrong_form_comes_back_as_typed(
    secretary: Browser, db: AsyncSession, family: Family, at: str, where: str, headers: dict[str, str]
) -> None:
    form = (await secretary.get(f"{at}/{where}", headers=headers)).form("form:has([name=version])")
    answer = await secretary.post(f"{at}/{where}", form | {"phone": "310 555", "email": "nobody"}, headers=headers)
    assert answer.status == 422
    assert {link.attributes["href"] for link in answer.all("#errors a")} == {"#phone", "#email"}
    assert answer.one("#phone").attributes["value"] == "310 555"
    assert (await stored(db, family.mother)).version == 1


async def test_a_document_of_another_guardian_is_refused_with_the_way_there(
    secretary: Browser, db: AsyncSession, cast: Cast, family: Family, at: str
) -> None:
    other = await factories.make_guardian(db, cast.school, document_number="52999888", first_name="Otra")
    for where in ("edit", "sections/identity/edit"):
        form = (await secretary.get(f"{at}/{where}")).form()
        answer = await secretary.post(f"{at}/{where}", form | {"document_number": "52.999.888"})
        assert answer.status == 422
        assert answer.all(f"a[href$='/guardians/{other.id}']")
    assert (await stored(db, family.mother)).document_number == "43000111"


async def test_two_who_correct_one_guardian_see_both_versions(
    secretary: Browser, db: AsyncSession, family: Family, at: str
) -> None:
    for where in ("edit", "sections/contact/edit"):
        form = (await secretary.get(f"{at}/{where}")).form()
        assert (await secretary.post(f"{at}/{where}", form | {"address": f"Calle 1, {where}"})).status == 303
        conflict = await secretary.post(f"{at}/{where}", form | {"address": f"Calle 2, {where}"})
        assert conflict.status == 409
        assert conflict.texts("tbody th") == ["Address"]
        assert (await secretary.post(f"{at}/{where}", conflict.form())).status == 303
        assert (await stored(db, family.mother)).address == f"Calle 2, {where}"


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("coordinator", 403), ("teacher", 403), ("stranger", 404)]
)
async def test_who_may_not_write_changes_nothing(
    sign_in: SignIn, db: AsyncSession, cast: Cast, family: Family, at: str, role: str, status: int
) -> None:
    browser = await sign_in(getattr(cast, role))
    for where in ("edit", "sections/contact/edit"):
        assert (await browser.get(f"{at}/{where}")).status == status
        assert (await browser.post(f"{at}/{where}", {"phone": "3000000000"})).status == status
    assert (await browser.get(at)).status == (404 if role == "stranger" else 200)
    assert not (await browser.get(at)).all("main a[href$=edit]")
    assert (await stored(db, family.mother)).version == 1


async def test_a_forged_form_is_refused(secretary: Browser, at: str) -> None:
    for where in ("edit", "sections/contact/edit"):
        assert (await secretary.post(f"{at}/{where}", {"phone": ""}, headers=FORGED)).status == 403


async def test_a_teacher_sees_only_own_pupils_and_no_guardian_of_others(
    sign_in: SignIn, db: AsyncSession, cast: Cast, family: Family, at: str
) -> None:
    stranger = await factories.make_guardian(db, cast.school, document_number="52999888")
    await factories.make_tie(db, family.son, stranger, is_primary=False)
    browser = await sign_in(cast.teacher)
    page = await browser.get(at)
    assert page.all(f"#child-{family.daughter.id}")
    assert not page.all(f"#child-{family.son.id}")
    assert "Samuel" not in page.text
    assert (await browser.get(at.replace(str(family.mother.id), str(stranger.id)))).status == 404


@pytest.mark.parametrize("several", [0, 7])
async def test_the_record_costs_eight_queries_at_most(
    app: Litestar, secretary: Browser, db: AsyncSession, cast: Cast, family: Family, at: str, several: int
) -> None:
    for _ in range(several):
        await factories.make_tie(db, await factories.make_student(db, cast.school), family.mother)
    with counted(app) as queries:
        assert (await secretary.get(at)).status == 200
    assert len(queries) <= 8, queries
