"""Questions asked of the users of the installation."""

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

    async def prefer(self, user_id: UUID, **preferences: str) -> None:
        """Keep how the user likes the portal: ``locale``, ``theme``. No edit of the record: the version stays."""
        await self.session.execute(update(User).where(User.id == user_id).values(updated_at=now(), **preferences))
