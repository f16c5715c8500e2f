"""A portal over a database of its own, migrated and filled by `portal run`: for tests and for pictures."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from portal.db import embedded
from portal.settings import CHECKOUT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
STARTING = 120  # seconds


@contextmanager
def running(log: TextIO, files: Path) -> Iterator[str]:
    """Its address; what it logs goes to ``log``, what people bring to the folder ``files``."""
    with embedded.temporary(durable=False) as server:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment = os.environ | {
            "DATABASE_URL": server.url,
            "DATABASE_OWNER_URL": server.owner_url,
            "PORTAL_STORAGE_URL": f"file://{files}",
            "PORTAL_DEMO": "1",
            "PORTAL_WORKERS": "1",
            # A machine that runs all tests at once may be slow to give a connection.
            "PORTAL_POOL_TIMEOUT": "10",
            "PORTAL_ENV": "test",
        }
        process = subprocess.Popen(
            [Path(sys.executable).with_name("portal"), "run", "--port", str(port)],
            env=environment,
            cwd=CHECKOUT,
            stdout=log,
            stderr=log,
        )
        try:
            yield _when_ready(f"http://127.0.0.1:{port}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def _when_ready(address: str) -> str:
    deadline = time.monotonic() + STARTING
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=1):
                return address
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
