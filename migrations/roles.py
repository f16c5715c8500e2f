"""The two database roles: an owner that migrates and backs up, and the application's, which owns nothing.

Roles belong to the cluster, not to the database: they are made if absent and never dropped.
"""

from sqlalchemy import Connection, text

from portal.db.tenancy import APP_ROLE, OWNER_ROLE


def become_owner(connection: Connection) -> None:
    """Make the roles if absent, and let the owner's role own what the migrations make.

    Whoever connects must be able to create roles when these are absent, or be the owner's role (or a member of it)
    when they are there.
    """
    me = connection.scalar(text("SELECT current_user"))
    for role in (OWNER_ROLE, APP_ROLE):
        if not connection.scalar(text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :role)"), {"role": role}):
            connection.exec_driver_sql(f"CREATE ROLE {role} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
        if me != role and not _is_member(connection, role):
            connection.exec_driver_sql(f'GRANT {role} TO "{me}"')
    if me != OWNER_ROLE:
        database = connection.scalar(text("SELECT current_database()"))
        if _may_grant(connection):
            connection.exec_driver_sql(f'GRANT CREATE, CONNECT ON DATABASE "{database}" TO {OWNER_ROLE}')
            connection.exec_driver_sql(f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER_ROLE}")
        connection.exec_driver_sql(f"SET ROLE {OWNER_ROLE}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")


def _is_member(connection: Connection, role: str) -> bool:
    return bool(connection.scalar(text("SELECT pg_has_role(current_user, :role, 'MEMBER')"), {"role": role}))


def _may_grant(connection: Connection) -> bool:
    return bool(
        connection.scalar(
            text(
                """
                SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                    OR pg_has_role(current_user, datdba, 'USAGE')
                FROM pg_database WHERE datname = current_database()
                """
            )
        )
    )
