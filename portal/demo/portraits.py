"""Drawn faces for demo pupils, who do not exist: a dozen of them, made of circles."""

from dataclasses import dataclass
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

from portal.attachments.pictures import Picture, draw_emblem, draw_portrait
from portal.catalogs.codes import Gender

# The drawing is thought of in 72 units a side and drawn large: what is made smaller afterwards has soft edges.
_UNIT = 12
_INK = "#1c1512"


@dataclass(frozen=True)
class Face:
    """What tells one face from another."""

    gender: Gender
    skin: str
    hair: str
    shirt: str
    ground: str
    style: str
    glasses: bool = False


FACES = (
    Face(Gender.F, "#c98f6b", "#2b1d16", "#3b5b8c", "#d9e2ea", "long"),
    Face(Gender.F, "#8d5a3c", "#17110e", "#c2573f", "#e8e0d2", "curls"),
    Face(Gender.F, "#e0ac86", "#6b4327", "#4c7a5d", "#dfe8df", "tails", glasses=True),
    Face(Gender.F, "#b97c57", "#241812", "#7d5a9c", "#e6dfec", "bob"),
    Face(Gender.F, "#6f4630", "#120d0b", "#2f7f86", "#d8e8e8", "bun"),
    Face(Gender.F, "#efc3a0", "#a8763e", "#b2485d", "#f0e2dc", "long", glasses=True),
    Face(Gender.M, "#c98f6b", "#2b1d16", "#2f5f4f", "#e3e6da", "short"),
    Face(Gender.M, "#7a4c33", "#120d0b", "#b98a2f", "#dde3ee", "crop"),
    Face(Gender.M, "#e0ac86", "#4a2f1e", "#35507f", "#ece4d8", "fringe", glasses=True),
    Face(Gender.M, "#a86d4a", "#1d1410", "#8c3f3f", "#dfe7e4", "curls"),
    Face(Gender.M, "#5f3b28", "#0f0b09", "#4a6ea8", "#e8e3dc", "crop", glasses=True),
    Face(Gender.M, "#efc3a0", "#8a5a2c", "#55606e", "#e2e7ef", "short"),
)


@cache
def portrait(face: Face) -> Picture:
    """The face as a photo would be kept."""
    image = Image.new("RGB", (72 * _UNIT, 72 * _UNIT), face.ground)
    pen = _Pen(ImageDraw.Draw(image))
    _behind(pen, face)
    pen.disc(12, 53, 60, 97, face.shirt)
    pen.block(30, 44, 42, 57, face.skin)
    pen.disc(30, 51, 42, 60, face.skin)
    pen.disc(22.5, 32, 26.5, 39, face.skin)
    pen.disc(45.5, 32, 49.5, 39, face.skin)
    pen.disc(24.5, 20, 47.5, 49, face.skin)
    _in_front(pen, face)
    for left in (30, 39.5):
        pen.disc(left, 35, left + 2.6, 37.8, _INK)
    pen.smile(31, 38, 41, 44.5, _INK)
    if face.glasses:
        for left in (26.6, 37):
            pen.ring(left, 31.6, left + 8.6, 40.2, _INK)
        pen.block(35, 35.2, 37.2, 36, _INK)
    return draw_portrait(_png(image))


@cache
def emblem() -> Picture:
    """A school's arms: a rising sun over two mountains and an open book."""
    image = Image.new("RGBA", (72 * _UNIT, 72 * _UNIT), (0, 0, 0, 0))
    pen = _Pen(ImageDraw.Draw(image))
    pen.disc(2, 2, 70, 70, "#1c4daf")
    pen.disc(5, 5, 67, 67, "#ffffff")
    pen.disc(7, 7, 65, 65, "#1c4daf")
    pen.disc(25, 17, 47, 39, "#f2b632")
    pen.shape([(12, 46), (28, 24), (40, 40), (47, 31), (60, 46)], "#3f9363")
    pen.shape([(14, 46), (36, 50), (36, 62), (18, 56)], "#ffffff")
    pen.shape([(58, 46), (36, 50), (36, 62), (54, 56)], "#dfe7f7")
    return draw_emblem(_png(image))


def _behind(pen: "_Pen", face: Face) -> None:
    if face.style == "long":
        pen.disc(20, 13, 52, 50, face.hair)
        pen.block(20, 32, 52, 57, face.hair)
    elif face.style == "bob":
        pen.disc(20, 13, 52, 50, face.hair)
        pen.block(20, 32, 52, 46, face.hair)
    elif face.style == "tails":
        pen.disc(12, 30, 24, 54, face.hair)
        pen.disc(48, 30, 60, 54, face.hair)
    elif face.style == "bun":
        pen.disc(29, 6, 43, 20, face.hair)
    elif face.style == "curls":
        size = 7 if face.gender == Gender.F else 5
        for x, y in ((23, 30), (24, 22), (29, 16), (36, 14), (43, 16), (48, 22), (49, 30)):
            pen.disc(x - size, y - size, x + size, y + size, face.hair)


def _in_front(pen: "_Pen", face: Face) -> None:
    """Hair over the forehead: the upper part of the head, cut by a line or by a disc of skin."""
    flat = face.style in ("crop", "short", "fringe")
    pen.cap(23.5, 18.5 if face.style == "crop" else 16, 48.5, 46, face.hair, flat=flat)
    if face.style == "fringe":
        pen.shape([(25, 26), (47, 26), (45.5, 31), (38, 28.5), (31, 32), (26, 29)], face.hair)


class _Pen:
    """Draws in units."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def disc(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.draw.ellipse(self._box(left, top, right, bottom), fill=colour)

    def ring(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.draw.ellipse(self._box(left, top, right, bottom), outline=colour, width=_UNIT * 3 // 4)

    def block(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.draw.rectangle(self._box(left, top, right, bottom), fill=colour)

    def cap(self, left: float, top: float, right: float, bottom: float, colour: str, *, flat: bool) -> None:
        begin, end = (200, 340) if flat else (188, 352)
        self.draw.chord(self._box(left, top, right, bottom), begin, end, fill=colour)

    def smile(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        self.draw.arc(self._box(left, top, right, bottom), 35, 145, fill=colour, width=_UNIT)

    def shape(self, corners: list[tuple[float, float]], colour: str) -> None:
        self.draw.polygon([(x * _UNIT, y * _UNIT) for x, y in corners], fill=colour)

    def _box(self, *edges: float) -> list[float]:
        return [edge * _UNIT for edge in edges]


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
