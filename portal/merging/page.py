"""Two records side by side as the page shows them: what each says, what moves along, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.catalogs.people import listed_name
from portal.duplicates.described import Described
from portal.duplicates.kinds import People
from portal.duplicates.marks import Marks
from portal.merging.belongings import Belongings, YearTwice, belongings, stands
from portal.merging.choices import Choices
from portal.merging.fields import Compared, compared
from portal.web.i18n import _, ngettext


@dataclass(frozen=True)
class Comparison:
    """Everything that the page asks and tells."""

    kind: People
    survivor: Any
    other: Any
    fields: Sequence[Compared]
    rows: Belongings
    choices: Choices

    @property
    def differing(self) -> list[Compared]:
        """The fields in which somebody has to choose, or to agree with what is proposed."""
        return [field for field in self.fields if field.differs]

    @property
    def equal(self) -> list[tuple[str, str]]:
        """What both say alike."""
        return [(field.label, field.texts[0]) for field in self.fields if not field.differs and field.texts[0]]

    @property
    def marks(self) -> Marks:
        """What they have in common."""
        return Marks(Described.of(self.other), Described.of(self.survivor))

    @property
    def refusals(self) -> list[str]:
        """Why they cannot become one."""
        words = _(
            "Both have completed %(year)s, with the enrollments %(one)s and %(other)s: what the school certifies "
            "cannot go. Correct one of them first, or they are two people."
        )
        return [words % _year(year) for year in self.rows.years_twice if year.is_hopeless]

    @property
    def years(self) -> list[YearTwice]:
        """The years of which one enrollment stays."""
        return [year for year in self.rows.years_twice if not year.is_hopeless]

    @property
    def moving(self) -> list[tuple[str, str]]:
        """What moves along, in words: (ok | look, text) lines."""
        lines = self._of_student() if self.kind is People.STUDENTS else self._of_guardian()
        return [*lines, ("ok", _("The history of both is told in one. Nothing is lost, and the merge can be undone."))]

    def _of_student(self) -> list[tuple[str, str]]:
        standing = [each for each in self.rows.enrollments_of(self.other.id) if stands(each)]
        shared = self.rows.shared("student_id")
        guardians = len(self.rows.ties_of("student_id", self.other.id)) - len(shared)
        papers = [each for each in self.rows.files if each.entity_id == self.other.id and not each.deleted_at]
        counted = (
            (len(standing), ngettext("One enrollment moves along.", "%(n)d enrollments move along.", len(standing))),
            (guardians, ngettext("One guardian moves along.", "%(n)d guardians move along.", guardians)),
            (len(papers), ngettext("One file moves along.", "%(n)d files move along.", len(papers))),
        )
        lines = [("ok", words % {"n": count}) for count, words in counted if count]
        words = _("%(guardian)s is a guardian of both: what the record that stays says of them counts.")
        return lines + [("look", words % {"guardian": mine.guardian.full_name}) for mine, _theirs in shared]

    def _of_guardian(self) -> list[tuple[str, str]]:
        shared = self.rows.shared("guardian_id")
        left = {theirs.id for _mine, theirs in shared}
        moved = [tie for tie in self.rows.ties_of("guardian_id", self.other.id) if tie.id not in left]
        words = _("%(student)s gets the record that stays as guardian.")
        lines = [("ok", words % {"student": listed_name(tie.student)}) for tie in moved]
        words = _("%(student)s is a child of both: what the record that stays is to them counts.")
        return lines + [("look", words % {"student": listed_name(mine.student)}) for mine, _theirs in shared]


async def compare(
    session: AsyncSession, access: Access, kind: People, survivor: Any, other: Any, choices: Choices
) -> Comparison:
    """The two as they stand now."""
    rows = await belongings(session, survivor.school_id, kind, survivor.id, other.id)
    return Comparison(kind, survivor, other, compared(kind, access, survivor, other), rows, choices)


def _year(year: YearTwice) -> dict[str, str]:
    return {"year": year.of_survivor.year.name, "one": year.of_survivor.number, "other": year.of_other.number}
