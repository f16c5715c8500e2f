"""What the office says when a pupil goes to another school."""

from datetime import date
from typing import Any, ClassVar, Self

import wtforms

from portal.enrollments.models import Enrollment
from portal.enrollments.transfer import Leaving
from portal.enrollments.transfer_copies import Taking
from portal.schools.fields import DaneField, digits
from portal.web.fields import CheckField, DateField, IdField, LongTextField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, format_date, lazy, today
from portal.web.validators import at_most, optional, required


class LeavingForm(Form):
    """The last day here, and a note."""

    #: what is ticked to begin with
    usual: ClassVar[dict[str, Any]] = {}

    #: which of the pupil's enrollments it is about, and where they go: set by the page
    enrollment_id = IdField(lazy("Enrollment"))
    to = TextField(lazy("Where to"))
    ends_on = DateField(lazy("Last day at the school"), [required(lazy("Say on which day."))])
    note = LongTextField(
        lazy("Note"),
        [optional(), at_most(500)],
        description=lazy("It stays in the history."),
        render_kw={"rows": "3"},
    )

    first_day: date
    last_day: date

    @classmethod
    def show_for(cls, enrollment: Enrollment) -> Self:
        """The form to begin with: today was the last day, and everything goes along."""
        first, last = _days(enrollment)
        form = cls.show(ends_on=min(max(today(), first), last), **cls.usual)
        form.seen_version = enrollment.version
        return form

    def belongs_to(self, enrollment: Enrollment) -> None:
        """Say between which days the last one lies."""
        self.enrollment_id.offer([(enrollment.id, enrollment.number)])
        self.first_day, self.last_day = _days(enrollment)

    def validate_ends_on(self, field: wtforms.Field) -> None:
        """A day of the pupil's year."""
        if field.data and not self.first_day <= field.data <= self.last_day:
            words = _("It must be between %(first)s and %(last)s, the pupil's first day and the year's last.")
            first, last = format_date(self.first_day, "long"), format_date(self.last_day, "long")
            raise wtforms.ValidationError(words % {"first": first, "last": last})

    @property
    def leaving(self) -> Leaving:
        """What a form that is right says."""
        assert self.ends_on.data is not None, "the form is right"
        return Leaving(self.ends_on.data, self.note.data)


class InsideForm(LeavingForm):
    """To another school of the installation: also what goes along."""

    usual: ClassVar[dict[str, Any]] = dict.fromkeys(("guardians", "health", "documents"), True)

    note = LongTextField(
        lazy("Note"),
        [optional(), at_most(500)],
        description=lazy("Both schools read it: it stays in both histories."),
        render_kw={"rows": "3"},
    )
    guardians = CheckField(lazy("Guardians"))
    health = CheckField(lazy("Health and support data"))
    documents = CheckField(lazy("Documents"))

    @property
    def leaving(self) -> Leaving:
        """With what goes along."""
        said = super().leaving
        return Leaving(said.ends_on, said.note, Taking(self.guardians.data, self.health.data, self.documents.data))


class OutsideForm(LeavingForm):
    """To a school that is not of the installation: its name, and its code if it is known."""

    destination_name = TextField(lazy("School"), [required(lazy("Say to which school.")), at_most(200)])
    destination_dane_code = DaneField(
        lazy("DANE code"), [optional(), digits(12)], description=lazy("12 digits, if you know it")
    )


def _days(enrollment: Enrollment) -> tuple[date, date]:
    first = enrollment.starts_on or enrollment.year.starts_on
    return first, max(enrollment.year.ends_on, first)
