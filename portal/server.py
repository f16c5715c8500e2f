"""`portal run`: web workers that are replaced when they die, over a database that is started again when it dies.

The workers are forked from a process that has imported the application (and done nothing else): it imports while the
database starts, a worker that died is replaced in no time, and they share its memory.
"""

import gc
import multiprocessing
import multiprocessing.forkserver
import os
import shutil
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn._subprocess
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from portal.db.embedded import EmbeddedError, EmbeddedServer
from portal.settings import Settings

if TYPE_CHECKING:
    from litestar import Litestar

GRACE = 8  # seconds for the requests in flight when the server is told to stop
PATIENCE = 3  # seconds for the workers of a killed predecessor to leave the port


LONGEST_HEAD = 64 * 1024


class PortTaken(Exception):
    """Another program listens there."""


def application(settings: Settings) -> "Litestar":
    """What each worker serves. It ends with its supervisor, also when that one is killed: the port must become free."""
    from portal.app import create_app

    supervisor = multiprocessing.parent_process()
    if supervisor is not None:

        def end_too() -> None:
            supervisor.join()
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_too, daemon=True).start()
    app = create_app(settings)
    # All of it stays, and is a great deal: the garbage collector need not walk it again amid a request.
    gc.collect()
    gc.freeze()
    return app


def prepare(settings: Settings, listener: socket.socket) -> None:
    """Let another process import the application, while this one looks after the database."""
    # Where the workers count together, one folder a port; prometheus_client reads the name when it is imported.
    metrics = settings.data_dir / "metrics" / str(listener.getsockname()[1])
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)
    workers = multiprocessing.get_context("forkserver")
    workers.set_forkserver_preload(["portal.app"])
    multiprocessing.forkserver.ensure_running()
    uvicorn._subprocess.spawn = workers  # type: ignore[assignment]  # noqa: SLF001 - it knows only spawning


def take_port(host: str, port: int) -> socket.socket:
    """Claim the address before anything long is done; it is listened on when the workers are there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            taken.bind((host, port))
            return taken
        except OSError as error:
            if time.monotonic() > deadline:
                taken.close()
                raise PortTaken(f"cannot listen on {host} port {port}: {error.strerror}") from None
            time.sleep(0.1)


def serve(settings: Settings, listener: socket.socket, database: EmbeddedServer | None) -> bool:
    """Serve until SIGINT or SIGTERM; False when the workers could not even start."""
    config = Config(
        partial(application, settings),
        factory=True,
        workers=settings.workers,
        loop="uvloop",
        http=BoundedHead,
        ws="none",
        lifespan="on",
        log_config=None,  # the application logs, without queries and names
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE,
    )
    workers = _Workers(config, listener, database)
    workers.run()
    return workers.started


class BoundedHead(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, but a request's line and headers end somewhere: its parser would keep any amount."""

    _head = 0  # bytes of it so far
    _in_head = True
    _only_head = True  # whether the bytes at hand are nothing else

    def data_received(self, data: bytes) -> None:
        """Refuse a request that has sent too much before its body."""
        self._only_head = self._in_head
        super().data_received(data)
        if self._only_head and not self.transport.is_closing():
            self._head += len(data)
            if self._head > LONGEST_HEAD:
                self.transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n\r\n")
                self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is over."""
        self._in_head = self._only_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """What comes now is the head of the next request."""
        self._in_head, self._head = True, 0
        super().on_message_complete()


class _Workers(Multiprocess):
    def __init__(self, config: Config, listener: socket.socket, database: EmbeddedServer | None) -> None:
        super().__init__(config, sockets=[listener])
        self.database = database
        self.started = False
        self.in_terminal = sys.stdin is not None and sys.stdin.isatty()
        # A make that is killed cannot pass it on; nobody would stop us then.
        self.make = os.getppid() if "MAKELEVEL" in os.environ else None

    def init_processes(self) -> None:
        with suppress(EOFError, ConnectionError):  # the importing process has died, and has told why
            super().init_processes()
            # One will do: another that was killed meanwhile is replaced, but a broken application starts none.
            self.started = any(worker.wait_until_ready(120, self.should_exit) for worker in self.processes)
        if self.started:
            host, port = self.sockets[0].getsockname()[:2]
            shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
            print(f"\nThe portal is at http://{shown}:{port} (Ctrl-C stops it).", flush=True)
        else:
            self.should_exit.set()

    def keep_subprocess_alive(self) -> None:
        """Asked twice a second."""
        if self.make is not None and os.getppid() != self.make:
            self.should_exit.set()
        # The database first: a worker that is being replaced takes its time, and nobody is served without the database.
        if self.database is not None and not self.should_exit.is_set():
            try:
                if self.database.ensure_running():
                    print("The embedded PostgreSQL had died and was started again.", flush=True)
            except EmbeddedError as error:
                print(f"The embedded PostgreSQL died: {error}. Trying again.", file=sys.stderr, flush=True)
        super().keep_subprocess_alive()

    def handle_hup(self) -> None:
        """A terminal that closes ends its program; a service manager's HUP replaces the workers one by one."""
        if self.in_terminal:
            self.handle_term()
        else:
            super().handle_hup()
