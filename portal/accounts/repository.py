"""Questions asked of the users of the installation."""

from collections.abc import Iterable
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.db.base import now


class UserRepository(SQLAlchemyAsyncRepository[User]):
    """Users, who belong to no school."""

    model_type = User

    async def by_email(self, email: str) -> User | None:
        """The user with this e-mail, whatever its case."""
        statement = select(User).where(func.lower(User.email) == email.strip().lower())
        return (await self.session.scalars(statement)).one_or_none()

    async def names_of(self, ids: Iterable[UUID | str]) -> dict[str, str]:
        """The full names of users, by their ids as text; an id that nobody has is left out."""
        wanted = [UUID(str(user_id)) for user_id in ids]
        if not wanted:
            return {}
        statement = select(User.id, User.full_name).where(User.id.in_(wanted))
        return {str(row.id): row.full_name for row in await self.session.execute(statement)}

    async def prefer(self, user_id: UUID, **preferences: str) -> None:
        """Keep how the user likes the portal: ``locale``, ``theme``. No edit of the record: the version stays."""
        await self.session.execute(update(User).where(User.id == user_id).values(updated_at=now(), **preferences))
