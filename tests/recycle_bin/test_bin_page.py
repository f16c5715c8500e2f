"""The recycle bin's page: what was deleted, by whom and when, what went along; found by name, in pages."""

from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from tests import factories
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser
from tests.queries import counted
from tests.recycle_bin.conftest import SignIn, delete

pytestmark = pytest.mark.anyio


async def test_an_empty_bin_says_what_it_is_for(secretary: Browser, at: str) -> None:
    page = await secretary.get(f"{at}/bin")
    assert page.status == 200
    assert "The recycle bin is empty" in page.text
    assert "Recycle bin" in page.texts(".side-nav a")


async def test_it_tells_who_deleted_what_and_what_went_along(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    await factories.make_guardian(db, cast.school, of=student)
    await factories.make_enrollment(db, student, group=cast.group)
    other = await factories.make_student(db, cast.school)
    alone = await factories.make_enrollment(db, other, group=cast.group, status=Status.DRAFT)
    await delete(secretary, f"{at}/students/{student.id}")
    await delete(secretary, f"{at}/enrollments/{alone.id}")
    page = await secretary.get(f"{at}/bin")
    assert page.texts(".tabs a") == ["Students 1", "Guardians 0", "Enrollments 1", "Groups 0"]
    row = " ".join(page.one(f"#students-{student.id}").text().split())
    assert "Núñez Castaño, Ángela Sofía" in row
    assert "1 enrollment" in row
    assert cast.secretary.full_name in row
    page = await secretary.get(f"{at}/bin?kind=enrollments")
    assert [node.attributes["id"] for node in page.all("tbody tr")] == [f"enrollments-{alone.id}"]


async def test_it_is_searched_by_name_document_and_number(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    iris = await factories.make_student(db, cast.school, first_name="Iris", document_number="1030777001")
    olga = await factories.make_student(db, cast.school, first_name="Olga")
    for student in (iris, olga):
        await delete(secretary, f"{at}/students/{student.id}")
    for q in ("iris nunez", "NÚÑEZ iris", "1030777001"):
        page = await secretary.get(f"{at}/bin", params={"kind": "students", "q": q}, headers=FRAGMENT)
        assert page.is_fragment
        assert [node.attributes["id"] for node in page.all("tbody tr")] == [f"students-{iris.id}"]
    assert "Nothing found" in (await secretary.get(f"{at}/bin?kind=students&q=zzz")).text


async def test_pages_follow_one_another_the_latest_first(
    app: Litestar, secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    moment = now()
    for number in range(55):
        await factories.make_student(
            db, cast.school, deleted_at=moment - timedelta(minutes=number // 2), deletion_id=new_id()
        )
    first = await secretary.get(f"{at}/bin")
    with counted(app) as queries:
        second = await secretary.get(str(first.one("a[rel=next]").attributes["href"]))
    assert len(queries) <= 5
    ids = [[node.attributes["id"] for node in page.all("tbody tr")] for page in (first, second)]
    assert [len(each) for each in ids] == [50, 5]
    assert not set(ids[0]) & set(ids[1])
    assert second.all("a[rel=next]") == []


async def test_a_list_whose_last_line_came_back_meanwhile_begins_anew(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    away = await factories.make_student(db, cast.school, deleted_at=now(), deletion_id=new_id())
    back = await factories.make_student(db, cast.school)
    assert len((await secretary.get(f"{at}/bin?after={back.id}")).all(f"#students-{away.id}")) == 1


async def test_a_coordinator_sees_the_groups_and_whoever_reads_only_nothing(
    sign_in: SignIn, secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    await delete(secretary, f"{at}/students/{student.id}")
    await delete(secretary, f"{at}/groups/{cast.group.id}")
    page = await (await sign_in(cast.coordinator)).get(f"{at}/bin?kind=students")
    assert page.texts(".tabs a") == ["Groups 1"]
    assert "Núñez" not in page.text
    assert (await (await sign_in(cast.viewer)).get(f"{at}/bin")).status == 403
    assert (await (await sign_in(cast.stranger)).get(f"{at}/bin")).status == 404


async def test_addresses_that_mean_nothing_are_answered(secretary: Browser, at: str) -> None:
    for query in ("kind=pupils", "after=x", "q=%00", "kind=groups&after=01a1fe70-0000-7000-8000-000000000000"):
        assert (await secretary.get(f"{at}/bin?{query}")).status == 200
