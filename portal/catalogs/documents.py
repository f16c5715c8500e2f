"""Identity document numbers: how they are kept, and what shape each type has.

The shapes follow the Registraduría's and Migración Colombia's practice and are wide on purpose: an old registration
or a consulate's number must pass. What they catch is the number of another thing (a phone, a date, a name).
"""

import re
from datetime import date

from portal.catalogs.codes import ONE_NUMBER, DocumentType
from portal.catalogs.people import age_on
from portal.web.i18n import N_

LONGEST_NUMBER = 20
FIRST_TI, FIRST_CC = 7, 18

_SEPARATORS = re.compile(r"[\s.,\-_/']+")

# Type → what fits, and what to tell the person when it does not (English, translated when shown).
_SHAPES: dict[DocumentType, tuple[re.Pattern[str], str]] = {
    DocumentType.RC: (
        re.compile(r"[0-9A-Z]{0,3}[0-9]{6,11}"),
        N_("An RC number has 6 to 11 digits; old ones begin with letters. Check it against the document."),
    ),
    DocumentType.TI: (
        re.compile(r"[0-9]{10,11}"),
        N_("A TI number has 10 or 11 digits. Check it against the document."),
    ),
    DocumentType.CC: (re.compile(r"[0-9]{3,10}"), N_("A CC number has 3 to 10 digits. Check it against the document.")),
    DocumentType.CE: (
        re.compile(r"[0-9A-Z]{3,12}"),
        N_("A CE number has 3 to 12 letters or digits. Check it against the document."),
    ),
    DocumentType.PPT: (
        re.compile(r"[0-9]{5,10}"),
        N_("A PPT number has 5 to 10 digits. Check it against the document."),
    ),
    DocumentType.PEP: (
        re.compile(r"[0-9]{6,15}"),
        N_("A PEP number has 6 to 15 digits. Check it against the document."),
    ),
    DocumentType.NIP: (
        re.compile(r"[0-9A-Z]{4,15}"),
        N_("A NIP has 4 to 15 letters or digits. Check it against the document."),
    ),
    DocumentType.NUIP: (
        re.compile(r"[0-9A-Z]{6,15}"),
        N_("A NUIP has 6 to 15 letters or digits. Check it against the document."),
    ),
}
_OTHER_SHAPE = (
    re.compile(rf"[0-9A-Z]{{3,{LONGEST_NUMBER}}}"),
    N_("The number has 3 to 20 letters or digits. Check it against the document."),
)


def normalised_number(text: str) -> str:
    """A number as it is kept: capitals, without dots, blanks or hyphens. ``1.011.674.186`` → ``1011674186``."""
    return _SEPARATORS.sub("", text).upper()


def shape_problem(document_type: DocumentType, number: str) -> str | None:
    """What is wrong with the shape of a normalised number, as an English message to translate; None when it fits."""
    shape, message = _SHAPES.get(document_type, _OTHER_SHAPE)
    return None if shape.fullmatch(number) and number.strip("0") else message


def fits_age(document_type: DocumentType, born: date, day: date) -> bool:
    """Whether people born then usually have this type of document on that day.

    A registration gives way to a TI at 7, and that to a CC at 18 (Registraduría). Renewing takes its time, and whose
    birthday comes later in the year may be early: a misfit is worth a look, and no error.
    """
    oldest_this_year = age_on(born, date(day.year, 12, 31))
    match document_type:
        case DocumentType.RC:
            return age_on(born, day) <= FIRST_TI
        case DocumentType.TI:
            return oldest_this_year >= FIRST_TI
        case DocumentType.CC:
            return oldest_this_year >= FIRST_CC
        case _:
            return True


def same_document_key(document_type: DocumentType, number: str) -> tuple[str, str]:
    """Equal for the documents of one person: a child's RC becomes TI becomes CC under the same number."""
    return ("" if document_type in ONE_NUMBER else document_type.value, number)
