"""The page of a new student: parts that are typed, judged and given back together.

The student is always there. A guardian and an enrollment may be left out; half filled they are wrong.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, Self, cast
from uuid import UUID

from litestar import Request

from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness, must_confirm
from portal.enrollments.places import PlaceForm
from portal.guardians.forms import USUAL_TIE, GuardianForm, TieForm
from portal.schools.rules import CustomField
from portal.students.forms import StudentForm
from portal.students.guardian_part import GUARDIAN, GuardianPart
from portal.students.models import SURNAMES_FIRST, Student
from portal.students.own_fields import name_of, with_own
from portal.students.registration import Asking, Bringing
from portal.students.sheet import Sheet
from portal.web.forms import typed_before
from portal.web.i18n import _
from portal.web.reading import typed_query

ENROLLMENT = "enrollment-"
# What is asked first, in the order of the page; the rest may be left for later.
FIRST = ("document_type", "document_number", "birth_date", "gender", *SURNAMES_FIRST)


class RegistrationForm:
    """The whole page."""

    def __init__(
        self, student: StudentForm, guardian: GuardianPart, place: PlaceForm, fields: tuple[CustomField, ...]
    ) -> None:
        """Put the parts together; ``fields`` are the school's own."""
        self.student = student
        self.fields = fields
        self.guardian = guardian
        self.place = place
        #: how it was sent: ``submit`` and ``draft`` are the buttons, ``enter`` the key; scripts send nothing
        self.then = ""
        #: the person has looked at the likely duplicates
        self.is_confirmed = False
        #: a fingerprint of all parts as they were sent, before anything is filled in
        self.digest = b""
        self.likenesses: Sequence[Likeness] = ()
        self.errors: list[tuple[str, str]] = []

    @classmethod
    def show(cls, fields: tuple[CustomField, ...] = ()) -> Self:
        """The page to begin with, with the school's own fields."""
        tie = TieForm.show(prefix=GUARDIAN, data=USUAL_TIE)
        guardian = GuardianPart(GuardianForm.show(prefix=GUARDIAN), tie, **_named(typed_before()))
        return cls(_student_form(fields).show(), guardian, PlaceForm.show(prefix=ENROLLMENT), fields)

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], fields: tuple[CustomField, ...] = ()) -> Self:
        """The page as the person sent it."""
        sent = await request.form()
        guardian = GuardianPart(
            await GuardianForm.read(request, prefix=GUARDIAN),
            await TieForm.read(request, prefix=GUARDIAN),
            **_named(sent),
        )
        student = await _student_form(fields).read(request)
        form = cls(student, guardian, await PlaceForm.read(request, prefix=ENROLLMENT), fields)
        form.then = str(sent.get("then", ""))
        form.is_confirmed = bool(sent.get("not_duplicate"))
        guardian.is_confirmed = bool(sent.get(f"{GUARDIAN}not_duplicate"))
        form.digest = form._fingerprint()
        return form

    @property
    def minted_id(self) -> UUID:
        """The id that the student will have."""
        return self.student.minted_id

    @property
    def described(self) -> Described:
        """The student, for looking whether they are here already."""
        return Described.by(self.student)

    def validate(self) -> bool:
        """Judge every part, so that all that is wrong is said at once."""
        right = [self.student.validate()]
        if not self.guardian.is_blank:
            right.append(self.guardian.validate())
        if not self.place.is_blank or self.then == "submit":
            right.append(self.place.validate())
        return all(right)

    def judge_likenesses(self, found: Sequence[Likeness]) -> None:
        """Refuse a document that is here already; a likely duplicate must be looked at and confirmed."""
        self.likenesses = found
        taken = [likeness.marks for likeness in found if likeness.is_taken]
        if any(marks.same_document for marks in taken):
            _refuse(
                self.student.document_number,
                _("Another student has this document. Check the number or open that record."),
            )
        elif taken:
            _refuse(self.student.per_id, _("Another student has this PER_ID. Check the number or open that record."))
        elif self.must_confirm and not self.is_confirmed:
            self.errors.append(
                ("not_duplicate", _("Perhaps this student is here already. Open the record, or confirm that not."))
            )

    @property
    def is_draft(self) -> bool:
        """Whether the enrollment is kept and not sent to review yet."""
        return self.then == "draft"

    @property
    def is_looking_for_guardian(self) -> bool:
        """Whether Enter was meant for the box in which a guardian is looked for."""
        return self.then == "enter" and bool(self.guardian.sought) and not self.guardian.wanted

    @property
    def must_confirm(self) -> bool:
        """Whether somebody very like the student is here already, and only a person can tell whether it is they."""
        return must_confirm(self.likenesses)

    @property
    def first(self) -> list[Any]:
        """The fields that the page begins with."""
        return [self.student[name] for name in FIRST]

    @property
    def own(self) -> list[Any]:
        """The school's own fields."""
        return [self.student[name_of(field)] for field in self.fields]

    @property
    def others(self) -> list[Any]:
        """What else can be written of the student now, or later in the record."""
        shown = {*FIRST, *(name_of(field) for field in self.fields)}
        return [field for field in self.student if field.short_name not in shown]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """All errors in the order of the page: for the one summary."""
        in_order = [field.id for field in (*self.first, *self.own, *self.others)]
        of_student = sorted(self.student.error_list, key=lambda error: in_order.index(error[0]))
        return [*of_student, *self.errors, *self.guardian.error_list, *self.place.error_list]

    def student_row(self, school_id: UUID) -> Student:
        """The student to write."""
        student = Student(school_id=school_id, id=self.minted_id, form_digest=self.digest, simat={}, extra_data={})
        Sheet(student, self.fields).fill(self.student)
        return student

    def brought(self) -> Bringing | None:
        """The guardian to write or to tie, if any."""
        return None if self.guardian.is_blank else self.guardian.rows()

    def asked(self) -> Asking | None:
        """The place to ask for, if any."""
        if self.place.is_blank or self.place.year is None:
            return None
        return Asking(self.place.year, self.place.columns, to_review=not self.is_draft)

    @property
    def notice(self) -> str:
        """What to tell after it is done."""
        if self.place.is_blank:
            return _("Registered.")
        if self.is_draft:
            return _("Registered. The enrollment is a draft: send it for review when it is complete.")
        return _("Registered. The enrollment was sent for review.")

    def _fingerprint(self) -> bytes:
        parts = (self.student.digest, self.guardian.form.digest, self.guardian.tie.digest, self.place.digest)
        rest = f"{self.guardian.wanted}\x1f{self.is_draft}".encode()
        return hashlib.sha256(b"".join(parts) + rest).digest()


def _student_form(fields: tuple[CustomField, ...]) -> type[StudentForm]:
    return cast(type[StudentForm], with_own(StudentForm, fields))


def _refuse(field: Any, message: str) -> None:
    """Add to what is wrong with a field that was judged before."""
    field.errors = [*field.errors, message]


def _named(sent: Any) -> dict[str, str]:
    """Whom the person named as guardian: the one to take, or what was typed to find one."""
    return {
        "wanted": "" if f"{GUARDIAN}change" in sent else str(sent.get(f"{GUARDIAN}id", "")).strip(),
        "sought": typed_query(str(sent.get(f"{GUARDIAN}q", ""))),
    }
