"""SIMAT's own code lists, by year, and how its codes become the portal's.

The lists are data (``data/simat.json``): a year or an education office may change them, and a code once stored must
keep the label of its year. Disability codes, for one, were recoded in 2022.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal.catalogs.codes import DocumentType, Shift, Zone

_DATA = Path(__file__).parent / "data" / "simat.json"

DOCUMENT_TYPES: Mapping[str, DocumentType] = {
    "1": DocumentType.CC,
    "2": DocumentType.TI,
    "3": DocumentType.CE,
    "5": DocumentType.RC,
    "6": DocumentType.NIP,
    "7": DocumentType.NUIP,
    "8": DocumentType.NES,
    "9": DocumentType.CAB,
    "10": DocumentType.PEP,
    "11": DocumentType.VISA,
    "12": DocumentType.TMF,
    "13": DocumentType.PPT,
}
SHIFTS: Mapping[str, Shift] = {
    "1": Shift.FULL,
    "2": Shift.MORNING,
    "3": Shift.AFTERNOON,
    "4": Shift.EVENING,
    "5": Shift.WEEKEND,
    "6": Shift.SINGLE,
}
ZONES: Mapping[str, Zone] = {"1": Zone.URBAN, "2": Zone.RURAL}

# ISO 3166 numeric, as PAIS_ORIGEN has it.
COLOMBIA = "170"


@dataclass(frozen=True)
class CodeList:
    """One list of codes as it stood in one year: code → SIMAT's label, in Spanish as the Ministry writes it."""

    name: str
    values: Mapping[str, str]
    spellings: Mapping[str, str]
    #: also the codes that lists of other years had, each in the words of the last one
    of_any_year: Mapping[str, str]

    def code(self, text: str) -> str | None:
        """The code as the list spells it, or None. ``1``, ``01`` and a spreadsheet's ``1.0`` are the same code."""
        return self.spellings.get(text) or self.spellings.get(_bare(text))

    def label(self, code: str) -> str:
        """SIMAT's words for a code, those of another year where this year's list has lost it; else the code itself."""
        return self.values.get(code) or self.of_any_year.get(code, code)


@cache
def code_list(name: str, year: int) -> CodeList:
    """The list of that name (``ethnicity``, ``disability`` …) for a year. Raises KeyError for an unknown name."""
    editions = _lists()[name]["editions"]
    of_any_year = {code: words for edition in editions for code, words in edition["values"].items()}
    for edition in editions:
        if edition.get("since", 0) <= year <= edition.get("until", 9999):
            values: dict[str, str] = edition["values"]
            spellings = {_bare(code): code for code in values} | {code: code for code in values}
            return CodeList(name, values, spellings, of_any_year)
    raise KeyError(f"{name} has no edition for {year}")


@cache
def _lists() -> dict[str, dict[str, Any]]:
    lists: dict[str, dict[str, Any]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return lists


def _bare(code: str) -> str:
    digits = code.removesuffix(".0")
    return str(int(digits)) if digits.isascii() and digits.isdigit() else code.upper()
