"""SIMAT writes every name in capitals; people do not."""

import re
from functools import lru_cache

# Spanish and Portuguese particles stay small inside a name: "De la Hoz", "Del Río", "Ortega y Gasset".
_PARTICLES = frozenset({"de", "del", "la", "las", "lo", "los", "y", "e", "i", "da", "das", "do", "dos", "van", "von"})
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHES = str.maketrans({"`": "'", "´": "'", "’": "'", "‘": "'"})
_LETTERS = re.compile(r"[^\W\d_]+(?:[ '.-]+[^\W\d_]+)*[.']?")


@lru_cache(maxsize=10_000)  # a school has few names, each many times
def proper_case(text: str) -> str:
    """``DE LA HOZ`` → ``De la Hoz``, ``D'ANDRÉIS`` → ``D'Andréis``, ``ÑUSTA`` → ``Ñusta``.

    A name that is not all capitals (or all small) was typed by somebody who meant it, and stays.
    """
    if not (text.isupper() or text.islower()):
        return text
    cased = [_cased(word, first=place == 0) for place, word in enumerate(text.lower().split(" "))]
    return " ".join(cased)


def tidy(text: str) -> str:
    """One blank between words, one kind of apostrophe."""
    return " ".join(text.split()).translate(_APOSTROPHES)


def is_a_name(text: str) -> bool:
    """Letters of any language, with blanks, hyphens, apostrophes and full stops between them."""
    return bool(_LETTERS.fullmatch(text))


def _cased(word: str, *, first: bool) -> str:
    if word in _PARTICLES and not first:
        return word
    return _WORD.sub(lambda match: match[0].capitalize(), word)
