"""Writing a plan: thousands of rows in a few statements, and none of them over somebody's newer record."""

import pytest
from sqlalchemy import event, func, select, text

from portal.audit.recording import RECORDED
from portal.db.tenancy import enter_school
from portal.interchange.bulk import insert_rows, update_rows
from portal.interchange.simat.apply import RecordsChanged, apply_plan
from portal.interchange.simat.importing import Upload, plan_import
from portal.students.models import Student
from tests.factories import make_student
from tests.simat_files import SCHOOL, anexo_6a, pupil

pytestmark = pytest.mark.anyio


async def plan(db, cast, content: bytes):
    await enter_school(db, cast.school.id)
    return await plan_import(db, cast.school.id, SCHOOL, Upload("simat.csv", content))


async def test_a_record_saved_between_plan_and_writing_stops_it(db, cast):
    await apply_plan(db, cast.school.id, await plan(db, cast, anexo_6a(2)), by=None)
    changed = await plan(db, cast, anexo_6a([pupil(0), pupil(1, DIRECCION_RESIDENCIA="CL 1 2 3")]))
    await db.execute(text("UPDATE students SET version = version + 1"), execution_options=RECORDED)
    with pytest.raises(RecordsChanged):
        await apply_plan(db, cast.school.id, changed, by=None)


async def test_the_number_of_statements_does_not_depend_on_the_number_of_pupils(db, cast):
    async def statements(content: bytes) -> int:
        ready = await plan(db, cast, content)
        connection, counted = await db.connection(), []
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *given: counted.append(given[2]))
        await apply_plan(db, cast.school.id, ready, by=None)
        return len(counted)

    assert await statements(anexo_6a([pupil(number) for number in range(500)])) <= 8
    assert await db.scalar(select(func.count()).select_from(Student)) == 500


async def test_rows_are_changed_only_in_their_own_school_and_version(db, cast):
    student = await make_student(db, cast.school, address="CR 1", simat={"RES": "0"})
    row = {"id": student.id, "version": 1, "address": None, "phone": "3001234567", "simat": {"SRPA": "01"}}
    assert await update_rows(db, Student, cast.other_school.id, [row], joined=("simat",)) == 0
    assert await update_rows(db, Student, cast.school.id, [row | {"version": 9}], joined=("simat",)) == 0
    assert await update_rows(db, Student, cast.school.id, [row], joined=("simat",)) == 1
    await db.refresh(student)
    assert (student.address, student.phone, student.version) == ("CR 1", "3001234567", 2)
    assert student.simat == {"RES": "0", "SRPA": "01"}


async def test_another_schools_rows_cannot_be_inserted(db, cast):
    await enter_school(db, cast.school.id)
    student = {"document_type": "TI", "document_number": "1", "first_surname": "A", "first_name": "B"}
    with pytest.raises(Exception, match="row-level security"):
        await insert_rows(db, Student, [{"school_id": cast.other_school.id, "id": cast.year.id, **student}])
