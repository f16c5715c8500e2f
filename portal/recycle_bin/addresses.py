"""Where records are shown and listed, by their kind."""

from typing import Any
from uuid import UUID

from litestar import Request

from portal.recycle_bin.kinds import Kind
from portal.web.pages import url_for


def page_of(request: Request[Any, Any, Any], kind: Kind, row_id: UUID) -> str:
    """Where a living record is shown."""
    if kind is Kind.STUDENTS:
        return url_for(request, "students.show", student_id=row_id)
    if kind is Kind.GUARDIANS:
        return url_for(request, "guardians.show", guardian_id=row_id)
    if kind is Kind.GROUPS:
        return url_for(request, "groups.show", group_id=row_id)
    return url_for(request, "enrollments.show", enrollment_id=row_id)


def list_of(request: Request[Any, Any, Any], kind: Kind, row: Any) -> str:
    """Where its like are listed: a group's year, for a group."""
    if kind is Kind.GROUPS:
        return url_for(request, "years.show", year_id=row.year_id)
    return url_for(request, f"{kind.value}.index")
