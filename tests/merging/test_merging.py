"""Two records of one person become one, and two again to the letter."""

import random
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.catalogs.codes import AttachmentKind, DocumentType, Relationship
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from portal.db.tenancy import enter_school
from portal.enrollments.models import Enrollment
from portal.guardians import ties as tying
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.tie_repository import TieRepository
from portal.merging.models import Merge
from portal.merging.survivors import made_one, survivor_of
from portal.merging.undo import Undone, undo
from portal.students.models import Student
from tests import factories
from tests.attachments.samples import make_paper
from tests.factories import Cast
from tests.merging.samples import an_access, make_one
from tests.pages import FORGED, FRAGMENT, Browser
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
# What every write raises, and no undoing takes back.
EVER_NEW = ("version", "updated_at")
TABLES = (Student, Guardian, StudentGuardian, Enrollment, Attachment)


@pytest.fixture
async def two(db: AsyncSession, cast: Cast) -> tuple[Student, Student]:
    """The same child twice: as an RC without a phone, and as a TI with one."""
    old = await factories.make_student(db, cast.school, document_type=DocumentType.RC, document_number="1023456789")
    new = await factories.make_student(db, cast.school, document_number="1999999999", phone="3105550000", per_id="77")
    return old, new


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}"


async def everything(db: AsyncSession, cast: Cast) -> dict[Any, dict[str, Any]]:
    """Every row of the school as it stands, but for what is ever new."""
    await enter_school(db, cast.school.id)
    rows = {}
    for model in TABLES:
        table: Any = model.__table__
        for row in (await db.execute(select(table).where(table.c.school_id == cast.school.id))).mappings():
            rows[table.name, row["id"]] = {name: value for name, value in row.items() if name not in EVER_NEW}
    return rows


async def take_back(db: AsyncSession, merge: Merge) -> Undone:
    await enter_school(db, merge.school_id)
    return await undo(db, merge, by=new_id(), at=now())


# --- What a merge does ------------------------------------------------------------------------------------------------


async def test_everything_moves_along_and_nothing_is_lost(
    db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    old, new = two
    mother, father = (
        await factories.make_guardian(db, cast.school, of=old),
        await factories.make_guardian(db, cast.school),
    )
    await factories.make_tie(db, new, father)
    enrollment = await factories.make_enrollment(db, new, group=cast.group)
    paper = await make_paper(db, new, name="rc.png")
    await make_one(db, old, new, an_access(), pick_phone="other", pick_document_type="survivor")

    assert (old.document_number, old.phone, old.per_id) == ("1023456789", "3105550000", "77")
    assert (new.deleted_at is not None, new.merged_into_id) == (True, old.id)
    assert new.document_number == "1999999999", "the other keeps its own values"
    ties = list(await db.scalars(select(StudentGuardian).where(StudentGuardian.student_id == old.id)))
    assert {tie.guardian_id: tie.is_primary for tie in ties} == {mother.id: True, father.id: False}
    assert (enrollment.student_id, paper.entity_id) == (old.id, old.id)
    one = made_one(Student, cast.school.id, Student.id == old.id)
    assert set(await db.scalars(one)) == {old.id, new.id}
    assert await survivor_of(db, Student, cast.school.id, new.id) == old.id


async def test_what_is_filled_stays_and_of_two_documents_of_one_number_the_later(db: AsyncSession, cast: Cast) -> None:
    child = await factories.make_student(
        db, cast.school, document_number="1023456789", email="a@b.co", document_type="TI"
    )
    elder = await factories.make_student(db, cast.school, document_number="1023456789", document_type="CC", eps="Sura")
    await make_one(db, child, elder, an_access())
    assert (child.document_type, child.email, child.eps) == (DocumentType.CC, "a@b.co", "Sura")


async def test_of_two_enrollments_of_one_year_one_stays(
    db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    draft = await factories.make_enrollment(db, two[0], group=cast.group, status=Status.DRAFT)
    active = await factories.make_enrollment(db, two[1], group=cast.group)
    merge = await make_one(db, *two, an_access())
    assert (draft.deleted_at is not None, active.deleted_at, active.student_id) == (True, None, two[0].id)
    assert await take_back(db, merge) == Undone()
    assert (draft.deleted_at, active.student_id) == (None, two[1].id)


async def test_guardians_become_one_for_all_their_children(db: AsyncSession, cast: Cast) -> None:
    shared, child = await factories.make_student(db, cast.school), await factories.make_student(db, cast.school)
    one = await factories.make_guardian(db, cast.school, email="luz@x.co")
    other = await factories.make_guardian(db, cast.school, of=child, phone="3001112233")
    mine = await factories.make_tie(db, shared, one, is_primary=False)
    theirs = await factories.make_tie(db, shared, other)
    before = await everything(db, cast)
    merge = await make_one(db, one, other, an_access(), pick_phone="other")
    assert (mine.is_primary, theirs.is_primary, one.phone) == (True, False, "3001112233")
    of_child = (await db.scalars(select(StudentGuardian).where(StudentGuardian.student_id == child.id))).one()
    assert (of_child.guardian_id, of_child.is_primary) == (one.id, True)
    await take_back(db, merge)
    assert await everything(db, cast) == before


# --- Undoing ----------------------------------------------------------------------------------------------------------


async def scene(db: AsyncSession, cast: Cast, chance: random.Random) -> tuple[Student, Student]:
    """Two records with random things attached to them."""
    years = [
        cast.year,
        *[
            await factories.make_year(
                db,
                cast.school,
                name=str(2030 + n),
                starts_on=date(2030 + n, 1, 1),
                ends_on=date(2030 + n, 11, 30),
                status="planning",
            )
            for n in range(3)
        ],
    ]
    groups = [await factories.make_group(db, cast.school, year=year, campus=cast.campus) for year in years]
    people = []
    texts: list[str | None] = [None, "Calle 1", "Carrera 2"]
    guardians = [await factories.make_guardian(db, cast.school) for _ in range(4)]
    for number in range(2):
        student = await factories.make_student(
            db,
            cast.school,
            address=chance.choice(texts),
            neighborhood=chance.choice(texts),
            per_id=chance.choice([None, f"{number}77"]),
            birth_date=chance.choice([None, date(2015, 3, 3), date(2015, 3, 4)]),
            simat=chance.choice([{}, {"RES": "1"}, {"RES": "2", "X": "y"}]),
            extra_data=chance.choice([{}, {"ruta": "A"}, {"ruta": "B", "casa": 3}]),
        )
        chosen = chance.sample(guardians, chance.randrange(4))
        for place, guardian in enumerate(chosen):
            await factories.make_tie(db, student, guardian, is_primary=place == 0, contact_order=place + 1)
        for group in chance.sample(groups, chance.randrange(4)):
            status = chance.choice([Status.DRAFT, Status.ACTIVE, Status.WITHDRAWN, Status.CANCELLED])
            deleted = {"deleted_at": now(), "deletion_id": new_id()} if chance.random() < 0.2 else {}
            await factories.make_enrollment(db, student, group=group, status=status, **deleted)
        for kind in chance.sample([AttachmentKind.PHOTO, AttachmentKind.VACCINATION, AttachmentKind.CONTRACT], 2):
            await make_paper(db, student, kind=kind, name=f"{number}.png")
        people.append(student)
    return people[0], people[1]


@pytest.mark.parametrize("seed", range(25))
async def test_undoing_puts_every_row_back_to_the_letter(db: AsyncSession, cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    one, other = await scene(db, cast, chance)
    before = await everything(db, cast)
    chosen = {f"pick_{name}": chance.choice(["survivor", "other"]) for name in ("address", "document_type", "per_id")}
    merge = await make_one(db, one, other, an_access(), photo=chance.choice(["survivor", "other"]), **chosen)
    assert await everything(db, cast) != before
    edited = chance.random() < 0.5
    if edited:
        one.email, one.allergies = "despues@x.co", "Maní"
        await db.flush()
    assert await take_back(db, merge) == Undone()
    after = await everything(db, cast)
    if edited:
        before["students", one.id] |= {"email": "despues@x.co", "allergies": "Maní"}
    assert after == before


@pytest.mark.parametrize("seed", range(12))
async def test_whatever_is_done_since_the_rules_hold_after_undoing(db: AsyncSession, cast: Cast, seed: int) -> None:
    chance = random.Random(1000 + seed)
    one, other = await scene(db, cast, chance)
    before = await everything(db, cast)
    merge = await make_one(db, one, other, an_access())
    ties = TieRepository(db, cast.school.id)
    aunt = await factories.make_guardian(db, cast.school)
    await tying.add(ties, StudentGuardian(student_id=one.id, guardian_id=aunt.id, relationship=Relationship.AUNT))
    await tying.make_primary(ties, chance.choice(await ties.of_student(one.id)))
    if chance.random() < 0.5:
        await tying.remove(ties, chance.choice(await ties.of_student(one.id)))
    for enrollment in await db.scalars(select(Enrollment).where(Enrollment.student_id == one.id)):
        enrollment.note = "Después."
    one.address = "Calle 99"
    await db.flush()
    await take_back(db, merge)

    for student in (one, other):
        primary = [tie.is_primary for tie in await ties.of_student(student.id)]
        assert primary.count(True) == bool(primary)
    after = await everything(db, cast)
    for table, row_id in before.keys() & after.keys():
        now_there, was_there = after[table, row_id], before[table, row_id]
        for column in ("student_id", "entity_id", "deleted_at"):
            assert now_there.get(column) == was_there.get(column), (table, column)
    assert after["students", other.id] == before["students", other.id]


async def test_what_was_edited_since_stays_and_is_named(
    db: AsyncSession, cast: Cast, two: tuple[Student, Student], secretary: Browser, at: str
) -> None:
    merge = await make_one(db, *two, an_access(), pick_phone="other", pick_per_id="other")
    two[0].phone = "3009998877"
    await db.flush()
    shown = await secretary.get(f"{at}/merges/{merge.id}")
    assert "Edited since" in shown.text
    answer = await secretary.post(f"{at}/merges/{merge.id}/undoing")
    assert answer.location == f"{at}/students/{two[1].id}"
    assert "Edited since, and left as it is: Phone." in (await secretary.get(answer.location)).text
    await enter_school(db, cast.school.id)
    await db.refresh(two[0])
    assert (two[0].phone, two[0].per_id) == ("3009998877", None)


async def test_a_taken_document_or_a_deleted_survivor_is_said(
    db: AsyncSession, cast: Cast, two: tuple[Student, Student], secretary: Browser, at: str
) -> None:
    merge = await make_one(db, *two, an_access(), pick_document_type="survivor")
    thief = await factories.make_student(db, cast.school, document_number="1999999999")
    answer = await secretary.post(f"{at}/merges/{merge.id}/undoing")
    assert answer.status == 409
    assert "has the document or PER_ID" in answer.text
    await enter_school(db, cast.school.id)
    thief.document_number, two[0].deleted_at = "1888888888", now()
    await db.flush()
    answer = await secretary.post(f"{at}/merges/{merge.id}/undoing")
    assert (answer.status, "recycle bin" in answer.text) == (409, True)


# --- The pages --------------------------------------------------------------------------------------------------------


async def test_a_secretary_merges_two_students_and_undoes_it(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    opened = await secretary.get(f"{at}/students/merge?one={two[0].id}&other={two[1].id}")
    form = opened.form("#merge")
    assert form["pick-phone"] == "other", "the filled value is proposed"
    answer = await secretary.post(f"{at}/students/merge", form | {"pick-document_type": "survivor"})
    assert answer.location == f"{at}/students/{two[0].id}"
    again = await secretary.post(f"{at}/students/merge", form | {"pick-document_type": "survivor"})
    assert again.location == answer.location, "once is once"
    record = await secretary.get(answer.location)
    assert "The two records are one now." in record.text
    (line,) = (await secretary.get(f"{at}/merges")).all("tbody tr a.name")
    assert (await secretary.get(str(line.attributes["href"]))).one("form[action$='/undoing']")
    gone = await secretary.get(f"{at}/students/{two[1].id}/enrollments")
    assert gone.location == f"{at}/students/{two[0].id}/enrollments"
    assert (await secretary.post(f"{at}/students/{two[1].id}/edit", {"phone": "1"})).status == 404
    assert not (await secretary.get(f"{at}/bin")).all("tbody tr")
    history = f"{at}/students/{two[0].id}/history"
    assert "merged the student record of" in (await secretary.get(history)).text
    undo_at = record.one(".note form, form[action*=undoing]").attributes["action"]
    assert (await secretary.post(str(undo_at))).location == f"{at}/students/{two[1].id}"
    assert (await secretary.post(str(undo_at))).status == 303
    assert (await secretary.get(f"{at}/students/{two[1].id}")).status == 200
    assert "took the merging of" in (await secretary.get(f"{at}/students/{two[1].id}/history")).text


async def test_whoever_changed_since_is_shown_again(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    form = (await secretary.get(f"{at}/students/merge?one={two[0].id}&other={two[1].id}")).form("#merge")
    await enter_school(db, cast.school.id)
    two[1].email = "nuevo@x.co"
    await db.flush()
    answer = await secretary.post(f"{at}/students/merge", form | {"pick-phone": "survivor"}, headers=FRAGMENT)
    assert (answer.status, answer.is_fragment) == (409, True)
    assert "nuevo@x.co" in answer.text
    shown = answer.form("#merge")
    assert shown["pick-phone"] == "survivor", "what was chosen stays chosen"
    assert (await secretary.post(f"{at}/students/merge", shown)).location == f"{at}/students/{two[0].id}"


async def test_what_there_can_be_only_one_of_is_asked_before_one_goes(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    """Both came to have an enrollment of the year while the page was open: nobody chose which of them goes."""
    form = (await secretary.get(f"{at}/students/merge?one={two[0].id}&other={two[1].id}")).form("#merge")
    await enter_school(db, cast.school.id)
    mine, theirs = [await factories.make_enrollment(db, student, group=cast.group) for student in two]
    unasked = await secretary.post(f"{at}/students/merge", form)
    assert unasked.status == 409
    await enter_school(db, cast.school.id)
    theirs.status = Status.COMPLETED
    await db.flush()
    chosen = unasked.form("#merge") | {f"year-{mine.year_id}": str(mine.id)}
    no_longer_offered = await secretary.post(f"{at}/students/merge", chosen)
    assert no_longer_offered.status == 409
    await enter_school(db, cast.school.id)
    assert list(await db.scalars(select(Merge))) == []
    shown = no_longer_offered.form("#merge")
    assert shown[f"year-{mine.year_id}"] == str(theirs.id)
    assert (await secretary.post(f"{at}/students/merge", shown)).status == 303


async def test_two_completed_years_refuse_a_merge(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, two: tuple[Student, Student]
) -> None:
    for student in two:
        await factories.make_enrollment(db, student, group=cast.group, status=Status.COMPLETED)
    page = await secretary.get(f"{at}/students/merge?one={two[0].id}&other={two[1].id}")
    assert "what the school certifies" in page.text
    answer = await secretary.post(f"{at}/students/merge", page.form("#merge"))
    assert answer.status == 409


async def test_the_other_record_is_found_by_likeness_or_by_searching(
    app: Litestar, secretary: Browser, at: str, two: tuple[Student, Student]
) -> None:
    with counted(app) as queries:
        start = await secretary.get(f"{at}/students/merge?one={two[0].id}")
    assert len(queries) <= 5, queries
    assert start.all(f"a[href*='{two[1].id}']")
    found = await secretary.get(f"{at}/students/merge?one={two[0].id}&q=1999999999", headers=FRAGMENT)
    assert found.is_fragment
    assert found.all(f"a[href*='{two[1].id}']")
    assert (await secretary.get(f"{at}/students/merge?one={new_id()}")).status == 404


@pytest.mark.parametrize("kind", ["students", "guardians"])
async def test_others_cannot_merge(
    sign_in: SignIn, at: str, cast: Cast, two: tuple[Student, Student], db: AsyncSession, kind: str
) -> None:
    sent = {"one": str(two[0].id), "other": str(two[1].id), "id": str(new_id())}
    assert (await (await sign_in(cast.stranger)).post(f"{at}/{kind}/merge", sent)).status == 404
    assert (await (await sign_in(cast.coordinator)).post(f"{at}/{kind}/merge", sent)).status == 403
    secretary = await sign_in(cast.secretary)
    assert (await secretary.post(f"{at}/{kind}/merge", sent, headers=FORGED)).status == 403
    assert (await secretary.post(f"{at}/{kind}/merge", {})).status == 400
    assert (await secretary.get(f"{at}/{kind}/merge")).location == f"{at}/duplicates?kind={kind}"
    await enter_school(db, cast.school.id)
    assert list(await db.scalars(select(Merge))) == []
