"""Bringing files to a record: each is looked at, written, and then named by a row, in that order."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from advanced_alchemy.types import FileObject
from sqlalchemy.exc import IntegrityError

from portal.attachments import pictures
from portal.attachments.content import PDF, WEBP, type_of
from portal.attachments.models import Attachment
from portal.attachments.repository import AttachmentRepository
from portal.attachments.storage import Storage, new_path
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.db.base import new_id, now
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.once import was_sent_before


@dataclass(frozen=True)
class Upload:
    """A file as somebody sent it; the name is clean already."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Brought:
    """A file that was looked at and can be kept."""

    name: str
    content: bytes
    content_type: str
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None

    @cached_property
    def sha256(self) -> bytes:
        """By which the same content is known again."""
        return hashlib.sha256(self.content).digest()


Look = Callable[[Upload], Awaitable[Brought]]


async def as_paper(upload: Upload) -> Brought:
    """A paper is kept as it came, once it is sure what it is. Raises Refused."""
    content_type = type_of(upload.content)
    if content_type == PDF:
        return Brought(upload.name, upload.content, PDF)
    seen = await pictures.look_at(upload.content)
    return Brought(upload.name, upload.content, content_type, seen.thumbnail, seen.width, seen.height)


async def as_photo(upload: Upload) -> Brought:
    """A photo is drawn anew: square, small, without what the camera wrote into it. Raises Refused."""
    return _drawn(upload, await pictures.portrait(upload.content))


async def as_logo(upload: Upload) -> Brought:
    """A logo is drawn anew, too, in its own proportions. Raises Refused."""
    return _drawn(upload, await pictures.emblem(upload.content))


@dataclass(frozen=True)
class Intake:
    """Whoever takes files in for one record."""

    storage: Storage
    attachments: AttachmentRepository
    entity_type: EntityType
    entity_id: UUID
    by: UUID | None

    async def keep_papers(
        self, brought: Sequence[Brought], *, form_id: UUID, digest: bytes, kind: AttachmentKind, note: str | None
    ) -> None:
        """A row for each file; the same form sent twice makes them once. Raises Conflict for another under its id."""
        if not await self._was_sent_before(form_id, digest):
            for row_id, each in zip([form_id, *(new_id() for _each in brought[1:])], brought, strict=True):
                await self.attachments.add(await self._written(each, kind, row_id, digest, note=note))

    async def keep_picture(
        self, brought: Brought, *, form_id: UUID, digest: bytes, kind: AttachmentKind
    ) -> Attachment | None:
        """The record's one picture of this kind; gives the one that gave way. Of two at once, the later is told so."""
        if await self._was_sent_before(form_id, digest):
            return None
        before = await self.remove_picture(kind)
        try:
            async with self.attachments.session.begin_nested():
                await self.attachments.add(await self._written(brought, kind, form_id, digest))
        except IntegrityError as error:
            if "uq_attachments_picture" not in str(error.orig):
                raise
            raise Conflict(_("Somebody else has just brought another picture. Open the page again and look.")) from None
        return before

    async def restore(self, attachment: Attachment) -> None:
        """Give a removed file back to its record; the picture that took its place gives way again."""
        if attachment.kind.is_picture and attachment.deleted_at is not None:
            await self.remove_picture(attachment.kind)
        attachment.deleted_at = attachment.deletion_id = attachment.deleted_by_id = None
        await self.attachments.session.flush()

    async def remove_picture(self, kind: AttachmentKind) -> Attachment | None:
        """Take the picture away, if there is one."""
        picture = await self.attachments.picture_of(self.entity_type, self.entity_id, kind)
        if picture is not None:
            remove(picture, by=self.by)
            await self.attachments.session.flush()
        return picture

    async def _was_sent_before(self, form_id: UUID, digest: bytes) -> bool:
        session = self.attachments.session
        refusal = _("This form has already brought other files. Open the page again and try once more.")
        here = (Attachment.school_id == self.attachments.school_id, Attachment.entity_id == self.entity_id)
        return await was_sent_before(session, form_id, digest, Attachment, *here, refusal=refusal)

    async def _written(
        self, brought: Brought, kind: AttachmentKind, row_id: UUID, digest: bytes, note: str | None = None
    ) -> Attachment:
        """The row of a file that is written already."""
        return Attachment(
            id=row_id,
            entity_type=self.entity_type,
            entity_id=self.entity_id,
            kind=kind,
            file=await self._file(brought.content, brought.content_type),
            thumbnail=await self._file(brought.thumbnail, WEBP) if brought.thumbnail else None,
            file_name=brought.name,
            content_type=brought.content_type,
            size=len(brought.content),
            sha256=brought.sha256,
            width=brought.width,
            height=brought.height,
            note=note,
            received_at=now(),
            uploaded_by_id=self.by,
            form_digest=digest,
        )

    async def _file(self, content: bytes, content_type: str) -> FileObject:
        path = new_path(self.attachments.school_id, self.entity_type, self.entity_id)
        return await self.storage.keep(self.attachments.session, path, content, content_type)


def remove(attachment: Attachment, *, by: UUID | None) -> None:
    """Take it from its record; row and file stay until the record goes for good."""
    attachment.deleted_at, attachment.deletion_id, attachment.deleted_by_id = now(), new_id(), by


def _drawn(upload: Upload, picture: pictures.Picture) -> Brought:
    name = f"{upload.name.rpartition('.')[0] or upload.name}.webp"
    return Brought(name, picture.content, picture.content_type, picture.thumbnail, picture.width, picture.height)
