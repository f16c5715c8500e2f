"""Every form that is posted carries a key of its own, minted with the page and good for one person only.

By it a form that is sent twice is known (``portal/web/sent_forms.py``), and a form that arrives after its author's
session has ended finds its author again. The keys are put in while templates are compiled: no template can forget one.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

from portal.db.base import new_id

FIELD = "once"
MAC_LENGTH = 22
KEY = re.compile(rf"([0-9a-f]{{32}})\.([\w-]{{{MAC_LENGTH}}})\.(\d{{1,4}})")
# The start tag of a posted form; quotes pair up, also those of an expression inside an attribute.
POSTED_FORM = re.compile(r"""<form\b(?:[^>"']|"[^"]*"|'[^']*')*?\bmethod="post"(?:[^>"']|"[^"]*"|'[^']*')*>""")


@dataclass
class _Mint:
    """What mints the keys of one answer: they differ in their last part only, which compresses to nearly nothing."""

    secret: bytes
    author: UUID

    def __post_init__(self) -> None:
        self.minted = new_id()
        self.begun = f"{self.minted.hex}.{_mac(self.secret, self.minted, self.author)}"
        self.numbers = count(1)


_mint: ContextVar[_Mint | None] = ContextVar("mint", default=None)


def mint_for(author: UUID | None, secret_key: str) -> None:
    """From here on the forms of this answer are this person's; nobody's carry no key."""
    _mint.set(_Mint(secret_key.encode(), author) if author else None)


def key_field() -> Markup:
    """The hidden field with a new key."""
    mint = _mint.get()
    if mint is None:
        return Markup()
    key = f"{mint.begun}.{next(mint.numbers)}"
    return Markup(f'<input type="hidden" name="{FIELD}" value="{key}">')  # noqa: S704 - letters and digits of our own


def key_of(sent: Any, author: UUID, secret_key: str, address: str) -> UUID | None:
    """The key with which a form was ``sent`` to this address; None without one that was minted for its ``author``."""
    found = KEY.fullmatch(str(sent.get(FIELD, "")))
    if found is None:
        return None
    minted = UUID(found[1])
    is_theirs = hmac.compare_digest(found[2], _mac(secret_key.encode(), minted, author))
    return uuid5(minted, f"{found[3]} {address}") if is_theirs else None


def put_keys_into_forms(environment: Environment) -> None:
    """Let every template of this environment carry keys in its forms."""
    environment.globals["key_field"] = key_field
    environment.add_extension(_KeysInForms)


class _KeysInForms(Extension):
    """Puts the key into every posted form of every template."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template with ``{{ key_field() }}`` behind each start tag."""
        return POSTED_FORM.sub(lambda tag: f"{tag[0]}{{{{ key_field() }}}}", source)


def _mac(secret: bytes, minted: UUID, author: UUID) -> str:
    digest = hmac.digest(secret, b"form" + minted.bytes + author.bytes, sha256)
    return urlsafe_b64encode(digest).decode()[:MAC_LENGTH]
