"""What a person may type about a student, in the parts that the record shows: each is edited alone or with the rest."""

from dataclasses import dataclass
from typing import Any

import wtforms
from wtforms.validators import NumberRange, Regexp

from portal.catalogs.codes import BloodType, DocumentType, Gender, Zone
from portal.catalogs.fields import (
    CountryField,
    DocumentNumberField,
    MunicipalityField,
    PhoneField,
    SimatCodeField,
    fits_document_type,
    sisben_like,
    whole_phone,
)
from portal.web.fields import CodeField, DateField, LongTextField, NumberField, TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import Required, at_most, email_like, in_the_past, name_like, optional, required

_UNKNOWN = lazy("Not recorded")


class RequiredButForForeigners(Required):
    """SIMAT asks everybody for it, except those with a foreigner's card (CE)."""

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Refuse nothing, unless the document is a CE."""
        if form["document_type"].data != DocumentType.CE:
            super().__call__(form, field)


class IdentityForm(Form):
    """Who it is."""

    first_surname = TextField(lazy("First surname"), [required(), name_like(60)])
    second_surname = TextField(lazy("Second surname"), [optional(), name_like(60)])
    first_name = TextField(lazy("First name"), [required(), name_like(60)])
    middle_names = TextField(lazy("Other names"), [optional(), name_like(120)])
    document_type = CodeField(lazy("Document type"), DocumentType, [required()], blank=lazy("Choose"))
    document_number = DocumentNumberField(lazy("Document number"), [required(), fits_document_type()])
    birth_date = DateField(
        lazy("Date of birth"),
        [RequiredButForForeigners(), in_the_past],
        description=lazy("Day, month and year: 3/3/2016"),
    )
    gender = CodeField(lazy("Gender"), Gender, [required()], blank=lazy("Choose"))
    document_municipality_code = MunicipalityField(lazy("Issued in"), [optional()])
    birth_municipality_code = MunicipalityField(lazy("Place of birth"), [optional()])
    country_code = CountryField(lazy("Country of origin"), [optional()], blank=_UNKNOWN)


class ContactForm(Form):
    """Where the student lives, and how to reach them."""

    address = TextField(lazy("Address"), [optional(), at_most(200)])
    neighborhood = TextField(lazy("Neighbourhood"), [optional(), at_most(120)])
    municipality_code = MunicipalityField(lazy("Municipality"), [optional()])
    zone = CodeField(lazy("Zone"), Zone, [optional()], blank=_UNKNOWN)
    phone = PhoneField(
        lazy("Phone"),
        [optional(), at_most(40), whole_phone],
        description=lazy("10 digits; spaces do not matter"),
        render_kw={"type": "tel"},
    )
    email = TextField(lazy("E-mail"), [optional(), at_most(254), email_like], render_kw={"type": "email"})


class SupportForm(Form):
    """Health and support: read and written only by those whose task needs it."""

    eps = TextField(lazy("EPS"), [optional(), at_most(120)])
    blood_type = CodeField(lazy("Blood type"), BloodType, [optional()], blank=_UNKNOWN)
    allergies = LongTextField(lazy("Allergies"), [optional(), at_most(500)])
    disability_code = SimatCodeField(lazy("Disability"), [optional()], codes="disability", blank=_UNKNOWN)
    talent_code = SimatCodeField(lazy("Exceptional talent"), [optional()], codes="exceptional_capacity", blank=_UNKNOWN)
    ethnicity_code = SimatCodeField(lazy("Ethnicity"), [optional()], codes="ethnicity", blank=_UNKNOWN)
    victim_code = SimatCodeField(lazy("Victim of the conflict"), [optional()], codes="victim", blank=_UNKNOWN)


class SimatForm(Form):
    """What SIMAT asks besides."""

    stratum = NumberField(lazy("Stratum"), [optional(), NumberRange(0, 6, lazy("The stratum goes from 0 to 6."))])
    sisben = TextField(lazy("SISBEN IV"), [optional(), sisben_like], description=lazy("Such as B4, or NO APLICA"))
    per_id = TextField(
        lazy("SIMAT's person number (PER_ID)"),
        [optional(), Regexp(r"[0-9]{1,20}$", message=lazy("PER_ID has digits only. Leave it as SIMAT gave it."))],
    )


class StudentForm(IdentityForm, ContactForm, SimatForm):
    """The whole record but for what is sensitive."""


class WholeStudentForm(StudentForm, SupportForm):
    """The whole record."""


@dataclass(frozen=True)
class Section:
    """A part of the record that is shown and edited by itself."""

    name: str
    title: Any
    form: type[Form]
    sensitive: bool = False


SECTIONS = {
    section.name: section
    for section in (
        Section("identity", lazy("Identity"), IdentityForm),
        Section("contact", lazy("Contact"), ContactForm),
        Section("support", lazy("Health and support"), SupportForm, sensitive=True),
        Section("simat", lazy("SIMAT"), SimatForm),
    )
}
