"""What a person may type about a guardian, and about what they are to a student."""

from dataclasses import dataclass
from datetime import datetime
from math import isqrt
from typing import Any

import wtforms
from wtforms import validators as base
from wtforms.validators import NumberRange

from portal.catalogs.codes import DocumentType, Relationship
from portal.catalogs.fields import DocumentNumberField, PhoneField, fits_document_type, whole_phone
from portal.guardians.models import Guardian, StudentGuardian
from portal.web.fields import CheckField, CodeField, NumberField, TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import at_most, email_like, name_like, optional, required

# What a guardian usually is: the mother or father who brings the child. Ticked to begin with, wherever one is added.
USUAL_TIE = {"is_legal_representative": True, "lives_with": True, "may_collect": True, "may_see_records": True}


class NeededWith:
    """Nothing need be typed, unless the other field has something: a document is both its type and its number."""

    def __init__(self, other: str, message: Any) -> None:
        """``message`` says what is missing."""
        self.other = other
        self.message = message

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Refuse half a document; let none at all pass."""
        if field.data in (None, ""):
            missing = form[self.other].data not in (None, "") and not field.errors
            raise base.StopValidation(str(self.message) if missing else "")


class GuardianIdentityForm(Form):
    """Who it is."""

    first_surname = TextField(lazy("First surname"), [required(), name_like(60)])
    second_surname = TextField(lazy("Second surname"), [optional(), name_like(60)])
    first_name = TextField(lazy("First name"), [required(), name_like(60)])
    middle_names = TextField(lazy("Other names"), [optional(), name_like(120)])
    document_type = CodeField(
        lazy("Document type"),
        DocumentType,
        [NeededWith("document_number", lazy("Say what kind of document it is."))],
        blank=lazy("Not recorded"),
    )
    document_number = DocumentNumberField(
        lazy("Document number"), [NeededWith("document_type", lazy("Write its number.")), fits_document_type()]
    )
    occupation = TextField(lazy("Occupation"), [optional(), at_most(120)])


class GuardianPhonesForm(Form):
    """Where to call them: what is corrected most."""

    phone = PhoneField(
        lazy("Mobile phone"),
        [optional(), at_most(40), whole_phone],
        description=lazy("10 digits; spaces do not matter"),
        render_kw={"type": "tel"},
    )
    phone_2 = PhoneField(lazy("Another phone"), [optional(), at_most(40), whole_phone], render_kw={"type": "tel"})


class GuardianContactForm(GuardianPhonesForm):
    """How to reach them."""

    email = TextField(lazy("E-mail"), [optional(), at_most(254), email_like], render_kw={"type": "email"})
    address = TextField(lazy("Address"), [optional(), at_most(200)])


class GuardianForm(GuardianIdentityForm, GuardianContactForm):
    """An adult who answers for students; the same record for all of them."""


class TieForm(Form):
    """What a guardian is to one student."""

    relationship = CodeField(lazy("Relationship"), Relationship, [required()], blank=lazy("Choose"))
    is_primary = CheckField(lazy("Primary guardian"))
    is_legal_representative = CheckField(lazy("Legal representative"))
    lives_with = CheckField(lazy("Lives with the student"))
    may_collect = CheckField(lazy("May collect the student"))
    may_see_records = CheckField(lazy("May see the record"))

    @property
    def ticks(self) -> list[wtforms.Field]:
        """What the guardian may and must, in one row."""
        return [field for field in self if isinstance(field, CheckField)]

    def offer_primary(self, *, is_choice: bool) -> None:
        """Leave the tick out where there is nothing to choose: for the first guardian, and for the primary one."""
        if not is_choice:
            del self.is_primary


class TiedGuardianForm(GuardianForm, TieForm):
    """Both at once, as the record edits them."""

    contact_order = NumberField(
        lazy("Place in the order of calling"),
        [required(), NumberRange(1, 99, lazy("Write 1 for who is called first, 2 for the next."))],
        description=lazy("1 is called first"),
        render_kw={"inputmode": "numeric"},
    )

    @property
    def seen_versions(self) -> tuple[int, int]:
        """The guardian's and the tie's, apart again."""
        seen = self.seen_version or 0
        both = (isqrt(8 * seen + 1) - 1) // 2
        tie = seen - both * (both + 1) // 2
        return both - tie, tie

    @property
    def reached(self) -> list[wtforms.Field]:
        """How to reach them, which is what is corrected most."""
        return [self.phone, self.phone_2, self.email]

    @property
    def person(self) -> list[wtforms.Field]:
        """What else is known of the person."""
        return [self[field.short_name] for field in GuardianForm() if self[field.short_name] not in self.reached]


@dataclass
class TiedGuardian:
    """A guardian and what they are to one student, to fill a form from and to be filled by it as one."""

    guardian: Guardian
    tie: StudentGuardian

    @property
    def version(self) -> int:
        """The versions of both in one number (Cantor's pairing), so that a form carries one."""
        both = self.guardian.version + self.tie.version
        return both * (both + 1) // 2 + self.tie.version

    @property
    def updated_at(self) -> datetime:
        """When either row was saved last."""
        return max(self.guardian.updated_at, self.tie.updated_at)

    def __getattr__(self, name: str) -> Any:
        """The tie's column, else the guardian's."""
        return getattr(self.tie if name in TIE_COLUMNS else self.guardian, name)

    def fill(self, form: Form) -> None:
        """Put what was typed into the row that it belongs to; what concerns the others too, ``guardians.ties`` does."""
        for field in form:
            if field.short_name not in AMONG_OTHERS:
                setattr(self.tie if field.short_name in TIE_COLUMNS else self.guardian, field.short_name, field.data)


# What a tie has only one of among all ties of a student: the primary one, and a place in the order of calling.
AMONG_OTHERS = frozenset(("is_primary", "contact_order"))
TIE_COLUMNS = AMONG_OTHERS | frozenset(
    ("relationship", "is_legal_representative", "lives_with", "may_collect", "may_see_records")
)
