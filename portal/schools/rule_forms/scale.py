"""The school's grading scale, each step mapped to a level of the national one (Decreto 1290 of 2009, article 5)."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from typing import Any

from wtforms import validators as base

from portal.catalogs.codes import NationalLevel
from portal.catalogs.text import folded
from portal.schools.rule_forms.base import RulesForm, lazy_numbered, numbered
from portal.schools.rules import ScaleLevel, SchoolRules
from portal.web.fields import CodeField, DecimalField, TextField
from portal.web.i18n import N_, _, format_mark
from portal.web.validators import at_most, optional

MOST_STEPS = 10
COLUMNS = ("label", "level", "lowest", "highest")
# Marks have one decimal, so this is the distance from one step to the next.
ONE_TENTH = Decimal("0.1")
LEVELS = list(NationalLevel)


def mark_like(form: Any, field: Any) -> None:
    """A mark: from 0 to 100, with one decimal at most."""
    if field.data is not None and not (0 <= field.data <= 100 and field.data == round(field.data, 1)):
        raise base.StopValidation(_("Write a mark from 0 to 100, with one decimal at most."))


class MarkField(DecimalField):
    """A mark, written with its decimal: ``5,0``."""

    def written(self) -> str:
        """As the reader's language writes it."""
        return format_mark(self.data)


class ScaleForm(RulesForm):
    """The steps from the best to the lowest; rows left empty are no steps."""

    part = "scale"
    rows = numbered(MOST_STEPS, *COLUMNS)

    @classmethod
    def values(cls, rules: SchoolRules) -> dict[str, Any]:
        """The steps in the first rows."""
        shown: dict[str, Any] = {name: None for _number, names in cls.rows for name in names}
        for step, (_number, names) in zip(rules.scale, cls.rows, strict=False):
            shown |= {name: getattr(step, column) for name, column in zip(names, COLUMNS, strict=True)}
        return shown

    @property
    def decided(self) -> tuple[ScaleLevel, ...]:
        """The rows that say something."""
        return tuple(step for _names, step in self._steps)

    @property
    def _steps(self) -> list[tuple[tuple[str, ...], ScaleLevel]]:
        return [
            (names, ScaleLevel(**{column: self[name].data for column, name in zip(COLUMNS, names, strict=True)}))
            for _number, names in self.rows
            if any(self[name].data is not None for name in names)
        ]

    def check_together(self) -> None:
        """Whole rows, different names, and then the order of levels and marks."""
        labels = Counter(folded(step.label) for step in self.decided if step.label)
        for names, step in self._steps:
            missing = next((name for name in names if self[name].data is None), None)
            if missing is not None:
                self.blame(missing, _("Fill the whole row, or empty it."))
            if step.label and labels[folded(step.label)] > 1:
                self.blame(names[0], _("Two steps have this name."))
        if not self.errors:
            self._check_levels()
            self._check_marks()

    def _check_levels(self) -> None:
        for (_names, above), (names, below) in pairwise(self._steps):
            if LEVELS.index(below.level) < LEVELS.index(above.level):
                self.blame(
                    names[1],
                    _("%(level)s cannot stand below %(above)s.")
                    % {"level": below.level.label, "above": above.level.label},
                )
        missing = [str(level.label) for level in LEVELS if level not in {step.level for step in self.decided}]
        if missing:
            self.blame("level_1", _("No step stands for %(levels)s.") % {"levels": ", ".join(missing)})

    def _check_marks(self) -> None:
        for names, step in self._steps:
            if step.lowest > step.highest:
                self.blame(names[3], _("The highest mark is below the lowest one."))
        for (_names, above), (names, below) in pairwise(self._steps):
            edges = {"below": format_mark(below.highest), "above": format_mark(above.lowest)}
            if below.highest >= above.lowest:
                self.blame(names[3], _("It overlaps with the step above, which begins at %(above)s.") % edges)
            elif above.lowest - below.highest > ONE_TENTH:
                self.blame(names[3], _("The marks between %(below)s and %(above)s belong to no step.") % edges)


for _number, (_label, _level, _lowest, _highest) in ScaleForm.rows:
    setattr(ScaleForm, _label, TextField(lazy_numbered(N_("Name of step %(n)d"), _number), [at_most(40)]))
    setattr(
        ScaleForm,
        _level,
        CodeField(lazy_numbered(N_("National level of step %(n)d"), _number), NationalLevel, blank="–"),
    )
    for _mark, _words in ((_lowest, N_("Lowest mark of step %(n)d")), (_highest, N_("Highest mark of step %(n)d"))):
        setattr(
            ScaleForm,
            _mark,
            MarkField(lazy_numbered(_words, _number), [optional(), mark_like], render_kw={"inputmode": "decimal"}),
        )
