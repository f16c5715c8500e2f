"""Passwords: Argon2id, in a thread and a few at a time, since each takes its time and its memory by design."""

import asyncio
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

AT_ONCE = 2
# Length is what makes a password hard to guess (NIST SP 800-63B, 3.1.1.2); rules about signs only annoy.
SHORTEST = 12
LONGEST = 200
_hasher = PasswordHash((Argon2Hasher(),))


async def hash_password(password: str) -> str:
    """The hash to keep."""
    async with _turn():
        return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, kept: str | None) -> bool:
    """Whether the password fits. Without a kept hash (nobody, or no password) it takes as long and says no."""
    async with _turn():
        fits = await asyncio.to_thread(_hasher.verify, password, kept or _nobodys())
        return fits and kept is not None


@cache
def _nobodys() -> str:
    return _hasher.hash("a password that nobody has")


_turns: dict[int, asyncio.Semaphore] = {}


def _turn() -> asyncio.Semaphore:
    """One semaphore an event loop: tests have several."""
    return _turns.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(AT_ONCE))
