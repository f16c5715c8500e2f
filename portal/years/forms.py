"""What a person types about a school year."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import wtforms

from portal.schools.rules import DefaultPeriod
from portal.web.fields import CheckField, ChoiceField, DateField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy, ngettext
from portal.web.validators import at_most, required
from portal.years.models import SchoolYear

# The numbers of enrollments begin with the name of their year, and have twenty characters: ``2026-00001``.
NAME_LENGTH = 12
# Fifty-two weeks: the new year begins on the same day of the week.
A_YEAR = timedelta(weeks=52)


class YearForm(Form):
    """A year: its name and its days."""

    name = TextField(
        lazy("Name"),
        [required(), at_most(NAME_LENGTH)],
        description=lazy("Such as 2027. The numbers of its enrollments begin with it, and SIMAT's file names it."),
    )
    starts_on = DateField(lazy("First day"), [required()], description=lazy("Day, month and year"))
    ends_on = DateField(lazy("Last day"), [required()], description=lazy("Day, month and year"))

    def validate_ends_on(self, field: wtforms.Field) -> None:
        """After the first day."""
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise wtforms.ValidationError(_("The last day must be after the first."))

    @property
    def has_days(self) -> bool:
        """Whether both days are known and in order, so that they can be held against others."""
        return not self.starts_on.errors and not self.ends_on.errors


class NewYearForm(YearForm):
    """A new year, and what it takes over from the one before."""

    periods = ChoiceField(lazy("Periods"), [required()])
    copy_groups = CheckField(lazy("Copy the groups"), default=True)
    copy_leads = CheckField(lazy("Lead teachers too"), default=False)

    @classmethod
    def suggested(cls, last: SchoolYear | None) -> "NewYearForm":
        """The form to begin with: the year that follows the last one."""
        if last is None:
            return cls.show()
        name = str(int(last.name) + 1) if last.name.isdecimal() else ""
        following = SimpleNamespace(name=name, starts_on=last.starts_on + A_YEAR, ends_on=last.ends_on + A_YEAR)
        return cls.show(of=following)

    def offer(self, last: SchoolYear | None, usual: tuple[DefaultPeriod, ...]) -> None:
        """Say where periods can come from; the first of these is what most schools want."""
        choices: list[tuple[str, Any]] = []
        if last is not None and last.periods:
            words = ngettext(
                "As in %(year)s: %(num)s period, moved to the new days",
                "As in %(year)s: %(num)s periods, moved to the new days",
                len(last.periods),
            )
            choices.append(("last", words % {"year": last.name, "num": len(last.periods)}))
        words = ngettext(
            "The school's usual one, over the whole year",
            "The school's usual %(num)s, spread evenly over the year",
            len(usual),
        )
        choices.append(("usual", words % {"num": len(usual)}))
        choices.append(("none", _("None yet")))
        self.periods.offer(choices)
        if self.periods.data is None and not self.periods.raw_data:
            self.periods.data = choices[0][0]

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day; ask once the form is valid."""
        first, last = self.starts_on.data, self.ends_on.data
        assert isinstance(first, date)
        assert isinstance(last, date)
        return first, last
