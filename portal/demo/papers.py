"""Invented papers: a page of PDF with a few lines, and what a telephone makes of a paper on a table."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

PAGE = (595, 842)  # A4 in points


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One page; written by hand, so that it is the same to the last byte each time."""
    body = [_line(title, 18, 72, 760), *(_line(line, 11, 72, 715 - 20 * row) for row, line in enumerate(lines))]
    stream = b"BT " + b" ".join(body) + b" ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources "
        b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> >> >> >>"
        % PAGE,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(written)
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, start)
    )


@cache
def photographed(title: str) -> bytes:
    """A card on a dark table; the same for everybody, so that no name is written into pixels."""
    image = Image.new("RGB", (640, 480), "#5b4636")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 70, 580, 410), 24, fill="#f3efe2", outline="#c9c2ae", width=3)
    draw.rectangle((60, 70, 580, 130), fill="#d8e2f0")
    draw.text((84, 88), title, fill="#243b66", font=ImageFont.load_default(26))
    draw.rectangle((92, 165, 212, 325), fill="#cfd6dd")
    for row, width in enumerate((300, 220, 260, 160)):
        draw.rectangle((245, 178 + 36 * row, 245 + width, 190 + 36 * row), fill="#b9b4a4")
    draw.text((84, 360), "MUESTRA", fill="#b2485d", font=ImageFont.load_default(22))
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def _line(text: str, size: int, left: int, bottom: int) -> bytes:
    escaped = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"/F %d Tf 1 0 0 1 %d %d Tm (%s) Tj" % (size, left, bottom, escaped)
