"""What a principal may say to an enrollment: the group it gets, or why it goes back."""

from collections.abc import Iterable, Sequence
from typing import Any

import wtforms

from portal.catalogs.codes import Code
from portal.enrollments.places import OfferedGroup
from portal.web.fields import CheckField, ChoiceField, IdField, LongTextField, choices_of
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.validators import at_most

# One key away, so there are as many as keys.
MOST_CAUSES = 9


class Cause(Code):
    """The common reasons for a return, where the school has not written its own."""

    DOCUMENT = "document", lazy("A document is missing")
    DATA = "data", lazy("The data do not match")
    GUARDIAN = "guardian", lazy("The legal representative is missing")
    GROUP = "group", lazy("It asks for the wrong group")
    AGE = "age", lazy("The date of birth or the grade must be checked")
    TWICE = "twice", lazy("The student is registered twice")


class ApprovalForm(Form):
    """Approving: another group where the one that was asked for is full; whether the page showed a free seat."""

    group_id = IdField(lazy("Group"), blank=lazy("Choose"))
    saw_a_seat = CheckField(lazy("There was a seat"))

    def offer(self, groups: Iterable[OfferedGroup]) -> None:
        """The groups that can be chosen, with their seats."""
        self.group_id.offer((group.id, group.describe(with_year=False, with_campus=True)) for group in groups)

    @property
    def said(self) -> dict[str, Any]:
        """What it says, for ``seeing.made_before``: another group, where one was chosen."""
        return {"group_id": self.group_id.id_chosen} if self.group_id.data else {}


class ReturnForm(Form):
    """Returning: a common reason, the principal's own words, or both."""

    cause = ChoiceField(lazy("Reason"))
    reason = LongTextField(lazy("Message for the secretary"), [at_most(500)], render_kw={"rows": "3"})

    def offer(self, own: Sequence[str]) -> None:
        """Say what can be chosen: the school's ``own`` reasons, or the common ones."""
        common = [(cause.value, cause.label) for cause in Cause]
        self.cause.offer([(words, words) for words in own[:MOST_CAUSES]] or common)

    @property
    def said(self) -> dict[str, Any]:
        """What it says, for ``seeing.made_before``."""
        return {"reason": self.words}

    @property
    def words(self) -> str:
        """What goes into the history."""
        cause = dict(choices_of(self.cause)).get(self.cause.data)
        return ": ".join(str(part) for part in (cause, self.reason.data) if part)

    def validate_reason(self, field: wtforms.Field) -> None:
        """Something must be said."""
        if not self.words:
            raise wtforms.ValidationError(_("Say what must be corrected, or choose a reason."))
