"""A student's record as it is shown: the student with their guardians and enrollments, and each section's facts."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portal.catalogs.countries import country_name
from portal.catalogs.divipola import municipality_name
from portal.catalogs.phones import spaced_phone
from portal.catalogs.simat import code_list
from portal.catalogs.words import document
from portal.enrollments.models import Enrollment
from portal.guardians.models import StudentGuardian
from portal.students.models import Student
from portal.web.i18n import _, format_date, today

Facts = list[tuple[str, Any]]
# So many years older or younger than usual in a grade is worth a second look at the date of birth.
UNUSUAL_YEARS = 4


@dataclass(frozen=True)
class Record:
    """A student, their guardians in the order of calling, and their enrollments, the newest first."""

    student: Student
    ties: list[StudentGuardian]
    enrollments: list[Enrollment]
    year_id: UUID | None = None

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
        return usual is not None and age is not None and abs(age - usual) >= UNUSUAL_YEARS


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
        (_("Date of birth"), format_date(student.birth_date, "long")),
        (_("Place of birth"), municipality_name(student.birth_municipality_code)),
        (_("Gender"), _label(student.gender)),
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
    student = record.student
    return [
        (_("EPS"), student.eps),
        (_("Blood type"), _label(student.blood_type)),
        (_("Allergies"), student.allergies),
        (_("Disability"), _in_simat("disability", student.disability_code)),
        (_("Exceptional talent"), _in_simat("exceptional_capacity", student.talent_code)),
        (_("Ethnicity"), _in_simat("ethnicity", student.ethnicity_code)),
        (_("Victim of the conflict"), _in_simat("victim", student.victim_code)),
        (_("Learning disorder"), _in_simat("learning_disorder", student.simat.get("TRASTORNOS_ESPECIFICOS"))),
    ]


def _simat(record: Record) -> Facts:
    student = record.student
    of_enrollment = record.enrollment.simat_status if record.enrollment else {}
    return [
        (_("Stratum"), student.stratum),
        (_("SISBEN IV"), student.sisben),
        (_("Person number (PER_ID)"), student.per_id),
        (_("Character"), _in_simat("character", of_enrollment.get("CARACTER"))),
        (_("Speciality"), _in_simat("speciality", of_enrollment.get("ESPECIALIDAD"))),
        (_("Subsidised"), _in_simat("yes_no", of_enrollment.get("MATRICULA_CONTRATADA"))),
    ]


_FACTS = {"identity": _identity, "contact": _contact, "support": _support, "simat": _simat}


def _label(code: Any) -> str:
    return str(code.label) if code is not None else ""


def _in_simat(codes: str, code: str | None) -> str:
    """SIMAT's words for a code, from this year's list."""
    return code_list(codes, today().year).label(code) if code else ""
