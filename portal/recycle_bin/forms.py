"""What a person may change when a record comes back and its old place is taken."""

from wtforms.validators import Regexp

from portal.catalogs.codes import DocumentType
from portal.catalogs.fields import DocumentNumberField, fits_document_type
from portal.guardians.forms import NeededWith
from portal.recycle_bin.kinds import Kind
from portal.web.fields import CheckField, CodeField, TextField
from portal.web.forms import Form
from portal.web.i18n import lazy
from portal.web.validators import at_most, optional, required


class RestorationForm(Form):
    """Bringing a record back as it was."""


class _Seats(RestorationForm):
    without_group = CheckField(lazy("Bring it back without a group; it can be given one afterwards"))


class StudentRestorationForm(_Seats):
    """A student whose document or number of SIMAT's another one has now, or whose seat is taken."""

    document_type = CodeField(lazy("Document type"), DocumentType, [required()])
    document_number = DocumentNumberField(lazy("Document number"), [required(), fits_document_type()])
    per_id = TextField(
        lazy("SIMAT's person number (PER_ID)"),
        [optional(), Regexp(r"[0-9]{1,20}$", message=lazy("PER_ID has digits only. Leave it as SIMAT gave it."))],
    )
    without_enrollments = CheckField(lazy("Leave these enrollments in the bin, and bring the student back"))


class GuardianRestorationForm(RestorationForm):
    """A guardian whose document another one has now; without a document they come back, too."""

    document_type = CodeField(
        lazy("Document type"),
        DocumentType,
        [NeededWith("document_number", lazy("Say what kind of document it is."))],
        blank=lazy("Not recorded"),
    )
    document_number = DocumentNumberField(
        lazy("Document number"), [NeededWith("document_type", lazy("Write its number.")), fits_document_type()]
    )


class GroupRestorationForm(RestorationForm):
    """A group whose code another one has now."""

    code = TextField(lazy("Code"), [required(), at_most(20)])


class EnrollmentRestorationForm(_Seats):
    """An enrollment whose seat is taken."""


FORMS: dict[Kind, type[RestorationForm]] = {
    Kind.STUDENTS: StudentRestorationForm,
    Kind.GUARDIANS: GuardianRestorationForm,
    Kind.GROUPS: GroupRestorationForm,
    Kind.ENROLLMENTS: EnrollmentRestorationForm,
}
