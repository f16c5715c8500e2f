"""The students that somebody picked in the list: ticked, those of the page, or all that match."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import Request

from portal.accounts.access import Access
from portal.lists.selecting import TICKED, Selection
from portal.students.listing import student_desk, students_list
from portal.students.repository import StudentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import query, url_for

# So many are done in a few seconds; nobody looks through more of them before it is done.
MOST = 1_000
# The preview names so many, and counts the others.
SHOWN = 100


class Picked:
    """Who is meant, in the order of the list, and how the next page is told the same.

    No dataclass: what Litestar hands over as a dependency it takes apart, field by field, down to the list's own parts.
    """

    def __init__(self, ids: tuple[UUID, ...], selection: Selection, back: str) -> None:
        """``back`` is the page of the list where they were picked."""
        self.ids, self.selection, self.back = ids, selection, back

    @classmethod
    async def of(cls, request: Request[Any, Any, Any], access: Access, students: StudentRepository) -> "Picked":
        """What an address or a form says, as far as this person may see it. Raises Conflict for more than MOST."""
        sent = request.query_params if request.method == "GET" else await request.form()
        selection = Selection.read(students_list(access), sent, access.kept.columns)
        ids = await selection.chosen(student_desk(access, students))
        if len(ids) > MOST:
            raise Conflict(
                _("That is too many at once: narrow the list to at most %(most)d students.") % {"most": MOST}
            )
        question = selection.question
        back = url_for(request, "students.index") + query(question.params, **question.place).rstrip("?")
        return cls(tuple(ids), selection, back)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What a form carries along, so that the same are meant when it is sent."""
        selection = self.selection
        of = query(selection.question.params, **selection.question.place)
        ticked = [("id", str(each)) for each in selection.ids] if selection.which == TICKED else []
        return [("which", selection.which), ("of", of), *ticked]


def fingerprint(rows: Iterable[Any]) -> str:
    """By which a preview is known again: who is meant, and which version of each was looked at."""
    seen = sorted(f"{row.id}:{row.version}" for row in rows)
    return hashlib.sha256("|".join(seen).encode()).hexdigest()[:32]
