"""Rolling 2,000 pupils over: the preview, applying it and taking it back, each timed as a principal waits for it."""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

from benchmarks.cases import HEADERS, fetch, portal_cookies
from benchmarks.forms import fields_of
from benchmarks.records import School
from benchmarks.servers import HOST

RUNS = 3


@dataclass(frozen=True)
class Step:
    """A step, and the seconds of each time."""

    name: str
    seconds: list[float]

    @property
    def typical(self) -> float:
        """The middle one."""
        return median(self.seconds)


def measure(port: int, school: School) -> list[Step]:
    """The three steps, three times; the undoing leaves the rows as they were. RuntimeError when one is refused."""
    taken: dict[str, list[float]] = {}
    for _run in range(RUNS):
        for name, seconds in _once(port, school):
            taken.setdefault(name, []).append(seconds)
    return [Step(name, seconds) for name, seconds in taken.items()]


def _once(port: int, school: School) -> Iterator[tuple[str, float]]:
    address, cookies = f"/schools/{school.slug}/years/{school.year_id}/rollover", portal_cookies(school.principal)
    started = time.perf_counter()
    page = fetch(port, f"{address}?step=apply", cookies).page
    yield "preview", time.perf_counter() - started
    yield "apply", _post(port, f"{address}/application", cookies, fields_of(page, "seen") | {"leave": "y"})
    yield "undo", _post(port, f"{address}/undoing", cookies, {})


def _post(port: int, path: str, cookies: str, fields: dict[str, str]) -> float:
    headers = HEADERS | {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    started = time.perf_counter()
    connection.request("POST", path, urlencode(fields), headers)
    answer = connection.getresponse()
    said = answer.read().decode(errors="replace") if answer.getheader("Content-Encoding") is None else ""
    seconds = time.perf_counter() - started
    connection.close()
    if answer.status != 303:
        raise RuntimeError(f"{path}: {answer.status} {said[:300]}")
    return seconds
