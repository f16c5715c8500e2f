"""What was typed, as it is kept: the fields of a form with their values, sealed; no passwords and no files."""

import json
import zlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import FormMultiDict

from portal.db.sealing import Seal
from portal.web.minting import FIELD

Typed = list[tuple[str, str]]
#: the hidden field with the address of the page to which a draft of the form belongs
ADDRESS = "draft"
# What the portal itself puts into forms, and what is said of the form by the script that sends it while it is typed.
OWN_FIELDS = {FIELD, ADDRESS, "draft_of", "draft_sent_to"}
# Far more than the longest form; what is longer is no form of ours.
LONGEST = 200_000


def typed_in(sent: FormMultiDict) -> Typed:
    """What of a form that was sent is kept."""
    return [
        (name, value)
        for name, value in sent.multi_items()
        if isinstance(value, str) and name not in OWN_FIELDS and "password" not in name
    ]


def is_too_long(typed: Typed) -> bool:
    """Whether this is more than anybody types."""
    return sum(len(name) + len(value) for name, value in typed) > LONGEST


def as_sent(typed: Iterable[tuple[str, str]]) -> FormMultiDict:
    """The same as a request would bring it."""
    return FormMultiDict([(name, value) for name, value in typed])


def seal_of(request: Request[Any, Any, Any]) -> Seal:
    """The seal of the drafts."""
    return Seal(request.app.state.settings.secret_key, "drafts")


def sealed(seal: Seal, typed: Typed, user_id: UUID) -> bytes:
    """What was typed, for nobody but this user."""
    return seal.close(zlib.compress(json.dumps(typed).encode()), of=str(user_id))


def unsealed(seal: Seal, content: bytes, user_id: UUID) -> Typed:
    """What this user has typed; nothing when the portal's secret key is a new one."""
    opened = seal.open(content, of=str(user_id))
    return [(str(name), str(value)) for name, value in json.loads(zlib.decompress(opened))] if opened else []
