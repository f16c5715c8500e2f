"""Merges for tests, done as the pages do them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access, SchoolLink, SignedIn
from portal.accounts.permissions import Role
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.duplicates.kinds import People
from portal.merging.choices import Choices
from portal.merging.fields import compared
from portal.merging.merge import hold_both, merge
from portal.merging.models import Merge
from portal.students.models import Student


def an_access() -> Access:
    """A secretary's, who sees all that a record says."""
    school = SchoolLink(new_id(), "s", "S", "S", "America/Bogota", frozenset({Role.SECRETARY}))
    user = SignedIn(new_id(), "Marta", "M", is_superuser=False, locale=None, theme="auto")
    return Access(user, new_id(), (school,), school)


def kind_of(person: Any) -> People:
    return People.STUDENTS if isinstance(person, Student) else People.GUARDIANS


async def make_one(db: AsyncSession, survivor: Any, other: Any, access: Access, **chosen: str) -> Merge:
    """``chosen`` is what the page sends: ``pick-phone`` is written ``pick_phone``."""
    await enter_school(db, survivor.school_id)
    kind, ids = kind_of(survivor), (survivor.id, other.id)
    people = await hold_both(db, survivor.school_id, kind, ids)
    one, two = (people[each] for each in ids)
    choices = Choices({name.replace("_", "-", 1): value for name, value in chosen.items()}, new_id())
    fields = compared(kind, access, one, two)
    return await merge(db, kind, one, two, fields, choices, by=new_id(), at=now())
