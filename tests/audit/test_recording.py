"""The history writes itself: a change of an audited record is told once, with the change or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from portal.accounts.models import User
from portal.audit import recording
from portal.audit.listening import NotRecorded
from portal.audit.models import Action, AuditEvent, Channel
from portal.catalogs.codes import EnrollmentStatus
from portal.db.base import Audited, Base, SchoolScoped, new_id, now
from portal.db.tenancy import enter_school, visiting
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.guardians.models import Guardian, StudentGuardian
from portal.interchange.bulk import insert_rows, update_rows
from portal.schools.models import Campus
from portal.students.models import Student
from tests import factories
from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
# What is no record of the school's people and rules, and why nobody needs its history.
NOT_AUDITED = {
    "audit_events": "is the history",
    "import_runs": "tells of itself: who, when, which file, which counts",
    "import_rows": "are the lines of a file",
    "rollovers": "tells of itself; the enrollments that it makes are audited",
    "rollover_choices": "are thoughts before a roll-over",
    "merges": "tell of themselves; what they move is audited",
    "two_people": "says only that two records are not one person",
    "drafts": "are what somebody has typed and not saved",
    "saved_views": "are ways of looking: no record says anything else for it, and nobody sees more than before",
    "list_preferences": "are ways of looking",
}
# Whose rows others name with a foreign key that removes or empties them, and why that never happens untold.
STAY = {
    "schools": "takes its history along",
    "users": "are closed, never removed",
    "students": "go to the bin, and stay there",
    "guardians": "go to the bin, and stay there",
    "school_years": "are removed when no group and no enrollment names them; their periods go first, one by one",
    "groups": "go to the bin; those of a new year are removed with it when no enrollment names them",
    "rollovers": "stay, also when they are taken back",
}


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550148", simat={"RES": "Cañamomo"})


@pytest.fixture
async def office(connection: AsyncConnection, db: AsyncSession, student: Student) -> AsyncIterator[AsyncSession]:
    """Another session, whose commits are told; the scene was set without one."""
    async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        await enter_school(session, student.school_id)
        yield session


async def events(db: AsyncSession, school_id: Any) -> Sequence[AuditEvent]:
    await enter_school(db, school_id)
    return (await db.scalars(select(AuditEvent).order_by(AuditEvent.id))).all()


def test_every_record_of_a_school_declares_whether_it_is_audited() -> None:
    models: list[Any] = [mapper.class_ for mapper in Base.registry.mappers]
    scoped = [model for model in models if issubclass(model, SchoolScoped) and not issubclass(model, Audited)]
    assert {model.__tablename__ for model in scoped} == set(NOT_AUDITED)


def test_no_row_goes_or_changes_behind_the_back_of_the_session() -> None:
    """What the database does by itself to rows that name others: these others are never removed while any does."""
    audited = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Audited)]
    followed = {
        key.referred_table.name
        for table in audited
        for key in table.foreign_key_constraints  # type: ignore[attr-defined]
        if key.ondelete not in (None, "NO ACTION")
    }
    assert followed == set(STAY)


# --- One event a record and transaction ------------------------------------------------------------------------------


async def test_a_change_is_told_field_by_field(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone, row.birth_date, row.simat = None, date(2014, 5, 6), {"RES": "Cañamomo", "CAB_FAMILIA": "S"}
    await office.commit()
    (event,) = await events(office, student.school_id)
    assert (event.action, event.entity, event.entity_id, event.version) == (Action.CHANGED, "students", student.id, 2)
    assert event.student_id == student.id
    assert event.changes == {
        "phone": ["3105550148", None],
        "birth_date": ["2015-03-03", "2014-05-06"],
        "simat.CAB_FAMILIA": [None, "S"],
    }


async def test_several_flushes_make_one_event_from_the_first_old_value_to_the_last_new_one(
    office: AsyncSession, student: Student
) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    for phone, email in (("300 1", "a@b.co"), ("300 2", None), ("300 3", None)):
        row.phone, row.email = phone, email
        await office.flush()
    await office.commit()
    (event,) = await events(office, student.school_id)
    assert event.changes == {"phone": ["3105550148", "300 3"]}
    assert event.version == row.version == 4


async def test_what_ends_as_it_began_is_no_event(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    for phone in ("300", "3105550148"):
        row.phone = phone
        await office.flush()
    office.add(passing := Campus(school_id=student.school_id, name="Passing"))
    await office.flush()
    await office.delete(passing)
    await office.commit()
    assert await events(office, student.school_id) == []


async def test_a_column_that_was_never_read_is_told_with_its_old_value(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    office.expire(row, ["phone"])
    row.phone = "300"
    await office.commit()
    (event,) = await events(office, student.school_id)
    assert event.changes == {"phone": ["3105550148", "300"]}


async def test_columns_of_several_rows_that_were_never_read_are_told_of_each(
    office: AsyncSession, db: AsyncSession, cast: Cast, student: Student
) -> None:
    other = await factories.make_student(db, cast.school, phone="3110000000", email="b@c.co")
    rows = [await office.get_one(Student, (cast.school.id, each.id)) for each in (student, other)]
    for row in rows:
        office.expire(row, ["phone", "email"])
        row.phone, row.email = "300", "a@b.co"
    await office.commit()
    told = {event.entity_id: event.changes for event in await events(office, cast.school.id)}
    assert told == {
        student.id: {"phone": ["3105550148", "300"], "email": [None, "a@b.co"]},
        other.id: {"phone": ["3110000000", "300"], "email": ["b@c.co", "a@b.co"]},
    }


async def test_making_deleting_restoring_and_removing_have_their_names(office: AsyncSession, student: Student) -> None:
    guardian = Guardian(school_id=student.school_id, first_name="Luz", first_surname="Ríos")
    office.add(guardian)
    await office.flush()
    tie = StudentGuardian(
        school_id=student.school_id, student_id=student.id, guardian_id=guardian.id, relationship="mother"
    )
    office.add(tie)
    await office.commit()
    await enter_school(office, student.school_id)
    guardian.deleted_at = now()
    await office.commit()
    await enter_school(office, student.school_id)
    guardian.deleted_at = None
    await office.delete(tie)
    await office.commit()

    told = [(event.entity, event.action) for event in await events(office, student.school_id)]
    assert told == [
        ("guardians", Action.CREATED),
        ("student_guardians", Action.CREATED),
        ("guardians", Action.DELETED),
        ("guardians", Action.RESTORED),
        ("student_guardians", Action.REMOVED),
    ]
    made, tied, deleted, restored, removed = await events(office, student.school_id)
    assert made.changes == {"first_name": [None, "Luz"], "first_surname": [None, "Ríos"]}
    assert made.change_id == tied.change_id != deleted.change_id != restored.change_id == removed.change_id
    assert (tied.student_id, tied.guardian_id) == (student.id, guardian.id)
    assert removed.changes["relationship"] == ["mother", None]


# --- With the change, or not at all ----------------------------------------------------------------------------------


async def test_what_a_savepoint_takes_back_is_not_told(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone = "300"
    savepoint = await office.begin_nested()
    row.email = "a@b.co"
    office.add(Campus(school_id=student.school_id, name="Never"))
    await office.flush()
    await savepoint.rollback()
    async with office.begin_nested():
        office.add(Campus(school_id=student.school_id, name="Here"))
    await office.commit()
    told = {event.entity: event.changes for event in await events(office, student.school_id)}
    assert told.keys() == {"students", "campuses"}
    assert told["students"] == {"phone": ["3105550148", "300"]}
    assert told["campuses"]["name"] == [None, "Here"]


async def test_what_is_rolled_back_is_not_told_with_the_next_commit(office: AsyncSession, student: Student) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone = "300"
    await office.flush()
    await office.rollback()
    await enter_school(office, student.school_id)
    office.add(Campus(school_id=student.school_id, name="Here"))
    await office.commit()
    assert [event.entity for event in await events(office, student.school_id)] == ["campuses"]


async def test_what_a_session_leaves_behind_when_it_is_closed_is_never_told(
    office: AsyncSession, student: Student
) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone = "300"
    await office.flush()
    left = recording.change_id_of(office)
    await office.close()
    await enter_school(office, student.school_id)
    office.add(Campus(school_id=student.school_id, name="Here"))
    await office.commit()
    (event,) = await events(office, student.school_id)
    assert event.entity == "campuses"
    assert event.change_id != left


async def test_each_school_is_told_its_own_part(office: AsyncSession, student: Student, cast: Cast) -> None:
    row = await office.get_one(Student, (student.school_id, student.id))
    row.phone = "300"
    async with visiting(office, cast.other_school.id, home=student.school_id):
        office.add(Campus(school_id=cast.other_school.id, name="There"))
    await office.commit()
    here, there = [await events(office, school) for school in (student.school_id, cast.other_school.id)]
    assert [event.entity for event in here] == ["students"]
    assert [event.entity for event in there] == ["campuses"]
    assert here[0].change_id == there[0].change_id


# --- Past the session's objects --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        update(Student).values(phone="300"),
        delete(StudentGuardian),
        insert(Campus).values(id=new_id(), name="x"),
        update(Base.metadata.tables["students"]).values(phone="300"),
        text("UPDATE students SET phone = '300'"),
        text('insert into only "campuses" (name) VALUES (:name)'),
        text("DELETE FROM student_guardians"),
    ],
)
async def test_a_statement_that_nobody_recorded_is_refused(office: AsyncSession, statement: Any) -> None:
    with pytest.raises(NotRecorded):
        await office.execute(statement)


async def test_thousands_of_rows_at_once_are_told_one_by_one(office: AsyncSession, student: Student) -> None:
    school_id = student.school_id
    pupils = [
        {
            "school_id": school_id,
            "id": new_id(),
            "document_type": "TI",
            "document_number": f"99{number}",
            "first_name": "Ana",
            "first_surname": "Mora",
            "simat": {"RES": "x"},
        }
        for number in range(2_100)
    ]
    recording.comes_through(office, Channel.IMPORT)
    await insert_rows(office, Student, pupils)
    changed = [
        {"id": student.id, "version": 1, "phone": "300", "email": None, "simat": {"CAB_FAMILIA": "N"}},
        {"id": pupils[0]["id"], "version": 7, "phone": "300", "email": None, "simat": {}},  # changed since: left alone
    ]
    assert await update_rows(office, Student, school_id, changed, joined=("simat",)) == 1
    await office.commit()
    told = await events(office, school_id)
    assert [event.action for event in told] == [*[Action.CREATED] * 2_100, Action.CHANGED]
    assert {event.channel for event in told} == {Channel.IMPORT}
    assert told[0].changes["document_number"] == [None, "990"]
    assert told[0].changes["simat.RES"] == [None, "x"]
    assert told[-1].changes == {"phone": ["3105550148", "300"], "simat.CAB_FAMILIA": [None, "N"]}
    assert (told[-1].version, told[-1].student_id) == (2, student.id)


# --- Who, from where; and nobody can change it -----------------------------------------------------------------------


async def test_an_event_says_who_did_it_from_where_and_in_which_request(
    sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student
) -> None:
    browser = await sign_in(cast.secretary)
    edit = f"/schools/{cast.school.slug}/students/{student.id}/edit"
    answer = await browser.post(edit, (await browser.get(edit)).form() | {"phone": "300 555 01 99"})
    assert answer.status == 303
    (event,) = await events(db, cast.school.id)
    assert (event.actor_id, event.channel) == (cast.secretary.id, Channel.WEB)
    assert event.request_id
    assert event.address == "127.0.0.1"
    assert list(event.changes) == ["phone"]


async def test_a_refused_form_leaves_no_event(sign_in: SignIn, db: AsyncSession, cast: Cast, student: Student) -> None:
    browser = await sign_in(cast.secretary)
    edit = f"/schools/{cast.school.slug}/students/{student.id}/edit"
    assert (await browser.post(edit, (await browser.get(edit)).form() | {"first_name": ""})).status == 422
    assert await events(db, cast.school.id) == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_events SET actor_id = NULL", "DELETE FROM audit_events", "TRUNCATE audit_events"]
)
async def test_the_application_can_neither_change_nor_delete_events(office: AsyncSession, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        await office.execute(text(statement))


async def test_an_event_of_another_school_is_refused(office: AsyncSession, cast: Cast) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        await office.execute(
            text(
                "INSERT INTO audit_events (school_id, id, channel, change_id, entity, entity_id, action) "
                "VALUES (:school, :id, 'web', :id, 'students', :id, 'changed')"
            ),
            {"school": cast.other_school.id, "id": new_id()},
        )


# --- The history of an enrollment and the audit agree ----------------------------------------------------------------


async def test_status_history_and_audit_tell_the_same(office: AsyncSession, student: Student, cast: Cast) -> None:
    enrollment = Enrollment(
        school_id=cast.school.id,
        number="2026-1",
        student_id=student.id,
        year_id=cast.year.id,
        grade=cast.group.grade,
        group_id=cast.group.id,
        starts_on=date(2026, 2, 1),
        status_history=[],
    )
    by: Any = {"by": cast.principal.id, "at": now()}
    moves.begin(enrollment, **by)
    office.add(enrollment)
    steps: list[tuple[EnrollmentStatus, dict[str, Any]]] = [
        (EnrollmentStatus.SUBMITTED, {}),
        (EnrollmentStatus.RETURNED, {"reason": "papers"}),
        (EnrollmentStatus.SUBMITTED, {}),
        (EnrollmentStatus.ACTIVE, {}),
        (EnrollmentStatus.WITHDRAWN, {"withdrawal_reason": "moved", "ends_on": date(2026, 5, 5)}),
    ]
    for status, given in steps:
        await office.commit()
        await enter_school(office, cast.school.id)
        moves.move(enrollment, status, **by, **given)
    await office.commit()
    await enter_school(office, cast.school.id)
    moves.undo(enrollment, **by)
    await office.commit()
    walk(enrollment, await events(office, cast.school.id))


def walk(enrollment: Enrollment, told: Sequence[AuditEvent]) -> None:
    """Each event that changes the status stands for the next lines of the history, and none is left over."""
    lines = [(line["from"], line["to"]) for line in enrollment.status_history]
    for event in told:
        if event.entity_id != enrollment.id or "status" not in event.changes:
            continue
        old, new = event.changes["status"]
        assert lines
        assert lines[0][0] == old
        while lines.pop(0)[1] != new:
            assert lines, f"the history knows no way to {new}"
    assert all(source == target for source, target in lines)
