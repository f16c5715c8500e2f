"""The third wall between schools: row security in the database, and the settings that it reads.

Policies compare ``school_id`` with ``app.school_id``, which each transaction sets for itself with SET LOCAL. Without it
no row of any school is seen. Membership rows also show themselves to the user they are about (``app.user_id``), because
they are read before a school is known. SET takes no parameters, so UUIDs are quoted by hand; only UUIDs get in.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# A setting used once reads back as an empty string, not as null; no sub-select, since Citus refuses it in a policy.
CURRENT_SCHOOL = "nullif(current_setting('app.school_id', true), '')::uuid"
CURRENT_USER = "nullif(current_setting('app.user_id', true), '')::uuid"
APP_ROLE = "portal_app"
OWNER_ROLE = "portal_owner"


async def enter_school(session: AsyncSession, school_id: UUID) -> None:
    """From here to the end of the transaction, rows of this school are seen and written, and no others."""
    await _set(session, "app.school_id", str(UUID(str(school_id))))


async def enter_user(session: AsyncSession, user_id: UUID) -> None:
    """From here to the end of the transaction, this user's own memberships are seen."""
    await _set(session, "app.user_id", str(UUID(str(user_id))))


async def leave(session: AsyncSession) -> None:
    """See nobody's rows. Each request begins with it: a setting may outlive its savepoint in tests."""
    await _set(session, "app.school_id", "")
    await _set(session, "app.user_id", "")


async def why_bypassable(connection: AsyncConnection) -> str | None:
    """Why this connection's role could see past row security, or None when it cannot."""
    row = (
        await connection.execute(
            text(
                """
                SELECT session_user, current_user,
                       bool_or(r.rolsuper) AS super, bool_or(r.rolbypassrls) AS bypass,
                       EXISTS (SELECT FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
                               WHERE c.relname = 'students' AND o.rolname = current_user) AS owner
                FROM pg_roles r WHERE r.rolname IN (session_user, current_user)
                """
            )
        )
    ).one()
    who = row.current_user if row.current_user == row.session_user else f"{row.session_user} (as {row.current_user})"
    if row.super:
        return f"{who} is a superuser"
    if row.bypass:
        return f"{who} has BYPASSRLS"
    if row.owner:
        return f"{who} owns the tables"
    return None


async def _set(session: AsyncSession, name: str, value: str) -> None:
    connection = await session.connection()
    await connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")
