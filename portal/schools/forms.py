"""What a person may type about a school and its campuses."""

from typing import Any

import wtforms
from wtforms import validators as base

from portal.catalogs.codes import Calendar, Sector, Zone
from portal.catalogs.fields import MunicipalityField, PhoneField, whole_phone
from portal.schools.fields import DaneField, NitField, TimeZoneField, digits
from portal.schools.models import Campus
from portal.schools.slugs import LONGEST, RESERVED, SLUG
from portal.web.fields import CodeField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.validators import at_most, email_like, optional, required

IDENTITY = ("name", "short_name", "nit", "dane_code", "sector", "calendar", "resolution", "slug")
PLACE = ("municipality_code", "address", "phone", "email", "time_zone")


class SchoolForm(Form):
    """A school as it is known to DANE, to DIAN and to families."""

    name = TextField(lazy("Name"), [required(lazy("Write the school's name.")), at_most(200)])
    short_name = TextField(lazy("Short name"), [at_most(60)], description=lazy("For the menu: I.E. Simón Bolívar"))
    nit = NitField(lazy("NIT"), [optional(), at_most(20)], description=lazy("With its check digit"))
    dane_code = DaneField(lazy("DANE code"), [digits(12)], description=lazy("12 digits"))
    resolution = TextField(
        lazy("Resolution"), [at_most(120)], description=lazy("The licence or approval that certificates name")
    )
    sector = CodeField(lazy("Sector"), Sector, [required(lazy("Choose one of the list."))])
    calendar = CodeField(lazy("Calendar"), Calendar, [required(lazy("Choose one of the list."))])
    municipality_code = MunicipalityField(lazy("Municipality"))
    address = TextField(lazy("Address"), [at_most(200)])
    phone = PhoneField(lazy("Phone"), [at_most(40), whole_phone])
    email = TextField(lazy("E-mail"), [at_most(254), email_like], render_kw={"type": "email"})
    time_zone = TimeZoneField(lazy("Time zone"), [required(lazy("Choose one of the list."))], default="America/Bogota")

    @property
    def parts(self) -> list[tuple[str, Any, list[wtforms.Field]]]:
        """The sections of its page: id, title, fields."""
        return [
            ("identity", _("Identity"), [self[name] for name in IDENTITY if name in self]),
            ("place", _("Place and contact"), [self[name] for name in PLACE]),
        ]


class NewSchoolForm(SchoolForm):
    """A school that is opened, with the address that it will have for good."""

    slug = TextField(
        lazy("Address in the portal"),
        [at_most(LONGEST)],
        description=lazy("It does not change later. Empty: it is made from the name, such as simon-bolivar."),
    )

    def validate_slug(self, field: wtforms.Field) -> None:
        """Small letters, digits and hyphens; not an address of the portal's own."""
        if field.data and not SLUG.fullmatch(field.data):
            raise base.ValidationError(_("Write small letters without accents, digits, and hyphens between them."))
        if field.data in RESERVED:
            raise base.ValidationError(_("The portal needs this address itself."))


class SchoolDeletionForm(Form):
    """The name of the school that is to go, typed by hand."""

    name = TextField(lazy("Name of the school"), [required(lazy("Write the school's name.")), at_most(200)])

    def names(self, school: Any) -> bool:
        """Whether the name is the school's; else the field says so."""
        if self.validate() and self.name.data != school.name:
            self.blame("name", _("This is not the name of the school. Copy it as it stands above."))
        return not self.errors


class CampusForm(Form):
    """A campus."""

    name = TextField(lazy("Name"), [required(lazy("Write the campus's name.")), at_most(120)])
    dane_code = DaneField(lazy("DANE consecutive"), [digits(14)])
    zone = CodeField(lazy("Zone"), Zone, [required(lazy("Choose one of the list."))])
    address = TextField(lazy("Address"), [at_most(200)])

    def belong_to(self, school_code: str | None) -> None:
        """Ask that the consecutive begins with the school's code, as DANE's do; one kept before is not judged anew."""
        field = self.dane_code
        if school_code:
            field.description = _("14 digits: %(code)s and two more") % {"code": school_code}
        else:
            field.description = _("14 digits")
        self._school_code = school_code

    def validate_dane_code(self, field: wtforms.Field) -> None:
        """See ``belong_to``."""
        kept = field.data == field.object_data
        if not kept and not Campus(dane_code=field.data).fits(self._school_code):
            raise base.ValidationError(
                _("It must begin with the school's DANE code: %(code)s.") % {"code": self._school_code}
            )

    _school_code: str | None = None
