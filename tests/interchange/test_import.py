"""A secretary loads her school's SIMAT file: the main job of the portal."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from portal.catalogs.codes import EnrollmentStatus, Grade, Shift
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.interchange.models import ImportRow, ImportRun
from portal.schools.models import Campus
from portal.students.models import Student
from tests.factories import make_campus, make_enrollment, make_group, make_student
from tests.pages import FORGED, FRAGMENT
from tests.simat_files import CAMPUS, SCHOOL, anexo_6a, anexo_6a_workbook, pupil

pytestmark = pytest.mark.anyio

TWO_WRONG = {3: {"GENERO": "X"}, 5: {"GRADO": "77"}}


@pytest.fixture
async def cast(cast, db):
    """The usual people, in the school that the files are of."""
    await enter_school(db, cast.school.id)
    cast.school.dane_code = SCHOOL
    await db.flush()
    return cast


@pytest.fixture
async def secretary(cast, sign_in):
    return await sign_in(cast.secretary)


def imports(cast) -> str:
    return f"/schools/{cast.school.slug}/imports"


async def upload(browser, cast, content: bytes, *, name: str = "SIMAT.csv", run_id=None):
    files = {"file": (name, content, "text/csv")}
    return await browser.post(imports(cast), {"id": str(run_id or new_id())}, files=files)


async def preview(browser, cast, content: bytes):
    """Upload, and open the page that it leads to."""
    sent = await upload(browser, cast, content)
    assert sent.status == 303, sent.text
    return sent.location, await browser.get(sent.location)


async def apply(browser, address: str, page, **choice: str):
    return await browser.post(f"{address}/application", page.form() | choice)


async def load(browser, cast, content: bytes):
    address, page = await preview(browser, cast, content)
    done = await apply(browser, address, page)
    assert done.status == 303, done.text
    return await browser.get(done.location)


async def count(db, cast, model) -> int:
    await enter_school(db, cast.school.id)
    return await db.scalar(select(func.count()).select_from(model)) or 0


async def find(db, cast, model, *where):
    await enter_school(db, cast.school.id)
    return (await db.scalars(select(model).where(*where).execution_options(populate_existing=True))).one()


def figures(page) -> dict[str, str]:
    """``{"Wrong rows": "0", "New rows": "12", …}``"""
    return dict(text.rsplit(" ", 1) for text in page.texts(".figures a"))


class TestPreview:
    async def test_it_says_what_the_file_would_do_and_saves_nothing(self, db, cast, secretary):
        _, page = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        assert page.status == 200
        assert figures(page) == {"Wrong rows": "2", "New rows": "10", "Changed rows": "0", "Unchanged rows": "0"}
        assert await count(db, cast, Student) == 0

    async def test_wrong_rows_are_named_by_line_column_and_reason(self, cast, secretary):
        _, page = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        rows = page.texts("tbody tr")
        assert [row.split()[0] for row in rows] == ["3", "5"]
        assert "GENERO X Write F or M." in rows[0]
        assert "GRADO 77 SIMAT has no such grade" in rows[1]

    async def test_wrong_rows_can_be_downloaded_alone(self, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        link = page.one("a[download]").attributes["href"]
        assert link == f"{address}/wrong-rows"
        answer = (await secretary.get(link)).response
        assert answer.headers["content-disposition"].startswith("attachment")
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert lines[1].endswith("GENERO: Write F or M.")

    async def test_a_filter_shows_one_kind_of_rows_as_page_and_as_fragment(self, cast, secretary):
        address, _ = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        page = await secretary.get(f"{address}?rows=new")
        fragment = await secretary.get(f"{address}?rows=new", headers=FRAGMENT)
        assert len(page.all("tbody tr")) == len(fragment.all("tbody tr")) == 10
        assert fragment.is_fragment
        assert not page.is_fragment

    @pytest.mark.parametrize("query", ["rows=nonsense", "rows=%00", "after=x", "rows=new&after=99999999999999"])
    async def test_an_unknown_filter_is_ignored(self, cast, secretary, query):
        address, _ = await preview(secretary, cast, anexo_6a(3))
        assert (await secretary.get(f"{address}?{query}")).status == 200

    async def test_more_rows_than_fit_a_page_go_on_by_line(self, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(70))
        assert len(page.all("tbody tr")) == 50
        more = await secretary.get(address + str(page.one("a[rel=next]").attributes["href"]))
        assert len(more.all("tbody tr")) == 20

    async def test_a_workbook_is_taken_too(self, cast, secretary):
        _, page = await preview(secretary, cast, anexo_6a_workbook(12))
        assert figures(page)["New rows"] == "12"

    async def test_unrecognized_columns_are_named(self, cast, secretary):
        rows = [pupil(1) | {"COLOR": "rojo"}]
        _, page = await preview(secretary, cast, anexo_6a(rows, header=[*pupil(1), "COLOR"]))
        assert "does not know, and leaves out: COLOR" in page.text

    async def test_the_same_form_sent_twice_makes_one_run(self, db, cast, secretary):
        run_id = uuid4()
        first, second = [await upload(secretary, cast, anexo_6a(3), run_id=run_id) for _ in range(2)]
        assert first.location == second.location
        assert await count(db, cast, ImportRun) == 1
        other = await upload(secretary, cast, anexo_6a(4), run_id=run_id)
        assert other.status == 409

    async def test_it_is_listed_with_the_earlier_ones(self, cast, secretary):
        await preview(secretary, cast, anexo_6a(3))
        page = await secretary.get(imports(cast))
        assert page.texts("tbody th") == ["SIMAT.csv"]
        assert "Not applied yet" in page.text


class TestRefusedFiles:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "empty"),
            (b"%PDF-1.7", "PDF"),
            (bytes(range(256)) * 50, "neither text"),
            (b"a;b;c\n1;2;3\n", "Anexo 6A"),
            (anexo_6a(2, header=list(pupil(1))[:30]), "lacks the columns"),
            (anexo_6a([pupil(1, CODIGO_DANE="205001001234")]), "belongs to the school with the DANE code 205001001234"),
            (anexo_6a([pupil(1, ANO_INF="2019")]), "2019, which this school does not have"),
        ],
    )
    async def test_the_reason_stands_beside_the_field_and_nothing_is_written(
        self, db, cast, secretary, content, reason
    ):
        page = await upload(secretary, cast, content)
        assert page.status == 422
        assert reason in page.one("#file-error").text()
        assert page.title.startswith("Error:")
        assert await count(db, cast, ImportRun) == 0

    async def test_no_file_at_all(self, cast, secretary):
        page = await secretary.post(imports(cast), {"id": str(uuid4())}, files={"file": ("", b"")})
        assert page.status == 422
        assert "Choose the file first." in page.text

    async def test_a_body_that_is_too_big_is_413(self, db, cast, secretary):
        page = await upload(secretary, cast, b"1;2;3\n" * 3_000_000)
        assert page.status == 413
        assert await count(db, cast, ImportRun) == 0

    async def test_a_closed_year_takes_no_file(self, db, cast, secretary):
        await enter_school(db, cast.school.id)
        cast.year.status = "closed"
        await db.flush()
        page = await upload(secretary, cast, anexo_6a(2))
        assert "is closed" in page.text


class TestApplying:
    async def test_campuses_groups_students_and_active_enrollments_come_of_it(self, db, cast, secretary):
        page = await load(secretary, cast, anexo_6a(24))
        assert "24 new, 0 changed, 0 unchanged" in page.text
        student = await find(db, cast, Student, Student.document_number == "1100000006")
        enrollment = await find(db, cast, Enrollment, Enrollment.student_id == student.id)
        group = await find(db, cast, Group, Group.id == enrollment.group_id)
        campus = await find(db, cast, Campus, Campus.id == enrollment.campus_id)
        assert (student.per_id, student.stratum is not None, student.simat["RES"]) == ("50000006", True, "0")
        assert enrollment.status is EnrollmentStatus.ACTIVE
        assert (enrollment.grade, enrollment.shift, group.code) == (Grade.SIXTH, Shift.MORNING, "0601")
        assert campus.dane_code == "10500100123402"
        assert enrollment.number.startswith("2026-")
        [entry] = enrollment.status_history
        assert (entry["from"], entry["to"], entry["by"]) == (None, "active", str(cast.secretary.id))
        assert enrollment.simat_status["REPITENTE"] == "N"

    async def test_the_same_file_again_changes_nothing(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(24))
        await enter_school(db, cast.school.id)
        before = (await db.execute(select(Student.id, Student.version, Student.updated_at).order_by(Student.id))).all()
        _, page = await preview(secretary, cast, anexo_6a(24))
        assert figures(page) == {"Wrong rows": "0", "New rows": "0", "Changed rows": "0", "Unchanged rows": "24"}
        assert "nothing to apply" in page.text
        assert not page.all("main form[method=post]")
        await enter_school(db, cast.school.id)
        after = (await db.execute(select(Student.id, Student.version, Student.updated_at).order_by(Student.id))).all()
        assert before == after
        assert await count(db, cast, Group) == 13  # twelve of the file and the one that was there

    async def test_changes_are_shown_field_by_field_and_written(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(3))
        changed = [pupil(0), pupil(1, DIRECCION_RESIDENCIA="CL 1 2 3", GRUPO="0199", REPITENTE="S"), pupil(2)]
        address, page = await preview(secretary, cast, anexo_6a(changed))
        assert figures(page) == {"Wrong rows": "0", "New rows": "0", "Changed rows": "1", "Unchanged rows": "2"}
        assert "CL 1 2 3" in page.one("tbody tr").text()
        assert (await apply(secretary, address, page)).status == 303
        student = await find(db, cast, Student, Student.document_number == "1100000001")
        enrollment = await find(db, cast, Enrollment, Enrollment.student_id == student.id)
        assert (student.address, student.version, enrollment.version) == ("CL 1 2 3", 2, 2)
        assert enrollment.simat_status["REPITENTE"] == "S"
        assert enrollment.status_history[-1]["reason"] == "SIMAT: 0101 → 0199"

    async def test_an_empty_cell_never_erases(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(1))
        empty = dict.fromkeys(("APELLIDO2", "NOMBRE2", "DIRECCION_RESIDENCIA", "TEL", "ESTRATO", "ETNIA", "PER_ID"), "")
        _, page = await preview(secretary, cast, anexo_6a([pupil(0, **empty)]))
        assert figures(page)["Unchanged rows"] == "1"

    async def test_the_schools_own_fields_stay_as_they_are(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(1))
        student = await find(db, cast, Student, Student.document_number == "1100000000")
        student.extra_data = {"ruta": "Norte", "talla": 12}
        await db.flush()
        await load(secretary, cast, anexo_6a([pupil(0, DIRECCION_RESIDENCIA="CL 1 2 3")]))
        student = await find(db, cast, Student, Student.document_number == "1100000000")
        assert (student.address, student.extra_data) == ("CL 1 2 3", {"ruta": "Norte", "talla": 12})

    async def test_a_name_without_accents_does_not_undo_a_careful_one(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a([pupil(1, APELLIDO1="NÚÑEZ")]))
        _, page = await preview(secretary, cast, anexo_6a([pupil(1, APELLIDO1="NUNEZ")]))
        assert figures(page)["Unchanged rows"] == "1"

    async def test_one_number_of_several_types_is_one_pupil(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a([pupil(2, TIPO_DOCUMENTO="5", PER_ID="")]))
        address, page = await preview(secretary, cast, anexo_6a([pupil(2, TIPO_DOCUMENTO="2", PER_ID="")]))
        assert figures(page)["Changed rows"] == "1"
        await apply(secretary, address, page)
        assert (await find(db, cast, Student)).document_type == "TI"

    async def test_a_corrected_document_is_found_by_per_id(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a([pupil(7)]))
        address, page = await preview(secretary, cast, anexo_6a([pupil(7, NRO_DOCUMENTO="1100099999")]))
        await apply(secretary, address, page)
        assert (await find(db, cast, Student)).document_number == "1100099999"

    async def test_per_id_and_document_of_two_pupils_are_wrong(self, cast, secretary):
        await load(secretary, cast, anexo_6a([pupil(7), pupil(8)]))
        _, page = await preview(secretary, cast, anexo_6a([pupil(7, PER_ID="50000008")]))
        assert figures(page)["Wrong rows"] == "1"
        assert "Correct one of the two" in page.text

    async def test_a_spreadsheets_101_is_the_group_0101(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a([pupil(1)]))
        _, page = await preview(secretary, cast, anexo_6a([pupil(1, GRUPO="101")]))
        assert figures(page)["Unchanged rows"] == "1"

    async def test_a_pupil_who_waits_for_review_becomes_active(self, db, cast, secretary):
        student = await make_student(db, cast.school, document_number="1100000006")
        waiting = await make_enrollment(db, student, group=cast.group, status=EnrollmentStatus.SUBMITTED)
        await load(secretary, cast, anexo_6a([pupil(6)]))
        enrollment = await find(db, cast, Enrollment, Enrollment.student_id == student.id)
        assert (enrollment.id, enrollment.status) == (waiting.id, EnrollmentStatus.ACTIVE)
        assert enrollment.status_history[-1]["from"] == "submitted"

    async def test_a_full_group_is_a_warning(self, db, cast, secretary):
        campus = await make_campus(db, cast.school, dane_code=CAMPUS)
        group = await make_group(
            db, cast.school, year=cast.year, campus=campus, grade=Grade.FIRST, code="0101", capacity=1
        )
        await make_enrollment(db, await make_student(db, cast.school), group=group)
        address, page = await preview(secretary, cast, anexo_6a([pupil(1)]))
        assert figures(page)["To look at"] == "1"
        assert "all are taken" in (await secretary.get(f"{address}?rows=warning")).text
        assert (await apply(secretary, address, page)).status == 303


class TestLeftAlone:
    """Somebody decided otherwise here: a file lists these pupils and never revives them."""

    async def assert_listed(self, db, cast, secretary, reason: str) -> None:
        address, page = await preview(secretary, cast, anexo_6a([pupil(6), pupil(7)]))
        assert (figures(page)["Not touched"], figures(page)["New rows"]) == ("1", "1")
        assert reason in (await secretary.get(f"{address}?rows=listed")).text
        assert (await apply(secretary, address, page)).status == 303

    async def test_who_is_in_the_recycle_bin(self, db, cast, secretary):
        student = await make_student(db, cast.school, document_number="1100000006", deleted_at=now())
        await self.assert_listed(db, cast, secretary, "recycle bin")
        assert (await find(db, cast, Student, Student.id == student.id)).version == 1

    @pytest.mark.parametrize("status", [EnrollmentStatus.WITHDRAWN, EnrollmentStatus.TRANSFERRED])
    async def test_who_was_withdrawn_or_transferred(self, db, cast, secretary, status):
        student = await make_student(db, cast.school, document_number="1100000006")
        kept = await make_enrollment(db, student, group=cast.group, status=status)
        await self.assert_listed(db, cast, secretary, "stays so")
        enrollment = await find(db, cast, Enrollment, Enrollment.student_id == student.id)
        assert (enrollment.id, enrollment.status, enrollment.version) == (kept.id, status, 1)


class TestWrongRows:
    async def test_nothing_is_applied_unless_they_are_left_out(self, db, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        stopped = await apply(secretary, address, page)
        assert (stopped.status, stopped.location) == (303, imports(cast))
        unsaid = await apply(secretary, address, await secretary.get(address), wrong="")
        assert unsaid.status == 422
        assert await count(db, cast, Student) == 0

    async def test_left_out_the_others_are_applied_and_they_are_kept_with_the_run(self, db, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(12, errors=TWO_WRONG))
        assert (await apply(secretary, address, page, wrong="skip")).status == 303
        assert await count(db, cast, Student) == 10
        done = await secretary.get(address)
        assert "2 wrong rows were left out" in done.text
        assert [row.split()[0] for row in done.texts("tbody tr")] == ["3", "5"]
        kept = await find(db, cast, ImportRow, ImportRow.line == 3)
        assert "X" in kept.raw

    async def test_a_file_of_wrong_rows_only_offers_nothing_to_apply(self, cast, secretary):
        _, page = await preview(secretary, cast, anexo_6a(1, errors={2: {"GENERO": "X"}}))
        assert not page.all("main form[method=post]")

    async def test_control_characters_are_told_and_stored(self, cast, secretary):
        _, page = await preview(secretary, cast, anexo_6a(9, errors={3: {"NOMBRE1": "AN\x00A"}, 4: {"TEL": "<b>"}}))
        assert figures(page)["Wrong rows"] == "1"
        assert "control characters" in page.text


class TestLookingAgain:
    async def test_a_record_that_changed_since_the_preview_stops_the_application(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(2))
        address, page = await preview(secretary, cast, anexo_6a([pupil(0), pupil(1, DIRECCION_RESIDENCIA="CL 9 9 9")]))
        student = await find(db, cast, Student, Student.document_number == "1100000001")
        student.address = "CR 7 7 7"
        await db.flush()
        stopped = await apply(secretary, address, page)
        assert stopped.status == 409
        assert "Nothing was applied" in stopped.text
        assert "CR 7 7 7" in stopped.text
        assert (await find(db, cast, Student, Student.id == student.id)).address == "CR 7 7 7"
        # The page that was answered shows the new preview, and that one can be applied.
        assert (await apply(secretary, address, stopped)).status == 303
        assert (await find(db, cast, Student, Student.id == student.id)).address == "CL 9 9 9"

    async def test_a_change_elsewhere_does_not(self, db, cast, secretary):
        await load(secretary, cast, anexo_6a(2))
        address, page = await preview(secretary, cast, anexo_6a([pupil(0), pupil(1, DIRECCION_RESIDENCIA="CL 9 9 9")]))
        student = await find(db, cast, Student, Student.document_number == "1100000001")
        student.email = "someone@example.org"
        await db.flush()
        assert (await apply(secretary, address, page)).status == 303
        after = await find(db, cast, Student, Student.id == student.id)
        assert (after.address, after.email) == ("CL 9 9 9", "someone@example.org")

    async def test_applied_twice_it_is_applied_once(self, db, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(5))
        first, second = [await apply(secretary, address, page) for _ in range(2)]
        assert (first.status, second.status) == (303, 303)
        assert first.location == second.location
        assert await count(db, cast, Enrollment) == 5


class TestWhoMay:
    async def test_a_stranger_finds_nothing(self, cast, sign_in, secretary):
        address, page = await preview(secretary, cast, anexo_6a(2))
        stranger = await sign_in(cast.stranger)
        assert (await stranger.get(imports(cast))).status == 404
        assert (await stranger.get(address)).status == 404
        assert (await stranger.get(f"{address}/wrong-rows")).status == 404
        assert (await upload(stranger, cast, anexo_6a(2))).status == 404
        assert (await apply(stranger, address, page)).status == 404

    async def test_another_schools_run_is_not_there(self, cast, sign_in, secretary):
        address, page = await preview(secretary, cast, anexo_6a(2))
        stranger = await sign_in(cast.stranger)
        elsewhere = address.replace(cast.school.slug, cast.other_school.slug)
        assert (await stranger.get(elsewhere)).status == 404
        assert (await apply(stranger, elsewhere, page)).status == 404

    @pytest.mark.parametrize("role", ["coordinator", "teacher", "viewer"])
    async def test_without_the_right_it_is_forbidden(self, db, cast, sign_in, secretary, role):
        address, page = await preview(secretary, cast, anexo_6a(2))
        member = await sign_in(getattr(cast, role))
        assert (await member.get(imports(cast))).status == 403
        assert (await member.get(address)).status == 403
        assert (await upload(member, cast, anexo_6a(2))).status == 403
        assert (await apply(member, address, page)).status == 403
        assert await count(db, cast, Student) == 0

    async def test_a_forged_request_is_refused(self, db, cast, secretary):
        address, page = await preview(secretary, cast, anexo_6a(2))
        forged = await secretary.post(f"{address}/application", page.form(), headers=FORGED)
        assert forged.status == 403
        files = {"file": ("a.csv", anexo_6a(2), "text/csv")}
        assert (await secretary.post(imports(cast), {}, files=files, headers=FORGED)).status == 403
        assert (await count(db, cast, Student), await count(db, cast, ImportRun)) == (0, 1)

    async def test_an_unknown_run_is_not_there(self, cast, secretary):
        assert (await secretary.get(f"{imports(cast)}/{uuid4()}")).status == 404
        assert (await secretary.post(f"{imports(cast)}/{uuid4()}/application", {})).status == 404
