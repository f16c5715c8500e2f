"""The kinds of fields: each reads what was typed into a value of the records, and shows again what was typed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import wtforms
from wtforms import validators as base
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]  # the stubs are older

from portal.web.i18n import _, format_date, format_number
from portal.web.reading import clean, parse_date, parse_id


class TextField(wtforms.StringField):
    """A line of text: composed (NFC), trimmed, single-spaced; empty means nothing is known."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean what was typed."""
        if valuelist:
            self.data = clean(str(valuelist[0])) or None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else str(self.data or "")


class LongTextField(TextField):
    """Several lines of text."""

    widget = wtforms.widgets.TextArea()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the line breaks."""
        if valuelist:
            text = unicodedata.normalize("NFC", str(valuelist[0])).replace("\r\n", "\n").strip()
            self.data = text or None


class ReadField(wtforms.Field):
    """A line that is read into something other than text; shown again as it was typed. Empty means nothing is known."""

    widget = wtforms.widgets.TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed, or say how to write it."""
        if valuelist:
            self.data = None
            if text := str(valuelist[0]).strip():
                self.data = self.read(text)

    def read(self, text: str) -> Any:
        """The value of the text. Raises ValueError, in words for people, where it has none."""
        raise NotImplementedError

    def written(self) -> str:
        """The value as a person would type it."""
        return str(self.data)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written()


class DateField(ReadField):
    """A day, typed as d/m/yyyy or ISO."""

    def read(self, text: str) -> date:
        """The day, or how to write one."""
        day = parse_date(text)
        if day is None:
            raise ValueError(_("This date does not exist. Write day, month and year: 3/3/2016."))
        return day

    def written(self) -> str:
        """As Colombia writes it."""
        return format_date(self.data, "d/M/y")


class NumberField(ReadField):
    """A whole number."""

    def read(self, text: str) -> int:
        """The number, or that it is none."""
        if not re.fullmatch(r"[-+]?[0-9]{1,9}", text):
            raise ValueError(_("Write a whole number."))
        return int(text)


class DecimalField(ReadField):
    """A number that may have decimals, behind a comma or a point."""

    def read(self, text: str) -> Decimal:
        """The number, or that it is none."""
        if not re.fullmatch(r"[-+]?[0-9]{1,9}(?:[.,][0-9]{1,6})?", text):
            raise ValueError(_("Write a number, such as 4.5."))
        return Decimal(text.replace(",", "."))

    def written(self) -> str:
        """As the reader's language writes it."""
        return format_number(self.data, grouped=False)


class CodeField(wtforms.SelectField):
    """One of an enumeration's codes; ``blank`` is the label of knowing nothing, None where a code is needed."""

    def __init__(
        self,
        label: Any,
        enum: Any,
        validators: Iterable[Any] = (),
        *,
        blank: Any = None,
        only: Any = None,
        **options: Any,
    ) -> None:
        """Offer the members of ``enum``, or ``only`` some of them."""
        self.enum = enum
        self.blank = blank
        members = list(only or enum)
        super().__init__(
            label,
            list(validators),
            choices=lambda: ([("", blank)] if blank is not None else []) + [(str(m.value), m.label) for m in members],
            validate_choice=False,
            coerce=lambda value: value,
            **options,
        )

    def process_data(self, value: Any) -> None:
        """Show the row's member."""
        self.data = value

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Find the member, or say that there is none such."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        if not text:
            self.data = None
            return
        self.data = next((member for member in self.enum if str(member.value) == text), None)
        if self.data is None:
            raise ValueError(_("Choose one of the list."))

    def iter_choices(self) -> Any:
        """The options, the chosen one marked."""
        chosen = str(self.data.value) if isinstance(self.data, Enum) else (self.raw_data[0] if self.raw_data else "")
        for value, label in choices_of(self):
            yield Choice(value, label, value == chosen, {})


class ChoiceField(wtforms.SelectField):
    """One of the choices that the caller gives as ``(value, label)``, such as a group; empty means none."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), *, blank: Any = None, **options: Any) -> None:
        """``blank`` is the label of choosing none."""
        self.blank = blank
        super().__init__(label, list(validators), validate_choice=False, choices=[], coerce=lambda v: v, **options)

    def offer(self, choices: Iterable[tuple[Any, Any]]) -> None:
        """Say what can be chosen, and hold what was sent against it."""
        head = [("", self.blank)] if self.blank is not None else []
        self.choices = head + [(str(value), label) for value, label in choices]

    def process_data(self, value: Any) -> None:
        """Show the row's value."""
        self.data = None if value is None else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was sent; ``pre_validate`` checks it."""
        if valuelist:
            self.data = str(valuelist[0]).strip() or None

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        if self.data is not None and self.data not in {value for value, _label in choices_of(self)}:
            raise base.ValidationError(_("Choose one of the list."))

    def iter_choices(self) -> Any:
        """The options, the chosen one marked."""
        for value, label in choices_of(self):
            yield Choice(value, label, value == (self.data or ""), {})


class IdField(ChoiceField):
    """A choice whose values are ids; ``id_chosen`` gives it as one."""

    @property
    def id_chosen(self) -> UUID | None:
        """The id, None when none is chosen or when what was sent is none."""
        return parse_id(self.data)


class CheckField(wtforms.BooleanField):
    """A tick. A form that does not send it says no, as browsers do."""


def choices_of(field: wtforms.SelectField) -> list[tuple[str, Any]]:
    """``(value, label)`` of what can be chosen; WTForms would take other shapes too, which no field here uses."""
    choices: Any = field.choices
    return list(choices or ())
