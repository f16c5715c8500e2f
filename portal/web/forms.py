"""Forms: what a person may type, cleaned, checked all at once, and given back as typed when something is wrong.

A form is read from the request, validated, and either fills a row or goes back to the page with every error beside
its field. Parameters that have no field are ignored: nobody sets ``school_id`` by hand.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any, Self
from uuid import UUID

import wtforms
from litestar import Request
from wtforms import validators as base
from wtforms.fields.choices import Choice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.i18n import get_translations

from portal.db.base import new_id
from portal.web.i18n import _, current_locale, format_date, lazy, ngettext, today

Validator = Callable[[wtforms.Form, wtforms.Field], None]

DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
EARLIEST = date(1900, 1, 1)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
# Letters of any script with their marks, and what stands between them: D'Andréis, O'Neill, De la Hoz, Ma. José.
NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]|[ '’´.\-])*$")


class Conflict(Exception):
    """Somebody saved the row after this form was shown. Carries both versions as forms: rows expire on rollback."""

    def __init__(self, form: "Form", row: Any) -> None:
        """``form`` is what was typed, ``row`` what is kept now."""
        super().__init__("conflict")
        self.typed = form
        self.kept = type(form).show(of=row, prefix=form.prefix)
        self.differing = tuple(form.changes(row))
        self.saved_at: datetime | None = getattr(row, "updated_at", None)


class Form(wtforms.Form):
    """The base of all forms.

    ``version`` and ``id`` are carried as hidden fields by the templates (``macros/forms.html``); they are read here.
    """

    class Meta:
        """WTForms' own messages in the reader's language, should one slip through."""

        def get_translations(self, form: wtforms.Form) -> Any:
            """WTForms' catalogue."""
            return get_translations([current_locale()])

    #: what stands before the fields' names where a page has several forms
    prefix: str = ""
    #: the version of the row that the person saw, None where the form carries none
    seen_version: int | None = None
    #: the id that was minted with the form
    minted_id: UUID

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], *, of: Any = None, prefix: str = "", **options: Any) -> Self:
        """The form as the person sent it; fields that were not sent stay as in ``of``."""
        form = cls(formdata=Sent(await request.form()), obj=of, prefix=prefix, **options)
        form.prefix = prefix
        form._read_hidden(await request.form())
        return form

    @classmethod
    def show(cls, *, of: Any = None, prefix: str = "", **options: Any) -> Self:
        """The form to begin with: empty, or filled from ``of``."""
        form = cls(obj=of, prefix=prefix, **options)
        form.prefix = prefix
        form.seen_version = getattr(of, "version", None)
        form.minted_id = new_id()
        return form

    def blame(self, name: str, message: str) -> None:
        """Say what is wrong with a field that only other records could tell."""
        errors: Any = self[name].errors
        errors.append(message)

    def within(self, scope: str) -> Self:
        """Put ``scope`` before the fields' ids: two forms of one page may have fields of the same name."""
        for field in self:
            field.id = field.label.field_id = f"{scope}-{field.id}"
        return self

    def _read_hidden(self, sent: Any) -> None:
        version = str(sent.get("version", ""))
        self.seen_version = int(version) if re.fullmatch(r"\d{1,9}", version) else None
        self.minted_id = parse_id(str(sent.get("id", ""))) or new_id()

    def refuse_if_older_than(self, row: Any) -> None:
        """Raise Conflict when the row was saved after the form was shown; what already stands is no conflict."""
        if self.seen_version is not None and self.seen_version != row.version and self.changes(row):
            raise Conflict(self, row)

    def changes(self, row: Any) -> dict[str, tuple[Any, Any]]:
        """The fields whose value differs from the row's: name → (kept, typed)."""
        return {
            field.short_name: (getattr(row, field.short_name), field.data)
            for field in self
            if hasattr(row, field.short_name) and getattr(row, field.short_name) != field.data
        }

    @property
    def digest(self) -> bytes:
        """A fingerprint of what was typed, by which a form sent twice is known from another with the same id."""
        content = "\x1f".join(f"{field.name}={field.data!s}" for field in self)
        return hashlib.sha256(content.encode()).digest()

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """``(field id, message)`` of every error, in the order of the fields: for the summary."""
        return [(field.id, f"{field.label.text}: {message}") for field in self for message in field.errors]

    @property
    def is_blank(self) -> bool:
        """Whether the person typed nothing: for parts of a page that may be left out."""
        return not any(field.raw_data and any(field.raw_data) for field in self if not isinstance(field, CheckField))


class Sent:
    """Litestar's form data with the ``getlist`` that WTForms asks for; files are kept as they are."""

    def __init__(self, data: Any) -> None:
        """Wrap the multi-dict of a request."""
        self.data = data

    def __contains__(self, name: str) -> bool:
        """Whether the field was sent."""
        return name in self.data

    def __iter__(self) -> Any:
        """The names that were sent."""
        return iter(self.data)

    def __len__(self) -> int:
        """How many were."""
        return len(self.data)

    def getlist(self, name: str) -> list[Any]:
        """All values of a name."""
        return list(self.data.getall(name, []))


# --- Fields -----------------------------------------------------------------------------------------------------


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


class DateField(wtforms.Field):
    """A day, typed as d/m/yyyy or ISO; shown again as it was typed."""

    widget = wtforms.widgets.TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day, or say how to write one."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        if not text:
            self.data = None
            return
        self.data = parse_date(text)
        if self.data is None:
            raise ValueError(_("This date does not exist. Write day, month and year: 3/3/2016."))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_date(self.data, "d/M/y") if self.data else ""


class NumberField(wtforms.Field):
    """A whole number."""

    widget = wtforms.widgets.TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the number, or say that it is none."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        if not text:
            self.data = None
            return
        if not re.fullmatch(r"[-+]?\d{1,9}", text):
            self.data = None
            raise ValueError(_("Write a whole number."))
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


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
    """A choice whose values are ids; ``id`` gives it as one."""

    @property
    def id_chosen(self) -> UUID | None:
        """The id, None when none is chosen."""
        return UUID(self.data) if self.data else None


class CheckField(wtforms.BooleanField):
    """A tick. A form that does not send it says no, as browsers do."""


def choices_of(field: wtforms.SelectField) -> list[tuple[str, Any]]:
    """``(value, label)`` of what can be chosen; WTForms would take other shapes too, which no field here uses."""
    choices: Any = field.choices
    return list(choices or ())


# --- Validators -------------------------------------------------------------------------------------------------


class Required:
    """Something must be typed or chosen; spaces are nothing."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        """``message`` says what is missing."""
        self.message = message or lazy("This cannot be empty.")

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Refuse nothing; what could not be read has its own message already."""
        if field.data in (None, "", []):
            raise base.StopValidation("" if field.errors else str(self.message))


def required(message: Any = None) -> Required:
    """Something must be typed or chosen."""
    return Required(message)


def optional() -> base.Optional:
    """Nothing need be typed, and nothing more is checked then."""
    return base.Optional()


def at_most(limit: int) -> Validator:
    """At most so many characters, none of them a control character."""

    def check(form: wtforms.Form, field: wtforms.Field) -> None:
        text = str(field.data or "")
        if CONTROL.search(str(field.raw_data[0]) if field.raw_data else text):
            raise base.StopValidation(_("There are invisible characters in it. Write it again by hand."))
        if len(text) > limit:
            raise base.StopValidation(
                _("It has %(length)d characters; at most %(limit)d fit.") % {"length": len(text), "limit": limit}
            )

    return check


def name_like(limit: int = 60) -> Validator:
    """A person's name: letters with their accents, spaces, apostrophes, hyphens and full stops."""
    fits = at_most(limit)

    def check(form: wtforms.Form, field: wtforms.Field) -> None:
        fits(form, field)
        if field.data and not NAME.match(field.data):
            raise base.StopValidation(_("A name has only letters, spaces, hyphens and apostrophes."))

    return check


def in_the_past(form: wtforms.Form, field: wtforms.Field) -> None:
    """A day before today and after 1900."""
    if field.data and not EARLIEST <= field.data < today():
        raise base.StopValidation(_("It must be a day before today."))


def email_like(form: wtforms.Form, field: wtforms.Field) -> None:
    """An address with one @ and a dot behind it; whether it exists only a letter can tell."""
    if field.data and not re.fullmatch(r"[^@\s\"<>]{1,64}@[^@\s\"<>]+\.[^@\s\"<>.]{2,}", field.data):
        raise base.StopValidation(_("Write an e-mail address, such as name@example.org."))


def phone_like(form: wtforms.Form, field: wtforms.Field) -> None:
    """A Colombian number (10 digits) or an international one (+…); kept as written, spaces and all."""
    if not field.data:
        return
    digits = re.sub(r"[\s().\-]", "", field.data)
    if re.fullmatch(r"\+\d{8,15}", digits):
        return
    if not digits.isdecimal():
        raise base.StopValidation(_("A phone number has only digits. Write a second number in its own field."))
    if len(digits) != 10:
        raise base.StopValidation(
            ngettext("It has %(n)d digit; it must have 10.", "It has %(n)d digits; it must have 10.", len(digits))
            % {"n": len(digits)}
        )


# --- Reading ----------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """Composed (NFC), with single spaces and none at the ends; everything else as typed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def parse_date(text: str) -> date | None:
    """The day that d/m/yyyy or an ISO date names, None when there is no such day."""
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def parse_id(text: str) -> UUID | None:
    """The id that was sent, None when it is none."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def typed_query(text: str | None, limit: int = 100) -> str:
    """What was typed into a search box, without what no record can hold and not longer than a search needs to be."""
    return clean(CONTROL.sub(" ", text or ""))[:limit]
