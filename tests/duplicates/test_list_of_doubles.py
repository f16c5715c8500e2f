"""The list of a school's likely duplicates."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import DocumentType
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.duplicates.kinds import People
from portal.duplicates.models import TwoPeople
from portal.duplicates.pairs import likely_pairs
from tests import factories
from tests.factories import Cast
from tests.pages import FORGED, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/duplicates"


async def pairs(db: AsyncSession, cast: Cast, kind: People = People.STUDENTS) -> list[Any]:
    await enter_school(db, cast.school.id)
    return (await likely_pairs(db, cast.school.id))[kind]


@pytest.mark.parametrize(
    "twice",
    [
        {"first_name": "Anjela", "first_surname": "Nuñes"},
        {"first_surname": "Castaño", "second_surname": "Núñez"},
        {"second_surname": None, "middle_names": None},
        {"birth_date": None},
        {"document_number": "1023456798", "birth_date": date(2015, 3, 13)},
        {"document_type": DocumentType.NUIP, "document_number": "1023456789", "first_name": "Zoila"},
        {"first_name": "Núñez", "first_surname": "Ángela"},
    ],
)
async def test_one_person_twice_is_found(db: AsyncSession, cast: Cast, twice: dict[str, Any]) -> None:
    here = {"document_number": "1023456789", "birth_date": date(2015, 3, 3)}
    one = await factories.make_student(db, cast.school, **here)
    other = await factories.make_student(db, cast.school, **here | {"document_number": "1177000001"} | twice)
    (pair,) = await pairs(db, cast)
    assert (pair.one.id, pair.other.id) == (one.id, other.id)
    assert pair.marks.in_words


@pytest.mark.parametrize(
    "somebody",
    [
        {"first_name": "Samuel", "middle_names": "José", "document_number": "1023456788"},
        {"middle_names": "María"},
        {"birth_date": date(2009, 7, 1)},
        {"first_surname": "Zapata", "second_surname": "Ruiz"},
    ],
)
async def test_twins_and_homonyms_are_not(db: AsyncSession, cast: Cast, somebody: dict[str, Any]) -> None:
    here = {"document_number": "1023456789", "birth_date": date(2015, 3, 3)}
    await factories.make_student(db, cast.school, **here)
    await factories.make_student(db, cast.school, **here | {"document_number": "1177000001"} | somebody)
    assert await pairs(db, cast) == []


async def test_the_deleted_and_other_schools_are_not_compared(db: AsyncSession, cast: Cast) -> None:
    await factories.make_student(db, cast.school)
    await factories.make_student(db, cast.school, deleted_at=now())
    await factories.make_student(db, cast.other_school)
    assert await pairs(db, cast) == []


@pytest.mark.parametrize(
    ("twice", "is_found"),
    [
        ({"document_type": DocumentType.CE, "document_number": "43000111"}, True),
        ({"first_surname": "Castano"}, True),
        ({"document_type": None, "document_number": None, "phone": None}, True),
        ({"phone": None, "email": "LUZ@x.co"}, True),
        ({"phone": None}, False),
        ({"first_name": "Amparo"}, False),
    ],
)
async def test_guardians_are_compared_by_what_is_known_of_them(
    db: AsyncSession, cast: Cast, twice: dict[str, Any], is_found: bool
) -> None:
    await factories.make_guardian(db, cast.school, document_number="43000111", email="luz@x.co")
    await factories.make_guardian(db, cast.school, **{"document_number": "88123456"} | twice)
    assert bool(await pairs(db, cast, People.GUARDIANS)) is is_found


async def test_a_pair_is_listed_until_it_is_called_two_people(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    one, other = await factories.make_student(db, cast.school), await factories.make_student(db, cast.school)
    listed = await secretary.get(at)
    merge, form = listed.one("#pairs a.btn"), listed.one("#pairs form")
    assert f"one={one.id}&other={other.id}" in str(merge.attributes["href"])
    for _twice in range(2):
        answer = await secretary.post(str(form.attributes["action"]))
        assert answer.status == 303
    told = await secretary.get(answer.location)
    assert not told.all("#pairs")
    await enter_school(db, cast.school.id)
    (decision,) = await db.scalars(select(TwoPeople))
    assert (decision.one_id, decision.decided_by_id) == (min(one.id, other.id), cast.secretary.id)
    await secretary.post(f"{form.attributes['action']}/undoing")
    assert len((await secretary.get(at)).all("#pairs li.pair")) == 1


async def test_the_list_is_paged_and_costs_few_queries(
    app: Litestar, secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    for number in range(21):
        for twice in range(2):
            far = f"{1_100_000_000 + 7_654_321 * (2 * number + twice)}"
            await factories.make_student(db, cast.school, document_number=far, birth_date=date(2015, 1, 1 + number))
    with counted(app) as queries:
        first = await secretary.get(at)
    assert len(first.all("#pairs li.pair")) == 20
    assert len(queries) <= 5, queries
    second = await secretary.get(str(first.one(".pager a").attributes["href"]))
    assert len(second.all("#pairs li.pair")) == 1


async def test_others_may_not(sign_in: SignIn, at: str, db: AsyncSession, cast: Cast, secretary: Browser) -> None:
    one, other = await factories.make_student(db, cast.school), await factories.make_student(db, cast.school)
    decide = f"{at}/students/{one.id}/{other.id}/two-people"
    assert (await (await sign_in(cast.stranger)).post(decide)).status == 404
    coordinator = await sign_in(cast.coordinator)
    assert (await coordinator.get(at)).status == 403
    assert (await coordinator.post(decide)).status == 403
    assert (await secretary.post(decide, headers=FORGED)).status == 403
    assert (await secretary.post(f"{at}/students/{one.id}/{new_id()}/two-people")).status == 404
    assert (await secretary.post(f"{at}/nobody/{one.id}/{other.id}/two-people")).status == 404
    await enter_school(db, cast.school.id)
    assert list(await db.scalars(select(TwoPeople))) == []
