"""From invented families to rows: students with contact and health, guardians, and what each is to whom."""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from portal.catalogs.codes import BloodType, Zone
from portal.demo import names
from portal.demo.luck import Luck
from portal.demo.people import COLOMBIA, Adult, Child, Family
from portal.demo.schools import DemoSchool
from portal.guardians.models import Guardian, StudentGuardian
from portal.students.models import Student

_BLOOD_TYPES = tuple(BloodType)
_HOW_COMMON = (57, 5, 26, 3, 6, 1, 1, 1)
_BIRTHPLACES = ("05001", "05088", "05360", "05045", "27001", "23001", "08001")


@dataclass(frozen=True)
class Household:
    """A family as rows."""

    students: list[Student]
    guardians: list[Guardian]
    ties: list[StudentGuardian]


def settle(family: Family, school: DemoSchool, school_id: UUID, luck: Luck) -> Household:
    """The rows of a family that moves in. Brothers and sisters share their home and their guardians."""
    home = {
        "address": _address(luck),
        "neighborhood": luck.choice(names.NEIGHBORHOODS),
        "municipality_code": school.municipality_code,
        "zone": Zone.URBAN if luck.happens(0.94) else Zone.RURAL,
        "stratum": luck.choices((1, 2, 3, 4), weights=(20, 42, 30, 8))[0],
        "sisben": luck.choice(("A3", "B1", "B4", "C5", "C12", "D2")) if luck.happens(0.7) else None,
        "eps": luck.choice(names.INSURERS) if luck.happens(0.93) else None,
    }
    students = [_student(child, home, school, school_id, luck) for child in family.children]
    guardians = [_guardian(adult, home, school_id, luck) for adult in family.adults]
    ties = [
        _tie(student, adult, guardian, order, luck)
        for student in students
        for order, (adult, guardian) in enumerate(zip(family.adults, guardians, strict=True), start=1)
    ]
    return Household(students, guardians, ties)


def _student(child: Child, home: dict[str, Any], school: DemoSchool, school_id: UUID, luck: Luck) -> Student:
    return Student(
        school_id=school_id,
        id=luck.new_id(),
        **asdict(child),
        **home,
        birth_municipality_code=luck.choice(_BIRTHPLACES) if child.country_code == COLOMBIA else None,
        blood_type=luck.choices(_BLOOD_TYPES, weights=_HOW_COMMON)[0] if luck.happens(0.85) else None,
        allergies=luck.choice(names.ALLERGIES) if luck.happens(0.06) else None,
        disability_code="8" if luck.happens(0.02) else None,
        ethnicity_code="0",
        victim_code="N" if luck.happens(0.95) else "1",
        extra_data=_own_values(school, child.document_number),
    )


def _own_values(school: DemoSchool, number: str) -> dict[str, Any]:
    """What is kept in the school's own fields, of most: by luck of its own, so that one more field changes nobody."""
    luck = Luck(f"own fields of {number}")
    values: dict[str, Any] = {}
    for field in school.fields:
        if luck.happens(0.7):
            values[field.key] = luck.choice(field.choices) if field.choices else 2 * luck.randint(3, 8)
    return values


def _guardian(adult: Adult, home: dict[str, Any], school_id: UUID, luck: Luck) -> Guardian:
    known = asdict(adult)
    of_the_tie = ("relationship", "is_legal_representative", "lives_with")
    return Guardian(
        school_id=school_id,
        id=luck.new_id(),
        address=home["address"] if adult.lives_with else None,
        **{name: value for name, value in known.items() if name not in of_the_tie},
    )


def _tie(student: Student, adult: Adult, guardian: Guardian, order: int, luck: Luck) -> StudentGuardian:
    return StudentGuardian(
        school_id=student.school_id,
        id=luck.new_id(),
        student_id=student.id,
        guardian_id=guardian.id,
        relationship=adult.relationship,
        is_primary=order == 1,
        is_legal_representative=adult.is_legal_representative,
        lives_with=adult.lives_with,
        may_collect=adult.lives_with or luck.happens(0.8),
        may_see_records=adult.is_legal_representative,
        contact_order=order,
    )


def _address(luck: Luck) -> str:
    """``Calle 44 B # 70-12``."""
    letter = luck.choice(("", "", " A", " B"))
    street = luck.choice(("Calle", "Carrera", "Diagonal", "Transversal"))
    return f"{street} {luck.randint(20, 98)}{letter} # {luck.randint(30, 99)}-{luck.randint(2, 98):02}"
