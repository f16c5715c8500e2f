"""Reading what was typed, in a form or in an address: text, days, ids, the words of a search."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
# Who types another one has slipped; and at the ends of the calendar there is no day before or after to reckon with.
YEARS = range(1900, 2200)
# Controls, and the invisible signs that make a text read otherwise than it is stored; tab and line breaks are none.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")

MOST_WORDS = 8
# A document or a telephone typed with blanks, at its longest.
LONGEST_RUN = 11

URL_SIGNS = "/?#[]@!$&'()*+,;=%:~"
LONGEST_ADDRESS = 2000

_BETWEEN_WORDS = re.compile(r"[\s,;]+")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Colombia's own, which numbers are kept without.
_COUNTRY = re.compile(r"\+57[\s-]*(?=[0-9])")
_NUMBER = re.compile(r"[0-9][0-9.\-]*")


def clean(text: str) -> str:
    """Composed (NFC), with single spaces and none at the ends; everything else as typed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def parse_date(text: str) -> date | None:
    """The day that d/m/yyyy or an ISO date names, None when there is no such day in ``YEARS``."""
    for pattern in DATE_FORMATS:
        try:
            day = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        return day if day.year in YEARS else None
    return None


def local_path(address: Any) -> str:
    """The address if it is a path of this portal, else an empty string: no field of a form sends anybody elsewhere."""
    text = str(address or "")
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable()
    # A header holds no letters but ASCII's, and no page of ours has an address that long.
    return quote(text, safe=URL_SIGNS) if is_local and len(text) <= LONGEST_ADDRESS else ""


def parse_id(text: str | None) -> UUID | None:
    """The id that was sent, None when it is none."""
    try:
        return UUID((text or "").strip())
    except ValueError:
        return None


def typed_query(text: str | None, limit: int = 100) -> str:
    """What was typed into a search box, without what no record can hold and not longer than a search needs to be."""
    return clean(CONTROL.sub(" ", text or ""))[:limit]


def search_words(typed: str) -> tuple[str, ...]:
    """What whoever is sought must have, in any order. The digits of a number are one word, dots and blanks aside."""
    words: list[str] = []
    for word in _BETWEEN_WORDS.split(_COUNTRY.sub("", typed)):
        digits = word.replace(".", "").replace("-", "") if _NUMBER.fullmatch(word) else ""
        if digits and words and words[-1].isdecimal() and len(words[-1] + digits) <= LONGEST_RUN:
            words[-1] += digits
        elif word:
            words.append(digits or word)
    return tuple(words[:MOST_WORDS])


def parse_ids(texts: Iterable[str]) -> tuple[UUID, ...]:
    """Those of the texts that are ids as addresses have them, each once."""
    return tuple(UUID(text) for text in dict.fromkeys(texts) if _ID.fullmatch(text))
