"""A school that has fields of its own."""

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import FieldKind
from portal.db.tenancy import enter_school
from portal.schools.models import School, SchoolSettings
from portal.schools.rules import CustomField, SchoolRules

ROUTE = CustomField("ruta", "Ruta de transporte", FieldKind.CHOICE, choices=("Norte", "Sur"), in_list=True)
WEIGHT = CustomField("peso", "Peso (kg)", FieldKind.NUMBER)
SINCE = CustomField("desde", "Con nosotros desde", FieldKind.DATE, in_list=True)
PARISH = CustomField("parroquia", "Parroquia", FieldKind.TEXT)
ALL = (ROUTE, WEIGHT, SINCE, PARISH)


async def give_fields(db: AsyncSession, school: School, *fields: CustomField) -> None:
    """Let the school have these fields, and no others any more."""
    await enter_school(db, school.id)
    settings = await db.get(SchoolSettings, school.id) or SchoolSettings(school_id=school.id, data={})
    settings.data = {**settings.data, "fields": SchoolRules(fields=fields).part_as_data("fields")}
    db.add(settings)
    await db.flush()
