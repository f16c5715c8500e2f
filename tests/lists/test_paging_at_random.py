"""Pages by key against a model: whoever turns them forth and back while rows come and go sees just what lies there."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.datastructures import MultiDict
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.audit.recording import RECORDED
from portal.catalogs.codes import Zone
from portal.db.base import new_id
from portal.db.tenancy import enter_school
from portal.lists.answering import Desk
from portal.lists.asking import Question
from portal.lists.declaring import SCHOOL, Column, ListOf, Source
from portal.lists.terms import Term
from portal.schools.models import Campus
from portal.students.list_sorts import text_or_last
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio
SIZE = 3
NAME = Term(Campus.name.collate("C"))


def _column(key: str, sort: tuple[Term, ...]) -> Column:
    return Column(key, key, lambda row, _look: str(row.id), sort=sort)


# A campus that is closed is gone from the list, and may still be the mark of a page.
CAMPUSES = ListOf(
    name="campuses",
    source=Source(
        model=Campus,
        ground=lambda _own_only: select(Campus).where(Campus.school_id == SCHOOL, Campus.is_active),
        order=(NAME, Term(Campus.id)),
    ),
    columns=(
        _column("name", (NAME,)),
        _column("zone", (Term(Campus.zone),)),
        _column("address", text_or_last(Campus.address)),
    ),
    size=SIZE,
)


class Row(NamedTuple):
    """What the model knows of a campus."""

    id: UUID
    name: str
    zone: str
    address: str | None
    is_active: bool = True


Sorts = Sequence[tuple[str, bool]]
SORTS = st.lists(
    st.tuples(st.sampled_from(["name", "zone", "address"]), st.booleans()), max_size=2, unique_by=lambda sort: sort[0]
)
ROWS = st.tuples(st.sampled_from("AB"), st.sampled_from(Zone), st.sampled_from([None, "A", "B"]))
STEPS = st.one_of(
    st.just("after"), st.just("before"), ROWS, st.tuples(st.sampled_from(["close", "forget"]), st.integers(0, 9))
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(sorts=SORTS, rows=st.lists(ROWS, min_size=4, max_size=9), steps=st.lists(STEPS, min_size=4, max_size=12))
async def test_a_page_is_what_lies_behind_its_mark_whatever_happened_since(
    db: AsyncSession, connection: AsyncConnection, cast: Cast, sorts: Sorts, rows: list[Any], steps: list[Any]
) -> None:
    savepoint = await connection.begin_nested()
    await enter_school(db, cast.other_school.id)
    try:
        known: dict[UUID, Row] = {}
        for row in rows:
            await put(db, cast, known, *row)
        turn, mark = "", None
        for step in ["after", *steps]:
            listing = await Desk(db, cast.other_school.id).listing(asked(sorts, turn, mark))
            page = page_of(list(known.values()), sorts, turn, mark)
            assert [row.id for row in listing.rows] == page
            assert listing.total == sum(row.is_active for row in known.values())
            match step:
                case "after" | "before" if getattr(listing, step):
                    turn, mark = step, getattr(listing, step)
                case ("close" | "forget") as how, number:
                    await take(db, known, how, list(known)[number % len(known)])
                case (_name, _zone, _address):
                    await put(db, cast, known, *step)
    finally:
        await savepoint.rollback()
        db.expunge_all()


def asked(sorts: Sorts, turn: str, mark: UUID | None) -> Question:
    order = ",".join(f"{'-' * falls}{key}" for key, falls in sorts)
    return Question.read(CAMPUSES, MultiDict({"sort": order, turn: str(mark)}))


async def put(db: AsyncSession, cast: Cast, known: dict[UUID, Row], name: str, zone: Zone, address: str | None) -> None:
    row = Row(new_id(), name, zone.value, address)
    await factories.make_campus(db, cast.other_school, id=row.id, name=name, zone=zone, address=address)
    known[row.id] = row


async def take(db: AsyncSession, known: dict[UUID, Row], how: str, campus_id: UUID) -> None:
    """Out of sight, or out of the world; one is always left."""
    forgets = how == "forget" and len(known) > 1
    taking = delete(Campus) if forgets else update(Campus).values(is_active=False)
    await db.execute(taking.where(Campus.id == campus_id), execution_options=RECORDED)
    row = known.pop(campus_id)
    if not forgets:
        known[campus_id] = row._replace(is_active=False)


def page_of(rows: list[Row], sorts: Sorts, turn: str, mark: UUID | None) -> list[UUID]:
    """What the page shows: from the first row on where nothing is left behind the mark, or nothing of the mark."""
    ordered = in_order(rows, sorts)
    place = next((number for number, row in enumerate(ordered) if row.id == mark), None)
    seen = [[row.id for row in part if row.is_active] for part in (ordered[:place], ordered[(place or 0) + 1 :])]
    before, after = seen if place is not None else ([], [])
    if turn == "before" and len(before) > SIZE:
        return before[-SIZE:]
    return (after if turn == "after" and after else [row.id for row in ordered if row.is_active])[:SIZE]


def in_order(rows: list[Row], sorts: Sorts) -> list[Row]:
    """By the last key first. What is not recorded comes last, whichever way."""
    falls_last = sorts[-1][1] if sorts else False
    rest = [(key, falls_last) for key in ("name", "id") if key not in dict(sorts)]
    for key, falls in reversed([*sorts, *rest]):
        rows = sorted(rows, key=lambda row: key_of(row, key, falls), reverse=falls)
    return rows


def key_of(row: Row, key: str, falls: bool) -> tuple[bool, Any]:
    value = getattr(row, key)
    return ((value is None) != falls, "" if value is None else value)
