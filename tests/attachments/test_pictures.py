"""Photos and logos: brought, replaced, removed, given back."""

import io
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.attachments.models import Attachment
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests.attachments.samples import PDF, SVG, bomb, photographed, picture
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
RED, BLUE = (254, 0, 0), (0, 0, 254)


@pytest.fixture
def photo(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/photo"


@pytest.fixture
def logo(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/settings/logo"


async def bring(browser: Browser, where: str, content: bytes, **options: Any) -> Page:
    sent = {"id": options.pop("id", str(uuid4()))}
    return await browser.post(where, sent, files={"file": ("Ana.png", content)}, **options)


async def kept(db: AsyncSession, cast: Cast, *, removed: bool = False) -> list[Attachment]:
    await enter_school(db, cast.school.id)
    which = Attachment.deleted_at.is_not(None) if removed else Attachment.deleted_at.is_(None)
    return list(await db.scalars(select(Attachment).where(which), execution_options={"populate_existing": True}))


# --- Photos -----------------------------------------------------------------------------------------------------------


async def test_a_photo_is_kept_and_shown(
    db: AsyncSession, cast: Cast, secretary: Browser, student: Student, photo: str
) -> None:
    answer = await bring(secretary, photo, photographed())
    record = photo.removesuffix("/photo")
    assert (answer.status, answer.location) == (303, record)
    (row,) = await kept(db, cast)
    assert (row.content_type, row.file_name, row.width) == ("image/webp", "Ana.webp", 200)
    here = f"/schools/{cast.school.slug}/attachments/{row.id}"
    assert (await secretary.get(record)).one(".record-head img").attributes["src"] == f"{here}/thumbnail"
    listed = (await secretary.get(f"/schools/{cast.school.slug}/students")).one(f"#student-{student.id} img")
    assert listed.attributes["src"] == f"{here}/thumbnail"
    assert listed.attributes["loading"] == "lazy"
    shown = await secretary.client.get(f"{here}/picture")
    assert Image.open(io.BytesIO(shown.content)).size == (200, 200)
    assert shown.headers["content-type"] == "image/webp"
    assert shown.headers["cache-control"] == "private, max-age=31536000, immutable"


async def test_another_takes_its_place_and_can_give_it_back(
    db: AsyncSession, cast: Cast, secretary: Browser, photo: str
) -> None:
    await bring(secretary, photo, picture())
    (first,) = await kept(db, cast)
    await bring(secretary, photo, picture("PNG", (100, 100)))
    (second,) = await kept(db, cast)
    assert [row.id for row in await kept(db, cast, removed=True)] == [first.id]
    undo = (await secretary.get(photo.removesuffix("/photo"))).one("#notices form").attributes["action"]
    assert (await secretary.post(str(undo))).status == 303
    assert [row.id for row in await kept(db, cast)] == [first.id]
    assert (await secretary.post(f"{photo}/removal")).status == 303
    assert await kept(db, cast) == []
    assert {row.id for row in await kept(db, cast, removed=True)} == {first.id, second.id}
    assert (await secretary.post(f"{photo}/removal")).status == 303


async def test_a_photo_sent_twice_is_one(db: AsyncSession, cast: Cast, secretary: Browser, photo: str) -> None:
    form = str(uuid4())
    assert [(await bring(secretary, photo, picture(), id=form)).status for _ in range(2)] == [303, 303]
    assert len(await kept(db, cast)) == 1
    assert await kept(db, cast, removed=True) == []
    assert (await bring(secretary, photo, picture("PNG", (90, 90)), id=form)).status == 409


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (PDF, "This is a document."),
        (SVG, "This is a web page or a drawing."),
        (bomb(10_000, 10_000), "The picture has 100 megapixels; at most 50 can be read."),
        (picture()[:80], "damaged"),
    ],
)
async def test_what_is_no_photo_is_refused_in_words(
    db: AsyncSession, cast: Cast, secretary: Browser, photo: str, content: bytes, words: str
) -> None:
    for headers in ({}, FRAGMENT):
        page = await bring(secretary, photo, content, headers=headers)
        assert (page.status, page.is_fragment) == (422, bool(headers))
        assert words in page.texts("#file-error")[0]
    assert await kept(db, cast) == []
    assert "Choose the file first." in (await secretary.post(photo, {"id": str(uuid4())})).text


async def test_who_may_not_change_a_photo(db: AsyncSession, cast: Cast, sign_in: SignIn, photo: str) -> None:
    for person, status in ((cast.viewer, 403), (cast.teacher, 403), (cast.stranger, 404)):
        browser = await sign_in(person)
        assert (await bring(browser, photo, picture())).status == status
        assert (await browser.post(f"{photo}/removal")).status == status
        assert (await browser.get(photo)).status == status
    browser = await sign_in(cast.secretary)
    assert (await bring(browser, photo, picture(), headers=FORGED)).status == 403
    assert await kept(db, cast) == []
    assert not (await (await sign_in(cast.viewer)).get(photo.removesuffix("/photo"))).all(".photo-edit")


async def test_photos_cost_the_list_no_query(
    app: Litestar, db: AsyncSession, cast: Cast, secretary: Browser, photo: str
) -> None:
    page = f"/schools/{cast.school.slug}/students"
    with counted(app) as before:
        await secretary.get(page)
    await bring(secretary, photo, picture())
    with counted(app) as after:
        assert (await secretary.get(page)).all("tbody img")
    assert len(after) == len(before) <= 5


# --- Logo -------------------------------------------------------------------------------------------------------------


async def test_a_principal_gives_the_school_a_logo(db: AsyncSession, cast: Cast, sign_in: SignIn, logo: str) -> None:
    principal = await sign_in(cast.principal)
    assert (await principal.get(logo)).status == 200
    answer = await bring(principal, logo, picture("PNG", (900, 300)))
    assert (answer.status, answer.location) == (303, logo)
    (row,) = await kept(db, cast)
    assert (row.width, row.height, row.entity_id) == (512, 171, cast.school.id)
    page = await principal.get(logo)
    assert page.one("main img.picture").attributes["src"] == f"/schools/{cast.school.slug}/attachments/{row.id}/picture"
    assert (
        await (await sign_in(cast.viewer)).client.get(str(page.one("main img.picture").attributes["src"]))
    ).is_success
    assert (await principal.post(f"{logo}/removal")).status == 303
    assert await kept(db, cast) == []
    secretary = await sign_in(cast.secretary)
    restoration = f"/schools/{cast.school.slug}/attachments/{row.id}/restoration"
    assert (await secretary.post(restoration)).status == 403
    assert (await principal.post(restoration)).location == logo


async def test_who_may_not_change_the_logo(db: AsyncSession, cast: Cast, sign_in: SignIn, logo: str) -> None:
    for person, status in ((cast.secretary, 403), (cast.viewer, 403), (cast.stranger, 404)):
        browser = await sign_in(person)
        assert (await bring(browser, logo, picture())).status == status
        assert (await browser.post(f"{logo}/removal")).status == status
    principal = await sign_in(cast.principal)
    assert (await bring(principal, logo, picture(), headers=FORGED)).status == 403
    assert (await bring(principal, logo, PDF)).status == 422
    assert await kept(db, cast) == []
