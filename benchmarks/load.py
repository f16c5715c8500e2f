"""The load: eight connections that each send a request, wait for its answer, and send the next.

An asyncio protocol over uvloop and httptools, in a process of its own, which costs some 50 µs a request: `client_cpu`
in a Result says how much it took from the two cores that the servers may share with it.
"""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from statistics import quantiles
from typing import Any, Protocol

import httptools
import psutil
import uvloop

CONNECTIONS = 8
# As browsers come and go, one after the other: of connections that came at once and lived for ever, one of the two
# workers would accept nearly all, and the other idle.
REQUESTS_A_CONNECTION = 25
BETWEEN_CONNECTIONS = 0.05  # seconds


class Case(Protocol):
    """What is sent."""

    status: int
    connections: int

    def stream(self, connection: int) -> Iterator[bytes]:
        """The requests of one of the connections, without end."""


@dataclass
class Result:
    """What came of one case."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    body_bytes: int = 0
    client_cpu: float = 0.0  # as a part of one core
    server_cpu: float = 0.0  # seconds for one request, of all processes that were asked about

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    @property
    def size(self) -> float:
        """Bytes of a body as it was sent."""
        return self.body_bytes / len(self.latencies)

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        return quantiles(self.latencies, n=100)[percent - 1] * 1000


@dataclass(frozen=True)
class Target:
    """The server at a port; whose processes it consists of, for their CPU; and the cores that are left for the load."""

    port: int
    processes: tuple[int, ...]
    cores: frozenset[int]


def measure(case: Case, target: Target, *, seconds: float, warm_up: float) -> Result:
    """Load the target with the case; RuntimeError for an answer with another status."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other_process:
        result = other_process.submit(_run, case, target, seconds, warm_up).result()
    if set(result.statuses) != {case.status}:
        raise RuntimeError(f"{type(case).__name__}: expected only {case.status}, got {dict(result.statuses)}")
    return result


def _run(case: Case, target: Target, seconds: float, warm_up: float) -> Result:
    os.sched_setaffinity(0, target.cores)
    return uvloop.run(_Load(case, target, seconds, warm_up).run())


def _cpu_seconds(processes: tuple[int, ...]) -> float:
    """What these have used so far, with all of their descendants, those that ended included."""
    total = 0.0
    for root in map(psutil.Process, processes):
        for process in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += sum(process.cpu_times()[:4])  # user and system, own and of ended children
    return total


class _Load:
    def __init__(self, case: Case, target: Target, seconds: float, warm_up: float) -> None:
        self.case, self.target = case, target
        self.begins = time.perf_counter() + warm_up
        self.ends = self.begins + seconds
        self.counted = 0
        self.result = Result(seconds=seconds)

    async def run(self) -> Result:
        async with asyncio.TaskGroup() as tasks:
            for number in range(self.case.connections):
                tasks.create_task(self._keep_busy(self.case.stream(number)))
                await asyncio.sleep(BETWEEN_CONNECTIONS)
            await asyncio.sleep(self.begins - time.perf_counter())
            client_cpu, server_cpu = time.process_time(), _cpu_seconds(self.target.processes)
        self.result.client_cpu = (time.process_time() - client_cpu) / self.result.seconds
        self.result.server_cpu = (_cpu_seconds(self.target.processes) - server_cpu) / self.counted
        return self.result

    async def _keep_busy(self, requests: Iterator[bytes]) -> None:
        loop = asyncio.get_running_loop()
        while time.perf_counter() < self.ends:
            done = loop.create_future()
            await loop.create_connection(lambda: _Connection(self, requests, done), "127.0.0.1", self.target.port)  # noqa: B023
            await done

    def note(self, started: float, status: int, body_bytes: int) -> None:
        now = time.perf_counter()
        self.counted += now >= self.begins
        if started >= self.begins and now <= self.ends:
            self.result.latencies.append(now - started)
            self.result.statuses[status] += 1
            self.result.body_bytes += body_bytes
        elif status != self.case.status:
            self.result.statuses[status] += 1


class _Connection(asyncio.Protocol):
    def __init__(self, load: _Load, requests: Iterator[bytes], done: "asyncio.Future[None]") -> None:
        self.load, self.requests, self.done = load, requests, done
        self.sent = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.body_bytes = 0
        self.sent += 1
        self.started = time.perf_counter()
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)

    def on_message_complete(self) -> None:
        self.load.note(self.started, self.parser.get_status_code(), self.body_bytes)
        over = self.sent == REQUESTS_A_CONNECTION or time.perf_counter() > self.load.ends
        if over or not self.parser.should_keep_alive():
            self.transport.close()
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)
