"""One period as a person types it: a row of the table of a year's periods."""

from datetime import date
from typing import Self

from portal.schools.fields import WeightField
from portal.web.fields import DateField, NumberField, TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import at_most, required
from portal.years.models import AcademicPeriod


class PeriodForm(Form):
    """One row of the table."""

    ordinal = NumberField(lazy("No."), [required()], render_kw={"inputmode": "numeric", "size": "2"})
    name = TextField(lazy("Name"), [required(), at_most(60)])
    starts_on = DateField(lazy("From"), [required()])
    ends_on = DateField(lazy("To"), [required()])
    weight = WeightField(lazy("Weight"), [required()], render_kw={"inputmode": "decimal", "size": "5"})

    period_id: str = ""

    @classmethod
    def kept(cls, number: int, period: AcademicPeriod) -> Self:
        """The row of a period that is there."""
        row = cls.show(of=period, prefix=f"p{number}-")
        row.period_id = str(period.id)
        return row

    @classmethod
    def blank(cls, number: int, ordinal: int) -> Self:
        """A row to be filled."""
        row = cls.show(prefix=f"p{number}-")
        row.ordinal.data = ordinal
        return row

    @property
    def is_left_empty(self) -> bool:
        """Whether it says nothing of a period: a number or a weight alone is none."""
        return not self.name.data and self.starts_on.raw_data == [""] and self.ends_on.raw_data == [""]

    @property
    def has_days(self) -> bool:
        """Whether both days are known."""
        return bool(self.starts_on.data and self.ends_on.data)

    @property
    def begins(self) -> date:
        """The first day, once it is known."""
        assert isinstance(self.starts_on.data, date)
        return self.starts_on.data

    @property
    def ends(self) -> date:
        """The last day, once it is known."""
        assert isinstance(self.ends_on.data, date)
        return self.ends_on.data

    @property
    def said(self) -> str:
        """How messages call the row."""
        return str(self.name.data or self.ordinal.data or "")
