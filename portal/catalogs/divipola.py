"""DANE's municipalities (DIVIPOLA): five digits, the first two of which are the department."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

from portal.catalogs.text import folded

_DATA = Path(__file__).parent / "data" / "divipola.csv"


class Municipality(NamedTuple):
    """A municipality, or one of the few areas that belong to none, such as Cacahual."""

    code: str
    name: str
    department_code: str
    department: str

    def __str__(self) -> str:
        """``Medellín, Antioquia``; Bogotá is its own department and is said once."""
        return self.name if self.name == self.department else f"{self.name}, {self.department}"


def municipality(code: str | None) -> Municipality | None:
    """The municipality of a five-digit code, or None."""
    return municipalities().get(code) if code else None


def municipality_name(code: str | None) -> str:
    """``Medellín, Antioquia`` for people; an unknown code is shown as it is, no code as nothing."""
    found = municipality(code)
    return str(found) if found else code or ""


def code_of(department: str, town: str) -> str | None:
    """The five-digit code from the pair of columns that SIMAT's files have: ``5`` and ``1`` give ``05001``.

    None when there is no such municipality. Some offices write the whole code in the second column.
    """
    whole = town.zfill(5) if len(town) > 3 else department.zfill(2) + town.zfill(3)
    return whole if whole in municipalities() else None


def search(words: str, limit: int = 10) -> list[Municipality]:
    """Municipalities whose name and department hold every word, accents and case ignored; best known first.

    A name that begins with what was typed comes before one that only holds it.
    """
    wanted = folded(words).split()
    if not wanted:
        return []
    found = [
        place for place, text in _search_texts() if all(f" {word}" in text for word in wanted) or place.code == words
    ]
    return sorted(found, key=lambda place: (not folded(place.name).startswith(wanted[0]), folded(place.name)))[:limit]


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality by its code, in the order of the codes."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {
            row["code"]: Municipality(row["code"], row["municipality"], row["department_code"], row["department"])
            for row in rows
        }


@cache
def _search_texts() -> list[tuple[Municipality, str]]:
    return [(place, f" {folded(place.name)} {folded(place.department)}") for place in municipalities().values()]
