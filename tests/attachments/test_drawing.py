"""Pictures drawn anew: square, upright, bare; and such as were made to break whoever opens them."""

import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portal.attachments.content import Refused
from portal.attachments.pictures import draw_emblem, draw_portrait
from tests.attachments.samples import bomb, photographed, picture

RED, BLUE = (254, 0, 0), (0, 0, 254)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def is_like(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=False))


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


@pytest.mark.parametrize("size", [(10_000, 10_000), (50_000, 50_000), (30_000, 100), (4200, 3000)])
def test_a_bomb_is_refused_before_it_costs_memory(size: tuple[int, int]) -> None:
    content = bomb(*size)
    assert megabytes_of(draw_portrait, content) < 20


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {"lossless": True})]
)
def test_a_picture_whose_pixels_are_all_held_has_fewer_of_them(kind: str, options: dict[str, Any]) -> None:
    assert megabytes_of(draw_portrait, picture(kind, (4320, 2900), **options)) < 20, "it is refused"
    assert megabytes_of(draw_portrait, picture(kind, (4080, 3060), **options)) < 220
    assert draw_portrait(picture(kind, (4080, 3060), **options)).width == 512


def test_a_picture_of_a_big_camera_costs_little_too() -> None:
    content = picture("JPEG", (8160, 6120))  # 50 megapixels
    assert megabytes_of(draw_portrait, content) < 40
    assert draw_portrait(content).width == 512


def megabytes_of(draw: Callable[[bytes], Any], content: bytes) -> float:
    """What drawing costs at its highest, whether it is drawn or refused; the peak of the process is measured anew."""
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    with suppress(Refused):
        draw(content)
    return (_kilobytes("VmHWM") - before) / 1024


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])
