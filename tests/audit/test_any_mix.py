"""Whatever mix of flushes, savepoints and rollbacks a session goes through: the history tells what was committed."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, AsyncSessionTransaction

from portal.audit.models import AuditEvent
from portal.catalogs.codes import Zone
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.interchange.bulk import insert_rows, update_rows
from portal.schools.models import Campus
from portal.students.models import Student
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.anyio
VALUES = {
    "phone": st.sampled_from(["300", "301", None]),
    "email": st.sampled_from(["a@b.co", None]),
    "simat": st.sampled_from([{}, {"RES": "x"}, {"RES": "y", "CAB_FAMILIA": "S"}]),
    "deleted_at": st.sampled_from([now(), None]),
}
EDITS = st.sampled_from(list(VALUES)).flatmap(lambda name: st.tuples(st.just(name), VALUES[name]))
WHICH = st.integers(0, 2)
ACTS = st.one_of(
    st.tuples(st.just("edit"), WHICH, EDITS),
    st.tuples(st.just("edit_unseen"), WHICH, EDITS),
    st.tuples(st.just("edit_past_the_session"), WHICH, st.sampled_from(["302", "303"])),
    st.tuples(st.sampled_from(["add", "add_past_the_session"]), st.sampled_from(["North", "South"])),
    st.tuples(st.sampled_from(["remove", "rename"]), WHICH),
    st.tuples(st.just("open")),
    st.tuples(st.just("take_back"), WHICH),
    st.tuples(st.sampled_from(["release", "commit", "roll_back"])),
)
State = dict[tuple[str, UUID], dict[str, Any]]


class Office:
    """A session that does one thing after another with three students and the school's campuses."""

    def __init__(self, session: AsyncSession, students: Sequence[Student]) -> None:
        self.session, self.school_id = session, students[0].school_id
        self.students, self.campuses = [student.id for student in students], list[UUID]()
        self.savepoints: list[AsyncSessionTransaction] = []

    async def edit(self, at: int, edit: tuple[str, Any]) -> None:
        setattr(await self._student(at), *edit)

    async def edit_unseen(self, at: int, edit: tuple[str, Any]) -> None:
        student = await self._student(at)
        await self.session.flush()
        self.session.expire(student, [edit[0]])
        setattr(student, *edit)

    async def edit_past_the_session(self, at: int, phone: str) -> None:
        student = await self._student(at)
        await self.session.flush()
        await update_rows(
            self.session, Student, self.school_id, [{"id": student.id, "version": student.version, "phone": phone}]
        )
        await self.session.refresh(student)

    async def add(self, name: str) -> None:
        self.campuses.append(new_id())
        self.session.add(Campus(school_id=self.school_id, id=self.campuses[-1], name=f"{name} {self.campuses[-1]}"))

    async def add_past_the_session(self, name: str) -> None:
        self.campuses.append(new_id())
        keys = {"school_id": self.school_id, "id": self.campuses[-1]}
        row = {"name": f"{name} {self.campuses[-1]}", "zone": Zone.RURAL, "is_active": True}
        await insert_rows(self.session, Campus, [keys | row])

    async def remove(self, at: int) -> None:
        if campus := await self._campus(at):
            await self.session.delete(campus)

    async def rename(self, at: int) -> None:
        if campus := await self._campus(at):
            campus.name = f"West {campus.id}"

    async def open(self) -> None:
        self.savepoints.append(await self.session.begin_nested())

    async def release(self) -> None:
        if self.savepoints:
            await self.savepoints.pop().commit()

    async def take_back(self, at: int) -> None:
        """A savepoint, with those that were opened inside of it."""
        if self.savepoints:
            at %= len(self.savepoints)
            await self.savepoints[at].rollback()
            del self.savepoints[at:]

    async def commit(self) -> None:
        await self.session.commit()
        await self._begin()

    async def roll_back(self) -> None:
        await self.session.rollback()
        await self._begin()

    async def _begin(self) -> None:
        self.savepoints.clear()
        await enter_school(self.session, self.school_id)

    async def _student(self, at: int) -> Student:
        return await self.session.get_one(Student, (self.school_id, self.students[at]))

    async def _campus(self, at: int) -> Campus | None:
        key = (self.school_id, self.campuses[-1 - at]) if at < len(self.campuses) else None
        return await self.session.get(Campus, key) if key else None


@pytest.fixture
async def students(db: AsyncSession, cast: Cast) -> list[Student]:
    return [await factories.make_student(db, cast.school, simat={"RES": "x"}) for _each in range(3)]


@pytest.fixture
async def session(connection: AsyncConnection, students: list[Student]) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(ACTS, st.booleans()), min_size=5, max_size=25))
async def test_the_events_of_a_transaction_are_the_difference_between_what_was_committed(
    db: AsyncSession, session: AsyncSession, students: list[Student], acts: list[Any]
) -> None:
    office = Office(session, students)
    await session.rollback()
    await enter_school(session, office.school_id)
    before, told = await committed(db, office), await events(db, office)
    for (name, *how), flushed in [*acts, (("commit",), False)]:
        await getattr(office, name)(*how)
        if flushed:
            await session.flush()
        if name == "commit":
            after, told_by_now = await committed(db, office), await events(db, office)
            new = told_by_now[len(told) :]
            assert {(each.entity, each.entity_id): each.changes for each in new} == difference(before, after)
            assert len(new) == len(difference(before, after))
            assert len({each.change_id for each in new} - {each.change_id for each in told}) == bool(new)
            before, told = after, told_by_now
    session.expunge_all()


async def committed(db: AsyncSession, office: Office) -> State:
    """What is told of each row, and whether it lies in the bin."""
    await enter_school(db, office.school_id)
    db.expire_all()
    students = await db.scalars(select(Student).where(Student.id.in_(office.students)))
    state: State = {
        ("students", row.id): {"phone": row.phone, "email": row.email, "": bool(row.deleted_at)}
        | {f"simat.{key}": value for key, value in row.simat.items()}
        for row in students
    }
    campuses = await db.scalars(select(Campus).where(Campus.id.in_(office.campuses)))
    return state | {
        ("campuses", row.id): {"name": row.name, "zone": row.zone, "is_active": row.is_active} for row in campuses
    }


def difference(before: State, after: State) -> dict[tuple[str, UUID], dict[str, Any]]:
    """By record, field → [old, new]; of one that only went to the bin, or left it, no field."""
    found = {}
    for key in before.keys() | after.keys():
        old, new = before.get(key, {}), after.get(key, {})
        if old != new:
            names = (old.keys() | new.keys()) - {""}
            found[key] = {name: [old.get(name), new.get(name)] for name in names if old.get(name) != new.get(name)}
    return found


async def events(db: AsyncSession, office: Office) -> list[AuditEvent]:
    await enter_school(db, office.school_id)
    return list(await db.scalars(select(AuditEvent).order_by(AuditEvent.id)))
