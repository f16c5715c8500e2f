"""From the text of one cell to a value: each reader takes text that is not empty and raises CellProblem."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from portal.catalogs import simat
from portal.catalogs.codes import Gender, Grade
from portal.catalogs.documents import normalised_number
from portal.interchange.problems import Severity
from portal.interchange.simat.names import is_a_name, proper_case, tidy
from portal.web.i18n import N_

Reader = Callable[[str], Any]

_DATE = re.compile(
    r"(?:(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-](?P<y>\d{4})|(?P<Y>\d{4})-(?P<M>\d{1,2})-(?P<D>\d{1,2}))"
    r"(?:[ T]0{1,2}(?::00){1,2}(?:\.0+)?)?",  # some offices export midnight with the day
    re.ASCII,
)
_GROUP = re.compile(r"[0-9A-Z](?:[0-9A-Z .°º_-]{0,18}[0-9A-Z])?")
_SISBEN = re.compile(r"A[1-5]|B[1-7]|C(?:[1-9]|1[0-8])|D(?:[1-9]|1\d|2[01])")
_ANSWERS = {"S": "S", "SI": "S", "SÍ": "S", "N": "N", "NO": "N"}


class CellProblem(Exception):
    """The text of a cell cannot be taken as it stands."""

    def __init__(self, reason: str, severity: Severity = Severity.WRONG, **details: str | int) -> None:
        """``reason`` is marked with ``N_``."""
        super().__init__(reason)
        self.reason = reason
        self.severity = severity
        self.details = details


def coded(name: str, year: int, *, into: Callable[[str], Any] = str, doubtful: bool = False) -> Reader:
    """A code of one of SIMAT's lists, turned ``into`` the portal's form.

    ``doubtful`` lists are known to be incomplete here: an unknown code is left out with a warning.
    """
    codes = simat.code_list(name, year)
    values = {spelling: into(code) for spelling, code in codes.spellings.items()}
    known = ", ".join(codes.values) if len(codes.values) <= 20 else ""

    def read(text: str) -> Any:
        value = values.get(text)
        if value is None:
            code = codes.code(text)
            value = values[code] if code is not None else _unknown_code(known, year, doubtful=doubtful)
        return value

    return read


def _unknown_code(known: str, year: int, *, doubtful: bool) -> NoReturn:
    if doubtful:
        raise CellProblem(N_("This code is not in the list; it is left out."), Severity.WARNING)
    if known:
        raise CellProblem(N_("SIMAT has no such code in %(year)s. Use one of %(codes)s."), year=year, codes=known)
    raise CellProblem(N_("SIMAT has no such code in %(year)s. Check it in SIMAT's list."), year=year)


def grade(text: str) -> Grade:
    """GRADO; 12 and 13 are closed since 2023."""
    try:
        return Grade(int(text.removesuffix(".0")))
    except ValueError:
        raise CellProblem(N_("SIMAT has no such grade. Use a code from -2 to 11, 21 to 26, 41 to 45, or 99.")) from None


def gender(text: str) -> Gender:
    """GENERO: F or M; some offices write the word."""
    try:
        return Gender(text.upper()[:1] if text.upper() in ("FEMENINO", "MASCULINO") else text.upper())
    except ValueError:
        raise CellProblem(N_("Write F or M.")) from None


def day(text: str) -> date:
    """25/10/2021, 25-10-2021 or 2021-10-25."""
    found = _DATE.fullmatch(text)
    if not found:
        raise CellProblem(N_("This is not a date. Write it as day/month/year, 25/10/2015."))
    year, month, number = found["y"] or found["Y"], found["m"] or found["M"], found["d"] or found["D"]
    try:
        value = date(int(year), int(month), int(number))
    except ValueError:
        raise CellProblem(N_("This date does not exist. Write the one on the document.")) from None
    if value.year < 1900:
        raise CellProblem(N_("This date is too long ago. Write the one on the document."))
    return value


def document_number(text: str) -> str:
    """As it is kept: without dots, blanks and hyphens. Its shape depends on its type: ``checks``."""
    return normalised_number(text)


def name(longest: int) -> Reader:
    """A name or surname, in the case that people write."""

    def read(text: str) -> str:
        tidied = tidy(text)
        if len(tidied) > longest:
            raise CellProblem(
                N_("%(length)s letters are too many; at most %(longest)s fit."), length=len(tidied), longest=longest
            )
        if not is_a_name(tidied):
            raise CellProblem(N_("A name has letters only. Remove digits and other signs."))
        return proper_case(tidied)

    return read


def text_of(longest: int) -> Reader:
    """Free text, as typed."""

    def read(text: str) -> str:
        tidied = " ".join(text.split())
        if len(tidied) > longest:
            raise CellProblem(
                N_("%(length)s characters are too many; at most %(longest)s fit."), length=len(tidied), longest=longest
            )
        return tidied

    return read


def phone(text: str) -> str:
    """7 to 15 digits; office files hold fillers such as 0 or 9999, which are left out."""
    digits = re.sub(r"[\s().+-]", "", text)
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15 and digits.strip(digits[0])):
        raise CellProblem(N_("This is no telephone number of 7 to 15 digits; it is left out."), Severity.WARNING)
    return digits


def group_code(text: str) -> str:
    """GRUPO, which is text: 0101 keeps its zero."""
    code = " ".join(text.upper().split())
    if not _GROUP.fullmatch(code):
        raise CellProblem(N_("A group code has up to 20 letters, digits or hyphens, such as 0101 or A."))
    return code


def campus_code(text: str) -> str:
    """CONS_SEDE: the school's 12 digits and two more."""
    if not (len(text) == 14 and text.isascii() and text.isdigit()):
        raise CellProblem(N_("A campus code (CONS_SEDE) has 14 digits: the school's 12 and two more."))
    return text


def person_id(text: str) -> str:
    """PER_ID: SIMAT's own number of the person."""
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise CellProblem(N_("PER_ID has digits only. Leave it as SIMAT gave it."))
    return text


def country(text: str) -> str:
    """PAIS_ORIGEN: ISO 3166 numeric; 996 is "not specified"."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise CellProblem(N_("A country is three digits, such as 170 for Colombia or 862 for Venezuela."))
    return text.zfill(3)


def stratum(text: str) -> int:
    """ESTRATO, 0 to 6. Raw files have 9 for "none", which the ministry recodes to 0."""
    if text not in ("0", "1", "2", "3", "4", "5", "6", "9"):
        raise CellProblem(N_("The stratum goes from 0 to 6."))
    return int(text) if text != "9" else 0


def sisben(text: str) -> str:
    """SISBEN IV group. The scores of SISBEN III, in older files, say nothing about it."""
    value = " ".join(text.upper().split())
    if value == "NO APLICA" or _SISBEN.fullmatch(value):
        return value
    if value.replace(",", ".").replace(".", "", 1).isdigit():
        raise CellProblem(N_("This is a score of the old SISBEN; it is left out."), Severity.WARNING)
    raise CellProblem(N_("SISBEN IV goes from A1 to A5, B1 to B7, C1 to C18, D1 to D21, or says NO APLICA."))


def yes_or_no(text: str) -> str:
    """S or N."""
    answer = _ANSWERS.get(text.upper())
    if answer is None:
        raise CellProblem(N_("Write S or N."))
    return answer
