"""Reading what was typed, in a form or in an address: text, days, ids, the words of a search."""

import re
import unicodedata
from datetime import date, datetime
from uuid import UUID

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
# Controls, and the invisible signs that make a text read otherwise than it is stored; tab and line breaks are none.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")


def clean(text: str) -> str:
    """Composed (NFC), with single spaces and none at the ends; everything else as typed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def parse_date(text: str) -> date | None:
    """The day that d/m/yyyy or an ISO date names, None when there is no such day."""
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def parse_id(text: str | None) -> UUID | None:
    """The id that was sent, None when it is none."""
    try:
        return UUID((text or "").strip())
    except ValueError:
        return None


def typed_query(text: str | None, limit: int = 100) -> str:
    """What was typed into a search box, without what no record can hold and not longer than a search needs to be."""
    return clean(CONTROL.sub(" ", text or ""))[:limit]
