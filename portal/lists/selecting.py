"""Which rows somebody means who does something with many: those ticked, those of the page, or all that match."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar.datastructures import MultiDict

from portal.lists.answering import Desk
from portal.lists.asking import Question
from portal.lists.declaring import ListOf
from portal.web.reading import parse_ids

TICKED, PAGE, ALL = "ticked", "page", "all"


@dataclass(frozen=True)
class Selection:
    """What a form says: ``which`` of TICKED, PAGE and ALL, the ids that are ticked, and the question behind it.

    The form carries ``which``, an ``id`` for each ticked row, and the query of the list's address as ``of``.
    """

    which: str
    ids: tuple[UUID, ...]
    question: Question

    @classmethod
    def read(cls, of: ListOf, sent: Any, kept: Sequence[str] = ()) -> "Selection":
        """From a form that was sent, or from an address."""
        which = str(sent.get("which", TICKED))
        asked = MultiDict(parse_qsl(str(sent.get("of", "")).lstrip("?")))
        return cls(
            which=which if which in (PAGE, ALL) else TICKED,
            ids=parse_ids(str(text) for text in sent.getall("id", [])),
            question=Question.read(of, asked, kept),
        )

    async def chosen(self, desk: Desk) -> list[UUID]:
        """The ids that are meant, as far as this person may see them, in the order of the list."""
        if self.which == ALL:
            return await desk.all_ids(self.question)
        if self.which == PAGE:
            return await desk.ids_of_page(self.question)
        # What is ticked stays ticked, also where it would not match any more.
        return await desk.all_ids(Question(self.question.of, values={}), self.ids) if self.ids else []
