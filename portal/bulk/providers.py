"""From a form or an address to the students that are meant."""

from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from portal.accounts.access import Access
from portal.bulk.picked import Picked
from portal.students.repository import StudentRepository


async def provide_picked(
    request: Request[Any, Any, Any], access: NamedDependency[Access], students: NamedDependency[StudentRepository]
) -> Picked:
    """Who was picked in the list of students."""
    return await Picked.of(request, access, students)
