"""Photos and logos: drawn anew, replaced, removed; and pictures that were made to break whoever opens them."""

import io
import resource
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.attachments.content import Refused
from portal.attachments.models import Attachment
from portal.attachments.pictures import draw_emblem, draw_portrait
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.attachments.samples import PDF, SVG, bomb, photographed, picture
from tests.factories import Cast
from tests.pages import FORGED, FRAGMENT, Browser, Page
from tests.queries import counted

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
RED, BLUE = (254, 0, 0), (0, 0, 254)


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    student = await factories.make_student(db, cast.school)
    await factories.make_enrollment(db, student, group=cast.group)
    return student


@pytest.fixture
def photo(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/photo"


@pytest.fixture
def logo(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/settings/logo"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


async def bring(browser: Browser, where: str, content: bytes, **options: Any) -> Page:
    sent = {"id": options.pop("id", str(uuid4()))}
    return await browser.post(where, sent, files={"file": ("Ana.png", content)}, **options)


async def kept(db: AsyncSession, cast: Cast, *, removed: bool = False) -> list[Attachment]:
    await enter_school(db, cast.school.id)
    which = Attachment.deleted_at.is_not(None) if removed else Attachment.deleted_at.is_(None)
    return list(await db.scalars(select(Attachment).where(which), execution_options={"populate_existing": True}))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=False))


# --- Drawing ----------------------------------------------------------------------------------------------------------


def test_a_photo_becomes_the_square_in_the_middle() -> None:
    drawn = draw_portrait(picture("JPEG", (3000, 1000)))
    image = opened(drawn.content)
    assert (image.format, image.size, opened(drawn.thumbnail).size) == ("WEBP", (512, 512), (96, 96))
    assert (drawn.width, drawn.height) == (512, 512)
    assert is_like(image.getpixel((10, 256)), RED)
    assert is_like(image.getpixel((500, 256)), BLUE)
    assert opened(draw_portrait(picture("PNG", (60, 40))).content).size == (40, 40)


@pytest.mark.parametrize(("orientation", "top"), [(1, None), (6, RED), (8, BLUE)])
def test_it_stands_upright_whichever_way_the_telephone_was_held(
    orientation: int, top: tuple[int, int, int] | None
) -> None:
    image = opened(draw_portrait(photographed(orientation)).content)
    at_the_top, on_the_left = image.getpixel((100, 5)), image.getpixel((5, 100))
    assert is_like(on_the_left, RED) if top is None else is_like(at_the_top, top)


@pytest.mark.parametrize("draw", [draw_portrait, draw_emblem])
def test_nothing_that_the_camera_wrote_is_left(draw: Any) -> None:
    brought = photographed()
    assert b"kNRi7" in brought
    assert dict(opened(brought).getexif().get_ifd(0x8825))
    drawn = draw(brought)
    for content in (drawn.content, drawn.thumbnail):
        assert b"kNRi7" not in content
        assert b"EXIF" not in content
        assert b"XMP" not in content
        assert not dict(opened(content).getexif())


def test_a_logo_keeps_its_proportions_and_what_is_transparent() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (1200, 600), (0, 0, 0, 0)).save(file, "PNG")
    drawn = draw_emblem(file.getvalue())
    image = opened(drawn.content)
    assert (image.size, image.mode) == ((512, 256), "RGBA")
    assert image.getchannel("A").getextrema() == (0, 0)
    assert opened(draw_portrait(file.getvalue()).content).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_mode_are_drawn(mode: str) -> None:
    file = io.BytesIO()
    Image.new(mode, (200, 100)).save(file, "JPEG" if mode == "CMYK" else "PNG")
    assert opened(draw_portrait(file.getvalue()).content).mode == "RGB"


@pytest.mark.parametrize("size", [(10_000, 10_000), (50_000, 50_000), (30_000, 100)])
def test_a_bomb_is_refused_before_it_costs_memory(size: tuple[int, int]) -> None:
    content = bomb(*size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused, match="50"):
        draw_portrait(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kilobytes


def test_a_picture_of_a_big_camera_costs_little_too() -> None:
    content = picture("JPEG", (8160, 6120))  # 50 megapixels
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    draw_portrait(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


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
    assert opened(shown.content).size == (200, 200)
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
