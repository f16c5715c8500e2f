"""Which of a school's pupils a row is about, and what of it belonged to a record that was made one with theirs."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from portal.catalogs.documents import same_document_key
from portal.catalogs.words import document
from portal.interchange.problems import Problem, Severity
from portal.interchange.simat.record import SimatStudent
from portal.interchange.simat.records import Records
from portal.web.i18n import N_

DOCUMENT = ("document_type", "document_number", "document_municipality_code")
_TWO_PUPILS = N_("The PER_ID is %(person)s's, and the document is %(other)s's. Correct one of the two.")
_MERGED = N_(
    "It belonged to a record that was made one with %(person)s (%(document)s), who keeps what was chosen then. Correct "
    "the record or the register if that is wrong; the rest of the row is taken."
)


class Pupils:
    """Finds a school's pupil: by PER_ID, else by the number of the document; the living before the deleted."""

    def __init__(self, records: Records) -> None:
        """Index the school's pupils."""
        self._by_person: Mapping[bool, dict[str, Row[Any]]] = {True: {}, False: {}}
        self._by_document: Mapping[bool, dict[tuple[str, str], Row[Any]]] = {True: {}, False: {}}
        by_id = {kept.id: kept for kept in records.students}
        # Who was made one with another is found as that other, behind those who have the number themselves.
        for kept in sorted(records.students, key=lambda kept: kept.merged_into_id is not None):
            person = _survivor(kept, by_id)
            living = person.deleted_at is None
            if kept.per_id:
                self._by_person[living].setdefault(kept.per_id, person)
            self._by_document[living].setdefault(_document_key(kept), person)

    def find(self, student: SimatStudent) -> tuple[Row[Any] | None, Problem | None]:
        """The pupil, if known here; or why the row cannot be about one."""
        for living in (True, False):
            by_person = self._by_person[living].get(student.per_id) if student.per_id else None
            by_document = self._by_document[living].get(student.document_key)
            if living and by_person is not None and by_document is not None and by_person.id != by_document.id:
                names = {"person": _name(by_person), "other": _name(by_document)}
                return None, Problem(student.line, "PER_ID", student.per_id or "", _TWO_PUPILS, names)
            if by_person is not None or by_document is not None:
                return by_person if by_person is not None else by_document, None
        return None, None

    def of_one(self, student: SimatStudent, kept: Row[Any]) -> tuple[SimatStudent, list[Problem]]:
        """The row with the pupil's own document and PER_ID in the place of a merged record's, and what to tell of it.

        Somebody has chosen which of the two stays: a file does not choose again.
        """
        own: dict[str, Any] = {}
        told = []
        living = kept.deleted_at is None
        if (
            _is(kept, self._by_document[living].get(student.document_key))
            and _document_key(kept) != student.document_key
        ):
            own |= {name: getattr(kept, name) for name in DOCUMENT}
            told.append(_belonged(student, "NRO_DOCUMENTO", student.document_number, kept))
        by_person = self._by_person[living].get(student.per_id) if student.per_id else None
        if _is(kept, by_person) and kept.per_id not in (None, student.per_id):
            own["per_id"] = kept.per_id
            told.append(_belonged(student, "PER_ID", student.per_id or "", kept))
        return (replace(student, **own) if own else student), told


def _is(kept: Row[Any], found: Row[Any] | None) -> bool:
    return found is not None and found.id == kept.id


def _document_key(kept: Row[Any]) -> tuple[str, str]:
    return same_document_key(kept.document_type, kept.document_number)


def _belonged(student: SimatStudent, column: str, value: str, kept: Row[Any]) -> Problem:
    details = {"person": _name(kept), "document": document(kept), "student_id": str(kept.id)}
    return Problem(student.line, column, value, _MERGED, details, severity=Severity.WARNING)


def _survivor(kept: Row[Any], by_id: Mapping[Any, Row[Any]]) -> Row[Any]:
    """The record that took this one's place, or itself."""
    while kept.merged_into_id in by_id:
        kept = by_id[kept.merged_into_id]
    return kept


def _name(kept: Row[Any]) -> str:
    return " ".join(filter(None, (kept.first_name, kept.first_surname, kept.second_surname)))
