"""The list of a school's likely duplicates as its page shows it: by kind, a page of pairs at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.duplicates.kinds import People
from portal.duplicates.pairs import Pair, likely_pairs

PAGE = 20


@dataclass(frozen=True)
class DuplicatesPage:
    """The pairs of one kind, and how many there are of each. ``after`` names the last one where more follow."""

    kind: People
    counts: Mapping[People, int]
    pairs: Sequence[Pair]
    after: str | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody of either kind is in the records twice, as far as one can tell."""
        return not any(self.counts.values())


async def list_duplicates(
    session: AsyncSession, school_id: UUID, *, kind: str | None = None, after: str | None = None
) -> DuplicatesPage:
    """The page that an address asks for: without a wish, of the first kind that has any; from behind ``after`` on.

    Where that pair is decided by now, the list begins anew.
    """
    found = await likely_pairs(session, school_id)
    usual = next((each for each in People if found[each]), People.STUDENTS)
    chosen = next((each for each in People if each == kind), usual)
    names = [pair.name for pair in found[chosen]]
    begin = names.index(after) + 1 if after in names else 0
    shown = found[chosen][begin : begin + PAGE]
    more = len(names) > begin + PAGE
    return DuplicatesPage(
        chosen, {each: len(pairs) for each, pairs in found.items()}, shown, shown[-1].name if more else None
    )
