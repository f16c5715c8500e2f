"""The embedded PostgreSQL: shared by processes, stopped by the last one, and whole again after any kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from portal.db import embedded
from portal.db.embedded import EmbeddedError, EmbeddedServer, database_of
from portal.settings import Settings


@pytest.fixture(scope="module")
def running() -> Iterator[EmbeddedServer]:
    """One that survives as in production: with its data on disk."""
    with embedded.temporary(durable=True) as server:
        yield server


async def ask(url: str, sql: str):
    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    connection = await asyncpg.connect(user=parts.username, database=parts.path[1:], host=host, port=embedded.PORT)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def another_process(directory: Path) -> subprocess.Popen[str]:
    """One that uses the server until it is told to end, and prints the server's pid first."""
    code = (
        "import sys; from pathlib import Path; from portal.db import embedded\n"
        "with embedded.start(Path(sys.argv[1])) as server:\n"
        "    print(server.pid, flush=True); sys.stdin.read()"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def test_the_applications_role_is_bound_by_row_security_and_owns_nothing(running: EmbeddedServer):
    assert await ask(running.url, "SELECT current_user::text") == "portal_app"
    assert not await ask(
        running.url,
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user",
    )
    assert await ask(running.url, "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = 'portal'") == (
        "portal_owner"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(running.url, "CREATE TABLE mine (n int)")


async def test_it_is_reached_only_through_a_folder_of_its_own(running: EmbeddedServer):
    assert await ask(running.admin_url, "SHOW listen_addresses") == ""
    assert running.socket_dir.stat().st_mode & 0o077 == 0


async def test_it_speaks_unicode_whatever_the_machine_speaks(running: EmbeddedServer):
    assert await ask(running.url, "SELECT lower('ÁÑÜ')") == "áñü"
    assert await ask(running.url, "SHOW server_encoding") == "UTF8"


async def test_it_keeps_what_it_has_acknowledged_and_logs_no_rows(running: EmbeddedServer):
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert await ask(running.url, f"SHOW {setting}") == "on"
    with pytest.raises(asyncpg.DivisionByZeroError):
        await ask(running.url, "SELECT 1 / 0 AS canary_in_a_statement")
    assert "canary" not in running.log.read_text()


async def test_a_second_user_shares_it_and_only_the_last_one_stops_it(running: EmbeddedServer):
    other = another_process(running.directory)
    assert other.stdout
    assert int(other.stdout.readline()) == running.pid

    other.communicate("")

    assert await ask(running.url, "SELECT 1") == 1


async def test_what_a_killed_user_leaves_running_is_taken_over_and_stopped_by_the_next():
    with embedded.temporary() as server:
        directory = server.directory
        server.close()
        killed = another_process(directory)
        assert killed.stdout
        pid = int(killed.stdout.readline())
        killed.kill()
        killed.communicate()

        with embedded.start(directory) as next_user:
            assert next_user.pid == pid
        assert next_user.pid is None


async def test_a_killed_server_has_lost_nothing(running: EmbeddedServer):
    await ask(running.owner_url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    pid = running.pid
    assert pid
    os.kill(pid, signal.SIGKILL)

    while running.pid == pid:  # until the kernel has done it
        pass
    assert running.ensure_running()

    assert running.pid != pid
    assert await ask(running.owner_url, "SELECT count(*) FROM kept") == 1000
    assert not running.ensure_running()


async def test_a_pid_file_that_names_a_stranger_is_no_obstacle():
    with embedded.temporary() as server:
        directory = server.directory
        server.close()
        (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n\n\n\nready\n")

        with embedded.start(directory) as again:
            assert again.pid not in (None, os.getpid())


async def test_a_half_made_one_is_made_anew():
    with embedded.temporary() as server:
        server.close()
        server.data.rename(server.directory / "postgres.new")
        (server.directory / "postgres.new" / "PG_VERSION").unlink()

        with embedded.start(server.directory) as again:
            assert await ask(again.url, "SELECT 1") == 1


async def test_a_path_that_no_socket_takes(tmp_path_factory: pytest.TempPathFactory):
    with embedded.temporary() as outer:
        outer.close()
        with embedded.start(outer.directory / "a very, very: long & strange path" / ("and so on" * 10)) as server:
            assert await ask(server.url, "SELECT 1") == 1
        server.socket_dir.rmdir()


def test_data_of_another_major_version_is_left_alone():
    with embedded.temporary() as server:
        server.close()
        (server.data / "PG_VERSION").write_text("12\n")

        with pytest.raises(EmbeddedError, match="made by PostgreSQL 12"):
            embedded.start(server.directory)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_root_is_told_where_the_servers_user_cannot_go(tmp_path: Path):
    tmp_path.chmod(0o700)

    with pytest.raises(EmbeddedError, match="PORTAL_DATA_DIR"):
        embedded.start(tmp_path / "data")
    assert tmp_path.stat().st_mode & 0o777 == 0o700, "and nothing is opened for it"


def test_a_database_that_the_settings_name_needs_no_embedded_one(tmp_path: Path):
    settings = Settings(data_dir=tmp_path / "none", database_url="postgresql+asyncpg://h/d")

    with database_of(settings) as database:
        assert database.owner_url == "postgresql+asyncpg://h/d"
    assert not settings.data_dir.exists()
