"""A person as far as they are known: typed by somebody, named by a file, or kept in a record."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Self

from portal.catalogs.codes import DocumentType
from portal.catalogs.documents import normalised_number
from portal.catalogs.phones import normalised_phone
from portal.catalogs.sounds import BORDER, sound_key
from portal.catalogs.text import folded
from portal.web.reading import CONTROL

LONGEST_TEXT = 254
NAME_PARTS = ("first_surname", "first_name", "second_surname", "middle_names")


@dataclass(frozen=True)
class Described:
    """What two descriptions of a person are compared by. Students have no second phone, guardians no birth date."""

    document_type: DocumentType | None = None
    document_number: str | None = None
    first_surname: str | None = None
    second_surname: str | None = None
    first_name: str | None = None
    middle_names: str | None = None
    birth_date: date | None = None
    per_id: str | None = None
    phone: str | None = None
    phone_2: str | None = None
    email: str | None = None

    @classmethod
    def by(cls, form: Any) -> Self:
        """As a form has them, judged or not: what no record can hold is left out."""
        typed = {name: _if_possible(getattr(form, name).data) for name in cls.__dataclass_fields__ if name in form}
        number = typed.get("document_number")
        return cls(**typed | {"document_number": normalised_number(number) if number else None})

    @classmethod
    def of(cls, row: Any) -> Self:
        """As a record or a row of a file has them."""
        return cls(**{name: getattr(row, name) for name in cls.__dataclass_fields__ if hasattr(row, name)})

    @cached_property
    def heard(self) -> dict[str, str]:
        """Each part of the name as it sounds; empty where it is not known."""
        parts = sound_key(*(getattr(self, name) for name in NAME_PARTS)).split(BORDER)
        return dict(zip(NAME_PARTS, (part.strip() for part in parts), strict=True))

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Every word of the name as it sounds, in whatever part it stands."""
        return frozenset(word for part in self.heard.values() for word in part.split())

    @cached_property
    def words(self) -> list[str]:
        """Every word of the name, without accents, in alphabetical order."""
        return sorted(folded(" ".join(filter(None, (getattr(self, name) for name in NAME_PARTS)))).split())

    @property
    def phones(self) -> frozenset[str]:
        """The telephones, as the forms keep them."""
        return frozenset(normalised_phone(phone) for phone in (self.phone, self.phone_2) if phone)


def _if_possible(value: Any) -> Any:
    """The value, unless it is a text that is too long for any column or that PostgreSQL cannot read."""
    return None if isinstance(value, str) and (len(value) > LONGEST_TEXT or CONTROL.search(value)) else value
