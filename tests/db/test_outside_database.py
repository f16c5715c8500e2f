"""An outside PostgreSQL, found on the machine (Debian's is 15): migrations, the role taken with one URL, refusals."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from portal.app import create_app
from portal.db import schema
from portal.db.plugin import engine_of
from portal.settings import Settings, SettingsError
from tests.pages import transport

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not PROGRAMS, reason="no outside PostgreSQL on this machine"),
]


@pytest.fixture(scope="module")
def superuser_url() -> Iterator[str]:
    """A cluster of the system's PostgreSQL with an empty database, as its superuser."""
    user = pwd.getpwnam("postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name)
    folder = Path(tempfile.mkdtemp(prefix="athena-outside-"))
    shutil.chown(folder, user.pw_uid, user.pw_gid)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(program: str, *arguments: str) -> None:
        options = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}
        command = [str(PROGRAMS[0] / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **options)  # type: ignore[call-overload]

    run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
    server_options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "start", "--wait", "--silent", f"--log={folder}/log", "-o", server_options)
    try:
        yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "stop", "--mode=immediate", "--silent")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def migrated(superuser_url: str) -> str:
    schema.upgrade(superuser_url)
    return superuser_url


def settings_over(url: str, **given: object) -> Settings:
    return replace(Settings(), env="test", database_url=url, secret_key="x" * 40, **given)  # type: ignore[arg-type]


def test_the_schema_goes_up_and_down_and_up_again(migrated: str) -> None:
    schema.downgrade(migrated, "base")
    schema.upgrade(migrated)
    schema.difference(migrated)
    assert schema.missing(migrated) == []


async def test_with_one_url_the_portal_takes_the_applications_role(migrated: str) -> None:
    app = create_app(settings_over(migrated))
    async with app.lifespan():
        async with engine_of(app).connect() as connection:
            role = (await connection.execute(text("SELECT current_user, session_user"))).one()
            assert tuple(role) == ("portal_app", "postgres")
        async with httpx.AsyncClient(transport=transport(app), base_url="http://127.0.0.1") as client:
            assert (await client.get("/health/ready")).status_code == 200


async def test_production_refuses_a_role_that_could_see_past_row_security(migrated: str) -> None:
    app = create_app(_production(migrated))
    refusal = pytest.RaisesExc(SettingsError, match=r"^DATABASE_URL: postgres .*is a superuser")
    with pytest.RaisesGroup(refusal, flatten_subgroups=True):
        async with app.lifespan():
            pass


async def test_production_refuses_an_owner_who_only_took_the_role_of_the_application(migrated: str) -> None:
    engine = create_async_engine(migrated)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER ROLE portal_owner LOGIN"))
        await connection.execute(text("GRANT portal_app TO portal_owner"))
    await engine.dispose()
    app = create_app(_production(migrated.replace("postgres@", "portal_owner@")))
    refusal = pytest.RaisesExc(SettingsError, match=r"^DATABASE_URL: portal_owner .*owns the tables")
    with pytest.RaisesGroup(refusal, flatten_subgroups=True):
        async with app.lifespan():
            pass


async def test_production_accepts_a_login_that_is_only_the_applications(migrated: str) -> None:
    engine = create_async_engine(migrated)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE ROLE web LOGIN IN ROLE portal_app"))
    await engine.dispose()
    app = create_app(_production(migrated.replace("postgres@", "web@"), database_owner_url=migrated))
    async with app.lifespan(), engine_of(app).connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM students")) == 0


def _production(url: str, **given: object) -> Settings:
    return replace(settings_over(url, **given), env="production")
