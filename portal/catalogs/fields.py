"""Form fields over the catalogues: documents, municipalities, countries and SIMAT's code lists.

What is kept is the code; what is shown and typed are words. Every field works without a script.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import wtforms
from markupsafe import Markup
from wtforms import validators as base
from wtforms.widgets import TextInput

from portal.catalogs import divipola
from portal.catalogs.countries import country_name, country_names
from portal.catalogs.documents import LONGEST_NUMBER, normalised_number, shape_problem
from portal.catalogs.phones import bare, is_whole, normalised_phone, spaced_phone
from portal.catalogs.simat import code_list
from portal.catalogs.text import folded
from portal.web.fields import ChoiceField, TextField, choices_of
from portal.web.i18n import _, lazy, ngettext, today
from portal.web.validators import Validator, at_most

# Where municipalities are suggested while typing; what is typed is in the parameter that ``field`` names.
SUGGESTIONS = "/municipalities"
# SISBEN IV: groups A to D, each with its own number of levels.
_SISBEN = re.compile(r"A[1-5]|B[1-7]|C(?:[1-9]|1[0-8])|D(?:[1-9]|1\d|2[01])|NO APLICA")


class DocumentNumberField(TextField):
    """The number of an identity document: typed with dots or without, kept without."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take dots, blanks and hyphens out."""
        super().process_formdata(valuelist)
        if valuelist and self.data:
            self.data = normalised_number(self.data) or None


class PhoneField(TextField):
    """A phone number: typed with spaces or without, kept without."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take spaces, hyphens and brackets out of a whole number."""
        super().process_formdata(valuelist)
        if valuelist and self.data:
            self.data = normalised_phone(self.data)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else spaced_phone(self.data)


class SuggestingInput(TextInput):
    """A line of text whose browser suggests what the server finds while the person types."""

    def __call__(self, field: wtforms.Field, **given: Any) -> Markup:
        """The input and its list of suggestions."""
        places = f"{field.id}-places"
        asking = {
            "list": places,
            "hx-get": f"{SUGGESTIONS}?{urlencode({'field': field.name})}",
            "hx-trigger": "input changed delay:150ms",
            "hx-target": f"#{places}",
            "hx-swap": "innerHTML",
        }
        return super().__call__(field, **asking | given) + Markup('<datalist id="{}"></datalist>').format(places)


class MunicipalityField(TextField):
    """A municipality: typed by name (``Medellín, Antioquia``) or by DANE's code, kept as the code."""

    widget = SuggestingInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Find the one that was meant, or say which there are."""
        if valuelist:
            typed = str(valuelist[0])
            self.data = _the_only_one(typed) if typed.strip() else None

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else divipola.municipality_name(self.data)


def _the_only_one(typed: str) -> str:
    """The code of the municipality with this name, written with its department or alone. Raises ValueError."""
    found = divipola.municipality(typed.strip()) or divipola.municipality(typed.strip().zfill(5))
    if found is not None:
        return found.code
    wanted = folded(re.sub(r"\s*,\s*", ", ", typed[:120]))
    places = divipola.municipalities().values()
    matching = [place for place in places if folded(str(place)) == wanted]
    matching = matching or [place for place in places if folded(place.name) == wanted]
    if len(matching) == 1:
        return matching[0].code
    suggestions = matching or divipola.search(typed[:120], limit=5)
    if suggestions:
        raise ValueError(_("Which one? Write it so: %(places)s.") % {"places": "; ".join(map(str, suggestions[:5]))})
    raise ValueError(_("There is no such municipality. Write its name and department: Medellín, Antioquia."))


class CountryField(ChoiceField):
    """A country, kept as its number (ISO 3166), which is what SIMAT's PAIS_ORIGEN holds."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **options: Any) -> None:
        """Offer every country by its name in the reader's language."""
        super().__init__(label, validators, **options)
        self.offer(country_names())

    def process_data(self, value: Any) -> None:
        """Also show a number that no country has any more."""
        super().process_data(value)
        offer_also(self, country_name(self.data))


class YesNoField(ChoiceField):
    """Yes or no, or not known; kept as SIMAT's S and N."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), **options: Any) -> None:
        """Offer both."""
        super().__init__(label, validators, **options)
        self.offer((("S", lazy("Yes")), ("N", lazy("No"))))


class SimatCodeField(ChoiceField):
    """A code of one of SIMAT's lists, in this year's edition; labels are the Ministry's own words, in Spanish."""

    def __init__(self, label: Any, validators: Iterable[Any] = (), *, codes: str, **options: Any) -> None:
        """``codes`` names the list: ``ethnicity``, ``disability`` …"""
        super().__init__(label, validators, **options)
        self.codes = codes
        self.known = code_list(codes, today().year)
        self.offer((code, self._said(code)) for code in self.known.values)

    def process_data(self, value: Any) -> None:
        """Also show a code that this year's list has lost: saving something else must not lose it."""
        super().process_data(value)
        offer_also(self, self._said(self.data) if self.data else None)

    def _said(self, code: str) -> str:
        words = self.known.label(code)
        return code if words == code else f"{code} · {words}"


def offer_also(field: ChoiceField, label: str | None) -> None:
    """Offer the value that the field has, too, where the list has lost it since."""
    choices = choices_of(field)
    if field.data is not None and field.data not in {value for value, _label in choices}:
        field.choices = [*choices, (field.data, label or field.data)]


# --- Validators -------------------------------------------------------------------------------------------------


def fits_document_type(type_field: str = "document_type") -> Validator:
    """The number has the shape that its type asks for; a number that was kept before is not judged anew."""
    fits = at_most(LONGEST_NUMBER)

    def check(form: wtforms.Form, field: wtforms.Field) -> None:
        fits(form, field)
        kind = form[type_field]
        kept = field.data == field.object_data and kind.data == kind.object_data
        if field.data and kind.data and not kept and (problem := shape_problem(kind.data, field.data)):
            raise base.StopValidation(_(problem))

    return check


def whole_phone(form: wtforms.Form, field: wtforms.Field) -> None:
    """A number that can be dialled; one that was kept before, such as an old landline's, is not judged anew."""
    if not field.data or field.data == field.object_data or is_whole(digits := bare(field.data)):
        return
    if not (digits.isascii() and digits.isdecimal()):
        raise base.StopValidation(_("A phone number has only digits. Write a second number in its own field."))
    raise base.StopValidation(
        ngettext("It has %(n)d digit; it must have 10.", "It has %(n)d digits; it must have 10.", len(digits))
        % {"n": len(digits)}
    )


def sisben_like(form: wtforms.Form, field: wtforms.Field) -> None:
    """A group of SISBEN IV, or NO APLICA."""
    if field.data:
        field.data = field.data.upper()
        if not _SISBEN.fullmatch(field.data):
            raise base.StopValidation(
                _("SISBEN IV goes from A1 to A5, B1 to B7, C1 to C18, D1 to D21, or says NO APLICA.")
            )
