"""What is kept so that only the portal can read it: whoever gets hold of the database alone sees noise."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32


class Seal:
    """AES-256-GCM under a key that is derived from PORTAL_SECRET_KEY, another one for each purpose."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        """A seal for this ``purpose``: what another one closed it does not open."""
        self._cipher = AESGCM(derived_key(secret_key, purpose))

    def close(self, content: bytes, *, of: str) -> bytes:
        """The content, unreadable; ``of`` is whose it is, and it opens for no other."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, of.encode())

    def open(self, sealed: bytes, *, of: str) -> bytes | None:
        """What was closed; None when it belongs to another, was changed, or the secret key is a new one."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], of.encode())
        except (InvalidTag, ValueError):
            return None


def derived_key(secret_key: str, purpose: str) -> bytes:
    """A key of its own for this ``purpose``, from which nobody finds the others."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"athena-portal {purpose}".encode()).derive(secret_key.encode())
