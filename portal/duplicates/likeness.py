"""A kept record that the person who is being written may be: how like it is, and what there is to do with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.catalogs.codes import EnrollmentStatus
from portal.duplicates.described import Described
from portal.duplicates.marks import Marks


@dataclass(frozen=True)
class Likeness:
    """A kept record, and what it has in common with the person who is being written."""

    kept: Any
    marks: Marks
    is_likely: bool

    @classmethod
    def student(cls, kept: Any, person: Described) -> "Likeness":
        """Of a student."""
        marks = Marks(person, Described.of(kept))
        return cls(kept, marks, marks.is_likely_student)

    @classmethod
    def guardian(cls, kept: Any, person: Described) -> "Likeness":
        """Of a guardian."""
        marks = Marks(person, Described.of(kept))
        return cls(kept, marks, marks.is_likely_guardian)

    @property
    def is_worth_a_look(self) -> bool:
        """Whether it helps to see them."""
        return self.is_likely or self.marks.is_worth_a_look

    @property
    def is_in_bin(self) -> bool:
        """Whether the record was deleted: it is brought back instead of written anew."""
        return self.kept.deleted_at is not None

    @property
    def is_taken(self) -> bool:
        """Whether a living record has what only one may have."""
        return self.marks.is_certain and not self.is_in_bin

    @property
    def has_left(self) -> bool:
        """Whether a student was withdrawn this year: they are enrolled again."""
        return bool(self.kept.status == EnrollmentStatus.WITHDRAWN)

    @property
    def group_name(self) -> str:
        """Where a student sits this year, or at least the grade; nothing without an enrollment."""
        if self.kept.grade is None:
            return ""
        return " ".join(filter(None, (str(self.kept.grade.label), self.kept.group_code)))


def must_confirm(likenesses: Iterable[Likeness]) -> bool:
    """Whether somebody very like is here already, and only a person can tell whether it is they.

    What a living record has and only one may have is refused, whatever is confirmed.
    """
    found = list(likenesses)
    return any(likeness.is_likely for likeness in found) and not any(likeness.is_taken for likeness in found)
