"""An enrollment that was asked for is not wanted any more: cancelled, kept, and in nobody's way."""

from datetime import datetime
from uuid import UUID

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.web.fields import LongTextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import at_most, optional


class CancellationForm(Form):
    """Why, if somebody cares to say."""

    note = LongTextField(
        lazy("Why"),
        [optional(), at_most(500)],
        description=lazy("It stays in the history of the enrollment."),
        render_kw={"rows": "3"},
    )


def cancel(enrollment: Enrollment, form: CancellationForm, *, by: UUID, at: datetime) -> None:
    """Cancel a draft, a submitted or a returned one. Raises MoveRefused from anywhere else."""
    moves.move(enrollment, Status.CANCELLED, by=by, at=at, reason=form.note.data)
