"""How a Spanish name sounds, so that *Yeison Gómez* and *Jeisson Gomes* are found to be one person.

Latin American Spanish says several letters alike, and an office writes what it hears: b and v, c, s and z, ll and y, a
silent h, g and j before e and i, x and j, qu and k, double letters. At the beginning of a name j is also heard as y
(Jesica, Yésica). The database makes the same key by ``sound_key`` (migration 0018), where it stands in an index; a test
holds the two against each other.
"""

import re

from portal.catalogs.text import folded

# Between the parts of a name, which are kept apart: "gomes|angela|ruis|".
BORDER = "|"

# In this order; each works on what the one before has left.
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[^a-z|]+"), " "),
    (re.compile(r"\b(de|del|la|las|los|y)\b"), " "),
    (re.compile(r"ph"), "f"),
    (re.compile(r"[ck]s|x"), "j"),
    (re.compile(r"ch"), "x"),  # free now, and spares it the fate of the c and the h
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"g(?=[eiy])"), "j"),
    (re.compile(r"gu(?=[ei])"), "g"),
    (re.compile(r"qu(?=[ei])"), "k"),
    (re.compile(r"ll"), "y"),
    (re.compile(r"h"), ""),
)
_ONE_SOUND = str.maketrans("cqzvwy", "kksbbi")
_LAST_STEPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bj(?=[aeiou])"), "i"),
    (re.compile(r"n(?=[bp])"), "m"),
    (re.compile(r"([a-z ])\1+"), r"\1"),
    (re.compile(r" ?\| ?"), BORDER),
)


def sound_key(*parts: str | None) -> str:
    """The parts of a name as they sound, with a bar between them; parts that sound alike have equal keys."""
    key = folded(BORDER.join(part or "" for part in parts))
    for pattern, instead in _STEPS:
        key = pattern.sub(instead, key)
    key = key.translate(_ONE_SOUND)
    for pattern, instead in _LAST_STEPS:
        key = pattern.sub(instead, key)
    return key.strip(" ")
