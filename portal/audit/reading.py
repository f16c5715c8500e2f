"""Reading a history: what is asked of it, and the page of it in words, as the person who asks may see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar.datastructures import MultiDict
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.permissions import Permission, Reach
from portal.audit.listing import EventDesk, EventQuestion, events_list
from portal.audit.log import Entry, Log, entry_of
from portal.audit.models import Action
from portal.audit.reverting.offer import undoable
from portal.audit.sentences import Wording
from portal.audit.telling import Key, Names, Tellings
from portal.db.base import now
from portal.lists.answering import Listing

# After these the record can be shown as it was.
_LEAVE_A_RECORD = (Action.CREATED, Action.CHANGED, Action.RESTORED)
# What of a page becomes entries; a student's history has more to tell than events.
Written = Callable[[Listing, Wording], list[Entry]]


@dataclass(frozen=True)
class Reader:
    """Who reads, and the words that the features have declared."""

    access: Access
    session: AsyncSession
    tellings: Tellings

    @property
    def sees_all(self) -> bool:
        """Whether sensitive values are told."""
        return self.access.may(Permission.SENSITIVE_READ)

    @property
    def led_by(self) -> UUID | None:
        """The teacher whose groups are looked at, None for the whole school."""
        only_own = self.access.reach(Permission.STUDENTS_READ) == Reach.OWN_GROUPS
        return self.access.user_id if only_own else None

    def question(self, about: str, sent: MultiDict[str]) -> EventQuestion:
        """What an address asks of the history of ``school``, ``student``, ``guardian`` or a record of a table."""
        return EventQuestion.read(events_list(about, self.tellings, sees_all=self.sees_all), sent)

    def desk(self, ids: Iterable[UUID] = ()) -> EventDesk:
        """Where it is asked; ``ids`` are what the history is about."""
        school = self.access.school
        assert school is not None, "a guard with may(…) stands before every page of a school"
        return EventDesk(
            self.session,
            school.id,
            own_only=self.led_by is not None,
            values={"about": list(ids), "leader": self.led_by},
            tellings=self.tellings,
            own=self.access.rules.fields,
        )

    async def log(
        self,
        question: EventQuestion,
        here: str,
        ids: Iterable[UUID] = (),
        *,
        beside: Iterable[Key] = (),
        written: Written | None = None,
    ) -> tuple[Log, Wording]:
        """The page, and its words; ``beside`` are records whose names are wanted along with it."""
        listing, names = await self.desk(ids).told(question, *beside)
        wording = self.wording(names)
        entries = (written or self.entries)(listing, wording)
        return Log(listing, question, here, entries=self._with_undo(entries)), wording

    def entries(self, listing: Listing, wording: Wording) -> list[Entry]:
        """The events of a page in words."""
        return [self.entry(event, wording) for event in listing.rows]

    def entry(self, event: Any, wording: Wording, remark: str | None = None) -> Entry:
        """One event; ``remark`` is what somebody wrote along with it."""
        restored_at = self._restored_at(event)
        return entry_of(event, self.tellings, wording, remark=remark, restored_at=restored_at)

    def wording(self, names: Names) -> Wording:
        """The words for this person."""
        return Wording(names, self.access.rules.fields, self.sees_all)

    def _with_undo(self, entries: list[Entry]) -> list[Entry]:
        """With a button on the newest entry of each change that this person may still take back."""
        events = [entry.event for entry in entries if entry.event is not None]
        left = undoable(self.access, events, now())
        shown = []
        for entry in entries:
            change_id = entry.event and entry.event.change_id
            shown.append(replace(entry, can_be_undone=change_id in left))
            left.discard(change_id)
        return shown

    def _restored_at(self, event: Any) -> tuple[str, dict[str, Any]] | None:
        """The form of the record, where it has one that this person may send."""
        edited_at = self.tellings.of(event.entity).edited_at
        if edited_at is None or event.action not in _LEAVE_A_RECORD or not self.access.may(edited_at[2]):
            return None
        route, parameter, _permission = edited_at
        return route, {parameter: event.entity_id} if parameter else {}
