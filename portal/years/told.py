"""The words in which a school's history tells of school years and their periods."""

from sqlalchemy import func, select

from portal.accounts.permissions import Permission
from portal.audit.telling import Named, Told
from portal.audit.values import Value, coded, day, number, of_forms
from portal.catalogs.codes import YearStatus
from portal.db.repository import same
from portal.web.i18n import lazy
from portal.years.forms import YearForm
from portal.years.models import AcademicPeriod, SchoolYear

YEAR = Told(
    model=SchoolYear,
    kind=lazy("School years"),
    thing=lazy("the school year %(name)s"),
    fields={**of_forms(YearForm), "status": Value(lazy("State"), coded(YearStatus))},
    read=Permission.STUDENTS_READ,
    seen=lambda school_id, _led_by: select(SchoolYear.id).where(SchoolYear.school_id == school_id),
    named=Named(
        ask=lambda school_id: select(SchoolYear.id, func.jsonb_build_array(SchoolYear.name)).where(
            SchoolYear.school_id == school_id
        ),
        words=str,
    ),
    shown_at=("years.show", "year_id"),
    edited_at=("years.edit", "year_id", Permission.YEARS_WRITE),
)
PERIOD = Told(
    model=AcademicPeriod,
    kind=lazy("Academic periods"),
    thing=lazy("the academic period %(name)s"),
    fields={
        "year_id": Value(lazy("School year"), names="school_years"),
        "ordinal": Value(lazy("Number")),
        "name": Value(lazy("Name")),
        "starts_on": Value(lazy("First day"), day),
        "ends_on": Value(lazy("Last day"), day),
        "weight": Value(lazy("Weight in percent"), number),
    },
    read=Permission.STUDENTS_READ,
    seen=lambda school_id, _led_by: select(AcademicPeriod.id).where(AcademicPeriod.school_id == school_id),
    named=Named(
        ask=lambda school_id: (
            select(AcademicPeriod.id, func.jsonb_build_array(AcademicPeriod.name, SchoolYear.name))
            .join(SchoolYear, same(AcademicPeriod, SchoolYear, AcademicPeriod.year_id))
            .where(AcademicPeriod.school_id == school_id)
        ),
        words=lambda name, year: f"{name} ({year})",
    ),
)
