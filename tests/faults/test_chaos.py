"""The running portal under load, and what may happen to it: whatever it has acknowledged is stored (`make chaos`)."""

import asyncio
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import psutil
import pytest

from portal.accounts.demo_accounts import DEMO_PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.chaos]
SCHOOL = "/schools/simon-bolivar"
WRITERS = 4


class Portal:
    """`portal run` over a data directory of its own."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="athena-portal-chaos-"))
        self.directory.chmod(0o711)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {"PORTAL_DEMO": "1", "PORTAL_DATA_DIR": str(self.directory)}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "-c", "from portal.cli import main; main()", "run", "--port", str(self.port)]
        with (self.directory / "portal.log").open("w") as log:
            self.process = psutil.Popen(command, env=environment, stdout=log, stderr=log)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        for _ in range(240):
            try:
                if httpx.get(f"{self.address}/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.5)
        raise AssertionError((self.directory / "portal.log").read_text())

    @property
    def workers(self) -> list[psutil.Process]:
        """Children of the fork server, which is a child of ours and serves nothing itself."""
        return [child for child in self.process.children(recursive=True) if child.ppid() != self.process.pid]

    @property
    def postgres(self) -> list[psutil.Process]:
        lines = (self.directory / "postgres" / "postmaster.pid").read_text().splitlines()
        main = psutil.Process(int(lines[0]))
        return [main, *main.children(recursive=True)]

    async def as_superuser(self) -> asyncpg.Connection:
        run = self.directory / "run"
        return await asyncpg.connect(user="postgres", database="portal", host=str(run), port=5432)

    def stop(self) -> float:
        """End it as a service manager does; how many seconds that took."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    running = Portal()
    yield running
    if running.process.is_running():
        running.stop()
    shutil.rmtree(running.directory, ignore_errors=True)


class Load:
    """Secretaries who correct addresses, and remember what they were told."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.sent: dict[UUID, list[str]] = defaultdict(list)
        self.acknowledged: dict[UUID, str] = {}
        self.statuses: Counter[int] = Counter()
        self.stored_at: list[float] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with httpx.AsyncClient(base_url=self.portal.address) as client:
            await client.post("/login", data={"email": "secretaria@demo.example", "password": DEMO_PASSWORD})
            students = re.findall(r'<tr id="student-([0-9a-f-]+)"', (await client.get(f"{SCHOOL}/students")).text)
            cookies = dict(client.cookies)
        assert len(students) == 50
        over = asyncio.Event()
        writers = [
            asyncio.create_task(self._write(students[number::WRITERS], cookies, over)) for number in range(WRITERS)
        ]
        await asyncio.sleep(2)
        yield
        over.set()
        await asyncio.gather(*writers)

    async def _write(self, students: list[str], cookies: dict[str, str], over: asyncio.Event) -> None:
        turn = 0
        while not over.is_set():
            student, address, turn = UUID(students[turn % len(students)]), f"Calle {uuid4().hex[:12]}", turn + 1
            self.sent[student].append(address)
            try:
                async with httpx.AsyncClient(base_url=self.portal.address, timeout=30, cookies=cookies) as client:
                    path = f"{SCHOOL}/students/{student}/sections/contact/edit"
                    status = (await client.post(path, data={"address": address})).status_code
            except httpx.TransportError:  # nobody was told anything
                status = 0
            self.statuses[status] += 1
            if status == 303:
                self.acknowledged[student] = address
                self.stored_at.append(time.monotonic())
            else:
                await asyncio.sleep(0.05)

    def first_stored_after(self, moment: float) -> float:
        """How many seconds after the moment something was stored again."""
        return next(when for when in self.stored_at if when > moment) - moment

    async def must_be_stored(self) -> None:
        """What was acknowledged stands, or something that was sent after it."""
        assert set(self.statuses) <= {0, 303, 503}, self.statuses
        assert self.acknowledged
        database = await self.portal.as_superuser()
        for student, address in self.acknowledged.items():
            sent = self.sent[student]
            stored = await database.fetchval("SELECT address FROM students WHERE id = $1", student)
            assert stored in sent[sent.index(address) :]
        await database.close()


async def test_a_worker_is_killed_every_two_seconds(portal: Portal) -> None:
    load = Load(portal)
    async with load.running():
        for _ in range(15):
            portal.workers[0].kill()
            await asyncio.sleep(2)
    await load.must_be_stored()


async def test_postgres_is_killed(portal: Portal) -> None:
    load = Load(portal)
    async with load.running():
        for _ in range(3):
            killed = time.monotonic()
            portal.postgres[0].kill()
            await asyncio.sleep(8)
            assert load.first_stored_after(killed + 0.1) < 5
    await load.must_be_stored()


async def test_postgres_is_frozen_for_twenty_seconds(portal: Portal) -> None:
    load = Load(portal)
    async with load.running(), httpx.AsyncClient(base_url=portal.address, timeout=30) as client:
        client.cookies.set("session", "of nobody, so that the database is asked", domain="127.0.0.1")
        stopped = portal.postgres
        for process in stopped:
            process.suspend()
        waited: dict[str, list[float]] = defaultdict(list)
        began = time.monotonic()
        while time.monotonic() - began < 20:
            for path, status in (("/health/live", 200), ("/schools", 503)):
                asked = time.monotonic()
                assert (await client.get(path)).status_code == status
                waited[path].append(time.monotonic() - asked)
            await asyncio.sleep(1)
        for process in stopped:
            process.resume()
        thawed = time.monotonic()
        await asyncio.sleep(5)
    assert max(waited["/schools"]) < 3
    assert max(waited["/health/live"]) < 1
    assert load.first_stored_after(thawed) < 5
    await load.must_be_stored()


async def test_it_is_told_to_stop_amid_requests(portal: Portal) -> None:
    load = Load(portal)
    database = portal.postgres[0]
    async with load.running():
        before = load.statuses.total()
        seconds = await asyncio.to_thread(portal.stop)
    assert seconds < 10
    assert load.statuses.total() > before
    assert not database.is_running()
