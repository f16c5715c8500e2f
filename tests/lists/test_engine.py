"""The list engine by itself, over a list that a test declares: what addresses mean, and how pages turn."""

from itertools import product
from typing import Any

import pytest
from litestar.datastructures import MultiDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import Zone
from portal.db.tenancy import enter_school
from portal.lists.answering import Desk, Listing
from portal.lists.asking import Question
from portal.lists.declaring import SCHOOL, Column, ListOf, Source
from portal.lists.filters import Case, Choice, Without
from portal.lists.selecting import Selection
from portal.lists.showing import ListPage, exported
from portal.lists.spans import Contains, Moments
from portal.lists.terms import Term
from portal.schools.models import Campus
from portal.web.i18n import use_locale
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio
NAME, ZONE, STREET = Term(Campus.name), Term(Campus.zone), Term(Campus.address)
SIZE = 4
MANY = 11

CAMPUSES = ListOf(
    name="campuses",
    source=Source(
        model=Campus,
        ground=lambda _own_only: select(Campus).where(Campus.school_id == SCHOOL),
        order=(NAME, Term(Campus.id)),
    ),
    columns=(
        Column("name", "Name", lambda row, _look: row.name, reads=(Campus.name,), sort=(NAME,), always=True),
        Column("zone", "Zone", lambda row, look: look.label(row.zone), reads=(Campus.zone,), sort=(ZONE,), shown=True),
        Column(
            "open",
            "Open",
            lambda row, _look: str(row.is_active),
            reads=(Campus.is_active,),
            sort=(Term(Campus.is_active),),
        ),
    ),
    filters=(
        Choice("zone", "Zone", by=ZONE, codes=Zone),
        Choice("address", "Address", by=STREET, nothing="Nowhere", offered=lambda _overview: [("Street", "Street")]),
        Without("without", "Without", cases=(Case("address", "Address", Term(Campus.address.is_(None))),)),
        Contains("named", "Name", by=NAME),
        Moments("made", "Made on", by=Term(Campus.created_at)),
    ),
    size=SIZE,
)


@pytest.fixture
async def desk(db: AsyncSession, cast: Cast) -> Desk:
    """Eleven campuses, of which some have the same name, half no address, and three are closed."""
    for number in range(MANY):
        await factories.make_campus(
            db,
            cast.other_school,
            name=("Sur", "Norte", "Centro")[number % 3],
            zone=Zone.RURAL if number % 2 else Zone.URBAN,
            address="Street" if number % 2 else None,
            is_active=number % 4 != 0,
        )
    await enter_school(db, cast.other_school.id)
    return Desk(db, cast.other_school.id)


def asked(query: str = "", **more: str) -> Question:
    pairs = [tuple(pair.split("=", 1)) for pair in query.split("&") if pair] + list(more.items())
    return Question.read(CAMPUSES, MultiDict(pairs))  # type: ignore[arg-type]


async def pages_of(desk: Desk, question: Question) -> list[list[Any]]:
    """The ids of every page, by following the way to the next one."""
    pages, listing = [], await desk.listing(question)
    pages.append([row.id for row in listing.rows])
    while listing.after:
        listing = await desk.listing(asked(sort=question.params["sort"], after=str(listing.after)))
        pages.append([row.id for row in listing.rows])
    return pages


SIGNS = [
    f"{a}{first},{b}{second}"
    for first, second in product(("name", "zone", "open"), repeat=2)
    for a, b in product(("", "-"), repeat=2)
    if first != second
]


@pytest.mark.parametrize("sort", ["", "-name", "zone", "-open", *SIGNS])
async def test_every_order_turns_its_pages_forth_and_back_without_gap_or_repetition(desk: Desk, sort: str) -> None:
    pages = await pages_of(desk, asked(sort=sort))
    assert [len(page) for page in pages] == [4, 4, 3]
    everything = [each for page in pages for each in page]
    assert len(set(everything)) == MANY
    assert everything == await desk.all_ids(asked(sort=sort))
    back: Listing = await desk.listing(asked(sort=sort, after=str(pages[1][-1])))
    for expected in reversed(pages[:-1]):
        back = await desk.listing(asked(sort=sort, before=str(back.before)))
        assert [row.id for row in back.rows] == expected
    assert back.before is None


async def test_the_second_order_is_among_the_equals_of_the_first(desk: Desk) -> None:
    rows = await desk.all_rows(asked("sort=-zone,name&columns=zone"))
    read = [(row.zone.value, row.name) for row in rows]
    assert read == sorted(read, key=lambda each: ([-ord(letter) for letter in each[0]], each[1]))


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("zone=rural", 5),
        ("zone=rural&zone=urban", 11),
        ("zone=moon&made-from=never&named=&without=all&address=", 11),
        ("address=none", 6),
        ("address=none&address=Street", 11),
        ("address=Street&zone=urban", 0),
        ("without=address", 6),
        ("named=NÓR", 4),
        ("named=%25", 0),
        ("made-from=2000-01-01&made-to=1/1/2190", 11),
        ("made-to=2000-01-01", 0),
    ],
)
async def test_filters_count_what_they_leave_and_are_written_back_as_read(desk: Desk, query: str, total: int) -> None:
    question = asked(query.replace("%25", "%"))
    listing = await desk.listing(question)
    assert (listing.total, listing.everyone) == (total, MANY)
    shown = ListPage(listing, question, "/here")
    again = Question.read(
        CAMPUSES,
        MultiDict([(k, v) for k, vs in question.params.items() for v in (vs if isinstance(vs, list) else [vs])]),
    )
    assert again.params == question.params
    assert bool(shown.chips) == bool(question.values)


async def test_choices_are_counted_by_what_the_other_filters_leave(desk: Desk) -> None:
    question = asked("zone=rural&without=address")
    zone, without = CAMPUSES.filters[0], CAMPUSES.filters[2]
    assert isinstance(zone, Choice)
    assert isinstance(without, Without)
    assert {each.value: each.number for each in await desk.options(question, zone)} == {"urban": 6, "rural": 0}
    assert [each.number for each in await desk.options(question, without)] == [0]
    address = CAMPUSES.filters[1]
    assert isinstance(address, Choice)
    counted = {each.value: each.number for each in await desk.options(asked(), address)}
    assert counted == {"Street": 5, "none": 6}


async def test_who_does_something_with_many_means_those_ticked_the_page_or_all(desk: Desk) -> None:
    everything = await desk.all_ids(asked())

    async def chosen(*pairs: tuple[str, str]) -> list[Any]:
        return await Selection.read(CAMPUSES, MultiDict(pairs)).chosen(desk)

    assert await chosen() == []
    assert await chosen(("id", str(everything[5])), ("id", str(everything[1])), ("id", "x")) == [
        everything[1],
        everything[5],
    ]
    assert await chosen(("which", "all"), ("of", "?zone=rural")) == await desk.all_ids(asked("zone=rural"))
    after = ("of", f"?after={everything[3]}")
    assert await chosen(("which", "page"), after) == everything[4:8]


async def test_heads_turn_add_a_second_order_and_lead_back(desk: Desk) -> None:
    async def heads(query: str) -> dict[str, tuple[Any, Any, int]]:
        question = asked(query)
        shown = ListPage(await desk.listing(question), question, "/here")
        return {head.column.key: (head.href, head.sorted, head.level) for head in shown.heads}

    assert await heads("") == {"name": ("?sort=-name", "ascending", 1), "zone": ("?sort=zone", None, 0)}
    by_zone = await heads("sort=zone&zone=rural")
    assert by_zone["zone"] == ("?zone=rural&sort=-zone", "ascending", 1)
    both = await heads("sort=-open,zone&columns=open,zone")
    assert both["open"][:2] == ("?sort=open%2Czone&columns=name%2Czone%2Copen", "descending")
    assert both["zone"][2] == 2


async def test_two_levels_of_order_are_chosen_by_name_and_by_direction(desk: Desk) -> None:
    use_locale("en")
    question = asked("sort=&sort=-open")
    shown = ListPage(await desk.listing(question), question, "/here")
    assert question.params["sort"] == "-open"
    assert shown.levels == ("-open", "")
    assert shown.orders[:3] == (("name", "Name ↑"), ("-name", "Name ↓"), ("zone", "Zone ↑"))
    assert asked("sort=zone&sort=-open").params == asked("sort=zone,-open").params


async def test_a_files_values_are_plain(desk: Desk) -> None:
    use_locale("en")
    question = asked("columns=zone,open&sort=-zone")
    rows = await desk.all_rows(question)
    assert exported(question.columns, rows[0]) == [rows[0].name, "Urban", str(rows[0].is_active)]
