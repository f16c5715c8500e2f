"""Correcting what an enrollment asks for, while it is a draft or was returned; and its papers at any time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import wtforms

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.papers import ChecklistField, Paper, papers
from portal.enrollments.places import PlaceForm
from portal.schools.rules import ChecklistItem
from portal.web.errors import Conflict
from portal.web.forms import Form
from portal.web.i18n import _, lazy


class CorrectionForm(PlaceForm):
    """The place that an enrollment asks for, in its year."""

    together = (frozenset(("grade", "group_id", "campus_id", "shift")),)

    def changes(self, row: Any) -> dict[str, tuple[Any, Any]]:
        """The columns whose value differs from the row's."""
        return {
            name: (getattr(row, name), value) for name, value in self.columns.items() if getattr(row, name) != value
        }

    def in_words(self, row: Enrollment) -> str:
        """What changes, for the history: ``Group: 6th A → 6th B; Note for the principal``."""
        return "; ".join(
            f"{self[name].label.text}: {self._named(name, old)} → {self._named(name, new)}"
            if isinstance(self[name], wtforms.SelectField)
            else str(self[name].label.text)
            for name, (old, new) in self.changes(row).items()
        )

    def _named(self, name: str, value: Any) -> str:
        if name == "group_id":
            group = self.groups.get(str(value))
            return group.name if group else "—"
        if name == "campus_id":
            return dict(self.campuses).get(value, "—")
        return str(value.label) if value is not None else "—"


class PapersForm(Form):
    """The papers that were brought for an enrollment, whatever its status."""

    checklist = ChecklistField(lazy("Papers seen"), default=dict)

    papers: Sequence[Paper] = ()

    def offer(self, checklist: Sequence[ChecklistItem], grade: Grade, filed: Collection[str]) -> None:
        """Say what the school asks for in the grade, and what is on file."""
        self.papers = papers(checklist, grade, filed=filed, seen=self.checklist.data or {})


def correct(enrollment: Enrollment, form: CorrectionForm, *, by: UUID, at: datetime) -> None:
    """Write what the form says. What was corrected in a returned one goes into its history, for the principal."""
    if enrollment.status == Status.RETURNED and (words := form.in_words(enrollment)):
        moves.remember(enrollment, words, by=by, at=at)
    for name, value in form.columns.items():
        setattr(enrollment, name, value)


def note_papers(enrollment: Enrollment, form: PapersForm, *, by: UUID, at: datetime) -> None:
    """Keep the ticks. The principal who returned it is told of them; otherwise they are no event."""
    if enrollment.status == Status.RETURNED:
        moves.remember(enrollment, str(form.checklist.label.text), by=by, at=at)
    enrollment.checklist = form.checklist.data


def refuse_unless_editable(enrollment: Enrollment) -> None:
    """Raise Conflict when it is with the principal, or decided."""
    if enrollment.status not in moves.EDITABLE:
        raise Conflict(
            _("It is “%(status)s”: it can be changed while it is a draft, or after it was returned.")
            % {"status": str(enrollment.status.label).lower()}
        )
