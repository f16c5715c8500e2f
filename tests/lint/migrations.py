"""Migrations say the same as the models, go up, down and up again, and their SQL holds no long locks (squawk)."""

import io
import subprocess
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from portal.db import embedded, schema

ROOT = Path(__file__).resolve().parents[2]
SQUAWK = Path(sys.executable).parent / "squawk"

# What squawk asks of those who have not answered it otherwise.
ANSWERED = (
    "prefer-robust-stmts",  # a migration is one transaction: all of it or nothing
    "require-lock-timeout",  # migrations/env.py sets it for all
    "require-statement-timeout",  # a long one is the point of some; the lock timeout keeps others served
    "prefer-text-field",  # the lengths are rules of the records, which the database holds, too
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
)


def main() -> int:
    """Print every complaint; 1 if there is any."""
    problems = _against_models() + _of_squawk()
    print("\n".join(problems))
    return 1 if problems else 0


def _against_models() -> list[str]:
    with embedded.temporary() as server:
        schema.upgrade(server.owner_url)
        try:
            schema.difference(server.owner_url)
        except CommandError as error:
            return [f"the models say what no migration does (make migration m=…): {error}"]
        schema.downgrade(server.owner_url, "base")
        schema.upgrade(server.owner_url)
    return []


def _of_squawk() -> list[str]:
    if not SQUAWK.exists():
        print("squawk is not installed: the SQL of the migrations was NOT examined.", file=sys.stderr)
        return []
    config = Config(ROOT / "alembic.ini")
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())[::-1]
    return [problem for script in scripts for problem in _squawk(script.revision, _sql(config, script))]


def _sql(config: Config, script: Script) -> str:
    config.output_buffer = output = io.StringIO()
    command.upgrade(config, f"{script.down_revision or 'base'}:{script.revision}", sql=True)
    return output.getvalue()


def _squawk(revision: str, sql: str) -> list[str]:
    options = ["--pg-version=15", f"--exclude={','.join(ANSWERED)}", "--reporter=gcc"]
    result = subprocess.run(
        [SQUAWK, *options, f"--stdin-filepath={revision}"], input=sql, capture_output=True, text=True, check=False
    )
    return (result.stdout + result.stderr).splitlines() if result.returncode else []


if __name__ == "__main__":
    sys.exit(main())
