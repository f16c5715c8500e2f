"""Who belongs to a school: the list, roles, coming and going, and the last principal."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import SchoolMembership, User
from portal.db.tenancy import enter_school
from portal.schools.models import School
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/members"


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


async def member_of(db: AsyncSession, school: School, user: User) -> SchoolMembership:
    """As stored."""
    await enter_school(db, school.id)
    statement = select(SchoolMembership).where(
        SchoolMembership.school_id == school.id, SchoolMembership.user_id == user.id
    )
    return (await db.scalars(statement.execution_options(populate_existing=True))).one()


async def opened(browser: Browser, at: str, member: SchoolMembership) -> dict[str, str]:
    return (await browser.get(f"{at}/{member.id}/edit")).form()


# --- The list -----------------------------------------------------------------------------------------------------


async def test_the_principal_sees_who_belongs_to_the_school(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    page = await principal.get(at)
    assert page.status == 200
    assert len(page.all("tbody tr")) == 5
    teacher = await member_of(db, cast.school, cast.teacher)
    row = page.one(f"#member-{teacher.id}").text()
    assert cast.teacher.full_name in row
    assert cast.teacher.email in row
    assert "Teacher" in row
    assert cast.group.label in row
    assert "Has access" in row
    assert "you" in page.one(f"#member-{(await member_of(db, cast.school, cast.principal)).id}").text()
    assert "Members" in page.texts(".side-nav a")


async def test_the_list_asks_the_same_of_the_database_however_many_they_are(
    app: Litestar, principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    for _ in range(12):
        await factories.make_member(db, cast.school, "teacher")
    await principal.get(at)
    with counted(app) as queries:
        await principal.get(at)
    assert len(queries) <= 5


async def test_others_may_not(sign_in: SignIn, db: AsyncSession, cast: Cast, at: str) -> None:
    member = await member_of(db, cast.school, cast.viewer)
    secretary, stranger = await sign_in(cast.secretary), await sign_in(cast.stranger)
    for path in (at, f"{at}/new", f"{at}/{member.id}/edit", f"{at}/handover"):
        assert (await secretary.get(path)).status == 403
        assert (await stranger.get(path)).status == 404
    for path in (f"{at}/{member.id}/edit", f"{at}/{member.id}/deactivation", f"{at}/handover"):
        assert (await secretary.post(path, {"roles": "principal"})).status == 403
        assert (await stranger.post(path, {"roles": "principal"})).status == 404
    assert (await member_of(db, cast.school, cast.viewer)).roles == ["viewer"]


# --- Roles --------------------------------------------------------------------------------------------------------


async def test_a_teacher_becomes_coordinator_too(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    member = await member_of(db, cast.school, cast.teacher)
    form = await opened(principal, at, member)
    answer = await principal.post(f"{at}/{member.id}/edit", {**form, "roles": ["teacher", "coordinator"]})
    assert (answer.status, answer.location) == (303, at)
    assert (await member_of(db, cast.school, cast.teacher)).roles == ["coordinator", "teacher"]


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
async def test_a_member_without_any_role_is_refused(
    principal: Browser, db: AsyncSession, cast: Cast, at: str, headers: dict[str, str]
) -> None:
    member = await member_of(db, cast.school, cast.teacher)
    answer = await principal.post(f"{at}/{member.id}/edit", {"version": "1"}, headers=headers)
    assert answer.status == 422
    assert answer.is_fragment == bool(headers)
    assert "Choose at least one role." in answer.text
    assert (await member_of(db, cast.school, cast.teacher)).roles == ["teacher"]


async def test_nobody_is_raised_to_administrator(principal: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    member = await member_of(db, cast.school, cast.teacher)
    page = await principal.get(f"{at}/{member.id}/edit")
    assert "superuser" not in page.response.text
    form = page.form()
    answer = await principal.post(f"{at}/{member.id}/edit", {**form, "roles": ["teacher", "superuser"]})
    assert answer.status == 422
    sent = {
        **form,
        "roles": ["teacher"],
        "is_superuser": "true",
        "is_active": "",
        "school_id": str(cast.other_school.id),
    }
    assert (await principal.post(f"{at}/{member.id}/edit", sent)).status == 303
    await db.refresh(cast.teacher)
    kept = await member_of(db, cast.school, cast.teacher)
    assert (cast.teacher.is_superuser, kept.is_active, kept.roles) == (False, True, ["teacher"])


async def test_two_who_change_one_members_roles_see_both_versions(
    principal: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    member = await member_of(db, cast.school, cast.teacher)
    form = await opened(principal, at, member)
    await principal.post(f"{at}/{member.id}/edit", {**form, "roles": ["viewer"]})
    answer = await principal.post(f"{at}/{member.id}/edit", {**form, "roles": ["coordinator", "teacher"]})
    assert answer.status == 409
    assert "Coordinator and Teacher" in answer.text
    assert "Viewer" in answer.text
    chosen = {"version": answer.form()["version"], "roles": "coordinator,teacher"}
    assert (await principal.post(f"{at}/{member.id}/edit", chosen)).status == 303
    assert (await member_of(db, cast.school, cast.teacher)).roles == ["coordinator", "teacher"]


async def test_a_forged_request_changes_no_roles(principal: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    member = await member_of(db, cast.school, cast.teacher)
    answer = await principal.post(f"{at}/{member.id}/edit", {"roles": "principal"}, headers=FORGED)
    assert answer.status == 403
    assert (await member_of(db, cast.school, cast.teacher)).roles == ["teacher"]


# --- Out of the school and in again -------------------------------------------------------------------------------


async def test_ending_access_counts_at_the_next_request_and_can_be_undone(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    secretary = await sign_in(cast.secretary)
    assert (await secretary.get(f"/schools/{cast.school.slug}/students")).status == 200
    member = await member_of(db, cast.school, cast.secretary)
    answer = await principal.post(f"{at}/{member.id}/deactivation")
    assert (answer.status, answer.location) == (303, at)
    assert (await secretary.get(f"/schools/{cast.school.slug}/students")).status == 404
    await db.refresh(cast.secretary)
    assert cast.secretary.is_active  # the account is not the school's to end

    page = await principal.get(at)
    assert "No access" in page.one(f"#member-{member.id}").text()
    undo = page.one("#notices form").attributes["action"]
    assert undo == f"{at}/{member.id}/activation"
    assert (await principal.post(str(undo))).status == 303
    assert (await secretary.get(f"/schools/{cast.school.slug}/students")).status == 200


async def test_the_last_principal_stays(sign_in: SignIn, db: AsyncSession, cast: Cast, at: str) -> None:
    superuser = await sign_in(cast.superuser)
    member = await member_of(db, cast.school, cast.principal)
    answer = await superuser.post(f"{at}/{member.id}/deactivation")
    assert answer.status == 409
    assert "only principal" in answer.text
    assert "Hand the school over" in answer.text
    form = await opened(superuser, at, member)
    assert (await superuser.post(f"{at}/{member.id}/edit", {**form, "roles": ["viewer"]})).status == 409
    kept = await member_of(db, cast.school, cast.principal)
    assert (kept.is_active, kept.roles) == (True, ["principal"])


async def test_someone_who_has_not_chosen_a_password_is_no_principal_to_rely_on(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    form = (await principal.get(f"{at}/new")).form()
    await principal.post(at, {**form, "email": "new@school.example", "full_name": "Nadia", "roles": "principal"})
    superuser = await sign_in(cast.superuser)
    member = await member_of(db, cast.school, cast.principal)
    assert (await superuser.post(f"{at}/{member.id}/deactivation")).status == 409


async def test_nobody_puts_themselves_out(
    principal: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    await factories.make_member(db, cast.school, "principal")
    member = await member_of(db, cast.school, cast.principal)
    answer = await principal.post(f"{at}/{member.id}/deactivation")
    assert (answer.status, "Hand the school over" in answer.text) == (409, True)
    form = await opened(principal, at, member)
    answer = await principal.post(f"{at}/{member.id}/edit", {**form, "roles": ["secretary"]})
    assert (answer.status, "Hand the school over" in answer.text) == (409, True)
    assert (await member_of(db, cast.school, cast.principal)).roles == ["principal"]


async def test_of_two_principals_who_put_each_other_out_at_once_one_stays(committing: Committing) -> None:
    async with committing.session() as db:
        school = await factories.make_school(db)
        one, two = [await factories.make_member(db, school, "principal") for _ in range(2)]
        members = {user.id: await member_of(db, school, user) for user in (one, two)}
    async with committing.browser(one) as first, committing.browser(two) as second:

        async def put_out(browser: Browser, other: User) -> Page:
            return await browser.post(f"/schools/{school.slug}/members/{members[other.id].id}/deactivation")

        answers = await asyncio.gather(put_out(first, two), put_out(second, one))
    # The slower one hears that this is the last principal, or is out already and hears nothing of the school.
    assert sorted(answer.status for answer in answers) in ([303, 409], [303, 404])
    async with committing.session() as db:
        kept = [await member_of(db, school, user) for user in (one, two)]
    assert [member.is_active for member in kept].count(True) == 1
