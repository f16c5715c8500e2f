"""The papers of a student: what is shown, brought, removed and given back."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.catalogs.codes import AttachmentKind, EnrollmentStatus
from portal.db.tenancy import enter_school
from portal.schools.models import SchoolSettings
from portal.students.models import Student
from tests import factories
from tests.attachments.samples import HEIC, HTML, PDF, SVG, ZIP, make_paper, picture
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
IDENTITY = "identity_document"


@pytest.fixture
def tab(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/documents"


async def bring(browser: Browser, tab: str, *files: tuple[str, bytes], **given: Any) -> Page:
    headers = given.pop("headers", {})
    sent = {"id": str(uuid4()), "kind": IDENTITY, "note": ""} | given
    return await browser.post(tab, sent, files=[("file", file) for file in files], headers=headers)


async def kept(db: AsyncSession, student: Student) -> list[Attachment]:
    await enter_school(db, student.school_id)
    rows = await db.scalars(select(Attachment).where(Attachment.deleted_at.is_(None)).order_by(Attachment.id))
    return list(rows)


async def ask_for(db: AsyncSession, cast: Cast, *items: tuple[str, bool]) -> None:
    await enter_school(db, cast.school.id)
    checklist = [{"kind": kind, "is_required": required, "grades": []} for kind, required in items]
    db.add(SchoolSettings(school_id=cast.school.id, data={"checklist": checklist}))
    await db.flush()


async def test_a_secretary_adds_two_pages_at_once(
    db: AsyncSession, cast: Cast, student: Student, secretary: Browser, tab: str
) -> None:
    answer = await bring(secretary, tab, ("front.png", picture()), ("back.pdf", PDF), note="With the  stamp")
    assert (answer.status, answer.location) == (303, tab)
    first, second = sorted(await kept(db, student), key=lambda row: row.content_type)
    assert (first.content_type, first.thumbnail, first.width) == ("application/pdf", None, None)
    assert (second.file_name, second.width, second.height) == ("front.png", 300, 200)
    assert second.note == "With the stamp"
    assert second.uploaded_by_id == cast.secretary.id
    assert "front" not in second.file.path
    page = await secretary.get(tab)
    assert page.texts(".paper .name") == ["front.png", "back.pdf"] or page.texts(".paper .name") == [
        "back.pdf",
        "front.png",
    ]
    assert cast.secretary.full_name in page.text
    assert "Documents 2" in page.texts("nav.tabs a")
    assert page.one("nav.tabs a[aria-current]").text() == "Documents2"


async def test_htmx_gets_the_tab_anew_with_an_empty_form(secretary: Browser, tab: str) -> None:
    page = await bring(secretary, tab, ("a.pdf", PDF), headers=FRAGMENT)
    assert (page.status, page.is_fragment) == (200, True)
    assert "One document was added." in page.text
    assert page.texts(".paper .name") == ["a.pdf"]
    assert "Documents 1" in page.texts("#record-tabs[hx-swap-oob] a")
    refused = await bring(secretary, tab, ("a.svg", SVG), headers=FRAGMENT)
    assert (refused.status, refused.is_fragment) == (422, True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "The file is empty."),
        ("a.png", SVG, "This is a web page or a drawing."),
        ("a.jpg", HTML, "This is a web page or a drawing."),
        ("a.pdf", b"PK\x03\x04docx", "compressed file or an Office document"),
        ("a.jpg", HEIC, "HEIC"),
        ("a.pdf", b"MZ\x90\x00", "neither a PDF nor a picture"),
        ("a.pdf", PDF[:30], "The PDF is not whole"),
        ("a.pdf", PDF + ZIP, "something else hidden"),
        ("a.png", picture() + ZIP, "something else hidden"),
        ("a.pdf", b"%PDF-1.4\n<html><script>" + PDF, "something else hidden"),
        ("a.jpg", picture("JPEG")[:400], "damaged"),
        ("a.png", picture()[:60], "damaged"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "damaged"),
    ],
)
async def test_what_is_no_paper_is_refused_in_words(
    db: AsyncSession, student: Student, secretary: Browser, tab: str, name: str, content: bytes, words: str
) -> None:
    page = await bring(secretary, tab, (name, content), note="Kept as typed")
    assert page.status == 422
    assert words in page.texts("#file-error")[0]
    assert page.title.startswith("Error:")
    assert page.form("form[enctype]")["kind"] == IDENTITY
    assert page.form("form[enctype]")["note"] == "Kept as typed"
    assert await kept(db, student) == []


async def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(
    db: AsyncSession, student: Student, secretary: Browser, tab: str
) -> None:
    page = await bring(secretary, tab, ("good.pdf", PDF), ("bad.svg", SVG), kind="", note="x" * 301)
    assert page.status == 422
    assert len(page.all("#errors li")) == 3
    assert "bad.svg: This is a web page" in page.texts("#file-error")[0]
    assert await kept(db, student) == []
    none = await bring(secretary, tab, ("", b""))
    assert "Choose the file first." in none.text
    many = await bring(secretary, tab, *[(f"{n}.pdf", PDF + bytes([n])) for n in range(11)])
    assert "Bring at most 10 files at once." in many.text


@pytest.mark.parametrize("kind", ["photo", "logo", "nonsense"])
async def test_only_papers_are_papers(secretary: Browser, tab: str, kind: str) -> None:
    page = await bring(secretary, tab, ("a.png", picture()), kind=kind)
    assert page.status == 422
    assert page.all("#kind-error")


async def test_a_file_over_the_limit_is_said_beside_the_field(app: Litestar, secretary: Browser, tab: str) -> None:
    limit = app.state.settings.upload_limit_mb
    page = await bring(secretary, tab, ("a.pdf", PDF + bytes(limit * 1024 * 1024)))
    assert page.status == 422
    assert f"more than {limit} MB" in page.texts("#file-error")[0]
    assert (await bring(secretary, tab, ("a.pdf", PDF + bytes(70 * 1024 * 1024)))).status == 413


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\ana\\cédula.pdf", "cédula.pdf"),
        ("a<b>c?.pdf", "abc.pdf"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
async def test_a_name_is_only_a_name(
    app: Litestar, db: AsyncSession, student: Student, secretary: Browser, tab: str, sent: str, shown: str
) -> None:
    await bring(secretary, tab, (sent, PDF))
    row = (await kept(db, student))[0]
    assert row.file_name == shown
    folder = app.state.storage.folder
    assert (folder / row.file.path).resolve().is_relative_to(folder)
    assert (folder / row.file.path).stat().st_mode & 0o077 == 0


async def test_a_form_sent_twice_keeps_one(db: AsyncSession, student: Student, secretary: Browser, tab: str) -> None:
    form = str(uuid4())
    answers = [await bring(secretary, tab, ("a.pdf", PDF), ("b.png", picture()), id=form) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(await kept(db, student)) == 2
    other = await bring(secretary, tab, ("a.pdf", PDF + b"\n"), id=form)
    assert other.status == 409
    assert len(await kept(db, student)) == 2


async def test_a_paper_is_removed_and_given_back(
    db: AsyncSession, cast: Cast, student: Student, secretary: Browser, tab: str
) -> None:
    paper = await make_paper(db, student)
    here = f"/schools/{cast.school.slug}/attachments/{paper.id}"
    answer = await secretary.post(f"{here}/removal")
    assert (answer.status, answer.location) == (303, tab)
    page = await secretary.get(tab)
    assert page.texts(".paper") == []
    undo = page.one("#notices form").attributes["action"]
    assert (await secretary.get(here)).status == 404
    await secretary.post(str(undo))
    assert (await secretary.get(tab)).texts(".paper .name") == ["document.pdf"]
    assert (await secretary.get(here)).status == 200


async def test_the_checklist_says_what_is_missing(
    db: AsyncSession, cast: Cast, student: Student, secretary: Browser, tab: str
) -> None:
    await ask_for(db, cast, (IDENTITY, True), ("report_card", True), ("sisben", False), ("contract", True))
    await make_paper(db, student)
    enrollment = (await secretary.get(tab)).texts(".checks li")
    assert enrollment == [
        "Identity document",
        "Missing: School reports of earlier years Add school reports of earlier years",
        "Missing: SISBEN certificate (optional) Add sisben certificate",
        "Missing: Signed enrollment contract Add signed enrollment contract",
    ]
    assert "2 required documents are missing." in (await secretary.get(tab)).text
    page = await secretary.get(f"{tab}?kind=report_card")
    assert page.form("form[enctype]")["kind"] == "report_card"


async def test_what_the_office_saw_on_paper_is_here(
    db: AsyncSession, cast: Cast, sign_in: SignIn, secretary: Browser
) -> None:
    await ask_for(db, cast, (IDENTITY, True))
    student = await factories.make_student(db, cast.school)
    await factories.make_enrollment(
        db, student, group=cast.group, status=EnrollmentStatus.DRAFT, checklist={IDENTITY: True}
    )
    page = await secretary.get(f"/schools/{cast.school.slug}/students/{student.id}/documents")
    assert "seen on paper" in page.texts(".checks li")[0]
    assert "All that is required is here." in page.text


async def test_sensitive_papers_are_for_those_who_need_them(
    db: AsyncSession, cast: Cast, student: Student, sign_in: SignIn, tab: str
) -> None:
    await ask_for(db, cast, ("vaccination", True))
    paper = await make_paper(db, student, name="kNRi7.png", kind=AttachmentKind.MEDICAL)
    here = f"/schools/{cast.school.slug}/attachments/{paper.id}"
    for person in (cast.viewer, cast.teacher):
        browser = await sign_in(person)
        page = await browser.get(tab)
        assert page.status == 200
        assert "kNRi7" not in page.response.text
        assert "accination" not in page.response.text
        assert "Documents 0" in page.texts("nav.tabs a")
        assert not page.all("main form")
        for way in ("", "/picture", "/thumbnail"):
            assert (await browser.get(here + way)).status == 403
        history = await browser.get(tab.replace("documents", "history"))
        assert "Medical" not in history.text
    coordinator = await (await sign_in(cast.coordinator)).get(tab)
    assert coordinator.texts(".paper .name") == ["kNRi7.png"]


async def test_who_may_not(db: AsyncSession, cast: Cast, student: Student, sign_in: SignIn, tab: str) -> None:
    paper = await make_paper(db, student)
    here = f"/schools/{cast.school.slug}/attachments/{paper.id}"
    for person, status in ((cast.viewer, 403), (cast.coordinator, 403), (cast.teacher, 403), (cast.stranger, 404)):
        browser = await sign_in(person)
        assert (await bring(browser, tab, ("a.pdf", PDF))).status == status
        for verb in ("removal", "restoration"):
            assert (await browser.post(f"{here}/{verb}")).status == status
    secretary = await sign_in(cast.secretary)
    assert (await bring(secretary, tab, ("a.pdf", PDF), headers=FORGED)).status == 403
    assert (await secretary.post(f"{here}/removal", headers=FORGED)).status == 403
    assert [row.id for row in await kept(db, student)] == [paper.id]
    elsewhere = here.replace(cast.school.slug, cast.other_school.slug)
    assert (await (await sign_in(cast.stranger)).get(elsewhere)).status == 404


async def test_a_teacher_sees_the_papers_of_their_own_groups_only(
    db: AsyncSession, cast: Cast, student: Student, sign_in: SignIn
) -> None:
    other = await factories.make_student(db, cast.school)
    teacher = await sign_in(cast.teacher)
    for pupil, status in ((student, 200), (other, 404)):
        paper = await make_paper(db, pupil)
        assert (await teacher.get(f"/schools/{cast.school.slug}/attachments/{paper.id}")).status == status


@pytest.mark.parametrize("many", [1, 8])
async def test_a_tab_costs_eight_queries_however_much_it_holds(
    app: Litestar, db: AsyncSession, student: Student, secretary: Browser, tab: str, many: int
) -> None:
    for _ in range(many):
        await make_paper(db, student)
    for address in (tab, tab.replace("documents", "history"), tab.removesuffix("/documents")):
        with counted(app) as queries:
            assert (await secretary.get(address)).status == 200
        assert len(queries) <= 8, queries
