"""The codes that records are kept in, each with its label in the reader's language.

The values are those of Colombian practice: SIMAT's where SIMAT's are short and known to the office (documents, grades),
words where SIMAT has only a number (shifts, zones). ``portal.catalogs.simat`` maps them to and from SIMAT's files.
"""

from enum import Enum, StrEnum
from typing import Any, Self

from portal.web.i18n import lazy


class Code(StrEnum):
    """A stored code with a label: ``DocumentType.TI.label`` is the text for people."""

    label: Any

    def __new__(cls, value: str, label: Any = "") -> Self:
        """Members are written ``TI = "TI", lazy("Identity card")``."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class DocumentType(Code):
    """Identity documents (SIMAT, TIPO_DOCUMENTO). RC, TI and CC follow one another under one number."""

    RC = "RC", lazy("Civil birth registration")
    TI = "TI", lazy("Identity card (TI)")
    CC = "CC", lazy("Citizenship card (CC)")
    CE = "CE", lazy("Foreigner's card (CE)")
    PPT = "PPT", lazy("Temporary protection permit (PPT)")
    PEP = "PEP", lazy("Special stay permit (PEP)")
    NIP = "NIP", lazy("Personal identification number (NIP)")
    NUIP = "NUIP", lazy("Unique identification number (NUIP)")
    NES = "NES", lazy("Number given by the education office (NES)")
    CAB = "CAB", lazy("Indigenous council certificate")
    VISA = "VISA", lazy("Visa")
    TMF = "TMF", lazy("Border mobility card (TMF)")


# A child's registration becomes an identity card becomes a citizenship card: the number stays.
ONE_NUMBER = (DocumentType.RC, DocumentType.TI, DocumentType.CC)


class Gender(Code):
    """SIMAT, GENERO."""

    F = "F", lazy("Female")
    M = "M", lazy("Male")


class Shift(Code):
    """The part of the day in which a group has its lessons (SIMAT, TIPO_JORNADA)."""

    FULL = "full", lazy("Full day")
    MORNING = "morning", lazy("Morning")
    AFTERNOON = "afternoon", lazy("Afternoon")
    EVENING = "evening", lazy("Evening")
    WEEKEND = "weekend", lazy("Weekend")
    SINGLE = "single", lazy("Single shift")


class Zone(Code):
    """SIMAT, ZONA."""

    URBAN = "urban", lazy("Urban")
    RURAL = "rural", lazy("Rural")


class Sector(Code):
    """Who runs the school."""

    PUBLIC = "public", lazy("Public")
    PRIVATE = "private", lazy("Private")


class Calendar(Code):
    """Calendar A begins in January or February, B in August or September."""

    A = "A", lazy("Calendar A")
    B = "B", lazy("Calendar B")


class BloodType(Code):
    """ABO and Rh."""

    O_POSITIVE = "O+", "O+"
    O_NEGATIVE = "O-", "O−"
    A_POSITIVE = "A+", "A+"
    A_NEGATIVE = "A-", "A−"
    B_POSITIVE = "B+", "B+"
    B_NEGATIVE = "B-", "B−"
    AB_POSITIVE = "AB+", "AB+"
    AB_NEGATIVE = "AB-", "AB−"


class Relationship(Code):
    """What a guardian is to the student."""

    MOTHER = "mother", lazy("Mother")
    FATHER = "father", lazy("Father")
    GRANDMOTHER = "grandmother", lazy("Grandmother")
    GRANDFATHER = "grandfather", lazy("Grandfather")
    STEPMOTHER = "stepmother", lazy("Stepmother")
    STEPFATHER = "stepfather", lazy("Stepfather")
    AUNT = "aunt", lazy("Aunt")
    UNCLE = "uncle", lazy("Uncle")
    SIBLING = "sibling", lazy("Brother or sister")
    LEGAL_GUARDIAN = "legal_guardian", lazy("Legal guardian")
    FOSTER = "foster", lazy("Foster family")
    OTHER = "other", lazy("Other")


class YearStatus(Code):
    """The life of a school year; at most one of a school is active."""

    PLANNING = "planning", lazy("Planning")
    ACTIVE = "active", lazy("In progress")
    CLOSED = "closed", lazy("Closed")
    ARCHIVED = "archived", lazy("Archived")


class EnrollmentStatus(Code):
    """Where an enrollment stands; ``enrollments.moves`` says which may follow which."""

    DRAFT = "draft", lazy("Draft")
    SUBMITTED = "submitted", lazy("To review")
    RETURNED = "returned", lazy("Returned")
    ACTIVE = "active", lazy("Active")
    COMPLETED = "completed", lazy("Completed")
    WITHDRAWN = "withdrawn", lazy("Withdrawn")
    TRANSFERRED = "transferred", lazy("Transferred")
    CANCELLED = "cancelled", lazy("Cancelled")


class Outcome(Code):
    """How a completed year ended for a student."""

    PROMOTED = "promoted", lazy("Promoted")
    REPEATING = "repeating", lazy("Repeating")
    GRADUATED = "graduated", lazy("Graduated")


class WithdrawalReason(Code):
    """Why a pupil leaves before the year ends: the usual causes of desertion that schools report."""

    MOVED = "moved", lazy("The family moved")
    OTHER_SCHOOL = "other_school", lazy("Goes to another school")
    WORK = "work", lazy("Work")
    HEALTH = "health", lazy("Health")
    FAMILY = "family", lazy("Family circumstances")
    DISTANCE = "distance", lazy("Distance or transport")
    SAFETY = "safety", lazy("Safety or displacement")
    NO_SHOW = "no_show", lazy("Never came to class")
    PREGNANCY = "pregnancy", lazy("Maternity or paternity")
    DECEASED = "deceased", lazy("Death of the student")
    OTHER = "other", lazy("Another reason")


class NationalLevel(Code):
    """The national scale that every school's own scale is mapped to (Decreto 1290 of 2009, article 5)."""

    SUPERIOR = "superior", lazy("Superior")
    ALTO = "alto", lazy("Alto")
    BASICO = "basico", lazy("Básico")
    BAJO = "bajo", lazy("Bajo")


class FieldKind(Code):
    """What a field of a school's own holds."""

    TEXT = "text", lazy("Text")
    NUMBER = "number", lazy("Number")
    DATE = "date", lazy("Date")
    CHOICE = "choice", lazy("Choice from a list")


class EntityType(Code):
    """What a file may be attached to."""

    STUDENT = "student", lazy("Student")
    GUARDIAN = "guardian", lazy("Guardian")
    ENROLLMENT = "enrollment", lazy("Enrollment")
    SCHOOL = "school", lazy("School")


class AttachmentKind(Code):
    """What a file is. All but the pictures can be asked for by a school's enrollment checklist."""

    PHOTO = "photo", lazy("Photo")
    LOGO = "logo", lazy("Logo")
    IDENTITY_DOCUMENT = "identity_document", lazy("Identity document")
    GUARDIAN_DOCUMENT = "guardian_document", lazy("Guardian's identity document")
    REPORT_CARD = "report_card", lazy("School reports of earlier years")
    TRANSFER_LETTER = "transfer_letter", lazy("Transfer or clearance letter")
    HEALTH_AFFILIATION = "health_affiliation", lazy("Certificate of health affiliation (EPS)")
    VACCINATION = "vaccination", lazy("Vaccination card")
    MEDICAL = "medical", lazy("Medical or psychological report")
    UTILITY_BILL = "utility_bill", lazy("Utility bill")
    SISBEN = "sisben", lazy("SISBEN certificate")
    CONTRACT = "contract", lazy("Signed enrollment contract")
    DATA_CONSENT = "data_consent", lazy("Consent to the processing of personal data")
    OTHER = "other", lazy("Another document")

    @property
    def is_picture(self) -> bool:
        """A picture to be shown, no paper."""
        return self in (AttachmentKind.PHOTO, AttachmentKind.LOGO)

    @property
    def is_sensitive(self) -> bool:
        """Tells of somebody's health, the EPS too: for those who may read sensitive fields (Ley 1581 of 2012)."""
        return self in (AttachmentKind.HEALTH_AFFILIATION, AttachmentKind.VACCINATION, AttachmentKind.MEDICAL)


class Decision(Code):
    """What becomes of a pupil when the year rolls over."""

    PROMOTE = "promote", lazy("Promote")
    REPEAT = "repeat", lazy("Repeat")
    GRADUATE = "graduate", lazy("Graduate")
    LEAVE = "leave", lazy("Not returning")


class RolloverStatus(Code):
    """Where a roll-over stands."""

    PREVIEW = "preview", lazy("Preview")
    APPLIED = "applied", lazy("Applied")
    UNDONE = "undone", lazy("Undone")


class Grade(int, Enum):
    """SIMAT's grade codes (GRADO); 12 and 13 are disabled since 2023."""

    label: Any

    def __new__(cls, value: int, label: Any = "") -> Self:
        """Members are written ``SIXTH = 6, "6.º"``."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    PRE_JARDIN = -2, lazy("Pre-jardín")
    JARDIN = -1, lazy("Jardín")
    TRANSICION = 0, lazy("Transición")
    FIRST = 1, lazy("1st")
    SECOND = 2, lazy("2nd")
    THIRD = 3, lazy("3rd")
    FOURTH = 4, lazy("4th")
    FIFTH = 5, lazy("5th")
    SIXTH = 6, lazy("6th")
    SEVENTH = 7, lazy("7th")
    EIGHTH = 8, lazy("8th")
    NINTH = 9, lazy("9th")
    TENTH = 10, lazy("10th")
    ELEVENTH = 11, lazy("11th")
    ADULTS_1 = 21, lazy("Adults, cycle 1")
    ADULTS_2 = 22, lazy("Adults, cycle 2")
    ADULTS_3 = 23, lazy("Adults, cycle 3")
    ADULTS_4 = 24, lazy("Adults, cycle 4")
    ADULTS_5 = 25, lazy("Adults, cycle 5")
    ADULTS_6 = 26, lazy("Adults, cycle 6")
    INTRODUCTORY = 41, lazy("Teacher training, introductory")
    TRAINING_1 = 42, lazy("Teacher training, semester 1")
    TRAINING_2 = 43, lazy("Teacher training, semester 2")
    TRAINING_3 = 44, lazy("Teacher training, semester 3")
    TRAINING_4 = 45, lazy("Teacher training, semester 4")
    ACCELERATION = 99, lazy("Accelerated learning")

    @property
    def usual_age(self) -> int | None:
        """The age in years at 30 June that a child of this grade usually has; None outside −2 to 11."""
        return self.value + 5 if -2 <= self.value <= 11 else None

    @property
    def following(self) -> "Grade | None":
        """The grade after this one in the same kind of schooling; None after the last."""
        return next((grade for grade in Grade if grade.value == self.value + 1), None)

    @property
    def graduates(self) -> bool:
        """Whether whoever passes it leaves the school with a title."""
        return self in (Grade.ELEVENTH, Grade.ADULTS_6, Grade.TRAINING_4)
