"""Once is once: a form that is sent again (a double click, a reload, a retry) gets the answer that it got before.

The first sending claims the form's key with a row, in the transaction of its effect; others of the same key wait for
that transaction in the database. When it succeeds, its answer is kept in the row, sealed, for a day; when it does not,
the row goes, and the corrected form may be sent with the same key. Forms without a key, such as those of scripts, are
taken as they come.
"""

import hashlib
import hmac
import json
import zlib
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile
from sqlalchemy import ForeignKey, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from portal.db.base import Base, now
from portal.db.plugin import session_of
from portal.db.sealing import Seal, derived_key
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.minting import FIELD, key_of
from portal.web.pages import NOTICE_COOKIE, notice_cookie
from portal.web.security import SAFE_METHODS

KEPT_FOR = timedelta(days=1)
PIECE = 64 * 1024


class SentForm(Base):
    """A form that was sent: whose, what it said, and how it was answered. Nobody else's are seen by anybody."""

    __tablename__ = "sent_forms"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[bytes]
    answer: Mapped[bytes | None] = mapped_column(doc="Sealed; empty only while the first sending is under way.")
    sent_at: Mapped[datetime] = mapped_column(server_default=text("now()"), index=True)


@dataclass(frozen=True)
class Sending:
    """A form on its way: whose row in the table is its."""

    session: AsyncSession
    seal: Seal
    #: without it nobody who has the table alone finds out a telephone by trying all there are
    digest_key: bytes
    user_id: UUID
    #: None for a form without one
    key: UUID | None
    #: an undoing: what was sent before it may be meant anew, and is no longer answered from here
    undoes: bool


_sending: ContextVar[Sending | None] = ContextVar("sending", default=None)


async def answered_before(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """The answer that this form got when it was sent first; None for the first sending, which is answered now.

    With other content under the same key nobody is told "saved" of what is not: a form that carries the version of its
    record is held against the record by its handler, which can show both; any other raises Conflict.
    """
    _sending.set(None)
    sending = await _sending_of(request)
    if sending is None:
        return None
    digest = await _digest(request, sending.digest_key)
    if sending.key is None or await _claim(sending, digest):
        _sending.set(sending)
        return None
    row = SentForm.user_id == sending.user_id, SentForm.key == sending.key
    kept = (await sending.session.execute(select(SentForm.digest, SentForm.answer).where(*row))).one_or_none()
    if kept is None or (kept.digest != digest and "version" in await request.form()):
        return None
    if kept.digest != digest:
        raise Conflict(_("This form was sent before, with other content. Open its page again to see what is saved."))
    return _opened(request, sending, kept.answer)


async def keep_answer(response: Any) -> Any:
    """Keep a success for the next sendings of the form, in the transaction of its effect; then answer with it."""
    sending = _sending.get()
    if sending is not None:
        _sending.set(None)
        kept = _sealed(sending, response)
        mine = SentForm.user_id == sending.user_id
        if kept and sending.undoes:
            await sending.session.execute(delete(SentForm).where(mine, SentForm.key.is_distinct_from(sending.key)))
        if sending.key:
            row = mine, SentForm.key == sending.key
            await sending.session.execute(
                update(SentForm).where(*row).values(answer=kept) if kept else delete(SentForm).where(*row)
            )
    return response


async def forget_old_ones(session: AsyncSession) -> int:
    """Remove what nobody will send again, of people who have not come back; gives how many that were."""
    removed: Any = await session.execute(delete(SentForm).where(SentForm.sent_at < now() - KEPT_FOR))
    return int(removed.rowcount)


async def _sending_of(request: Request[Any, Any, Any]) -> Sending | None:
    access, how = request.scope["state"].get("access"), request.route_handler.opt
    # Some are posted only because what is typed does not belong into an address: asked again, they look again.
    if access is None or not how.get("writes", str(request.method) not in SAFE_METHODS):
        return None
    secret_key = request.app.state.settings.secret_key
    key = key_of(await request.form(), access.user_id, secret_key, request.url.path)
    undoes = bool(how.get("undoes"))
    if key is None and not undoes:
        return None
    seal, digest_key = Seal(secret_key, "sent forms"), derived_key(secret_key, "what forms said")
    return Sending(session_of(request), seal, digest_key, access.user_id, key, undoes)


async def _claim(sending: Sending, digest: bytes) -> bool:
    """Whether this is the first sending. Waits for another one that is under way; in passing the old ones go."""
    old = delete(SentForm).where(SentForm.user_id == sending.user_id, SentForm.sent_at < now() - KEPT_FOR)
    claim = insert(SentForm).values(user_id=sending.user_id, key=sending.key, digest=digest, sent_at=now())
    claimed = claim.on_conflict_do_nothing().returning(SentForm.key).add_cte(old.cte("old"))
    return await sending.session.scalar(claimed) is not None


async def _digest(request: Request[Any, Any, Any], key: bytes) -> bytes:
    """A fingerprint of what was sent. Of its fields, not of its bytes: a browser draws a new boundary each time."""
    said = hmac.new(key, request.url.query.encode(), hashlib.sha256)
    for name, value in (await request.form()).multi_items():
        if name != FIELD:
            content = await _digest_of_file(value) if isinstance(value, UploadFile) else str(value)
            said.update(f"\x1e{name}\x1f{content}".encode())
    return said.digest()


async def _digest_of_file(file: UploadFile) -> str:
    """In pieces: a large file is not held in memory."""
    said = hashlib.sha256(file.filename.encode())
    while piece := await file.read(PIECE):
        said.update(piece)
    await file.seek(0)
    return said.hexdigest()


def _sealed(sending: Sending, response: Any) -> bytes | None:
    """The answer as it is kept; None for one that is no success, or no page."""
    if (
        not isinstance(response, Response)
        or not isinstance(response.content, str)
        or (response.status_code or 0) >= 400
    ):
        return None
    content = {
        "content": response.content,
        "status_code": response.status_code,
        "media_type": getattr(response.media_type, "value", response.media_type),
        "headers": dict(response.headers),
        "notice": next((each.value for each in response.cookies if each.key == NOTICE_COOKIE and each.value), None),
    }
    return sending.seal.close(zlib.compress(json.dumps(content).encode()), of=str(sending.user_id))


def _opened(request: Request[Any, Any, Any], sending: Sending, sealed: bytes | None) -> Response[Any]:
    content = sending.seal.open(sealed, of=str(sending.user_id)) if sealed else None
    if content is None:  # the portal's secret key is a new one
        raise Conflict
    kept = json.loads(zlib.decompress(content))
    response: Response[Any] = Response(
        kept["content"], status_code=kept["status_code"], media_type=kept["media_type"], headers=kept["headers"]
    )
    if kept["notice"]:
        response.set_cookie(notice_cookie(request, kept["notice"]))
    return response
