"""The third wall between schools: row security in the database, and the settings that it reads.

Policies compare ``school_id`` with ``app.school_id``, which each transaction sets for itself with SET LOCAL. Without it
no row of any school is seen. Membership rows also show themselves to the user they are about (``app.user_id``), because
they are read before a school is known. SET takes no parameters, so UUIDs are quoted by hand; only UUIDs get in.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

# A setting used once reads back as an empty string, not as null; no sub-select, since Citus refuses it in a policy.
CURRENT_SCHOOL = "nullif(current_setting('app.school_id', true), '')::uuid"
CURRENT_USER = "nullif(current_setting('app.user_id', true), '')::uuid"
APP_ROLE = "portal_app"
OWNER_ROLE = "portal_owner"


async def enter_school(session: AsyncSession, school_id: UUID, *, read_only: bool = False) -> None:
    """From here to the end of the transaction, rows of this school are seen and written, and no others.

    ``read_only`` also refuses every write from here on.
    """
    await _run(session, setting_of_school(school_id), *(["SET TRANSACTION READ ONLY"] if read_only else []))
    session.info["school_id"] = school_id


@asynccontextmanager
async def visiting(session: AsyncSession, school_id: UUID, *, home: UUID) -> AsyncIterator[None]:
    """Inside, rows of another school are seen and written, in the same transaction; afterwards those of ``home`` again.

    What waits to be written is flushed before each change of school. Whatever fails inside is rolled back to the
    savepoint around it, which brings back the setting of the school as well.
    """
    await session.flush()
    try:
        async with session.begin_nested():
            await enter_school(session, school_id)
            yield
    except BaseException:
        session.info["school_id"] = home
        raise
    await enter_school(session, home)


async def enter_user(session: AsyncSession, user_id: UUID) -> None:
    """From here to the end of the transaction, this user's own memberships are seen, and no school's rows.

    Both settings are set: in tests, where requests share a transaction, an earlier one's would outlive it.
    """
    await _run(session, _user(user_id), "SET LOCAL app.school_id = ''")


@asynccontextmanager
async def standing_in(session: AsyncSession, user_id: UUID, *, instead_of: UUID) -> AsyncIterator[None]:
    """Inside, this user's own memberships are seen besides the rows of the school at hand, instead of another user's.

    To be told that somebody belongs to another school; which one, and as what, is nobody's business.
    """
    await _run(session, _user(user_id))
    yield
    await _run(session, _user(instead_of))


async def leave(session: AsyncSession) -> None:
    """See nobody's rows."""
    await _run(session, "SET LOCAL app.school_id = ''", "SET LOCAL app.user_id = ''")


async def read_only(session: AsyncSession) -> None:
    """Refuse every write from here to the end of the transaction (or savepoint)."""
    await _run(session, "SET TRANSACTION READ ONLY")


async def why_bypassable(connection: AsyncConnection) -> str | None:
    """Why this connection's role could see past row security, or None when it cannot."""
    row = (
        await connection.execute(
            text(
                """
                SELECT session_user, current_user,
                       bool_or(r.rolsuper) AS super, bool_or(r.rolbypassrls) AS bypass,
                       EXISTS (SELECT FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
                               WHERE c.relname = 'students' AND o.rolname IN (session_user, current_user)) AS owner
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


def _user(user_id: UUID) -> str:
    return f"SET LOCAL app.user_id = '{UUID(str(user_id))}'"


def setting_of_school(school_id: UUID) -> str:
    """The statement that enters a school, for whoever has a connection and no session."""
    return f"SET LOCAL app.school_id = '{UUID(str(school_id))}'"


async def _run(session: AsyncSession, *statements: str) -> None:
    """Run the statements in one journey to the database, which the driver allows only without parameters."""
    connection = await session.connection()
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is not None and driver.is_in_transaction():
        await driver.execute("; ".join(statements))
    else:  # SQLAlchemy begins the transaction with its own first statement, and SET LOCAL needs one
        for statement in statements:
            await connection.exec_driver_sql(statement)
