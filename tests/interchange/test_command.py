"""``portal import simat``: the same import from the shell, over a database that really commits."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.interchange.models import ImportRun
from portal.interchange.simat.command import import_file
from portal.schools.models import School
from portal.students.models import Student
from portal.years.models import SchoolYear
from tests.simat_files import SCHOOL, anexo_6a

pytestmark = pytest.mark.anyio

SAMPLES = Path(__file__).parent.parent / "data"


@pytest.fixture
async def school(committing, monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    async with committing.session() as session:
        school = School(slug="simon-bolivar", name="Simón Bolívar", dane_code=SCHOOL)
        session.add(school)
        await session.flush()
        await enter_school(session, school.id)
        year = {"name": "2026", "starts_on": date(2026, 1, 19), "ends_on": date(2026, 11, 27), "status": "active"}
        session.add(SchoolYear(school_id=school.id, **year))
    return school


async def everything(committing, school):
    """Every row that an import could write, with its version."""
    async with committing.session() as session:
        await enter_school(session, school.id)
        return [
            (model.__name__, *row)
            for model in (Student, Enrollment, ImportRun)
            for row in await session.execute(select(model.id, model.version).order_by(model.id))
        ]


async def run(committing, file, **options):
    return await import_file(committing.settings, file, school_slug="simon-bolivar", **options)


async def test_the_sample_comes_in_and_the_second_time_nothing_is_written(committing, school):
    first = await run(committing, SAMPLES / "simat_anexo_6a_2026.csv")
    assert (first.lines, first.ok) == (["new 600, changed 0, unchanged 0, wrong 0"], True)
    before = await everything(committing, school)
    assert len(before) == 1201
    second = await run(committing, SAMPLES / "simat_anexo_6a_2026.csv")
    assert (second.lines, second.ok) == (["new 0, changed 0, unchanged 600, wrong 0"], True)
    assert await everything(committing, school) == before


async def test_wrong_rows_are_named_and_nothing_is_written(committing, school):
    outcome = await run(committing, SAMPLES / "simat_anexo_6a_with_errors.csv")
    assert not outcome.ok
    assert outcome.lines[0] == "new 32, changed 0, unchanged 0, wrong 8"
    assert [line.partition(":")[0] for line in outcome.lines[1:]] == [
        "line 3 NRO_DOCUMENTO",
        "line 5 FECHA_NACIMIENTO",
        "line 7 GRADO",
        "line 9 GENERO",
        "line 11 NRO_DOCUMENTO",
        "line 13 FECHA_NACIMIENTO",
        "line 15 CONS_SEDE",
        "line 17 APELLIDO1",
    ]
    assert await everything(committing, school) == []


async def test_wrong_rows_can_be_left_out_by_name(committing, school):
    outcome = await run(committing, SAMPLES / "simat_anexo_6a_with_errors.csv", leave_out_wrong=True)
    assert not outcome.ok
    assert [row[0] for row in await everything(committing, school)].count("Student") == 32


async def test_a_dry_run_writes_nothing(committing, school):
    outcome = await run(committing, SAMPLES / "simat_anexo_6a_2026.csv", dry_run=True)
    assert (outcome.lines, outcome.ok) == (["new 600, changed 0, unchanged 0, wrong 0"], True)
    assert await everything(committing, school) == []


async def test_a_refused_file_is_told_in_one_line(committing, school, tmp_path):
    other = tmp_path / "other.csv"
    other.write_bytes(anexo_6a(2).replace(SCHOOL.encode(), b"205001001234"))
    outcome = await run(committing, other)
    assert not outcome.ok
    assert len(outcome.lines) == 1
    assert "205001001234" in outcome.lines[0]


async def test_an_unknown_school_is_told(committing, school):
    outcome = await import_file(committing.settings, SAMPLES / "simat_anexo_6a_2026.csv", school_slug="nowhere")
    assert (outcome.lines, outcome.ok) == (["There is no school nowhere."], False)
