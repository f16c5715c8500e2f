"""Deleting records: what goes along is said first, done in one go, and can be undone."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from tests import factories
from tests.attachments.samples import make_paper
from tests.factories import Cast
from tests.pages import FORGED, Browser
from tests.queries import counted
from tests.recycle_bin.conftest import SignIn, delete, stored

pytestmark = pytest.mark.anyio


async def test_a_student_goes_with_their_enrollments_and_the_page_says_so(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    await factories.make_guardian(db, cast.school, of=student)
    active = await factories.make_enrollment(db, student, group=cast.group)
    before = active.version
    page = await secretary.get(f"{at}/students/{student.id}/deletion")
    assert page.status == 200
    assert f"Enrollment {active.number} (active) goes along, and its seat in {cast.group.label}" in page.text
    assert "The guardian stays on record" in page.text

    answer = await secretary.post(f"{at}/students/{student.id}/deletion", page.form())
    assert (answer.status, answer.location) == (303, f"{at}/students")
    for row in (student, active):
        kept = await stored(db, row)
        assert kept.deleted_at is not None
        assert kept.deleted_by_id == cast.secretary.id
    assert student.deletion_id == active.deletion_id
    assert active.version == before + 1
    assert (await secretary.get(f"{at}/students/{student.id}")).status == 404
    assert (await secretary.get(f"{at}/enrollments/{active.id}")).status == 404


async def test_the_documents_go_along_and_come_back(secretary: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    student = await factories.make_student(db, cast.school)
    paper = await make_paper(db, student)
    path, download = f"{at}/students/{student.id}", f"{at}/attachments/{paper.id}"
    assert "The document on file goes along." in (await secretary.get(f"{path}/deletion")).text
    await delete(secretary, path)
    for address in (download, f"{path}/documents"):
        assert (await secretary.get(address)).status == 404
    assert (await secretary.post(f"{at}/bin/students/{student.id}/restoration")).status == 303
    assert (await secretary.get(download)).status == 200


async def test_a_button_that_is_pressed_twice_deletes_once(
    sign_in: SignIn, secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    path = f"{at}/students/{student.id}"
    first, second = await delete(secretary, path), await secretary.post(f"{path}/deletion")
    assert (second.status, second.location) == (303, first.location)
    assert (await (await sign_in(cast.principal)).post(f"{path}/deletion")).status == 404


async def test_the_undo_of_the_notice_brings_all_of_it_back(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    enrollment = await factories.make_enrollment(db, student, group=cast.group)
    answer = await delete(secretary, f"{at}/students/{student.id}")
    undo = (await secretary.get(answer.location)).one("#notices form").attributes["action"]
    assert undo == f"{at}/bin/students/{student.id}/restoration"
    answer = await secretary.post(str(undo))
    assert (answer.status, answer.location) == (303, f"{at}/students/{student.id}")
    for row in (student, enrollment):
        kept = await stored(db, row)
        assert (kept.deleted_at, kept.deletion_id, kept.deleted_by_id) == (None, None, None)
    # Pressed twice, it has been done.
    assert (await secretary.post(str(undo))).status == 303


async def test_what_was_deleted_before_is_no_part_of_it(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    draft = await factories.make_enrollment(db, student, group=cast.group, status=Status.DRAFT)
    await delete(secretary, f"{at}/enrollments/{draft.id}")
    active = await factories.make_enrollment(db, student, group=cast.group)
    await delete(secretary, f"{at}/students/{student.id}")
    await secretary.post(f"{at}/bin/students/{student.id}/restoration")
    assert (await stored(db, active)).deleted_at is None
    assert (await stored(db, draft)).deleted_at is not None


async def test_an_enrollment_leaves_the_queue_and_the_record(
    secretary: Browser, sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    waiting = await factories.make_enrollment(db, student, group=cast.group, status=Status.SUBMITTED)
    principal = await sign_in(cast.principal)
    assert f"enrollment-{waiting.id}" in (await principal.get(f"{at}/enrollments/review")).response.text
    page = await secretary.get(f"{at}/enrollments/{waiting.id}/deletion")
    assert "not reviewed" in page.text
    answer = await secretary.post(f"{at}/enrollments/{waiting.id}/deletion", page.form())
    assert (answer.status, answer.location) == (303, f"{at}/enrollments")
    assert f"enrollment-{waiting.id}" not in (await principal.get(f"{at}/enrollments/review")).response.text
    assert (await stored(db, student)).deleted_at is None


async def test_a_completed_enrollment_stays(secretary: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    student = await factories.make_student(db, cast.school)
    completed = await factories.make_enrollment(db, student, group=cast.group, status=Status.COMPLETED)
    page = await secretary.get(f"{at}/enrollments/{completed.id}/deletion")
    assert "cannot be deleted" in page.text
    assert page.all("main form") == []
    assert (await secretary.post(f"{at}/enrollments/{completed.id}/deletion")).status == 409
    assert (await stored(db, completed)).deleted_at is None


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.ACTIVE, "sits in this group"), (Status.SUBMITTED, "asks for this group"), (Status.DRAFT, "asks for this")],
)
async def test_a_group_that_somebody_needs_stays(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str, status: Status, words: str
) -> None:
    student = await factories.make_student(db, cast.school)
    await factories.make_enrollment(db, student, group=cast.group, status=status)
    answer = await secretary.post(f"{at}/groups/{cast.group.id}/deletion")
    assert answer.status == 409
    assert words in answer.text
    assert (await stored(db, cast.group)).deleted_at is None


async def test_a_coordinator_deletes_an_empty_group_and_no_student(
    sign_in: SignIn, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    left = await factories.make_enrollment(db, student, group=cast.group, status=Status.WITHDRAWN)
    coordinator = await sign_in(cast.coordinator)
    answer = await delete(coordinator, f"{at}/groups/{cast.group.id}")
    assert (answer.status, answer.location) == (303, f"{at}/years/{cast.year.id}")
    assert (await stored(db, cast.group)).deleted_at is not None
    assert (await stored(db, left)).group_id == cast.group.id
    assert (await coordinator.post(f"{at}/students/{student.id}/deletion")).status == 403
    assert (await coordinator.post(f"{at}/bin/students/{student.id}/restoration")).status == 403
    assert (await coordinator.post(f"{at}/bin/groups/{cast.group.id}/restoration")).status == 303


async def test_a_guardians_children_are_named_before(secretary: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    only, other = [
        await factories.make_student(db, cast.school, first_name=name, middle_names=None) for name in ("Iris", "Olga")
    ]
    mother = await factories.make_guardian(db, cast.school, of=only)
    await factories.make_tie(db, other, mother)
    father = await factories.make_guardian(db, cast.school, first_name="Hugo")
    await factories.make_tie(db, other, father, is_primary=False, contact_order=2)
    page = await secretary.get(f"{at}/guardians/{mother.id}/deletion")
    assert "Núñez Castaño, Iris has no guardian then." in page.text
    assert "Núñez Castaño, Olga: Hugo Marina Castaño Ríos becomes the primary guardian." in page.text


async def test_what_changed_since_the_page_was_opened_is_not_deleted(
    secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    form = (await secretary.get(f"{at}/students/{student.id}/deletion")).form()
    student.address = "Calle 1 # 2-3"
    await db.flush()
    assert (await secretary.post(f"{at}/students/{student.id}/deletion", form)).status == 409
    assert (await stored(db, student)).deleted_at is None


async def test_who_may_not(sign_in: SignIn, secretary: Browser, db: AsyncSession, cast: Cast, at: str) -> None:
    student = await factories.make_student(db, cast.school)
    guardian = await factories.make_guardian(db, cast.school, of=student)
    enrollment = await factories.make_enrollment(db, student, group=cast.group)
    rows: dict[str, Any] = {"students": student, "guardians": guardian, "enrollments": enrollment, "groups": cast.group}
    for name, row in rows.items():
        path = f"{at}/{name}/{row.id}/deletion"
        assert (await (await sign_in(cast.viewer)).post(path)).status == 403
        assert (await (await sign_in(cast.stranger)).post(path)).status == 404
        assert (await secretary.post(path, headers=FORGED)).status == 403
        assert (await stored(db, row)).deleted_at is None


async def test_the_question_asks_little_of_the_database(
    app: Litestar, secretary: Browser, db: AsyncSession, cast: Cast, at: str
) -> None:
    student = await factories.make_student(db, cast.school)
    for _ in range(3):
        guardian = await factories.make_guardian(db, cast.school)
        await factories.make_tie(db, student, guardian, is_primary=False)
    with counted(app) as queries:
        await secretary.get(f"{at}/students/{student.id}/deletion")
    assert len(queries) <= 8
