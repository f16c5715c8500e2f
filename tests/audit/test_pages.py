"""The pages of the history: whoever may read a record reads what became of it, and a principal all of the school's."""

import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.audit import exporting
from portal.db.base import new_id
from portal.students.models import Student
from tests import factories
from tests.attachments.samples import make_paper
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
# The form of a page, among the buttons that are forms too.
FORM = "main form[novalidate]"
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    student = await factories.make_student(db, cast.school, phone="3105550148", allergies="Polen")
    await factories.make_guardian(db, cast.school, of=student)
    await factories.make_enrollment(db, student, group=cast.group, status="active")
    return student


@pytest.fixture
def root(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}"


async def edit(browser: Browser, form: str, **typed: str) -> None:
    answer = await browser.post(form, (await browser.get(form)).form(FORM) | typed)
    assert answer.status == 303, answer.text


@pytest.fixture
async def changed(sign_in: SignIn, cast: Cast, root: str, student: Student) -> Student:
    """A student whose phone and allergies the secretary has changed, and then their address."""
    browser = await sign_in(cast.secretary)
    await edit(browser, f"{root}/students/{student.id}/edit", phone="3015550148", allergies="CANARY")
    await edit(browser, f"{root}/students/{student.id}/edit", address="=Calle(1)")
    return student


def told(page: Page) -> list[str]:
    """The sentences with their details, as they stand on the page."""
    assert page.status == 200, page.text
    return page.texts("#results tr[id] td:nth-child(2)")


# --- A record's ------------------------------------------------------------------------------------------------------


async def test_a_student_s_history_tells_who_changed_what(
    sign_in: SignIn, cast: Cast, root: str, changed: Student
) -> None:
    page = await (await sign_in(cast.secretary)).get(f"{root}/students/{changed.id}/history")
    newest, oldest = told(page)
    assert newest.startswith(f"{cast.secretary.full_name} wrote “Address” in the student record of")
    assert "310 555 0148" in oldest
    assert "CANARY" in oldest


async def test_it_is_told_in_the_reader_s_language(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    cast.secretary.locale = "es"
    await db.flush()
    page = await (await sign_in(cast.secretary)).get(f"{root}/students/{changed.id}/history")
    assert "escribió «Dirección» en la ficha de" in told(page)[0]


async def test_a_fragment_has_the_results_only(sign_in: SignIn, cast: Cast, root: str, changed: Student) -> None:
    browser = await sign_in(cast.principal)
    for path in (f"students/{changed.id}/history", f"history/students/{changed.id}", "audit"):
        page = await browser.get(f"{root}/{path}", headers=FRAGMENT)
        assert page.is_fragment
        assert len(told(page)) == 2


async def test_sensitive_values_are_not_in_the_pages_of_those_who_may_not_see_them(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    await make_paper(db, changed, kind="medical", name="CANARY.pdf")
    for person in (cast.teacher, cast.viewer):
        browser = await sign_in(person)
        for path in (f"students/{changed.id}/history", f"history/students/{changed.id}"):
            page = await browser.get(f"{root}/{path}")
            assert len(told(page)) == 2
            assert "CANARY" not in page.response.text
            assert "Allerg" not in page.response.text
            assert "Polen" not in page.response.text
            # Nor can they find out by asking which change it was.
            asked = await browser.get(f"{root}/{path}?field=allergies")
            assert len(told(asked)) == 2
            offered = await browser.get(f"{root}/{path}/choices/field")
            assert "Allerg" not in offered.text


async def test_a_teacher_reads_of_their_own_pupils_only(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    foreign = await factories.make_student(db, cast.school)
    browser = await sign_in(cast.teacher)
    for path in ("students/{}/history", "history/students/{}", "history/students/{}/choices/who"):
        assert (await browser.get(f"{root}/{path.format(changed.id)}")).status == 200
        assert (await browser.get(f"{root}/{path.format(foreign.id)}")).status == 404


async def test_a_teacher_does_not_learn_of_a_guardian_s_other_children(
    sign_in: SignIn, cast: Cast, root: str, student: Student, db: AsyncSession
) -> None:
    guardian = await factories.make_guardian(db, cast.school)
    await factories.make_tie(db, student, guardian, is_primary=False)
    sibling = await factories.make_student(db, cast.school, first_name="Hermanito")
    tie = await factories.make_tie(db, sibling, guardian)
    await factories.make_change(db, guardian, by=cast.secretary, guardian_id=guardian.id)
    await factories.make_change(db, tie, by=cast.secretary, guardian_id=guardian.id, student_id=sibling.id)
    address = f"{root}/history/guardians/{guardian.id}"
    assert len(told(await (await sign_in(cast.principal)).get(address))) == 2
    page = await (await sign_in(cast.teacher)).get(address)
    assert len(told(page)) == 1
    assert "Hermanito" not in page.text


@pytest.mark.parametrize("entity", ["campuses", "school_memberships", "school_settings", "schools", "invitations"])
async def test_what_only_principals_manage_only_they_read_of(
    sign_in: SignIn, cast: Cast, root: str, entity: str
) -> None:
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        assert (await (await sign_in(person)).get(f"{root}/history/{entity}/{cast.campus.id}")).status == 403


async def test_every_kind_of_record_has_its_page(sign_in: SignIn, cast: Cast, root: str) -> None:
    browser = await sign_in(cast.principal)
    await edit(browser, f"{root}/groups/{cast.group.id}/edit", capacity="33")
    page = await browser.get(f"{root}/history/groups/{cast.group.id}")
    assert "“Seats” in the group" in told(page)[0]
    for path in (
        f"school_years/{cast.year.id}",
        f"campuses/{cast.campus.id}",
        f"schools/{cast.school.id}",
    ):
        assert (await browser.get(f"{root}/history/{path}")).status == 200


async def test_what_is_not_there_is_not_found(sign_in: SignIn, cast: Cast, root: str, changed: Student) -> None:
    browser = await sign_in(cast.principal)
    for path in (f"history/students/{new_id()}", f"history/nonsense/{changed.id}", f"history/groups/{changed.id}"):
        assert (await browser.get(f"{root}/{path}")).status == 404
    stranger = await sign_in(cast.stranger)
    for path in (f"history/students/{changed.id}", f"students/{changed.id}/history", "audit", "audit/export"):
        assert (await stranger.get(f"{root}/{path}")).status == 404


async def test_a_principal_also_reads_of_what_is_deleted(
    sign_in: SignIn, cast: Cast, root: str, changed: Student
) -> None:
    browser = await sign_in(cast.secretary)
    deletion = f"{root}/students/{changed.id}/deletion"
    assert (await browser.post(deletion, (await browser.get(deletion)).form())).status == 303
    address = f"{root}/history/students/{changed.id}"
    assert (await browser.get(address)).status == 404
    principal = await sign_in(cast.principal)
    assert any("deleted the student record" in each for each in told(await principal.get(address)))


async def test_a_tab_takes_at_most_eight_queries(
    sign_in: SignIn, app: Litestar, cast: Cast, root: str, changed: Student
) -> None:
    browser = await sign_in(cast.secretary)
    for path, most in ((f"students/{changed.id}/history", 8), (f"history/students/{changed.id}", 6)):
        with counted(app) as queries:
            assert len(told(await browser.get(f"{root}/{path}"))) == 2
        assert len(queries) <= most, queries


# --- The school's ----------------------------------------------------------------------------------------------------


async def test_only_a_principal_reads_the_school_s_history(sign_in: SignIn, cast: Cast, root: str) -> None:
    for person in (cast.secretary, cast.coordinator, cast.teacher, cast.viewer):
        browser = await sign_in(person)
        for path in ("audit", "audit/export", "audit/choices/who"):
            assert (await browser.get(f"{root}/{path}")).status == 403
        assert "/audit" not in (await browser.get(root)).response.text


async def test_the_school_s_history_takes_at_most_five_queries_however_long(
    sign_in: SignIn, app: Litestar, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.principal)
    for _number in range(60):
        await factories.make_change(db, cast.group, by=cast.secretary)
    with counted(app) as queries:
        assert len(told(await browser.get(f"{root}/audit"))) == 50
    assert len(queries) <= 5, queries


async def test_pages_by_key_go_on_and_back(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    for _number in range(60):
        await factories.make_change(db, cast.group, by=cast.secretary)
    browser = await sign_in(cast.principal)
    first = await browser.get(f"{root}/audit")
    second = await browser.get(f"{root}/audit{first.one('.pager a[rel=next]').attributes['href']}")
    assert (len(told(first)), len(told(second))) == (50, 12)
    ids = [str(row.attributes["id"]) for page in (first, second) for row in page.all("#results tr[id]")]
    assert ids == sorted(set(ids), reverse=True)
    back = await browser.get(f"{root}/audit{second.one('.pager a[rel=prev]').attributes['href']}")
    assert told(back) == told(first)


async def test_it_is_narrowed(sign_in: SignIn, cast: Cast, root: str, changed: Student) -> None:
    browser = await sign_in(cast.principal)
    await edit(browser, f"{root}/groups/{cast.group.id}/edit", capacity="33")
    page = await browser.get(f"{root}/audit")
    change = page.all("a[href*='change=']")[0].attributes["href"]
    asked = {
        f"q={changed.first_surname}+{changed.document_number}": 2,
        "q=zzzz": 0,
        f"who={cast.secretary.id}": 2,
        f"who={cast.principal.id}": 1,
        "what=groups": 1,
        "action=changed": 3,
        "action=deleted": 0,
        "field=phone": 1,
        "field=phone&field=capacity": 2,
        "channel=import": 0,
        "when-from=2020-01-01&when-to=2020-12-31": 0,
        "when-from=2020-01-01": 3,
        str(change).partition("?")[2]: 1,
        "who=x&field=x&change=x&when-from=x": 3,
        "what=x": 0,
    }
    for query, number in asked.items():
        found = told(await browser.get(f"{root}/audit?{query}"))
        assert len(found) == number, query


async def test_a_menu_counts_its_choices(sign_in: SignIn, cast: Cast, root: str, changed: Student) -> None:
    browser = await sign_in(cast.principal)
    choices = await browser.get(f"{root}/audit/choices/field", headers=FRAGMENT)
    assert "Address 1" in choices.texts("label")
    assert f"{cast.secretary.full_name} 2" in (await browser.get(f"{root}/audit/choices/who")).texts("label")
    assert (await browser.get(f"{root}/audit/choices/nonsense")).status == 404


# --- As a file -------------------------------------------------------------------------------------------------------


async def test_what_the_filters_leave_is_exported_with_formulas_defused(
    sign_in: SignIn, cast: Cast, root: str, changed: Student
) -> None:
    browser = await sign_in(cast.principal)
    answer = await browser.get(f"{root}/audit/export?format=csv&field=address")
    head, (_when, who, *_rest) = csv.reader(io.StringIO(answer.response.content.decode("utf-8-sig")))
    assert (who, len(head)) == (cast.secretary.full_name, 10)
    assert "'=Calle(1)" in _rest
    rows = CalamineWorkbook.from_filelike(
        io.BytesIO((await browser.get(f"{root}/audit/export")).response.content)
    ).get_sheet_by_index(0)
    assert [row[5] for row in rows.to_python()] == ["Field", "Address", "Phone", "Allergies"]


async def test_more_than_anybody_reads_is_refused(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_EVENTS", 1)
    answer = await (await sign_in(cast.principal)).get(f"{root}/audit/export")
    assert answer.status == 409


# --- The form of an older version ------------------------------------------------------------------------------------


async def an_event(browser: Browser, address: str, number: int) -> str:
    """The link that opens the form as it was after one of the events, the newest first."""
    links = (await browser.get(address)).all("a[href*='as_of=']")
    return str(links[number].attributes["href"])


async def test_an_older_version_fills_the_form_and_is_saved_like_any_other(
    sign_in: SignIn, cast: Cast, root: str, student: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    form = f"{root}/students/{student.id}/edit"
    for phone in ("3015550148", "3025550148"):
        await edit(browser, form, phone=phone)
    link = await an_event(browser, f"{root}/students/{student.id}/history", 1)
    page = await browser.get(link)
    filled = page.form()
    assert "Different from now: Phone" in page.text
    assert filled["phone"].replace(" ", "") == "3015550148"
    assert filled["version"] == (await browser.get(form)).form()["version"], "it is saved over the newest version"
    assert (await browser.get(form)).form()["phone"].replace(" ", "") == "3025550148", "nothing was written by looking"
    assert (await browser.post(form, filled | {"first_name": ""})).status == 422
    assert (await browser.post(form, filled)).status == 303
    assert (await browser.get(form)).form()["phone"].replace(" ", "") == "3015550148"


async def test_what_somebody_may_not_see_is_not_put_back(
    sign_in: SignIn, cast: Cast, root: str, changed: Student
) -> None:
    for person in (cast.teacher, cast.viewer, cast.coordinator):
        page = await (await sign_in(person)).get(f"{root}/students/{changed.id}/history")
        assert not page.all("a[href*='as_of=']"), "there is no form for them"


async def test_an_event_of_another_record_is_not_found(
    sign_in: SignIn, cast: Cast, root: str, changed: Student, db: AsyncSession
) -> None:
    browser = await sign_in(cast.secretary)
    link = await an_event(browser, f"{root}/students/{changed.id}/history", 0)
    other = await factories.make_student(db, cast.school)
    event = link.partition("as_of=")[2]
    for asked in (event, "nonsense", new_id()):
        assert (await browser.get(f"{root}/students/{other.id}/edit?as_of={asked}")).status == 404


async def test_forms_of_other_records_too(sign_in: SignIn, cast: Cast, root: str) -> None:
    browser = await sign_in(cast.principal)
    forms: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
        (f"groups/{cast.group.id}/edit", f"groups/{cast.group.id}", {"capacity": "31"}, {"capacity": "32"}),
        (f"campuses/{cast.campus.id}/edit", f"campuses/{cast.campus.id}", {"address": "A"}, {"address": "B"}),
        ("settings/school", f"schools/{cast.school.id}", {"address": "A"}, {"address": "B"}),
        (f"years/{cast.year.id}/edit", f"school_years/{cast.year.id}", {"name": "2026a"}, {"name": "2026b"}),
    ]
    for form, record, first, second in forms:
        await edit(browser, f"{root}/{form}", **first)
        await edit(browser, f"{root}/{form}", **second)
        shown = (await browser.get(await an_event(browser, f"{root}/history/{record}", 1))).form(FORM)
        assert first.items() <= shown.items(), form


async def test_a_school_and_its_settings_have_one_id_and_two_histories(sign_in: SignIn, cast: Cast, root: str) -> None:
    browser = await sign_in(cast.principal)
    await edit(browser, f"{root}/settings/school", address="A")
    review = f"{root}/settings/review"
    page = await browser.get(review)
    boxes = [str(box.attributes["name"]) for box in page.all("main input[type=checkbox]")]
    assert (await browser.post(review, page.form() | {boxes[0]: "y"})).status == 303
    history = f"{root}/history/schools/{cast.school.id}"
    for kind, events in (("schools", 1), ("school_settings", 1)):
        page = await browser.get(f"{root}/history/{kind}/{cast.school.id}")
        assert len(page.all("tr[id^=event-]")) == events
    shown = (await browser.get(await an_event(browser, history, 0))).form(FORM)
    assert shown["address"] == "A"
