"""Questions asked of saved views and of what people chose."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.repository import SchoolRepository, one_at_a_time
from portal.views.models import ListPreference, SavedView


class SavedViewRepository(SchoolRepository[SavedView]):
    """The views of a school that a person sees: the school's, and their own."""

    model_type = SavedView

    def __init__(self, session: AsyncSession, school_id: UUID, user_id: UUID) -> None:
        """``user_id`` is whose own views are seen besides the school's."""
        self.user_id = user_id
        super().__init__(session, school_id)

    async def locked(self, view_id: UUID) -> SavedView | None:
        """The view, held until the transaction ends; None for another person's."""
        statement = self.living().where(
            SavedView.id == view_id, SavedView.owner_id.is_(None) | (SavedView.owner_id == self.user_id)
        )
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def seen(self, view_id: UUID) -> SavedView | None:
        """The view; None for another person's."""
        view = await self.find(view_id)
        return view if view is not None and view.owner_id in (None, self.user_id) else None

    async def named(self, list_name: str, name: str, owner_id: UUID | None, *, but: UUID) -> bool:
        """Whether another view of the list has this name, among the same owner's."""
        whose = SavedView.owner_id.is_(None) if owner_id is None else SavedView.owner_id == owner_id
        statement = self.living().where(
            SavedView.list_name == list_name, func.lower(SavedView.name) == name.lower(), whose, SavedView.id != but
        )
        return (await self.session.scalars(statement.limit(1))).first() is not None

    async def preference(self, list_name: str, user_id: UUID | None) -> ListPreference | None:
        """What a person chose of a list, or with None the school."""
        whose = ListPreference.user_id.is_(None) if user_id is None else ListPreference.user_id == user_id
        statement = select(ListPreference).where(
            ListPreference.school_id == self.school_id, ListPreference.list_name == list_name, whose
        )
        return (await self.session.scalars(statement)).one_or_none()

    async def held_preference(self, list_name: str, user_id: UUID | None) -> ListPreference:
        """The same, to be changed; made where there is none yet."""
        await one_at_a_time(self.session, f"preferences {self.school_id} {user_id} {list_name}")
        found = await self.preference(list_name, user_id)
        if found is None:
            found = ListPreference(school_id=self.school_id, list_name=list_name, user_id=user_id)
            self.session.add(found)
        return found
