"""Deactivating a school, opening it again, and deleting it with every row that it has."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from advanced_alchemy.types import FileObject
from obstore.store import S3Store
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import Invitation, User
from portal.attachments.models import STORAGE, Attachment
from portal.attachments.storage import Storage, new_path
from portal.attachments.stores import BUCKET_PATIENCE
from portal.catalogs.codes import AttachmentKind, Decision, EntityType, YearStatus
from portal.db.base import new_id, now
from portal.db.tables import metadata
from portal.db.tenancy import enter_school, enter_user
from portal.drafts.models import Draft
from portal.duplicates.kinds import People
from portal.duplicates.models import TwoPeople
from portal.enrollments.models import Enrollment
from portal.interchange.models import ImportRow, ImportRun, RowOutcome
from portal.rollovers.models import Rollover, RolloverChoice
from portal.schools.models import School
from portal.views.models import ListPreference
from portal.years.models import AcademicPeriod
from tests.conftest import Committing
from tests.factories import Cast, make_cast, make_enrollment, make_guardian, make_student, make_year
from tests.pages import FORGED, FRAGMENT, Browser
from tests.security.records import make_records

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
SCHOOL_TABLES = sorted(name for name, table in metadata.tables.items() if "school_id" in table.c)


def address(school: School, rest: str) -> str:
    return f"/schools/{school.slug}/{rest}"


async def test_members_of_a_deactivated_school_cannot_enter_and_are_told_why(cast: Cast, sign_in: SignIn) -> None:
    administrator, member = await sign_in(cast.superuser), await sign_in(cast.principal)
    answer = await administrator.post(address(cast.school, "deactivation"))
    assert (answer.status, answer.location) == (303, address(cast.school, "settings"))
    assert (await member.get(address(cast.school, ""))).status == 404
    page = await member.get("/schools")
    assert f"{cast.school.name} is not in use at the moment." in page.text
    assert "You are not a member" not in page.text
    settings = await administrator.get(address(cast.school, "settings"))
    assert "This school is deactivated: its members cannot enter." in settings.text
    assert settings.one(".notices form").attributes["action"] == address(cast.school, "activation")
    assert (await administrator.post(address(cast.school, "activation"))).status == 303
    assert (await member.get(address(cast.school, ""))).status == 200


async def test_the_page_says_what_goes(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    for _time in range(2):
        student = await make_student(db, cast.school)
        await make_guardian(db, cast.school, of=student)
    await make_enrollment(db, student, group=cast.group)
    page = await (await sign_in(cast.superuser)).get(address(cast.school, "deletion"))
    assert page.texts(".losses li") == ["2 students", "2 guardians", "1 enrollment", "1 group", "5 members", "0 files"]


@pytest.mark.parametrize("name", ["", "School", "school 1 "])
async def test_another_name_deletes_nothing(db: AsyncSession, cast: Cast, sign_in: SignIn, name: str) -> None:
    browser, path = await sign_in(cast.superuser), address(cast.school, "deletion")
    for headers in ({}, FRAGMENT):
        page = await browser.post(path, {"name": name}, headers=headers)
        assert page.status == 422
        assert page.one("#errors a").attributes["href"] == "#name"
        assert page.one("#name").attributes["value"] == name
    assert (await browser.get(address(cast.school, "settings"))).status == 200


@pytest.mark.parametrize("rest", ["deactivation", "activation", "deletion"])
async def test_only_the_administrator_may(cast: Cast, sign_in: SignIn, rest: str) -> None:
    path, form = address(cast.school, rest), {"name": cast.school.name}
    assert (await (await sign_in(cast.stranger)).post(path, form)).status == 404
    assert (await (await sign_in(cast.principal)).post(path, form)).status == 403
    assert (await (await sign_in(cast.superuser)).post(path, form, headers=FORGED)).status == 403
    assert (await (await sign_in(cast.principal)).get(address(cast.school, ""))).status == 200


async def test_deleting_leaves_no_row_of_the_school_and_every_row_of_the_other(committing: Committing) -> None:
    """Over every table: a row of each is in both schools, also in the tables that nobody thought of here."""
    async with committing.session() as db:
        cast, other = await make_cast(db), await make_cast(db)
    for each in (cast, other):
        async with committing.session() as db:
            await enter_school(db, each.school.id)
            await make_records(db, each)
            await _fill_every_table(db, each)
    before = await _counted(committing, cast), await _counted(committing, other)
    assert [table for table in SCHOOL_TABLES if not before[0][table] or not before[1][table]] == []

    async with committing.browser(cast.superuser) as browser:
        answer = await browser.post(address(cast.school, "deletion"), {"name": cast.school.name})
        assert (answer.status, answer.location) == (303, "/schools")
        assert (await browser.get(address(cast.school, "settings"))).status == 404
    assert set((await _counted(committing, cast)).values()) == {0}
    assert await _counted(committing, other) == before[1]
    async with committing.browser(cast.principal) as browser:
        assert "You are not a member of any school yet" in (await browser.get("/schools")).text


async def test_its_files_go_when_it_is_gone_and_no_others(committing: Committing) -> None:
    cast, other, storage = await _two_schools_with_a_file(committing)
    async with committing.browser(cast.superuser) as browser:
        assert (await browser.post(address(cast.school, "deletion"), {"name": "another"})).status == 422
        assert await _files(storage, cast) == 1
        assert (await browser.post(address(cast.school, "deletion"), {"name": cast.school.name})).status == 303
    assert (await _files(storage, cast), await _files(storage, other)) == (0, 1)


async def test_a_deletion_that_is_not_committed_leaves_its_files(committing: Committing) -> None:
    cast, _other, storage = await _two_schools_with_a_file(committing)
    await committing.as_superuser(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$"
    )
    await committing.as_superuser(
        "CREATE CONSTRAINT TRIGGER refuse AFTER DELETE ON schools DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    async with committing.browser(cast.superuser) as browser:
        assert (await browser.post(address(cast.school, "deletion"), {"name": cast.school.name})).status == 500
        assert (await browser.get(address(cast.school, "settings"))).status == 200
    assert await _files(storage, cast) == 1


async def test_a_storage_that_fails_does_not_undo_the_deletion(committing: Committing) -> None:
    cast, _other, storage = await _two_schools_with_a_file(committing)
    storage.backend.fs = S3Store("nowhere", endpoint="http://127.0.0.1:1", **BUCKET_PATIENCE)
    async with committing.browser(cast.superuser) as browser:
        assert (await browser.post(address(cast.school, "deletion"), {"name": cast.school.name})).status == 303
        assert (await browser.get(address(cast.school, "settings"))).status == 404


async def _two_schools_with_a_file(committing: Committing) -> tuple[Cast, Cast, Storage]:
    async with committing.session() as db:
        cast, other = await make_cast(db), await make_cast(db)
    storage: Storage = committing.app.state.storage
    for each in (cast, other):
        await storage.backend.fs.put_async(new_path(each.school.id, EntityType.SCHOOL, each.school.id), b"x")
    return cast, other, storage


async def _files(storage: Storage, cast: Cast) -> int:
    return len(await storage.backend.fs.list(str(cast.school.id)).collect_async())


async def _counted(committing: Committing, cast: Cast) -> dict[str, int]:
    """The school's rows in every table, past row security."""
    of_school = f"WHERE school_id = '{cast.school.id}'"
    counts = [f"(SELECT count(*) FROM {table} {of_school}) AS {table}" for table in SCHOOL_TABLES]
    row, *_ = await committing.as_superuser(f"SELECT {', '.join(counts)}")
    return dict(row)


async def _fill_every_table(db: AsyncSession, cast: Cast) -> None:
    """A row in each of those tables that the usual scene leaves empty; a new table needs its line here."""
    run = await db.scalar(select(ImportRun.id).where(ImportRun.school_id == cast.school.id))
    enrollment = (await db.scalars(select(Enrollment))).one()
    next_year = {"name": "2027", "starts_on": date(2027, 1, 18), "ends_on": date(2027, 11, 26)}
    later = await make_year(db, cast.school, **next_year, status=YearStatus.PLANNING)
    days = {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 4, 1)}
    one_id, other_id = sorted([new_id(), new_id()])
    rollover = Rollover(id=new_id(), from_year_id=cast.year.id, to_year_id=later.id)
    rows: list[Any] = [
        AcademicPeriod(year_id=cast.year.id, ordinal=1, name="P1", **days),
        ImportRow(run_id=run, line=1, outcome=RowOutcome.WRONG, name="-"),
        Invitation(user_id=cast.viewer.id, token_hash=b"-", expires_at=now()),
        TwoPeople(id=new_id(), kind=People.STUDENTS, one_id=one_id, other_id=other_id),
        ListPreference(list_name="students", columns=["grade"]),
        rollover,
        _file(cast),
    ]
    for row in rows:
        row.school_id = cast.school.id
    db.add_all(rows)
    await db.flush()
    choice = {"rollover_id": rollover.id, "enrollment_id": enrollment.id, "decision": Decision.REPEAT}
    db.add(RolloverChoice(school_id=cast.school.id, **choice))
    await db.flush()
    await enter_user(db, cast.viewer.id)
    await enter_school(db, cast.school.id)
    db.add(Draft(school_id=cast.school.id, user_id=cast.viewer.id, address="-", content=b"-"))


def _file(cast: Cast) -> Attachment:
    return Attachment(
        entity_type=EntityType.SCHOOL,
        entity_id=cast.school.id,
        kind=AttachmentKind.LOGO,
        file=FileObject(backend=STORAGE, filename="logo.png"),
        file_name="logo.png",
        content_type="image/png",
        size=1,
        sha256=b"-",
    )
