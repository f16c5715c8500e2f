"""Sending files to people: papers to be kept, pictures to be seen. They leave piece by piece, after the transaction."""

from typing import Any
from urllib.parse import quote

import structlog
from advanced_alchemy.types import FileObject
from litestar import Request
from litestar.response import Stream

from portal.attachments.models import Attachment
from portal.attachments.storage import Storage
from portal.web.errors import NotFound
from portal.web.i18n import _
from portal.web.security import request_id

# A picture's address has its id, and its content never changes; only the person's own browser may keep it.
FOREVER = "private, max-age=31536000, immutable"
NEVER = "private, no-store"

log = structlog.get_logger("portal.storage")


async def as_download(request: Request[Any, Any, Any], storage: Storage, attachment: Attachment) -> Stream:
    """The file, to be kept by whoever asked, under the name that it was brought with."""
    headers = {
        "Content-Disposition": disposition(attachment.file_name),
        "Content-Length": str(attachment.size),
        "Cache-Control": NEVER,
    }
    return await _sent(request, storage, attachment.file, attachment.content_type, headers)


async def as_picture(
    request: Request[Any, Any, Any], storage: Storage, attachment: Attachment, file: FileObject | None
) -> Stream:
    """The picture or its thumbnail, to be shown in a page; 404 for what has none."""
    if file is None or not attachment.content_type.startswith("image/"):
        raise NotFound
    headers = {"Content-Disposition": "inline", "Cache-Control": FOREVER if attachment.kind.is_picture else NEVER}
    return await _sent(request, storage, file, file.content_type, headers)


def disposition(name: str) -> str:
    """The header of RFC 6266: the name in ASCII for old readers, and as it is for all others (RFC 8187)."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in " ._-()") else "_" for sign in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _sent(
    request: Request[Any, Any, Any], storage: Storage, file: FileObject, content_type: str, headers: dict[str, str]
) -> Stream:
    try:
        chunks = await storage.chunks(file.path)
    except FileNotFoundError:
        log.warning("missing", request_id=request_id(request.scope), path=file.path)
        raise NotFound(_("The file is no longer in the storage. Tell whoever looks after the portal.")) from None
    return Stream(chunks, media_type=content_type, headers=headers)
