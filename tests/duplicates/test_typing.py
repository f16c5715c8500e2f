"""While a new pupil or guardian is typed: who is here already, and bringing back instead of writing anew."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian
from tests import factories
from tests.factories import Cast
from tests.merging.samples import an_access, make_one
from tests.pages import FRAGMENT, Browser
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
HEARD = {"first_surname": "Nuñes", "first_name": "Anjela", "birth_date": "3/3/2015", "document_number": "1150000000"}
ALONE = {key.removeprefix("guardian-"): value for key, value in GUARDIAN.items()}


@pytest.fixture
async def secretary(sign_in: Callable[[User], Awaitable[Browser]], cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/students"


async def alike(secretary: Browser, at: str, typed: dict[str, Any]) -> Any:
    return await secretary.post(f"{at}/new/likenesses", typed, headers=FRAGMENT)


async def test_names_that_sound_alike_are_found(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    await factories.make_student(db, cast.school)
    shown = await alike(secretary, at, HEARD)
    assert shown.texts("article li") == ["Names that sound alike", "The same date of birth"]


async def test_a_number_is_of_another_kind_only_where_both_kinds_are_known(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_student(db, cast.school, document_number="1150000000")
    typed = {"first_surname": "Zapata", "first_name": "Zoila", "document_number": "1150000000"}
    assert (await alike(secretary, at, typed)).texts("article li") == ["The same document number"]
    shown = await alike(secretary, at, typed | {"document_type": "NES"})
    assert shown.texts("article li") == ["The same number, as another kind of document"]


async def test_who_was_withdrawn_is_enrolled_again(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    gone = await factories.make_enrollment(db, student, group=cast.group, status=Status.WITHDRAWN)
    ways = [link.attributes["href"] for link in (await alike(secretary, at, HEARD)).all("article a")]
    assert ways == [f"{at}/{student.id}", f"/schools/{cast.school.slug}/enrollments/{gone.id}/re-enrollment"]


async def test_who_was_deleted_must_be_looked_at(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    number = STUDENT["document_number"].replace(".", "")
    await factories.make_student(db, cast.school, document_number=number, deleted_at=now())
    refused = await secretary.post(at, STUDENT)
    assert (refused.status, len(refused.all("#errors a[href='#not_duplicate']"))) == (422, 1)
    assert (await secretary.post(at, refused.form() | {"not_duplicate": "1", "then": "draft"})).status == 303


async def test_a_merged_record_leads_to_the_one_that_stayed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    one = await factories.make_student(db, cast.school, first_name="Zoila", middle_names=None, first_surname="Zapata")
    other = await factories.make_student(db, cast.school, document_number="1150000000")
    await make_one(db, one, other, an_access(), pick_document_type="survivor", pick_first_name="survivor")
    (link, _ask) = (await alike(secretary, at, HEARD | {"document_type": "TI"})).all("article a")
    assert link.attributes["href"] == f"{at}/{one.id}"


@pytest.mark.parametrize("typed", [{"guardian-phone": "310 555 0148"}, {"guardian-document_number": "43555219"}])
async def test_a_guardian_who_is_here_already_is_offered_while_typing(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, typed: dict[str, str]
) -> None:
    there = await factories.make_guardian(db, cast.school, document_number="43555210")
    sent = {"guardian-first_surname": "Castano", "guardian-first_name": "Lus"} | typed
    shown = await secretary.post(f"{at}/new/guardian-likenesses", sent, headers=FRAGMENT)
    assert shown.is_fragment
    assert shown.one("button[name=guardian-id]").attributes["value"] == str(there.id)
    assert "Names that sound alike" in shown.text
    whole = await secretary.post(f"{at}/new/guardian-likenesses", sent)
    assert (whole.is_fragment, whole.form()["guardian-first_name"]) == (False, "Lus")


async def test_homonyms_do_not_crowd_out_who_has_the_document(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.duplicates.guardians.LOOKED_AT_AT_MOST", 2)
    monkeypatch.setattr("portal.duplicates.students.LOOKED_AT_AT_MOST", 2)
    for _homonym in range(3):
        await factories.make_guardian(db, cast.school, document_type=None, document_number=None)
        await factories.make_student(db, cast.school)
    guardian = await factories.make_guardian(db, cast.school, document_number="43555210", second_surname="Zuluaga")
    student = await factories.make_student(db, cast.school, per_id="9990001", second_surname="Zuluaga")
    sent = {"guardian-first_surname": "Castano", "guardian-first_name": "Lus", "guardian-document_number": "43555210"}
    shown = await secretary.post(f"{at}/new/guardian-likenesses", sent, headers=FRAGMENT)
    assert str(guardian.id) in shown.response.text
    assert str(student.id) in (await alike(secretary, at, HEARD | {"per_id": "9990001"})).response.text


async def test_a_likely_guardian_must_be_looked_at_and_can_be_confirmed(
    secretary: Browser, at: str, db: AsyncSession, cast: Cast
) -> None:
    await factories.make_guardian(db, cast.school, document_number="43999999")
    refused = await secretary.post(at, STUDENT | GUARDIAN)
    assert (refused.status, len(refused.all("#errors a[href='#guardian-not_duplicate']"))) == (422, 1)
    again = refused.form() | {"guardian-not_duplicate": "1", "then": "draft"}
    assert (await secretary.post(at, again)).status == 303
    await enter_school(db, cast.school.id)
    assert len(list(await db.scalars(select(Guardian)))) == 2


async def test_the_same_in_a_record(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    student = await factories.make_student(db, cast.school)
    there = await factories.make_guardian(db, cast.school, document_number="43999999")
    here = f"{at}/{student.id}/guardians"
    shown = await secretary.post(f"{here}/likenesses", ALONE, headers=FRAGMENT)
    assert shown.all(f"a[href*='guardian_id={there.id}']")
    assert (await secretary.post(f"{here}/likenesses", ALONE)).all("#guardians")
    refused = await secretary.post(here, ALONE, headers=FRAGMENT)
    assert (refused.status, len(refused.all("#not_duplicate"))) == (422, 1)
    added = await secretary.post(here, refused.form("form.stack") | {"not_duplicate": "1"})
    assert added.status == 303


async def test_a_deleted_guardian_is_brought_back(secretary: Browser, at: str, db: AsyncSession, cast: Cast) -> None:
    gone = await factories.make_guardian(db, cast.school, document_number="43555210", deleted_at=now())
    shown = await secretary.post(f"{at}/new/guardian-likenesses", GUARDIAN, headers=FRAGMENT)
    assert shown.all(f"a[href$='/bin/guardians/{gone.id}/restoration']")
