"""The parts of a student's record that are shown and edited by themselves, and which of them a person sees."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.students.forms import (
    BirthForm,
    ContactForm,
    IdentityForm,
    SimatForm,
    StudentForm,
    SupportForm,
    WholeStudentForm,
)
from portal.students.own_fields import with_own
from portal.web.forms import Form
from portal.web.i18n import lazy


@dataclass(frozen=True)
class Section:
    """A part of the record."""

    name: str
    title: Any
    form: type[Form]
    sensitive: bool = False


SECTIONS = (
    Section("identity", lazy("Identity"), IdentityForm),
    Section("birth", lazy("Birth"), BirthForm),
    Section("contact", lazy("Contact"), ContactForm),
    Section("support", lazy("Health and support"), SupportForm, sensitive=True),
    Section("simat", lazy("SIMAT"), SimatForm),
)
OWN = "own"


def sections_of(access: Access) -> dict[str, Section]:
    """All sections of the school at hand, whoever asks: the school's own fields are one where it has any."""
    fields = access.rules.fields
    own = [Section(OWN, lazy("The school's own fields"), with_own(Form, fields))] if fields else []
    return {section.name: section for section in (*SECTIONS, *own)}


def sections_for(access: Access) -> list[Section]:
    """Those that this person may see."""
    may_see_all = access.may(Permission.SENSITIVE_READ)
    return [section for section in sections_of(access).values() if may_see_all or not section.sensitive]


def whole_form(access: Access) -> type[Form]:
    """The form of all that this person may see."""
    whole = WholeStudentForm if access.may(Permission.SENSITIVE_READ) else StudentForm
    return with_own(whole, access.rules.fields)
