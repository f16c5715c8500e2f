"""What the palette looks for and finds: school by school, in each with what the person may do there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Self
from uuid import UUID

from litestar.datastructures import MultiDict
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink
from portal.accounts.guards import any_school
from portal.accounts.permissions import Permission, Reach
from portal.catalogs.codes import Grade
from portal.catalogs.text import folded
from portal.db.tenancy import enter_school
from portal.palette.statements import YEAR, records_opened, records_with
from portal.schools.listing import SchoolFilter
from portal.schools.repository import SchoolRepository
from portal.students import searching
from portal.web.i18n import in_every_language
from portal.web.reading import search_words, typed_query
from portal.web.recents import Recent

# Fewer letters are found in everybody.
FEWEST_LETTERS = 2
# Schools are asked one after the other: whoever has more of them is told which were asked.
MOST_OTHER_SCHOOLS = 5
# Records of a kind, in the school at hand and in each other one.
MOST_HERE, MOST_ELSEWHERE = 6, 3


@dataclass(frozen=True)
class Asked:
    """What was typed, and in which school."""

    q: str = ""
    school: str = ""

    @classmethod
    def of(cls, sent: MultiDict[str]) -> Self:
        """What an address asks for."""
        return cls(q=typed_query(sent.get("q")), school=typed_query(sent.get("school")))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What must be found, in any order; none while too little was typed."""
        return search_words(self.q) if len(self.q) >= FEWEST_LETTERS else ()


@dataclass(frozen=True)
class Found:
    """What one school has: rows of each kind in their order, how many there are of it, and the school's year."""

    access: Access
    rows: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    year_id: UUID | None = None

    @property
    def school(self) -> SchoolLink:
        """Where it was looked for."""
        assert self.access.school is not None, "a school is looked into"
        return self.access.school


@dataclass(frozen=True)
class Hits:
    """All that was found: in the school at hand first, then in the others that were asked."""

    asked: Asked
    home: SchoolLink | None
    found: Sequence[Found]
    #: other schools, by their names
    schools: Sequence[Any]
    recents: Sequence[Recent]
    #: how many of the person's schools were not asked, because they are too many
    unasked: int


def schools_to_ask(access: Access, home: SchoolLink | None, recents: Sequence[Recent]) -> list[SchoolLink]:
    """The school at hand, then the person's others: first those whose records they opened last, then by name."""
    lately = [recent.school_id for recent in recents]
    others = [school for school in access.schools if home is None or school.id != home.id]
    others.sort(key=lambda school: lately.index(school.id) if school.id in lately else len(lately))
    return [*filter(None, [home]), *others[:MOST_OTHER_SCHOOLS]]


async def search(
    session: AsyncSession, access: Access, schools: SchoolRepository, asked: Asked, recents: Sequence[Recent]
) -> Hits:
    """What the person's schools have of it. A superuser finds schools by name, and pupils in the one at hand only."""
    home = await school_at_hand(session, access, asked.school)
    asked_ones = schools_to_ask(access, home, recents)
    found = [
        await look_into(session, access, school, asked, recents, most=MOST_HERE if school == home else MOST_ELSEWHERE)
        for school in asked_ones
    ]
    others = [school for school in access.schools if school != home]
    named: Sequence[Any] = schools_named(others, asked.words)
    if access.user.is_superuser and asked.words:
        named = (await schools.listed(SchoolFilter(q=asked.q))).rows
    return Hits(asked, home, found, named[:MOST_HERE], recents, unasked=len(access.schools) - len(asked_ones))


async def school_at_hand(session: AsyncSession, access: Access, slug: str) -> SchoolLink | None:
    """The school that the palette was opened in, if the person may enter it."""
    mine = next((school for school in access.schools if school.slug == slug), None)
    if mine is None and slug and access.user.is_superuser:
        return await any_school(session, slug)
    return mine


async def look_into(
    session: AsyncSession, access: Access, school: SchoolLink, asked: Asked, recents: Sequence[Recent], *, most: int
) -> Found:
    """What this school has of it, as far as the person's roles there reach; without words what they opened last.

    Leaves the transaction inside that school.
    """
    there = replace(access, school=school)
    reach = there.reach(Permission.STUDENTS_READ)
    opened = [recent.id for recent in recents if recent.school_id == school.id]
    if reach <= Reach.MASKED:
        return Found(there)

    await enter_school(session, school.id)
    led = reach == Reach.OWN_GROUPS
    statement = records_with(searching.kinds(asked.words), led=led) if asked.words else records_opened(led=led)
    parameters = {
        "school": school.id,
        "leader": access.user.id,
        "recent": opened,
        "most": most if asked.words else len(opened),
        "grades": names_of_grades(),
        **searching.parameters(asked.words),
    }
    return _sorted(there, list(await session.execute(statement, parameters)))


def schools_named(schools: Iterable[SchoolLink], words: Sequence[str]) -> list[SchoolLink]:
    """Those whose name has each word at the beginning of one; all of them without words."""
    return [school for school in schools if all(f" {folded(word)}" in f" {folded(school.name)}" for word in words)]


def names_of_grades() -> dict[str, str]:
    """``{"6": "6 6.º 6th", …}``: how people call each grade, for the database to look into."""
    return {str(grade.value): " ".join([str(grade.value), *in_every_language(grade.label)]).lower() for grade in Grade}


def _sorted(access: Access, answer: Sequence[Any]) -> Found:
    rows: dict[str, list[Any]] = {}
    totals: dict[str, int] = {}
    for row in sorted(answer, key=lambda row: row.place):
        rows.setdefault(row.kind, []).append(SimpleNamespace(id=row.id, **row.told))
        totals[row.kind] = row.total
    year = rows.pop(YEAR, [None])[0]
    return Found(access, rows, totals, year.id if year else None)
