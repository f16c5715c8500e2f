"""What the tests of undo share: the button of a notice, and rows as they stand."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import Base
from portal.db.tenancy import enter_school
from tests.pages import Browser, Page

TABLES = (
    *("schools", "school_settings", "school_memberships", "campuses", "school_years", "academic_periods", "groups"),
    *("guardians", "students", "student_guardians", "enrollments", "attachments"),
)
# What an undo leaves otherwise: it is a write of its own.
ASIDE = {
    *("version", "updated_at", "created_at", "form_digest", "deletion_id", "status_history", "gave_way_in"),
    "last_number",  # a number that was given is not given again
}


async def undo_offered(browser: Browser, answer: Page) -> str:
    """Where the notice of the page that follows lets one undo; empty where it does not."""
    page = await browser.get(answer.location)
    forms = page.all("#notices form")
    return str(forms[0].attributes["action"]) if forms else ""


async def rows(db: AsyncSession, school_id: Any) -> dict[str, dict[str, Any]]:
    """All rows of the school that are neither in the bin nor hang on what is there, by their table and id."""
    await enter_school(db, school_id)
    found = {}
    for name in TABLES:
        table = Base.metadata.tables[name]
        key = table.c.id if "id" in table.c else table.c.school_id
        here = table.c.school_id == school_id if "school_id" in table.c else table.c.id == school_id
        statement = select(*table.c).where(here)
        if "deleted_at" in table.c:
            statement = statement.where(table.c.deleted_at.is_(None))
        for row in (await db.execute(statement)).mappings():
            found[f"{name} {row[key]}"] = {column: row[column] for column in row if column not in ASIDE}
    return {name: row for name, row in found.items() if not _sleeps(row, found)}


def _sleeps(row: dict[str, Any], found: dict[str, Any]) -> bool:
    """A tie of somebody who is in the bin."""
    is_tie = "is_legal_representative" in row
    return is_tie and not {f"students {row['student_id']}", f"guardians {row['guardian_id']}"} <= found.keys()


async def make_older(db: AsyncSession, minutes: int) -> None:
    """Let all that was told so far have happened earlier; only the owner of the tables can."""
    await db.execute(text("RESET ROLE"))
    await db.execute(text(f"UPDATE audit_events SET at = at - interval '{int(minutes)} minutes'"))
