"""One enrollment, correcting it and sending it again."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import new_id, now
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT
from tests.queries import counted

pytestmark = pytest.mark.anyio
Returned = Callable[..., Awaitable[Enrollment]]


@pytest.fixture
def returned(db: AsyncSession, cast: Cast, waiting: Waiting) -> Returned:
    """``enrollment = await returned()``: the principal sent it back."""

    async def make(**given: Any) -> Enrollment:
        enrollment = await waiting(**given)
        reason = "The group is the wrong one."
        moves.move(enrollment, Status.RETURNED, by=cast.principal.id, at=now(), reason=reason)
        await db.flush()
        return enrollment

    return make


@pytest.fixture
async def other_group(db: AsyncSession, cast: Cast) -> Group:
    campus = await factories.make_campus(db, cast.school, name="Campus North")
    return await factories.make_group(db, cast.school, year=cast.year, campus=campus, code="B", shift="afternoon")


def page_of(cast: Cast, enrollment: Enrollment, *more: str) -> str:
    return "/".join((f"/schools/{cast.school.slug}/enrollments", str(enrollment.id), *more))


async def test_an_enrollment_tells_what_happened_and_why(
    app: Litestar, sign_in: SignIn, cast: Cast, returned: Returned
) -> None:
    cast.principal.full_name = "Beatriz Ocampo"
    enrollment = await returned(note="The family has moved.")
    browser = await sign_in(cast.secretary)
    with counted(app) as queries:
        page = await browser.get(page_of(cast, enrollment))
    assert len(queries) <= 8
    assert "Beatriz Ocampo returned it on" in page.text
    assert "The group is the wrong one." in page.one(".note").text()
    assert "The family has moved." in page.text
    assert len(page.all(".trail li")) == 3
    assert page.one(f"form[action='{page_of(cast, enrollment, 'submission')}'] button").text().strip() == (
        "Send again for review"
    )
    assert (await browser.get(page_of(cast, enrollment), headers=FRAGMENT)).is_fragment


async def test_who_may_only_read_is_offered_nothing_to_do(sign_in: SignIn, cast: Cast, returned: Returned) -> None:
    page = await (await sign_in(cast.viewer)).get(page_of(cast, await returned()))
    assert page.status == 200
    assert not page.all("main form")
    assert not page.all("main a[href$='/edit']")


async def test_the_secretary_corrects_a_returned_one_and_sends_it_again(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned, other_group: Group
) -> None:
    enrollment = await returned()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(page_of(cast, enrollment, "edit"))).form("#correction")
    chosen = {"group_id": str(other_group.id), "campus_id": str(other_group.campus_id), "shift": "afternoon"}
    answer = await browser.post(page_of(cast, enrollment, "edit"), form | chosen)
    assert (answer.status, answer.location) == (303, page_of(cast, enrollment))
    seen = await look(db, enrollment)
    assert (seen.group_id, seen.campus_id, seen.shift) == (other_group.id, other_group.campus_id, "afternoon")
    assert f"Group: 6th {cast.group.code} → 6th B" in seen.status_history[-1]["reason"]

    page = await browser.get(page_of(cast, enrollment))
    again = page.form("form[action$='/submission']")
    assert (await browser.post(page_of(cast, enrollment, "submission"), again)).status == 303
    seen = await look(db, enrollment)
    assert seen.status == Status.SUBMITTED
    assert [(line["from"], line["to"]) for line in seen.status_history] == [
        (None, "draft"),
        ("draft", "submitted"),
        ("submitted", "returned"),
        ("returned", "returned"),
        ("returned", "submitted"),
    ]


async def test_a_wrong_correction_says_everything_and_keeps_what_was_typed(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned
) -> None:
    enrollment = await returned()
    browser = await sign_in(cast.secretary)
    wrong = {
        "version": enrollment.version,
        "group_id": str(cast.group.id),
        "grade": "9",
        "previous_school": "x" * 300,
        "note": "n" * 1100,
    }
    for headers in ({}, FRAGMENT):
        answer = await browser.post(page_of(cast, enrollment, "edit"), wrong, headers=headers)
        assert answer.status == 422
        assert [link.attributes["href"] for link in answer.all("#errors a")] == ["#grade", "#previous_school", "#note"]
        assert answer.one("#previous_school").attributes["value"] == "x" * 300
        assert answer.is_fragment == bool(headers)
    seen = await look(db, enrollment)
    assert (seen.grade, seen.note, len(seen.status_history)) == (6, None, 3)


@pytest.mark.parametrize("wrong", [{"campus_id": "no id"}, {"group_id": "no id"}, {"group_id": str(new_id())}])
async def test_what_was_not_offered_cannot_be_chosen(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned, wrong: dict[str, str]
) -> None:
    enrollment = await returned()
    enrollment.group_id = None
    await db.flush()
    browser = await sign_in(cast.secretary)
    sent = {"version": enrollment.version, "grade": "6", **wrong}
    answer = await browser.post(page_of(cast, enrollment, "edit"), sent)
    assert (answer.status, len(answer.all("#errors a"))) == (422, 1)
    assert (await look(db, enrollment)).version == enrollment.version


async def test_two_who_correct_the_same_see_both_versions(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned
) -> None:
    enrollment = await returned()
    browser = await sign_in(cast.secretary)
    form = (await browser.get(page_of(cast, enrollment, "edit"))).form("#correction")
    assert (await browser.post(page_of(cast, enrollment, "edit"), form | {"note": "First."})).status == 303
    second = await browser.post(page_of(cast, enrollment, "edit"), form | {"note": "Second."})
    assert second.status == 409
    assert "First." in second.text
    assert "Second." in second.text
    assert (await look(db, enrollment)).note == "First."
    same = await browser.post(page_of(cast, enrollment, "edit"), form | {"note": "First."})
    assert same.status == 303
    assert len((await look(db, enrollment)).status_history) == 4


async def test_a_note_and_a_place_become_one_and_two_halves_of_a_place_do_not(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned, other_group: Group
) -> None:
    """A group says its campus and shift: whoever changed the shift alone meanwhile is asked."""
    edit = page_of(cast, enrollment := await returned(), "edit")
    secretary, principal = await sign_in(cast.secretary), await sign_in(cast.principal)
    form = (await secretary.get(edit)).form("#correction")
    chosen = {"group_id": str(other_group.id), "campus_id": str(other_group.campus_id), "shift": "afternoon"}
    assert (await principal.post(edit, form | chosen)).status == 303
    answer = await secretary.post(edit, form | {"note": "Comes in March."})
    assert answer.status == 303
    assert f"Meanwhile {cast.principal.full_name} changed: " in (await secretary.get(answer.location)).text
    seen = await look(db, enrollment)
    assert (seen.group_id, seen.shift, seen.note) == (other_group.id, "afternoon", "Comes in March.")
    torn = await secretary.post(edit, form | {"group_id": "", "shift": "evening"})
    assert torn.status == 409
    assert "Group" in torn.texts("tbody th")


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.ACTIVE, Status.CANCELLED])
async def test_what_is_with_the_principal_or_decided_is_not_corrected(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting, status: Status
) -> None:
    enrollment = await waiting()
    enrollment.status = status
    await db.flush()
    browser = await sign_in(cast.secretary)
    assert (await browser.get(page_of(cast, enrollment, "edit"))).status == 409
    sent = {"version": enrollment.version, "note": "Changed."}
    assert (await browser.post(page_of(cast, enrollment, "edit"), sent)).status == 409
    assert (await look(db, enrollment)).note is None


async def test_the_button_pressed_twice_sends_it_once(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned
) -> None:
    enrollment = await returned()
    browser = await sign_in(cast.secretary)
    sent = {"version": enrollment.version}
    answers = [await browser.post(page_of(cast, enrollment, "submission"), sent) for _ in range(2)]
    assert [(answer.status, answer.location) for answer in answers] == [(303, page_of(cast, enrollment))] * 2
    assert len((await look(db, enrollment)).status_history) == 4
    undo = (await browser.get(answers[0].location)).one("form.note").attributes["action"]
    assert (await browser.post(str(undo))).status == 303
    assert (await look(db, enrollment)).status == Status.RETURNED


async def test_what_is_decided_is_not_sent_again(
    sign_in: SignIn, cast: Cast, db: AsyncSession, waiting: Waiting
) -> None:
    enrollment = await waiting()
    moves.move(enrollment, Status.CANCELLED, by=cast.secretary.id, at=now())
    await db.flush()
    answer = await (await sign_in(cast.secretary)).post(page_of(cast, enrollment, "submission"))
    assert answer.status == 409
    assert "cannot become" in answer.text
    assert (await look(db, enrollment)).status == Status.CANCELLED


@pytest.mark.parametrize("way", ["edit", "submission"])
async def test_only_the_office_corrects_and_sends(
    sign_in: SignIn, cast: Cast, db: AsyncSession, returned: Returned, way: str
) -> None:
    enrollment = await returned()
    sent = {"version": enrollment.version, "note": "Changed."}
    for person in (cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).post(page_of(cast, enrollment, way), sent)).status == 403
    assert (await (await sign_in(cast.stranger)).post(page_of(cast, enrollment, way), sent)).status == 404
    assert (
        await (await sign_in(cast.secretary)).post(page_of(cast, enrollment, way), sent, headers=FORGED)
    ).status == 403
    seen = await look(db, enrollment)
    assert (seen.status, seen.note) == (Status.RETURNED, None)
