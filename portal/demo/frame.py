"""A demo school before anybody enters it: campuses, years with their periods, and groups."""

from dataclasses import dataclass
from uuid import UUID

from portal.catalogs.codes import Grade
from portal.demo.luck import Luck
from portal.demo.schools import YEARS, DemoSchool, DemoYear
from portal.groups.models import Group
from portal.schools.models import Campus
from portal.years.models import AcademicPeriod, SchoolYear


@dataclass(frozen=True)
class Frame:
    """The rows, and what is found through them."""

    this_year: SchoolYear
    next_year: SchoolYear
    periods: list[AcademicPeriod]
    campuses: list[Campus]
    groups: list[Group]

    def groups_of(self, year: SchoolYear) -> list[Group]:
        """The groups of a year."""
        return [group for group in self.groups if group.year_id == year.id]

    def group(self, year: SchoolYear, grade: Grade, code: str) -> Group:
        """One group of a year."""
        return next(each for each in self.groups_of(year) if (each.grade, each.code) == (grade, code))


def build_frame(school: DemoSchool, school_id: UUID, luck: Luck, *, teacher_id: UUID | None) -> Frame:
    """The same groups in both years; the teacher leads some of this year's."""
    this_year, next_year = years = [_year(year, school_id, luck) for year in YEARS]
    campuses = [
        Campus(school_id=school_id, id=luck.new_id(), name=each.name, dane_code=each.dane_code, address=each.address)
        for each in school.campuses
    ]
    frame = Frame(
        this_year=this_year,
        next_year=next_year,
        periods=[period for drawn, year in zip(YEARS, years, strict=True) for period in _periods(drawn, year, luck)],
        campuses=campuses,
        groups=[group for year in years for group in _groups(school, year, campuses, luck)],
    )
    for grade, code in school.led_groups:
        frame.group(this_year, grade, code).lead_teacher_id = teacher_id
    return frame


def _year(year: DemoYear, school_id: UUID, luck: Luck) -> SchoolYear:
    return SchoolYear(
        school_id=school_id,
        id=luck.new_id(),
        name=year.name,
        status=year.status,
        starts_on=year.periods[0][0],
        ends_on=year.periods[-1][1],
        last_number=0,
    )


def _periods(drawn: DemoYear, year: SchoolYear, luck: Luck) -> list[AcademicPeriod]:
    return [
        AcademicPeriod(
            school_id=year.school_id,
            id=luck.new_id(),
            year_id=year.id,
            ordinal=ordinal,
            name=f"Periodo {ordinal}",
            starts_on=first,
            ends_on=last,
        )
        for ordinal, (first, last) in enumerate(drawn.periods, start=1)
    ]


def _groups(school: DemoSchool, year: SchoolYear, campuses: list[Campus], luck: Luck) -> list[Group]:
    return [
        Group(
            school_id=year.school_id,
            id=luck.new_id(),
            year_id=year.id,
            campus_id=campus.id,
            grade=grade,
            shift=shift,
            code=code,
            capacity=school.capacity,
        )
        for drawn, campus in zip(school.campuses, campuses, strict=True)
        for grade in drawn.grades
        for code, shift in drawn.groups.items()
    ]
