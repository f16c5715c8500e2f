"""What migrations say about a table besides its columns: who may use it, who may see its rows, where they live."""

from alembic import op
from sqlalchemy import text

from portal.db.tenancy import APP_ROLE, CURRENT_SCHOOL, CURRENT_USER


def grant(table: str, rights: str = "SELECT, INSERT, UPDATE, DELETE") -> None:
    """Let the application's role use the table; it owns nothing."""
    op.execute(f"GRANT {rights} ON {table} TO {APP_ROLE}")


def school_table(table: str, *, own_rows_of_user: bool = False) -> None:
    """A table of school rows: granted, under row security, distributed by school where there is Citus.

    ``own_rows_of_user`` also shows a user the rows that name them, for tables that are read before a school is known.
    """
    distribute(table)
    grant(table)
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    mine = f" OR user_id = {CURRENT_USER}" if own_rows_of_user else ""
    op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING (school_id = {CURRENT_SCHOOL}{mine})")
    op.execute(f"CREATE POLICY {table}_insert ON {table} FOR INSERT WITH CHECK (school_id = {CURRENT_SCHOOL})")
    op.execute(
        f"CREATE POLICY {table}_update ON {table} FOR UPDATE "
        f"USING (school_id = {CURRENT_SCHOOL}) WITH CHECK (school_id = {CURRENT_SCHOOL})"
    )
    op.execute(f"CREATE POLICY {table}_delete ON {table} FOR DELETE USING (school_id = {CURRENT_SCHOOL})")


def shared_table(table: str) -> None:
    """A table of the installation: granted, and copied to every node where there is Citus."""
    if _has_citus():
        op.execute(text("SELECT create_reference_table(:table)").bindparams(table=table))
    grant(table)


def distribute(table: str) -> None:
    """Spread a table by school; nothing happens without the citus extension.

    Called in the migration that makes the table, before another table refers to it.
    """
    if _has_citus():
        op.execute(text("SELECT create_distributed_table(:table, 'school_id')").bindparams(table=table))


def _has_citus() -> bool:
    context = op.get_context()
    if context.as_sql:  # a script for reading, not for a particular database
        return False
    return bool(op.get_bind().scalar(text("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")))
