"""Where the words of a search stand in a text, so that people see why something was found."""

from collections.abc import Sequence
from functools import lru_cache

from markupsafe import Markup, escape

from portal.catalogs.text import folded

DOTS_AND_BLANKS = " .-()+"


def marked(text: str, words: Sequence[str], between: str = "") -> str:
    """The text with each word in ``<mark>``, accents and case aside; signs of ``between`` may stand inside a word.

    ``marked("Núñez", ["nun"])`` → ``<mark>Núñ</mark>ez``; a text without any of the words is given back as it is.
    """
    spans = _spans(text, words, between) if words else []
    if not spans:
        return text
    parts, end = [], 0
    for start, stop in spans:
        parts += [escape(text[end:start]), Markup("<mark>"), escape(text[start:stop]), Markup("</mark>")]
        end = stop
    return Markup("").join([*parts, escape(text[end:])])


def _spans(text: str, words: Sequence[str], between: str) -> list[tuple[int, int]]:
    """Begin and end of each match, in order and without overlaps."""
    letters = [_folded(sign) for sign in text]
    places: Sequence[int] = range(len(text))
    if between:
        places = [place for place in places if text[place] not in between]
        letters = [letters[place] for place in places]
    plain = "".join(letters)
    if len(plain) != len(places):  # a sign that folds to several letters, or to none
        places = [place for place, each in zip(places, letters, strict=True) for _letter in each]
    found = sorted(
        (places[at], places[at + len(word) - 1] + 1)
        for word in map(_folded, words)
        if word and (at := plain.find(word)) >= 0
    )
    return [span for number, span in enumerate(found) if not number or span[0] >= max(end for _, end in found[:number])]


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    """A sign, or a word that was searched. What folds to nothing stays."""
    return folded(text) or text
