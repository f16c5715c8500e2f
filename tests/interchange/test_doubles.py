"""New pupils of a file who look like one who is here under another document; and pupils who were made one."""

from datetime import date

import pytest
from sqlalchemy import select

from portal.catalogs.codes import DocumentType
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.interchange.models import RowOutcome
from portal.interchange.simat.importing import Upload, plan_import
from portal.students.models import Student
from tests import factories
from tests.merging.samples import an_access, make_one
from tests.simat_files import SCHOOL, anexo_6a, pupil

pytestmark = pytest.mark.anyio
ROW = pupil(3, APELLIDO1="GÓMEZ", APELLIDO2="RUIZ", NOMBRE1="VALENTINA", NOMBRE2="")
BORN = date(*reversed([int(part) for part in ROW["FECHA_NACIMIENTO"].split("/")]))
HERE = {
    "first_surname": "Gomes",
    "second_surname": "Ruiz",
    "first_name": "Balentina",
    "middle_names": None,
    "birth_date": BORN,
}


async def planned(db, cast, *rows):
    await enter_school(db, cast.school.id)
    content = anexo_6a(list(rows or (ROW,)))
    plan = await plan_import(db, cast.school.id, SCHOOL, Upload("SIMAT.csv", content))
    return plan.rows


async def test_a_new_pupil_who_sounds_like_one_who_is_here_is_told(db, cast):
    there = await factories.make_student(db, cast.school, **HERE)
    (row,) = await planned(db, cast)
    assert (row.outcome, row.has_warning) == (RowOutcome.NEW, True)
    told = row.problems[-1]
    assert told.details["student_id"] == str(there.id)
    assert "Balentina Gomes Ruiz" in told.message


async def test_so_is_one_who_lies_in_the_bin_and_a_number_under_another_kind(db, cast):
    await factories.make_student(db, cast.school, **HERE, deleted_at=now())
    (row,) = await planned(db, cast)
    assert "recycle bin" in row.problems[-1].reason
    number = ROW["NRO_DOCUMENTO"]
    await factories.make_student(
        db, cast.school, document_type=DocumentType.NUIP, document_number=number, first_name="Zoila"
    )
    (row,) = await planned(db, cast)
    assert "another kind of document" in row.problems[-1].reason


async def test_homonyms_and_those_whom_the_file_names_itself_are_not(db, cast):
    await factories.make_student(db, cast.school, **HERE | {"birth_date": date(2001, 1, 1)})
    (row,) = await planned(db, cast)
    assert not row.has_warning
    twin = ROW | {"NRO_DOCUMENTO": "1077000001", "PER_ID": "9990001"}
    await factories.make_student(db, cast.school, **HERE, document_number="1077000001", document_type=DocumentType.TI)
    rows = await planned(db, cast, ROW, twin)
    assert not rows[0].has_warning


async def test_the_document_of_a_merged_record_finds_the_one_that_stayed(db, cast):
    kind, number = DocumentType.TI, ROW["NRO_DOCUMENTO"]
    one = await factories.make_student(db, cast.school, **HERE)
    other = await factories.make_student(db, cast.school, **HERE, document_type=kind, document_number=number)
    await make_one(db, one, other, an_access(), pick_document_type="survivor")
    (row,) = await planned(db, cast)
    assert row.outcome is RowOutcome.CHANGED
    assert row.taken.kept.id == one.id
    assert len(list(await db.scalars(select(Student).where(Student.deleted_at.is_(None))))) == 1


async def test_the_document_of_a_merged_record_is_told_and_does_not_take_the_place_of_the_one_that_stayed(db, cast):
    one = await factories.make_student(db, cast.school, **HERE, per_id="9990001", document_number="1077000001")
    theirs = {"document_type": DocumentType.TI, "document_number": ROW["NRO_DOCUMENTO"], "per_id": ROW["PER_ID"]}
    other = await factories.make_student(db, cast.school, **HERE, **theirs)
    await make_one(db, one, other, an_access(), pick_document_type="survivor", pick_per_id="survivor")
    (row,) = await planned(db, cast)
    assert row.taken.kept.id == one.id
    assert row.changes.keys().isdisjoint(("document_type", "document_number", "document_municipality_code", "per_id"))
    told = [problem for problem in row.problems if "made one with" in problem.reason]
    assert [(problem.column, problem.value) for problem in told] == [
        ("NRO_DOCUMENTO", ROW["NRO_DOCUMENTO"]),
        ("PER_ID", ROW["PER_ID"]),
    ]
    assert row.has_warning
    assert "1.077.000.001" in told[0].message


async def test_a_new_document_of_a_pupil_whom_the_register_knows_by_the_same_per_id_is_taken(db, cast):
    await factories.make_student(db, cast.school, **HERE, per_id=ROW["PER_ID"], document_number="1077000001")
    (row,) = await planned(db, cast)
    assert row.changes["document_number"] == ("1077000001", ROW["NRO_DOCUMENTO"])
    assert not row.has_warning
