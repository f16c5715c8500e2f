"""What a person chooses when two records become one: whose value stays of each field, of each year, of the photo."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from litestar import Request

from portal.db.base import new_id
from portal.enrollments.models import Enrollment
from portal.merging.belongings import Belongings, YearTwice
from portal.merging.fields import OTHER, SURVIVOR, Compared
from portal.web.reading import parse_id


@dataclass(frozen=True)
class Choices:
    """As sent by the page, or as the page begins: then nothing is chosen, and the usual counts."""

    sent: Mapping[str, str] = field(default_factory=dict)
    #: the id that the merge will have: minted with the page, so that it is done once however often it is sent
    merge_id: UUID = field(default_factory=new_id)

    @classmethod
    async def read(cls, request: Request[Any, Any, Any]) -> Self:
        """The page as it was sent."""
        sent = {name: str(value) for name, value in (await request.form()).items()}
        return cls(sent, parse_id(sent.get("id", "")) or new_id())

    @property
    def digest(self) -> bytes:
        """A fingerprint, by which the same form is known that is sent again."""
        said = "\x1f".join(f"{name}={value}" for name, value in sorted(self.sent.items()))
        return hashlib.sha256(said.encode()).digest()

    @property
    def ids(self) -> tuple[UUID | None, UUID | None]:
        """The record that stays, and the other."""
        return parse_id(self.sent.get("one", "")), parse_id(self.sent.get("other", ""))

    def saw(self, survivor: Any, other: Any, rows: Belongings) -> bool:
        """Whether both are as the page showed them, and it asked about whatever there can be only one of."""
        versions = (self.sent.get("one_version"), self.sent.get("other_version"))
        return (
            versions == (str(survivor.version), str(other.version))
            and all(self._chosen_of(year) in year.choices for year in rows.years_twice)
            and (len(rows.photos) < 2 or "photo" in self.sent)
        )

    def side(self, field: Compared) -> str:
        """Whose value of the field stays."""
        return self._one_of(f"pick-{field.name}", (SURVIVOR, OTHER), field.usual)

    def staying(self, year: YearTwice) -> UUID:
        """The enrollment that stays of two in one year."""
        return (self._chosen_of(year) or year.choices[0]).id

    def photo(self, rows: Belongings) -> str:
        """Whose photo stays, where both have one; where one has, that one."""
        usual = OTHER if rows.survivor_id not in rows.photos else SURVIVOR
        return self._one_of("photo", (SURVIVOR, OTHER), usual) if len(rows.photos) > 1 else usual

    def _chosen_of(self, year: YearTwice) -> Enrollment | None:
        return next((each for each in year.choices if self.sent.get(f"year-{year.year_id}") == str(each.id)), None)

    def _one_of(self, name: str, offered: Any, usual: str) -> str:
        chosen = self.sent.get(name, usual)
        return chosen if chosen in offered else usual
