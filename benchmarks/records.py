"""The rows that all contestants serve: made once by data/*.sql, kept between runs, and samples of them to ask for."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.servers import DJANGO_PYTHON, django_environment
from portal.db import schema
from portal.db.embedded import EmbeddedServer
from portal.settings import CHECKOUT

HERE = Path(__file__).parent
# As root below /var/lib, for the reason that portal.settings.default_data_dir gives.
KEPT = CHECKOUT / ".data-bench" if os.geteuid() else Path("/var/lib/athena-portal-bench")
MADE_BY = ("portal.sql", "django.sql")


@dataclass(frozen=True)
class Student:
    """What a request needs to know to ask for a student, for their like, or for their name."""

    id: str
    school_id: str
    slug: str
    session: str
    grade: int
    first_name: str
    first_surname: str
    plain_name: str


@contextmanager
def made(*, students: int, schools: int, remake: bool = False) -> Iterator[EmbeddedServer]:
    """A durable PostgreSQL with so many students in so many schools, as it was kept, or made anew.

    What was kept is brought to the newest tables by the migrations since, as a school's own database is.
    """
    directory = KEPT / f"{students}-{schools}"
    wanted = _fingerprint()
    kept = directory / "made-by"
    if remake or not kept.exists() or kept.read_text() != wanted:
        shutil.rmtree(directory, ignore_errors=True)
    with EmbeddedServer(directory) as server:
        schema.upgrade(server.owner_url)
        if not kept.exists():
            _make(server, students, schools)
            kept.write_text(wanted)
        asyncio.run(_freshen(server))
        yield server


def samples(server: EmbeddedServer, number: int) -> list[Student]:
    """Students of this year, the same in each run; the schools come as often as they have students."""
    found = asyncio.run(_fetch(server, (HERE / "data" / "samples.sql").read_text(), number))
    return [Student(**row) for row in found]


@dataclass(frozen=True)
class School:
    """A school, and who is signed in there."""

    slug: str
    year_id: str

    @property
    def secretary(self) -> str:
        """The token of the secretary, as portal.sql made it."""
        return self.slug.replace("school", "bench")

    @property
    def principal(self) -> str:
        """The token of the principal."""
        return self.slug.replace("school", "principal")


def school(server: EmbeddedServer, number: int) -> School:
    """One of the schools: 1 is the largest, 2 has 2,000 pupils to roll over."""
    query = "SELECT 'school-' || k AS slug, year_id::text FROM bench.schools WHERE k = $1"
    (row,) = asyncio.run(_fetch(server, query, number))
    return School(**row)


def django_sessions(server: EmbeddedServer) -> dict[str, str]:
    """A session key of Django for each school's id."""
    prepared = subprocess.run(
        [DJANGO_PYTHON, "-m", "benchmarks.django_admin.prepare"],
        cwd=CHECKOUT,
        env=os.environ | django_environment(server),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(prepared.stdout))


@contextmanager
def trigram_indexes(server: EmbeddedServer) -> Iterator[None]:
    """Meanwhile Django's search has trigram indexes of what `icontains` compares, which is as well as it can get."""
    columns = ("first_name", "middle_names", "first_surname", "second_surname", "document_number")
    for column in columns:
        index = f"CREATE INDEX trigrams_{column} ON django.student USING gin (upper({column}) gin_trgm_ops)"
        asyncio.run(_fetch(server, index))
    asyncio.run(_fetch(server, "ANALYZE django.student"))
    yield
    asyncio.run(_fetch(server, f"DROP INDEX {', '.join(f'django.trigrams_{column}' for column in columns)}"))


def _make(server: EmbeddedServer, students: int, schools: int) -> None:
    print(f"Making {students:,} students in {schools:,} schools …", flush=True)
    started = time.perf_counter()
    asyncio.run(_fill(server, students, schools))
    print(f"Made in {time.perf_counter() - started:.0f} s, in {server.directory}.", flush=True)


async def _fill(server: EmbeddedServer, students: int, schools: int) -> None:
    connection = await _connect(server)
    await connection.execute(f"SET bench.students = '{int(students)}'; SET bench.schools = '{int(schools)}'")
    for name in MADE_BY:
        for statement in (HERE / "data" / name).read_text().rstrip(";\n").split(";\n"):
            await connection.execute(statement)
    await connection.close()


async def _freshen(server: EmbeddedServer) -> None:
    """Everybody is signed in again, and the rows that the last run saved are tidied up."""
    connection = await _connect(server)
    await connection.execute("UPDATE user_sessions SET last_seen_at = now(), expires_at = now() + interval '12 hours'")
    await connection.execute("VACUUM ANALYZE")
    await connection.execute("CHECKPOINT")
    await connection.close()


async def _fetch(server: EmbeddedServer, query: str, *parameters: Any) -> list[Any]:
    connection = await _connect(server)
    try:
        return list(await connection.fetch(query, *parameters))
    finally:
        await connection.close()


async def _connect(server: EmbeddedServer) -> Any:
    """As a superuser, past all walls."""
    return await asyncpg.connect(server.admin_url.replace("+asyncpg", "").replace("/postgres?", "/portal?"))


def _fingerprint() -> str:
    """Of what says which rows are made."""
    files = [HERE / "data" / name for name in MADE_BY]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
