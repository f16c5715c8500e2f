"""Pictures, made small, square and free of what cameras write into them: where it was taken, with what, by whom.

Decoding is done in a thread, one picture at a time, and never of more pixels than a camera has: a file of a few
kilobytes may say that it is a picture of a gigabyte.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TypeVar

import anyio
from PIL import Image, ImageOps

from portal.attachments.content import JPEG, PICTURES, PNG, WEBP, Refused, type_of
from portal.web.i18n import _

# The widest telephones of today take 50 megapixels, most of them 12. A plain JPEG is decoded row by row, at a fraction
# of its size; of all others each pixel is held, and costs up to fifteen bytes for a moment, however small the file is.
MOST_PIXELS, MOST_PIXELS_HELD = 50_000_000, 12_500_000
LONGEST_SIDE = 20_000
PHOTO, LOGO, THUMBNAIL = 512, 512, 96
QUALITY = 84

_FORMATS = {JPEG: ("JPEG",), PNG: ("PNG",), WEBP: ("WEBP",)}
# Ours is asked before a pixel is decoded, and refuses where Pillow's would warn.
Image.MAX_IMAGE_PIXELS = None

_one_at_a_time = anyio.CapacityLimiter(1)
T = TypeVar("T")


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept, in WebP."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    content_type: str = WEBP


@dataclass(frozen=True)
class Seen:
    """What was found out about a picture that is kept as it came."""

    thumbnail: bytes
    width: int
    height: int


async def portrait(content: bytes) -> Picture:
    """The square in the middle, upright, at most 512 pixels wide. Raises Refused for what is no picture."""
    return await _in_a_thread(draw_portrait, content)


async def emblem(content: bytes) -> Picture:
    """The whole, in its proportions, at most 512 pixels on its longer side, transparent where it was."""
    return await _in_a_thread(draw_emblem, content)


async def look_at(content: bytes) -> Seen:
    """A picture that can be decoded to its last row. Raises Refused for one that cannot."""
    return await _in_a_thread(see, content)


def draw_portrait(content: bytes) -> Picture:
    """As ``portrait``, here and now."""
    with _opened(content) as image:
        image.draft("RGB", (PHOTO * 2, PHOTO * 2))
        square = _square(image, PHOTO)
    return Picture(_webp(square), _webp(_square(square, THUMBNAIL)), *square.size)


def draw_emblem(content: bytes) -> Picture:
    """As ``emblem``, here and now."""
    with _opened(content) as image:
        image.draft("RGB", (LOGO * 2, LOGO * 2))
        whole = _plain(image)
        whole.thumbnail((LOGO, LOGO), Image.Resampling.LANCZOS)
        whole = _bare(ImageOps.exif_transpose(whole))
    small = whole.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return Picture(_webp(whole), _webp(small), *whole.size)


def see(content: bytes) -> Seen:
    """As ``look_at``, here and now."""
    with _opened(content) as image:
        width, height = image.size
        image.draft("RGB", (THUMBNAIL * 2, THUMBNAIL * 2))
        return Seen(_webp(_square(image, THUMBNAIL)), width, height)


async def _in_a_thread(draw: Callable[[bytes], T], content: bytes) -> T:
    return await anyio.to_thread.run_sync(draw, content, limiter=_one_at_a_time)


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """The picture, nothing of it decoded yet. ``draft`` then lets a JPEG be decoded at a fraction of its size."""
    content_type = type_of(content)
    if content_type not in PICTURES:
        raise Refused(_("This is a document. Choose a picture (JPEG, PNG, WebP)."))
    try:
        with Image.open(BytesIO(content), formats=_FORMATS[content_type]) as image:
            _refuse_more_than_a_camera_takes(image)
            yield image
    except Refused:
        raise
    except Exception as error:
        # Decoders fail in a dozen ways over what is broken, and each of them means this.
        raise Refused(_("The picture is damaged and cannot be read. Take it or scan it again.")) from error


def _refuse_more_than_a_camera_takes(image: Image.Image) -> None:
    pixels, is_plain_jpeg = image.width * image.height, image.format == "JPEG" and not image.info.get("progressive")
    if pixels > MOST_PIXELS or max(image.size) > LONGEST_SIDE:
        words = _("The picture has %(have)d megapixels; at most %(most)d can be read. Make it smaller.")
        raise _too_many(words, pixels, MOST_PIXELS)
    if pixels > MOST_PIXELS_HELD and not is_plain_jpeg:
        words = _(
            "The picture has %(have)d megapixels; at most %(most)d of its kind can be read. "
            "Make it smaller, or save it as a plain JPEG."
        )
        raise _too_many(words, pixels, MOST_PIXELS_HELD)


def _too_many(words: str, pixels: int, most: int) -> Refused:
    return Refused(words % {"have": pixels // 1_000_000, "most": most // 1_000_000})


def _square(image: Image.Image, side: int) -> Image.Image:
    """The middle of the picture; it is turned upright when it is small already, which a square lets one do."""
    plain = _plain(image)
    edge = min(plain.size)
    left, top = (plain.width - edge) // 2, (plain.height - edge) // 2
    wanted = min(side, edge)
    small = plain.resize(
        (wanted, wanted), Image.Resampling.LANCZOS, box=(left, top, left + edge, top + edge), reducing_gap=2.0
    )
    return _bare(ImageOps.exif_transpose(small), ground="white")


def _plain(image: Image.Image) -> Image.Image:
    """In colours, with transparency where it has any."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _bare(image: Image.Image, ground: str | None = None) -> Image.Image:
    """The pixels alone: a new picture knows nothing of camera, place and time. ``ground`` fills what is transparent."""
    bare = Image.new("RGB" if ground else image.mode, image.size, ground or 0)
    bare.paste(image, mask=image if ground and image.mode == "RGBA" else None)
    return bare


def _webp(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()
