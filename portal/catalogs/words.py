"""What is kept as a code, in words: the filters that templates use."""

from collections.abc import Callable, Mapping
from typing import Any

from portal.catalogs.divipola import municipality_name
from portal.catalogs.people import initials, listed_name
from portal.catalogs.phones import dialled, spaced_phone


def document(person: Any) -> str:
    """A person's document as it is read aloud: ``TI 1.023.456.789``; nothing where there is none."""
    if not person.document_type or not person.document_number:
        return ""
    return f"{person.document_type.value} {dotted(person.document_number)}"


def dotted(number: str) -> str:
    """A number with its thousands apart, as Colombian documents print it; one with letters or zeros ahead as it is."""
    return f"{int(number):,}".replace(",", ".") if number.isdecimal() and not number.startswith("0") else number


def in_sentence(title: Any) -> str:
    """A title as it stands inside a sentence: ``health and support``; what is all capitals, such as SIMAT, stays so."""
    text = str(title)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


FILTERS: Mapping[str, Callable[..., str]] = {
    "document": document,
    "listed_name": listed_name,
    "in_sentence": in_sentence,
    "initials": initials,
    "municipality": municipality_name,
    "phone": spaced_phone,
    "dialled": dialled,
}
