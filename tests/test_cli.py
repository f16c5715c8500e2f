"""The command: what it answers, how it refuses, and a server that ends when it is told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.db import embedded
from portal.db.embedded import EmbeddedServer

PORTAL = Path(sys.executable).parent / "portal"


@pytest.fixture(scope="module")
def database() -> Iterator[EmbeddedServer]:
    """A database of the commands' own: they commit."""
    with embedded.temporary() as server:
        yield server


@pytest.fixture
def environ(database: EmbeddedServer) -> dict[str, str]:
    """The embedded database of a portal that runs already."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_", "MAKE"))}
    return own | {"PORTAL_DATA_DIR": str(database.directory)}


def portal(environ: dict[str, str], *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(PORTAL), *arguments]
    return subprocess.run(command, env=environ, input=stdin, capture_output=True, text=True, timeout=60, check=False)


def test_help_is_quick_and_names_every_command(environ):
    began = time.monotonic()
    answer = portal(environ, "--help")

    assert answer.returncode == 0
    assert time.monotonic() - began < 3, "nothing large is imported for it"
    for command in ("run", "migrate", "demo", "user", "import", "doctor"):
        assert f"  {command} " in answer.stdout


def test_a_wrong_setting_is_told_in_one_line(environ):
    answer = portal(environ | {"PORTAL_WORKERS": "many"}, "migrate")

    assert answer.returncode == 1
    assert answer.stderr == "Error: PORTAL_WORKERS: must be a whole number (1 to 64), not 'many'\n"


def test_an_unreachable_database_is_told_in_one_line(environ):
    answer = portal(environ | {"DATABASE_URL": "postgresql://app@127.0.0.1:1/d"}, "migrate")

    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: the database cannot be reached: ")
    assert answer.stderr.count("\n") == 1


def test_the_first_superuser_is_made_with_a_password_from_standard_input(environ):
    assert portal(environ, "migrate").returncode == 0
    make = ("user", "create", "--email", "ana@example.co", "--name", "Ana Núñez")

    short = portal(environ, *make, stdin="short\n")
    assert (short.returncode, short.stderr.splitlines()[-1]) == (
        1,
        "Error: the password must have at least 12 characters",
    )

    made = portal(environ, *make, stdin="a long enough password\n")
    assert (made.returncode, made.stdout) == (0, "ana@example.co is a superuser now.\n")

    again = portal(environ, *make, stdin="a long enough password\n")
    assert (again.returncode, again.stderr.splitlines()[-1]) == (1, "Error: ana@example.co has an account already")


def test_the_doctor_says_what_is_wrong_and_what_to_do(environ):
    assert portal(environ, "migrate").returncode == 0
    well = portal(environ, "doctor").stdout
    assert "ok    database: PostgreSQL 18" in well
    assert "ok    roles: portal_app is held by row security" in well
    assert "ok    migrations: all run" in well

    ill = portal(environ | {"PORTAL_STORAGE_URL": "file:///proc/nowhere"}, "doctor")
    assert ill.returncode == 1
    assert "WRONG storage: /proc/nowhere" in ill.stdout
    assert "PORTAL_STORAGE_URL" in ill.stdout


def test_the_doctor_sees_a_role_that_row_security_does_not_hold(environ, database):
    answer = portal(environ | {"DATABASE_URL": database.admin_url, "DATABASE_OWNER_URL": database.admin_url}, "doctor")

    assert answer.returncode == 1
    assert "WRONG roles: postgres is a superuser" in answer.stdout


def test_demo_accounts_are_refused_in_production(environ):
    production = {
        "PORTAL_ENV": "production",
        "PORTAL_SECRET_KEY": "k" * 32,
        "PORTAL_ALLOWED_HOSTS": "portal.example.co",
    }
    answer = portal(environ | production, "demo")

    assert answer.returncode == 1
    assert "refused in production" in answer.stderr


@pytest.fixture
def served(environ) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running portal with one worker, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(PORTAL), "run", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            while "The portal is at" not in (line := process.stdout.readline()):
                assert line, "it ended instead"
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def test_run_serves_until_ctrl_c_and_says_when_the_port_is_taken(served, environ):
    process, address = served
    with urllib.request.urlopen(f"{address}/health/ready") as answer:
        assert answer.status == 200

    taken = portal(environ, "run", "--port", address.rsplit(":")[-1])
    assert taken.returncode == 1
    assert "Address already in use; choose another" in taken.stderr

    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0


def test_a_killed_run_leaves_the_port_to_the_next(served):
    process, address = served
    process.kill()
    process.wait()

    deadline = time.monotonic() + 5
    port = int(address.rsplit(":")[-1])
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    pytest.fail("its workers still listen")


def test_a_database_that_dies_is_started_again(served, database):
    process, address = served
    killed = database.pid
    os.kill(killed, signal.SIGKILL)

    deadline = time.monotonic() + 10
    while database.pid in (None, killed) or not is_ready(address):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
