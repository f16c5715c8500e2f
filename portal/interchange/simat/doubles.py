"""Which new pupils of a file look like one who is here already under another document: told, never decided.

A file is the register's word on who is enrolled, so that such a row is still a new pupil. But most are a mistyped
document, and are cheaper to correct before the file is applied than to merge afterwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from portal.catalogs.sounds import BORDER
from portal.catalogs.words import document
from portal.duplicates.described import Described
from portal.duplicates.marks import Marks
from portal.duplicates.slips import is_one_slip
from portal.interchange.problems import Problem, Severity
from portal.interchange.simat.record import SimatStudent
from portal.web.i18n import N_

_LIKE = N_(
    "Perhaps %(person)s (%(document)s) is the same pupil: the names and the date of birth fit. Correct the document "
    "here or in the file before you apply, or merge the two records afterwards."
)
_SLIP = N_(
    "Perhaps %(person)s (%(document)s) is the same pupil: the names fit, and the numbers differ by one slip. Correct "
    "the document here or in the file before you apply, or merge the two records afterwards."
)
_NUMBER = N_(
    "%(person)s has this number here as another kind of document (%(document)s). Correct the kind here or in the file "
    "before you apply, if it is the same pupil."
)
_IN_BIN = N_(
    "Perhaps it is %(person)s (%(document)s), who is in the recycle bin. Bring the record back before you apply, if it "
    "is the same pupil."
)


class Doubles:
    """The pupils of a school, looked through for those who are like a new one: by number, by sound, by birthday."""

    def __init__(self, students: Iterable[Row[Any]]) -> None:
        """``students`` are those whom no row of the file is about."""
        self._by_number: dict[str, list[Row[Any]]] = defaultdict(list)
        self._by_sound: dict[str, list[Row[Any]]] = defaultdict(list)
        self._by_birth_date: dict[Any, list[Row[Any]]] = defaultdict(list)
        self._described: dict[Any, Described] = {}
        for kept in students:
            self._by_number[kept.document_number].append(kept)
            self._by_sound[_brief(kept.sound_key)].append(kept)
            if kept.birth_date is not None:
                self._by_birth_date[kept.birth_date].append(kept)

    def warning(self, student: SimatStudent) -> Problem | None:
        """What to tell about a new pupil, if anybody is likely to be the same."""
        if not self._by_number:
            return None
        person = Described.of(student)
        for kept in self._candidates(person):
            marks = Marks(person, self._described.setdefault(kept.id, Described.of(kept)))
            if marks.is_likely_student:
                return _problem(student, kept, marks)
        return None

    def _candidates(self, person: Described) -> Iterator[Row[Any]]:
        """Few of them, since judging takes its time: of thousands of homonyms, those with a second mark in common."""
        number, born = person.document_number or "", person.birth_date
        yield from self._by_number.get(number, ())
        for kept in self._by_sound.get(f"{person.heard['first_surname']}{BORDER}{person.heard['first_name']}", ()):
            same_year = born is None or kept.birth_date is None or born.year == kept.birth_date.year
            if same_year or is_one_slip(number, kept.document_number):
                yield kept
        for kept in self._by_birth_date.get(person.birth_date, ()):
            if len(person.sounds.intersection(kept.sound_key.replace(BORDER, " ").split())) > 1:
                yield kept


def doubles_among(students: Sequence[Row[Any]], taken: Iterable[Any]) -> Doubles:
    """Of those whom the file does not know: whom it names itself, it holds to be somebody else."""
    named = set(taken)
    return Doubles(kept for kept in students if kept.id not in named and kept.merged_into_id is None)


def _problem(student: SimatStudent, kept: Row[Any], marks: Marks) -> Problem:
    if kept.deleted_at is not None:
        reason = _IN_BIN
    elif marks.same_number:
        reason = _NUMBER
    else:
        reason = _SLIP if marks.near_number and not marks.same_birth_date else _LIKE
    name = " ".join(filter(None, (kept.first_name, kept.middle_names, kept.first_surname, kept.second_surname)))
    details = {"person": name, "document": document(kept), "student_id": str(kept.id)}
    return Problem(student.line, "NRO_DOCUMENTO", student.document_number, reason, details, severity=Severity.WARNING)


def _brief(sound_key: str) -> str:
    return BORDER.join(sound_key.split(BORDER)[:2])
