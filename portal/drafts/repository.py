"""A person's drafts in one school."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import now
from portal.drafts.models import KEPT_FOR, Draft
from portal.web.sent_forms import SentForm

# More than anybody begins in a week; a script that begins others does not fill the database.
MOST_OF_A_PERSON = 50


@dataclass(frozen=True)
class DraftRepository:
    """Asks among the drafts of this author in this school only; row security shows no others either."""

    session: AsyncSession
    school_id: UUID
    user_id: UUID

    async def of_page(self, address: str) -> Draft | None:
        """The draft that was begun on this page and is not over yet."""
        young = Draft.updated_at > now() - KEPT_FOR
        return await self.session.scalar(select(Draft).where(*self._mine(), Draft.address == address, young))

    async def keep(self, address: str, content: bytes) -> None:
        """Keep what was typed on this page in the place of what was kept before; what is over, or too much, goes."""
        latest = select(Draft.id).where(*self._mine()).order_by(Draft.updated_at.desc())
        is_over = or_(Draft.updated_at < now() - KEPT_FOR, Draft.id.in_(latest.offset(MOST_OF_A_PERSON)))
        await self.session.execute(delete(Draft).where(*self._mine(), is_over))
        row = insert(Draft).values(
            school_id=self.school_id, user_id=self.user_id, address=address, content=content, updated_at=now()
        )
        newer = {"content": row.excluded.content, "updated_at": row.excluded.updated_at}
        await self.session.execute(
            row.on_conflict_do_update(index_elements=["school_id", "user_id", "address"], set_=newer)
        )

    async def discard(self, address: str) -> None:
        """Forget what was typed on this page."""
        await self.session.execute(delete(Draft).where(*self._mine(), Draft.address == address))

    async def was_saved(self, key: UUID) -> bool:
        """Whether the form with this key has been sent and answered: what was typed arrives later than its saving."""
        sent = exists().where(SentForm.user_id == self.user_id, SentForm.key == key)
        return bool(await self.session.scalar(select(sent)))

    def _mine(self) -> tuple[Any, Any]:
        return Draft.school_id == self.school_id, Draft.user_id == self.user_id
