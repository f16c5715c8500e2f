"""Files to bring: good ones, and such as nobody should be able to bring."""

import hashlib
import io
import struct
import zlib
from functools import cache
from typing import Any
from uuid import uuid4

from advanced_alchemy.types import FileObject
from advanced_alchemy.types.file_object import storages
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from portal.attachments.models import STORAGE, Attachment
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.db.tenancy import enter_school
from portal.students.models import Student

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
ZIP = b"PK\x05\x06" + bytes(18)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"


@cache
def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photographed(orientation: int = 6, secret: str = "kNRi7") -> bytes:
    """A JPEG as a telephone writes it: lying on its side, with the place and the owner in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = secret
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (6.0, 15.0, 7.0)
    return picture("JPEG", (300, 200), exif=exif.tobytes(), comment=secret.encode())


def bomb(width: int, height: int) -> bytes:
    """A PNG of so many black pixels in a few hundred kilobytes."""
    rows = zlib.compressobj(9)
    line = bytes(1 + width // 8)
    data = b"".join([*(rows.compress(line) for _ in range(height)), rows.flush()])
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


async def make_paper(
    db: AsyncSession, student: Student, *, name: str = "document.pdf", content: bytes = b"", **given: Any
) -> Attachment:
    """A paper of the student, its file stored; a picture where the name says so, with a thumbnail."""
    await enter_school(db, student.school_id)
    is_picture = name.endswith(".png")
    content = content or (picture() if is_picture else PDF)
    file, thumbnail = [
        await _stored(f"{student.school_id}/{uuid4()}", content, "image/png" if is_picture else "application/pdf")
        for _ in range(2)
    ]
    usual = {
        "entity_type": EntityType.STUDENT,
        "entity_id": student.id,
        "kind": AttachmentKind.IDENTITY_DOCUMENT,
        "file_name": name,
        "content_type": file.content_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).digest(),
    }
    paper = Attachment(
        school_id=student.school_id, file=file, thumbnail=thumbnail if is_picture else None, **usual | given
    )
    db.add(paper)
    await db.flush()
    return paper


async def _stored(path: str, content: bytes, content_type: str) -> FileObject:
    file = FileObject(backend=storages.get_backend(STORAGE), filename=path, content_type=content_type)
    await file.save_async(content)
    return file
