"""How strictly enrollments are reviewed."""

from typing import Any

import wtforms
from wtforms import validators as base

from portal.catalogs.text import folded
from portal.schools.rule_forms.base import RulesForm, lazy_numbered, numbered
from portal.schools.rules import ReviewPolicy, SchoolRules
from portal.web.fields import CheckField, NumberField, TextField
from portal.web.i18n import N_, _, lazy
from portal.web.validators import at_most, required

# One a digit key.
MOST_REASONS = 9
LONGEST_REASON = 200


def one_to_ten(form: wtforms.Form, field: wtforms.Field) -> None:
    """From 1 to 10."""
    if field.data is not None and not 1 <= field.data <= 10:
        raise base.StopValidation(_("Write a number from 1 to 10."))


class ReviewForm(RulesForm):
    """The policy, with up to nine reasons to return an enrollment; rows left empty are no reasons."""

    part = "review"
    rows = numbered(MOST_REASONS, "reason")

    documents_stop = CheckField(
        lazy("A required document that is missing stops the approval"),
        description=lazy("Otherwise it is only remarked, and the enrollment can be approved."),
    )
    unusual_years = NumberField(
        lazy("Years off the usual age that are worth a look"),
        [required(lazy("Write a number from 1 to 10.")), one_to_ten],
        description=lazy("From 1 to 10: with 4, the review remarks a pupil of 15 in 6th grade."),
        render_kw={"inputmode": "numeric"},
    )

    @classmethod
    def values(cls, rules: SchoolRules) -> dict[str, Any]:
        """The policy, its reasons in the first rows."""
        policy = rules.review
        reasons = dict(zip((names[0] for _number, names in cls.rows), policy.return_reasons, strict=False))
        empty = dict.fromkeys((names[0] for _number, names in cls.rows), None)
        return {"documents_stop": policy.documents_stop, "unusual_years": policy.unusual_years, **empty, **reasons}

    @property
    def decided(self) -> ReviewPolicy:
        """The policy that was typed."""
        return ReviewPolicy(
            self.documents_stop.data, self.unusual_years.data, tuple(field.data for field in self._said)
        )

    @property
    def reasons(self) -> list[wtforms.Field]:
        """The fields of the reasons."""
        return [self[names[0]] for _number, names in self.rows]

    @property
    def _said(self) -> list[wtforms.Field]:
        return [field for field in self.reasons if field.data]

    def check_together(self) -> None:
        """No reason twice."""
        seen: set[str] = set()
        for field in self._said:
            if folded(field.data) in seen:
                self.blame(field.short_name, _("This reason stands above already."))
            seen.add(folded(field.data))


for _number, (_reason,) in ReviewForm.rows:
    setattr(ReviewForm, _reason, TextField(lazy_numbered(N_("Reason %(n)d"), _number), [at_most(LONGEST_REASON)]))
