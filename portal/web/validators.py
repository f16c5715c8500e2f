"""The rules that many forms share, each with the message that says how to put it right."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import wtforms
from wtforms import validators as base

from portal.web.i18n import _, lazy, today
from portal.web.reading import CONTROL

Validator = Callable[[wtforms.Form, wtforms.Field], None]

EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 12, 31)
# Letters of any script with their marks, and what stands between them: D'Andréis, O'Neill, De la Hoz, Ma. José.
NAME = re.compile(r"^[^\W\d_](?:[^\W\d_]|[\u0300-\u036f]|[ '’´.\-])*$")


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


def this_age(form: wtforms.Form, field: wtforms.Field) -> None:
    """A day between 1900 and 2100: whatever lies outside has a digit too many, or one too few."""
    if field.data and not EARLIEST <= field.data <= LATEST:
        raise base.StopValidation(_("It must be a day between 1900 and 2100."))


def email_like(form: wtforms.Form, field: wtforms.Field) -> None:
    """An address with one @ and a dot behind it; whether it exists only a letter can tell."""
    if field.data and not re.fullmatch(r"[^@\s\"<>]{1,64}@[^@\s\"<>]+\.[^@\s\"<>.]{2,}", field.data):
        raise base.StopValidation(_("Write an e-mail address, such as name@example.org."))
