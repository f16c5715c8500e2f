"""What a principal may say to an enrollment: the group it gets, or why it goes back."""

from collections.abc import Iterable

import wtforms

from portal.catalogs.codes import Code
from portal.enrollments.places import OfferedGroup
from portal.web.fields import CheckField, CodeField, IdField, LongTextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.validators import at_most


class Cause(Code):
    """The common reasons for a return, one key away."""

    DOCUMENT = "document", lazy("A document is missing")
    DATA = "data", lazy("The data do not match")
    GUARDIAN = "guardian", lazy("The legal representative is missing")
    GROUP = "group", lazy("It asks for the wrong group")


class ApprovalForm(Form):
    """Approving: another group where the one that was asked for is full; whether the page showed a free seat."""

    group_id = IdField(lazy("Group"), blank=lazy("Choose"))
    saw_a_seat = CheckField(lazy("There was a seat"))

    def offer(self, groups: Iterable[OfferedGroup]) -> None:
        """The groups that can be chosen, with their seats."""
        self.group_id.offer((group.id, group.describe(with_year=False, with_campus=True)) for group in groups)


class ReturnForm(Form):
    """Returning: a common reason, the principal's own words, or both."""

    cause = CodeField(lazy("Reason"), Cause)
    reason = LongTextField(lazy("Message for the secretary"), [at_most(500)], render_kw={"rows": "3"})

    @property
    def words(self) -> str:
        """What goes into the history."""
        return ": ".join(str(part) for part in (getattr(self.cause.data, "label", None), self.reason.data) if part)

    def validate_reason(self, field: wtforms.Field) -> None:
        """Something must be said."""
        if not self.words:
            raise wtforms.ValidationError(_("Say what must be corrected, or choose a reason."))
