"""What a session's transaction has changed so far, and from where that comes."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
from sqlalchemy.orm import Session, SessionTransaction

from portal.audit.changes import Change, table_of
from portal.audit.models import Channel
from portal.db.base import new_id

AnySession = AsyncSession | async_scoped_session[AsyncSession]
# By table and id.
Changes = dict[tuple[str, UUID], Change]


@dataclass(frozen=True)
class Origin:
    """From where a transaction's changes come."""

    channel: Channel = Channel.COMMAND
    actor_id: UUID | None = None
    address: str | None = None
    request_id: str | None = None


@dataclass
class Notebook:
    """One for each transaction of a session."""

    origin: Origin = field(default_factory=Origin)
    change_id: UUID = field(default_factory=new_id)
    undoes_id: UUID | None = None
    changes: Changes = field(default_factory=dict)
    savepoints: dict[SessionTransaction, Changes] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        """Note what was done to a record, behind what was done to it before."""
        key = (table_of(change.model).name, change.entity_id)
        known = self.changes.get(key)
        self.changes[key] = known.then(change) if known else change

    def by_school(self) -> dict[UUID, list[Change]]:
        """Each school's changes, in the order in which its records were first changed."""
        found: dict[UUID, list[Change]] = {}
        for change in self.changes.values():
            found.setdefault(change.school_id, []).append(change)
        return found


def notebook_of(session: AnySession | Session) -> Notebook:
    """The one of the transaction at hand."""
    if "notebook" not in session.info:
        session.info["notebook"] = Notebook()
    notebook: Notebook = session.info["notebook"]
    return notebook
