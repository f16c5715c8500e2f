"""What a person may type about a student, in the parts that the record shows: each is edited alone or with the rest."""

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
    YesNoField,
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
        """Ask for it, unless the document is a CE: the typed one, or the kept one where the form asks for none."""
        kept = getattr(form, "kept", None)
        kind = form["document_type"].data if "document_type" in form else getattr(kept, "document_type", None)
        if kind != DocumentType.CE:
            super().__call__(form, field)


class IdentityForm(Form):
    """Who it is."""

    first_surname = TextField(lazy("First surname"), [required(), name_like(60)])
    second_surname = TextField(lazy("Second surname"), [optional(), name_like(60)])
    first_name = TextField(lazy("First name"), [required(), name_like(60)])
    middle_names = TextField(lazy("Other names"), [optional(), name_like(120)])
    document_type = CodeField(lazy("Document type"), DocumentType, [required()], blank=lazy("Choose"))
    document_number = DocumentNumberField(lazy("Document number"), [required(), fits_document_type()])
    document_municipality_code = MunicipalityField(lazy("Issued in"), [optional()])
    gender = CodeField(lazy("Gender"), Gender, [required()], blank=lazy("Choose"))


class BirthForm(Form):
    """When and where the student was born."""

    birth_date = DateField(
        lazy("Date of birth"),
        [RequiredButForForeigners(), in_the_past],
        description=lazy("Day, month and year: 3/3/2016"),
    )
    birth_municipality_code = MunicipalityField(lazy("Place of birth"), [optional()])
    country_code = CountryField(lazy("Country of origin"), [optional()], blank=_UNKNOWN)

    def __init__(self, formdata: Any = None, obj: Any = None, **options: Any) -> None:
        """Remember whose birth it is: what their document is decides whether the date must be known."""
        super().__init__(formdata, obj, **options)
        self.kept = obj


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
    """Health and support: read and written only by those whose task needs it (Ley 1581 of 2012)."""

    eps = TextField(lazy("EPS"), [optional(), at_most(120)])
    blood_type = CodeField(lazy("Blood type"), BloodType, [optional()], blank=_UNKNOWN)
    allergies = LongTextField(lazy("Allergies"), [optional(), at_most(500)])
    disability_code = SimatCodeField(lazy("Disability"), [optional()], codes="disability", blank=_UNKNOWN)
    TRASTORNOS_ESPECIFICOS = SimatCodeField(
        lazy("Learning disorder"), [optional()], codes="learning_disorder", blank=_UNKNOWN
    )
    talent_code = SimatCodeField(lazy("Exceptional talent"), [optional()], codes="exceptional_capacity", blank=_UNKNOWN)
    ethnicity_code = SimatCodeField(lazy("Ethnicity"), [optional()], codes="ethnicity", blank=_UNKNOWN)
    RES = TextField(lazy("Indigenous reservation"), [optional(), at_most(20)], description=lazy("SIMAT's code (RES)"))
    victim_code = SimatCodeField(lazy("Victim of the conflict"), [optional()], codes="victim", blank=_UNKNOWN)
    left_municipality_code = MunicipalityField(
        lazy("Displaced from"), [optional()], description=lazy("The municipality that the family left")
    )
    INS_FAMILIAR = TextField(
        lazy("Family welfare institution"), [optional(), at_most(20)], description=lazy("SIMAT's code (INS_FAMILIAR)")
    )


class SimatForm(Form):
    """What SIMAT asks besides; names in capitals are those of its columns."""

    stratum = NumberField(lazy("Stratum"), [optional(), NumberRange(0, 6, lazy("The stratum goes from 0 to 6."))])
    sisben = TextField(lazy("SISBEN IV"), [optional(), sisben_like], description=lazy("Such as B4, or NO APLICA"))
    per_id = TextField(
        lazy("SIMAT's person number (PER_ID)"),
        [optional(), Regexp(r"[0-9]{1,20}$", message=lazy("PER_ID has digits only. Leave it as SIMAT gave it."))],
    )
    PROVIENE_SECTOR_PRIV = YesNoField(lazy("Comes from a private school"), [optional()], blank=_UNKNOWN)
    PROVIENE_OTR_MUN = YesNoField(lazy("Comes from another municipality"), [optional()], blank=_UNKNOWN)
    CAB_FAMILIA = YesNoField(lazy("Is the head of a family"), [optional()], blank=_UNKNOWN)
    BEN_MAD_FLIA = YesNoField(lazy("Child of a mother who heads her family"), [optional()], blank=_UNKNOWN)
    BEN_VET_FP = YesNoField(lazy("Child of a veteran of the public forces"), [optional()], blank=_UNKNOWN)
    BEN_HER_NAC = YesNoField(lazy("Child of a national hero"), [optional()], blank=_UNKNOWN)


class StudentForm(IdentityForm, BirthForm, ContactForm, SimatForm):
    """The whole record but for what is sensitive."""


class WholeStudentForm(StudentForm, SupportForm):
    """The whole record."""
