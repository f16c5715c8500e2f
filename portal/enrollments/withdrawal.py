"""A pupil leaves before the year ends: why, and which day was the last."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import wtforms

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import WithdrawalReason
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.web.fields import CodeField, DateField, LongTextField
from portal.web.forms import Form
from portal.web.i18n import _, format_date, lazy, today
from portal.web.validators import at_most, optional, required


class WithdrawalForm(Form):
    """What the office writes down when a pupil leaves."""

    withdrawal_reason = CodeField(
        lazy("Why the pupil leaves"), WithdrawalReason, [required(lazy("Choose why."))], blank=lazy("Choose")
    )
    ends_on = DateField(lazy("Last day at the school"), [required(lazy("Say on which day."))])
    note = LongTextField(
        lazy("Note"),
        [optional(), at_most(500)],
        description=lazy("It stays in the history of the enrollment."),
        render_kw={"rows": "3"},
    )

    first_day: date
    last_day: date

    @classmethod
    def show_for(cls, enrollment: Enrollment) -> "WithdrawalForm":
        """The form to begin with: today was the last day."""
        form = cls.show(ends_on=min(max(today(), _first_day(enrollment)), _last_day(enrollment)))
        form.seen_version = enrollment.version
        return form

    def belongs_to(self, enrollment: Enrollment) -> None:
        """Say between which days the last one lies."""
        self.first_day, self.last_day = _first_day(enrollment), _last_day(enrollment)

    @property
    def said(self) -> dict[str, Any]:
        """What it says, for ``seeing.made_before``."""
        return {
            "reason": self.note.data,
            "withdrawal_reason": self.withdrawal_reason.data,
            "ends_on": self.ends_on.data,
        }

    def validate_ends_on(self, field: wtforms.Field) -> None:
        """A day of the pupil's year."""
        if field.data and not self.first_day <= field.data <= self.last_day:
            words = _("It must be between %(first)s and %(last)s, the pupil's first day and the year's last.")
            first, last = format_date(self.first_day, "long"), format_date(self.last_day, "long")
            raise wtforms.ValidationError(words % {"first": first, "last": last})


def withdraw(
    enrollment: Enrollment, form: WithdrawalForm, *, by: UUID, at: datetime, batch: UUID | None = None
) -> None:
    """Take the pupil out of the year; the group's seat is free from here on. Raises MoveRefused unless it is active."""
    moves.move(
        enrollment,
        Status.WITHDRAWN,
        by=by,
        at=at,
        reason=form.note.data,
        batch=batch,
        withdrawal_reason=form.withdrawal_reason.data,
        ends_on=form.ends_on.data,
    )


def _first_day(enrollment: Enrollment) -> date:
    return enrollment.starts_on or enrollment.year.starts_on


def _last_day(enrollment: Enrollment) -> date:
    return max(enrollment.year.ends_on, _first_day(enrollment))
