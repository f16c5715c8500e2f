"""What is kept as a code, in words: the filters that templates use."""

from collections.abc import Callable, Mapping
from typing import Any

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


FILTERS: Mapping[str, Callable[..., str]] = {
    "document": document,
    "listed_name": listed_name,
    "initials": initials,
    "phone": spaced_phone,
    "dialled": dialled,
}
