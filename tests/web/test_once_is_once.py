"""Once is once: whatever form is sent twenty times at once has one effect, and all twenty get the same answer."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from portal.audit.models import AuditEvent
from portal.db.base import now
from portal.db.tenancy import enter_school, enter_user, leave
from portal.students.models import Student
from portal.web.sent_forms import SentForm, forget_old_ones
from portal.web.templating import TEMPLATES
from tests import factories
from tests.attachments.samples import PDF
from tests.conftest import Committing
from tests.enrollments.conftest import make_seated, make_waiting
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser, Page
from tests.students.registration_samples import GUARDIAN, STUDENT

pytestmark = pytest.mark.anyio
AT_ONCE = 20


@dataclass
class Form:
    """A form of a page: who sends it, what is typed into it, and what the same page could have been told instead."""

    who: str
    page: str
    typed: dict[str, Any] = field(default_factory=dict)
    other: dict[str, Any] = field(default_factory=dict)
    selector: str = "main form[method=post]"
    files: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)


async def an_edit(db: AsyncSession, cast: Cast) -> Form:
    student = await factories.make_student(db, cast.school)
    edit = f"students/{student.id}/edit"
    return Form("secretary", edit, {"neighborhood": "Belén"}, {"neighborhood": "Laureles"})


async def an_edit_in_place(db: AsyncSession, cast: Cast) -> Form:
    student = await factories.make_student(db, cast.school)
    edit = f"students/{student.id}/sections/contact/edit"
    return Form("secretary", edit, {"neighborhood": "Belén"}, {"neighborhood": "Laureles"}, headers=FRAGMENT)


async def a_new_student(db: AsyncSession, cast: Cast) -> Form:
    typed = STUDENT | GUARDIAN | {"then": "enter"}
    return Form("secretary", "students/new", typed, {"first_name": "Lucía"})


async def a_withdrawal(db: AsyncSession, cast: Cast) -> Form:
    page = f"enrollments/{(await make_seated(db, cast)).id}/withdrawal"
    return Form("secretary", page, {"withdrawal_reason": "work"}, {"withdrawal_reason": "moved"})


async def an_approval(db: AsyncSession, cast: Cast) -> Form:
    page = f"enrollments/review?id={(await make_waiting(db, cast)).id}"
    return Form("principal", page, {}, {"group_id": str(cast.campus.id)}, selector="#approval")


async def a_change_of_group(db: AsyncSession, cast: Cast) -> Form:
    target = await factories.make_group(db, cast.school, year=cast.year, campus=cast.campus, code="B")
    pupils = [await make_seated(db, cast) for _ in range(3)]
    ticked = [f"{each.id}:{each.version}" for each in pupils]
    named = "&".join(f"enrollment={each}" for each in ticked)
    page = f"group-changes/new?group_id={target.id}&{named}"
    return Form("coordinator", page, {"enrollment": ticked}, {"enrollment": ticked[:1]}, selector="#group-change")


async def an_invitation(db: AsyncSession, cast: Cast) -> Form:
    typed = {"email": "nueva@school.example", "full_name": "Nueva Persona", "roles": "viewer"}
    return Form("principal", "members/new", typed, {"roles": "secretary"})


async def a_field_of_the_school(db: AsyncSession, cast: Cast) -> Form:
    return Form("principal", "settings/fields/new", {"label": "Ruta", "kind": "text"}, {"label": "Bus"})


async def the_data_of_the_school(db: AsyncSession, cast: Cast) -> Form:
    return Form("principal", "settings/school", {"phone": "604 555 0101"}, {"phone": "604 555 0202"})


async def a_document(db: AsyncSession, cast: Cast) -> Form:
    student = await factories.make_student(db, cast.school)
    files = {"file": ("copia.pdf", PDF, "application/pdf")}
    return Form("secretary", f"students/{student.id}/documents", {"kind": "sisben"}, {"kind": "contract"}, files=files)


async def a_deletion(db: AsyncSession, cast: Cast) -> Form:
    student = await factories.make_student(db, cast.school)
    return Form("secretary", f"students/{student.id}/deletion")


Scene = Callable[[AsyncSession, Cast], Awaitable[Form]]
SCENES: list[Scene] = [
    an_edit,
    an_edit_in_place,
    a_new_student,
    a_withdrawal,
    an_approval,
    a_change_of_group,
    an_invitation,
    a_field_of_the_school,
    the_data_of_the_school,
    a_document,
    a_deletion,
]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_a_form_sent_twenty_times_at_once_has_one_effect_and_one_answer(
    committing: Committing, scene: Scene
) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        form = await scene(db, cast)
    async with committing.browser(getattr(cast, form.who)) as browser:
        before = await changes(committing, cast)
        send = await prepared(browser, cast, form)
        answers = await asyncio.gather(*(send() for _ in range(AT_ONCE)))
        first = the_one_answer(list(answers))
        assert first.status in (200, 303), first.texts(".field-error")
        assert await changes(committing, cast) == before + 1
        if form.other:
            assert (await send(form.other)).status == 409
            assert await changes(committing, cast) == before + 1
            assert the_one_answer([first, await send()]).status == first.status


async def prepared(browser: Browser, cast: Cast, form: Form) -> Callable[..., Awaitable[Page]]:
    """The page is opened, and what is typed into it can be sent, as often as one likes."""
    page = await browser.get(f"/schools/{cast.school.slug}/{form.page}")
    action = str(page.all(form.selector)[0].attributes["action"])
    said = page.form(form.selector) | form.typed
    assert "once" in said

    async def send(other: dict[str, Any] | None = None) -> Page:
        answer = await browser.post(action, said | (other or {}), files=form.files, headers=form.headers)
        # A machine that runs all tests at once may take longer than a lock is waited for: then one comes again.
        return await send(other) if answer.status == 503 else answer

    return send


def the_one_answer(answers: list[Page]) -> Page:
    """All of them are the same, to the letter of the notice."""
    said = {(each.status, each.location, each.response.text, each.response.cookies.get("notice")) for each in answers}
    assert len(said) == 1, [each[:2] for each in said]
    return answers[0]


async def changes(committing: Committing, cast: Cast) -> int:
    """How often something of the school was changed."""
    async with committing.session() as db:
        await enter_school(db, cast.school.id)
        return await db.scalar(select(func.count(AuditEvent.change_id.distinct()))) or 0


async def test_a_form_that_was_wrong_is_corrected_and_sent_with_the_same_key(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        form = await a_withdrawal(db, cast)
    async with committing.browser(cast.secretary) as browser:
        send = await prepared(browser, cast, form)
        assert (await send({"withdrawal_reason": ""})).status == 422
        assert (await send()).status == 303


async def test_what_was_undone_may_be_meant_anew(committing: Committing) -> None:
    """After an undo nobody is told "withdrawn" of a pupil who is not: the form is judged again."""
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        form = await a_withdrawal(db, cast)
    async with committing.browser(cast.secretary) as browser:
        send = await prepared(browser, cast, form)
        shown = await browser.get((await send()).location)
        assert (await browser.post(str(shown.one("form.note").attributes["action"]))).status == 303
        assert (await send()).status == 409


async def test_nobody_uses_the_key_of_another(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        form = await an_edit(db, cast)
    async with committing.browser(cast.secretary) as hers, committing.browser(cast.principal) as theirs:
        edit = f"/schools/{cast.school.slug}/{form.page}"
        said = (await hers.get(edit)).form() | form.typed
        assert (await hers.post(edit, said)).status == 303
        # To the principal it is a form without a key, whose values stand already.
        assert (await theirs.post(edit, said)).status == 303
    assert len(await committing.as_superuser("SELECT FROM sent_forms")) == 1


async def test_what_is_kept_tells_nothing_and_goes_after_a_day(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        form = await an_edit_in_place(db, cast)
        form.typed = {"neighborhood": "kNRi7"}
    async with committing.browser(cast.secretary) as browser:
        assert "kNRi7" in (await (await prepared(browser, cast, form))()).text
    kept = await committing.as_superuser("SELECT * FROM sent_forms")
    assert len(kept) == 1
    assert "kNRi7" not in str(dict(kept[0]))
    async with committing.session() as db:
        await leave(db)
        assert await forget_old_ones(db) == 0
        await enter_user(db, cast.secretary.id)
        await db.execute(update(SentForm).values(sent_at=now() - timedelta(days=2)))
        await enter_user(db, cast.principal.id)
        assert await db.scalar(select(func.count()).select_from(SentForm)) == 0
        await leave(db)
        assert await forget_old_ones(db) == 1


async def test_every_posted_form_of_a_page_has_a_key_of_its_own(committing: Committing) -> None:
    async with committing.session() as db:
        cast = await factories.make_cast(db)
        student: Student = await factories.make_student(db, cast.school)
    async with committing.browser(cast.secretary) as browser:
        page = await browser.get(f"/schools/{cast.school.slug}/students/{student.id}/edit")
    keys = [str(node.attributes["value"]) for node in page.all("form[method=post] input[name=once]")]
    assert len(keys) == len(page.all("form[method=post]")) == len(set(keys))
    assert page.all("form[method=get] input[name=once]") == []


async def test_what_is_looked_up_while_typing_is_asked_again_each_time(committing: Committing) -> None:
    """Whatever a field posts as it is typed carries the key of its form: its route must not use that up."""
    asked = re.compile(r'hx-post="\{\{ url\("([\w.]+)"[^>]*?hx-trigger="[^"]*(?:input|change|keyup)')
    routes = {name for file in TEMPLATES.rglob("*.html") for name in asked.findall(file.read_text())}
    assert routes
    for name in routes:
        index = committing.app.get_handler_index_by_name(name)
        assert index is not None
        assert index["handler"].opt.get("writes") is False, name
