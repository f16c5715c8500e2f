"""Form fields of schools: the NIT, the codes of DANE, shares of a year, time zones."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import wtforms
from babel.dates import get_timezone_location
from stdnum.co import nit
from stdnum.exceptions import InvalidChecksum, ValidationError
from wtforms import validators as base

from portal.web.fields import ChoiceField, DecimalField, ReadField, TextField, choices_of
from portal.web.i18n import _, current_locale, ngettext
from portal.web.validators import Validator

# Oceanic departments and neighbours whose clocks America's list does not have.
_ISLANDS = ("Pacific/Easter", "Pacific/Galapagos")


class NitField(ReadField):
    """The tax number of DIAN, typed with dots or without, kept as ``900555014-1``."""

    def read(self, text: str) -> str:
        """The number with its check digit, or what is wrong with it."""
        try:
            number = nit.validate(text)
        except InvalidChecksum:
            raise ValueError(_("The last digit does not fit the others. Copy the NIT from the RUT.")) from None
        except ValidationError:
            raise ValueError(_("A NIT has 8 to 15 digits and a check digit: 900.555.014-1.")) from None
        return f"{number[:-1]}-{number[-1]}"

    def written(self) -> str:
        """With its thousands apart, as the RUT prints it."""
        return str(nit.format(self.data))


class DaneField(TextField):
    """A code of DANE: digits, typed with blanks, dots or hyphens or without."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take out what people put between the digits."""
        super().process_formdata(valuelist)
        if valuelist and self.data:
            self.data = re.sub(r"[\s.\-]", "", self.data)


class WeightField(DecimalField):
    """A share of the year in percent, with two decimals at most; the sign may stand behind it."""

    def read(self, text: str) -> Decimal:
        """The share, or how to write one."""
        share = super().read(text.removesuffix("%").strip())
        if not (0 <= share <= 100 and share == round(share, 2)):
            raise ValueError(_("Write a percentage from 0 to 100, with two decimals at most."))
        return share


class TimeZoneField(ChoiceField):
    """A time zone of America by its city, kept under its IANA name; another one that is kept already stays possible."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **options: Any) -> None:
        """Offer the zones in the reader's language."""
        super().__init__(label, validators, **options)
        self.offer(_time_zones(current_locale()))

    def process_data(self, value: Any) -> None:
        """Also show a zone from elsewhere."""
        super().process_data(value)
        if self.data is not None and self.data not in {name for name, _label in choices_of(self)}:
            self.choices = [*choices_of(self), (self.data, self.data)]


def digits(count: int) -> Validator:
    """Exactly so many digits."""

    def check(form: wtforms.Form, field: wtforms.Field) -> None:
        if not field.data:
            return
        if not (field.data.isascii() and field.data.isdecimal()):
            raise base.StopValidation(_("It has only digits."))
        if len(field.data) != count:
            there = len(field.data)
            words = ngettext(
                "It has %(n)d digit; it must have %(count)d.", "It has %(n)d digits; it must have %(count)d.", there
            )
            raise base.StopValidation(words % {"n": there, "count": count})

    return check


@cache
def _time_zones(locale: str) -> list[tuple[str, str]]:
    names = [name for name in available_timezones() if name.startswith("America/") or name in _ISLANDS]
    found = [(name, get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)) for name in names]
    return sorted(found, key=lambda zone: zone[1])
