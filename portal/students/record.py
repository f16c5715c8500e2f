"""A student's record as it is shown: the student with their guardians and enrollments, and each section's facts."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from portal.catalogs.countries import country_name
from portal.catalogs.divipola import municipality_name
from portal.catalogs.documents import fits_age
from portal.catalogs.phones import spaced_phone
from portal.catalogs.simat import code_list
from portal.catalogs.words import document
from portal.enrollments.models import Enrollment
from portal.guardians.models import StudentGuardian
from portal.schools.rules import SchoolRules
from portal.students.models import Student
from portal.students.own_fields import in_words, own_value
from portal.students.sheet import Sheet
from portal.web.i18n import _, format_date, today

Facts = list[tuple[str, Any]]


@dataclass(frozen=True)
class Record:
    """A student, their guardians with the primary one first, and their enrollments, the newest first."""

    student: Student
    ties: list[StudentGuardian]
    enrollments: list[Enrollment]
    year_id: UUID | None = None
    rules: SchoolRules = field(default_factory=SchoolRules)

    @property
    def sheet(self) -> Sheet:
        """The student with what JSON keeps of them, for forms."""
        return Sheet(self.student, self.rules.fields)

    @property
    def enrollment(self) -> Enrollment | None:
        """The one that the head of the record speaks of: this year's, else the newest."""
        of_this_year = (enrollment for enrollment in self.enrollments if enrollment.year_id == self.year_id)
        return next(of_this_year, self.enrollments[0] if self.enrollments else None)

    @property
    def age(self) -> int | None:
        """In whole years, today."""
        return self.student.age_on(today())

    @property
    def has_unusual_age(self) -> bool:
        """Whether the age is far from that of the grade: a warning, since late learners and early ones exist."""
        enrollment = self.enrollment
        usual = enrollment.grade.usual_age if enrollment else None
        age = self.student.age_on(date(enrollment.year.starts_on.year, 6, 30)) if enrollment else None
        return usual is not None and age is not None and abs(age - usual) >= self.rules.review.unusual_years

    @property
    def has_outgrown_document(self) -> bool:
        """Whether people of that age usually have another type of document: a hint, since renewing takes its time."""
        born, kind = self.student.birth_date, self.student.document_type
        return born is not None and not fits_age(kind, born, today())


def facts(section: str, record: Record) -> Facts:
    """What a section shows: label and value, in the order of reading."""
    return _FACTS[section](record)


def _identity(record: Record) -> Facts:
    student = record.student
    return [
        (_("First surname"), student.first_surname),
        (_("Second surname"), student.second_surname),
        (_("Given names"), " ".join(filter(None, (student.first_name, student.middle_names)))),
        (_("Document"), document(student)),
        (_("Issued in"), municipality_name(student.document_municipality_code)),
        (_("Gender"), _label(student.gender)),
    ]


def _birth(record: Record) -> Facts:
    student = record.student
    return [
        (_("Date of birth"), format_date(student.birth_date, "long")),
        (_("Place of birth"), municipality_name(student.birth_municipality_code)),
        (_("Country of origin"), country_name(student.country_code)),
    ]


def _contact(record: Record) -> Facts:
    student = record.student
    return [
        (_("Address"), student.address),
        (_("Neighbourhood"), student.neighborhood),
        (_("Municipality"), municipality_name(student.municipality_code)),
        (_("Zone"), _label(student.zone)),
        (_("Phone"), spaced_phone(student.phone)),
        (_("E-mail"), student.email),
    ]


def _support(record: Record) -> Facts:
    student, sheet = record.student, record.sheet
    return [
        (_("EPS"), student.eps),
        (_("Blood type"), _label(student.blood_type)),
        (_("Allergies"), student.allergies),
        (_("Disability"), _in_simat("disability", student.disability_code)),
        (_("Learning disorder"), _in_simat("learning_disorder", sheet.TRASTORNOS_ESPECIFICOS)),
        (_("Exceptional talent"), _in_simat("exceptional_capacity", student.talent_code)),
        (_("Ethnicity"), _in_simat("ethnicity", student.ethnicity_code)),
        (_("Indigenous reservation"), sheet.RES),
        (_("Victim of the conflict"), _in_simat("victim", student.victim_code)),
        (_("Displaced from"), municipality_name(sheet.left_municipality_code)),
        (_("Family welfare institution"), sheet.INS_FAMILIAR),
    ]


def _simat(record: Record) -> Facts:
    student, sheet = record.student, record.sheet
    return [
        (_("Stratum"), student.stratum),
        (_("SISBEN IV"), student.sisben),
        (_("Person number (PER_ID)"), student.per_id),
        (_("Comes from a private school"), _yes_no(sheet.PROVIENE_SECTOR_PRIV)),
        (_("Comes from another municipality"), _yes_no(sheet.PROVIENE_OTR_MUN)),
        (_("Is the head of a family"), _yes_no(sheet.CAB_FAMILIA)),
        (_("Child of a mother who heads her family"), _yes_no(sheet.BEN_MAD_FLIA)),
        (_("Child of a veteran of the public forces"), _yes_no(sheet.BEN_VET_FP)),
        (_("Child of a national hero"), _yes_no(sheet.BEN_HER_NAC)),
    ]


def _own(record: Record) -> Facts:
    kept = record.student.extra_data
    return [(field.label, in_words(own_value(field, kept))) for field in record.rules.fields]


_FACTS = {
    "identity": _identity,
    "birth": _birth,
    "contact": _contact,
    "support": _support,
    "simat": _simat,
    "own": _own,
}


def _label(code: Any) -> str:
    return str(code.label) if code is not None else ""


def _in_simat(codes: str, code: str | None) -> str:
    """SIMAT's words for a code, from this year's list."""
    return code_list(codes, today().year).label(code) if code else ""


def _yes_no(code: str | None) -> str:
    return {"S": _("Yes"), "N": _("No")}.get(code or "", code or "")
