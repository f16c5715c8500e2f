"""The three that are compared, each started alone with two workers, and stopped again."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.db.embedded import EmbeddedServer
from portal.settings import CHECKOUT

HOST = "127.0.0.1"
DJANGO_PYTHON = CHECKOUT / ".venv-bench" / "bin" / "python"
PATIENCE = 90  # seconds; the machine may be busy


@dataclass(frozen=True)
class Server:
    """One that answers."""

    port: int
    pid: int


@contextmanager
def portal(database: EmbeddedServer) -> Iterator[Server]:
    """The portal as it runs in production, as the role that row security binds."""
    port = _free_port()
    command = [str(Path(sys.executable).with_name("portal")), "run", "--workers", "2", "--port", str(port)]
    with _running(command, database, port, "portal", portal_environment(database)) as server:
        yield server


def portal_environment(database: EmbeddedServer) -> dict[str, str]:
    """Its settings."""
    return {
        "PORTAL_ENV": "production",
        "PORTAL_SECRET_KEY": "benchmarks only, on the loopback interface",
        "PORTAL_ALLOWED_HOSTS": HOST,
        "PORTAL_DATA_DIR": str(database.directory),
        "DATABASE_URL": database.url,
        "DATABASE_OWNER_URL": database.owner_url,
    }


@contextmanager
def limit(database: EmbeddedServer, samples: dict[str, str]) -> Iterator[Server]:
    """The bare limit, which captures the portal's pages at these addresses (limit.app.SAMPLES)."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "uvicorn", "benchmarks.limit.app:app", "--workers", "2", "--port", str(port)),
        *("--loop", "uvloop", "--http", "httptools", "--lifespan", "on", "--no-access-log", "--log-level", "warning"),
    ]
    with _running(command, database, port, "limit", portal_environment(database) | samples) as server:
        yield server


@contextmanager
def django(database: EmbeddedServer, *, one_school: bool = False) -> Iterator[Server]:
    """Django admin; with `one_school` each person sees the rows of their own school only."""
    port = _free_port()
    command = [
        *(str(DJANGO_PYTHON), "-m", "gunicorn", "benchmarks.django_admin.wsgi:application", "--bind", f"{HOST}:{port}"),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"),
    ]
    environment = django_environment(database) | {"BENCH_ONE_SCHOOL": str(int(one_school))}
    with _running(command, database, port, "django", environment) as server:
        yield server


def django_environment(database: EmbeddedServer) -> dict[str, str]:
    """Its settings."""
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.django_admin.settings",
        "BENCH_SOCKET_DIR": str(database.socket_dir),
    }


@contextmanager
def _running(
    command: list[str], database: EmbeddedServer, port: int, name: str, environment: dict[str, str]
) -> Iterator[Server]:
    log = database.directory / f"{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=os.environ | environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for_answers(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for_answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{log.stem} did not start: see {log}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
