"""A pupil who left comes back in the same year: the same enrollment with the same number, and a seat again."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import wtforms
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.opening import YearClosed
from portal.enrollments.places import GroupField, OfferedGroup, Places
from portal.groups.seats import hold_seats
from portal.web.fields import DateField
from portal.web.forms import Form
from portal.web.i18n import _, format_date, lazy, today
from portal.web.validators import required


class ReenrollmentForm(Form):
    """The group in which the pupil goes on, and from which day."""

    group_id = GroupField(lazy("Group"), [required(lazy("Choose a group."))], blank=lazy("Choose"))
    back_on = DateField(lazy("Back from"), [required(lazy("Say from which day."))])

    groups: dict[str, OfferedGroup]
    first_day: date
    last_day: date

    async def offer(self, session: AsyncSession, enrollment: Enrollment) -> None:
        """The groups of its grade and year, and the days between which the pupil may come back."""
        places = await Places.of(session, enrollment.school_id, years=[enrollment.year])
        self.group_id.offer_groups(places, grade=enrollment.grade)
        self.groups = {str(group.id): group for group in self.group_id.groups}
        self.first_day = enrollment.ends_on or enrollment.year.starts_on
        self.last_day = max(enrollment.year.ends_on, self.first_day)

    def begin_with(self, enrollment: Enrollment) -> None:
        """Propose the group that the pupil left, while it has a seat, and today."""
        left = self.groups.get(str(enrollment.group_id))
        self.group_id.data = str(left.id) if left and left.taken < left.capacity else None
        self.back_on.data = min(max(today(), self.first_day), self.last_day)
        self.seen_version = enrollment.version

    @property
    def said(self) -> dict[str, Any]:
        """What it says, for ``seeing.made_before``."""
        return {"group_id": self.group_id.id_chosen, "on": self.back_on.data}

    @property
    def group(self) -> OfferedGroup:
        """The chosen group of a form that is right."""
        return self.groups[self.group_id.data or ""]

    def validate_back_on(self, field: wtforms.Field) -> None:
        """Not before the pupil left, and in this year."""
        if field.data and not self.first_day <= field.data <= self.last_day:
            words = _("It must be between %(first)s, when the pupil left, and %(last)s.")
            first, last = format_date(self.first_day, "long"), format_date(self.last_day, "long")
            raise wtforms.ValidationError(words % {"first": first, "last": last})


def refuse_unless_open(enrollment: Enrollment) -> None:
    """Raise MoveRefused unless the pupil left, YearClosed when the year takes nobody any more."""
    if moves.arrow(enrollment.status, Status.ACTIVE) is not moves.ENROL_AGAIN:
        # An approval leads there as well: it is the principal's, and has its checks.
        raise moves.MoveRefused(_("Only a student who left can be enrolled again. This one waits for review."))
    if not enrollment.year.takes_enrollments:
        raise YearClosed(
            _("The year %(year)s takes no enrollments. Ask for enrollment in another year from the student's record.")
            % {"year": enrollment.year.name}
        )


async def enrol_again(
    session: AsyncSession, enrollment: Enrollment, form: ReenrollmentForm, *, by: UUID, at: datetime
) -> None:
    """Make the withdrawn enrollment active again, with a seat that nobody else gets.

    ``starts_on`` stays the pupil's first day in the year, so that papers tell the whole stay; the day of coming back is
    told by the history. ``enrollment`` is locked. Raises NoSeat, having written nothing, when the group is full.
    """
    group = form.group
    await hold_seats(session, enrollment.school_id, {group.id: 1})
    moves.move(
        enrollment,
        Status.ACTIVE,
        by=by,
        at=at,
        on=form.back_on.data,
        group_id=group.id,
        campus_id=group.campus_id,
        shift=group.shift,
        starts_on=enrollment.starts_on or form.back_on.data,
        ends_on=None,
        withdrawal_reason=None,
    )
    await session.flush()
