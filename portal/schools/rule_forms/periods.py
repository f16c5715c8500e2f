"""The periods that a new year begins with."""

from collections import Counter
from decimal import Decimal
from typing import Any

from portal.catalogs.text import folded
from portal.schools.fields import WeightField
from portal.schools.rule_forms.base import RulesForm, lazy_numbered, numbered
from portal.schools.rules import DefaultPeriod, SchoolRules
from portal.web.fields import TextField
from portal.web.i18n import N_, _, format_number
from portal.web.validators import at_most, optional

MOST_PERIODS = 6
WHOLE = Decimal(100)


class PeriodsForm(RulesForm):
    """Names and weights of one to six periods; rows left empty are no periods."""

    part = "periods"
    rows = numbered(MOST_PERIODS, "name", "weight")

    @classmethod
    def values(cls, rules: SchoolRules) -> dict[str, Any]:
        """The periods in the first rows."""
        shown: dict[str, Any] = {name: None for _number, names in cls.rows for name in names}
        for period, (_number, (name, weight)) in zip(rules.periods, cls.rows, strict=False):
            shown |= {name: period.name, weight: period.weight}
        return shown

    @property
    def decided(self) -> tuple[DefaultPeriod, ...]:
        """The rows that say something."""
        return tuple(
            DefaultPeriod(self[name].data, self[weight].data)
            for _number, (name, weight) in self.rows
            if self[name].data is not None
        )

    def check_together(self) -> None:
        """Whole rows, different names, weights that sum to 100."""
        names = Counter(folded(self[name].data) for _number, (name, _weight) in self.rows if self[name].data)
        for _number, (name, weight) in self.rows:
            if self[name].data is None and self[weight].data is not None:
                self.blame(name, _("Write the period's name, or take the weight away."))
            elif self[name].data is not None and self[weight].data is None:
                self.blame(weight, _("Write the period's weight, or take the name away."))
            elif self[name].data is not None and names[folded(self[name].data)] > 1:
                self.blame(name, _("Two periods have this name."))
        if not self.errors:
            self._check_sum()

    def _check_sum(self) -> None:
        total = sum((period.weight for period in self.decided), Decimal(0))
        if not self.decided:
            self.blame("name_1", _("A year has at least one period."))
        elif total != WHOLE:
            last = f"weight_{max(number for number, (name, _weight) in self.rows if self[name].data)}"
            self.blame(last, _("The weights sum to %(total)s; they must sum to 100.") % {"total": format_number(total)})


for _number, (_name, _weight) in PeriodsForm.rows:
    setattr(PeriodsForm, _name, TextField(lazy_numbered(N_("Name of period %(n)d"), _number), [at_most(60)]))
    setattr(
        PeriodsForm,
        _weight,
        WeightField(
            lazy_numbered(N_("Weight of period %(n)d"), _number), [optional()], render_kw={"inputmode": "decimal"}
        ),
    )
