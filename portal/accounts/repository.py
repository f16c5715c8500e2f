"""Questions asked of the users of the installation, and of who belongs to a school or was asked into it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Invitation, SchoolMembership, User
from portal.accounts.permissions import Role
from portal.db.base import now
from portal.db.repository import SchoolRepository
from portal.schools.models import School


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

    async def prefer(self, user_id: UUID, **preferences: str | bool) -> None:
        """Keep how the user likes the portal: language, theme, keys. No edit of the record: the version stays."""
        await self.session.execute(update(User).where(User.id == user_id).values(updated_at=now(), **preferences))


class MembershipRepository(SchoolRepository[SchoolMembership]):
    """Who belongs to a school."""

    model_type = SchoolMembership

    async def with_user(self, member_id: UUID) -> SchoolMembership | None:
        """The member and their account."""
        return await self.find(member_id, joinedload(SchoolMembership.user))

    async def of_user(self, user_id: UUID) -> SchoolMembership | None:
        """What this user is here, active or not."""
        statement = self.living().where(SchoolMembership.user_id == user_id)
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def locked(self, member_id: UUID) -> SchoolMembership | None:
        """The member as stored now, held until the transaction ends: of two who change them, one waits and sees."""
        statement = self.living().where(SchoolMembership.id == member_id).with_for_update()
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()

    async def other_principals(self, but: UUID) -> int:
        """How many can act as principal besides this member: active, and not still waiting for a password."""
        statement = (
            select(func.count())
            .select_from(SchoolMembership)
            .join(User, User.id == SchoolMembership.user_id)
            .where(SchoolMembership.id != but, SchoolMembership.roles.contains([Role.PRINCIPAL]), *self._can_act())
        )
        return int(await self.session.scalar(statement) or 0)

    async def successors(self, but: UUID) -> list[tuple[UUID, str]]:
        """``(id, name)`` of those who can take the school over, by name."""
        statement = (
            select(SchoolMembership.id, User.full_name)
            .join(User, User.id == SchoolMembership.user_id)
            .where(SchoolMembership.id != but, *self._can_act())
            .order_by(func.fold(User.full_name).collate("C"), SchoolMembership.id)
        )
        return [(row.id, row.full_name) for row in await self.session.execute(statement)]

    def _can_act(self) -> list[Any]:
        waits = select(Invitation.id).where(_waiting()).exists()
        return [SchoolMembership.school_id == self.school_id, SchoolMembership.is_active, User.is_active, ~waits]


class InvitationRepository(SchoolRepository[Invitation]):
    """Who was asked into a school."""

    model_type = Invitation

    async def waiting(self, user_id: UUID) -> Invitation | None:
        """The user's, while no password has been chosen by it; it may have expired."""
        statement = self.living().where(Invitation.user_id == user_id, Invitation.accepted_at.is_(None))
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def open(self, invitation_id: UUID, token_hash: bytes) -> Invitation | None:
        """The invitation, with its user, if its link still leads somewhere; held until the transaction ends.

        Not expired, not used, the school in use, the person still asked for and without a password: a link never sets a
        second one.
        """
        statement = (
            self.living()
            .join(Invitation.user)
            .join(School, School.id == Invitation.school_id)
            .join(
                SchoolMembership,
                and_(
                    SchoolMembership.school_id == Invitation.school_id, SchoolMembership.user_id == Invitation.user_id
                ),
            )
            .where(
                Invitation.id == invitation_id,
                Invitation.token_hash == token_hash,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > now(),
                School.is_active,
                SchoolMembership.is_active,
                User.is_active,
                User.is_superuser.is_(False),
                User.password_hash.is_(None),
                User.google_subject.is_(None),
            )
            .options(contains_eager(Invitation.user))
            .with_for_update(of=(Invitation, User))
        )
        return (await self.session.scalars(statement, execution_options={"populate_existing": True})).one_or_none()


def _waiting() -> ColumnElement[bool]:
    """An invitation of the member at hand, whose user is joined: no password has been chosen, by it or otherwise."""
    return and_(
        Invitation.school_id == SchoolMembership.school_id,
        Invitation.user_id == SchoolMembership.user_id,
        Invitation.accepted_at.is_(None),
        User.password_hash.is_(None),
        User.google_subject.is_(None),
    )
