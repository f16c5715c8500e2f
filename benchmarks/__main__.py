"""Make the rows, measure the contestants in turn, print the tables in Markdown."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from benchmarks import cases, load, records, rollover, servers
from benchmarks.load import Target
from benchmarks.report import Measured, figures, progress, table, waits
from benchmarks.servers import Server
from portal.db.embedded import EmbeddedServer

SAMPLES = 512
WARM_UP = 2.0

Contestant = tuple[str, AbstractContextManager[Server], Callable[[int], dict[str, Any]]]


def main() -> None:
    """`make bench`, with ARGS="--quick" for a first look."""
    asked = _arguments()
    shared, spare = _cores()
    os.sched_setaffinity(0, shared)  # and whatever we start: PostgreSQL and the servers
    measured = []
    with records.made(students=asked.students, schools=asked.schools, remake=asked.remake) as database:
        for name, running, cases_at in _contestants(database):
            if asked.only and name not in asked.only:
                continue
            with running as server:
                target = Target(server.port, (server.pid, database.pid or 0), frozenset(spare or shared))
                for page, case in cases_at(server.port).items():
                    measured.append(_measure(name, page, case, target, asked.seconds))
                    print(progress(measured[-1]), flush=True)
        steps = _rolled_over(database) if not asked.only or "portal" in asked.only else []
    print(f"\n{table(measured)}\n\n{figures(measured)}\n\n{waits(steps)}")


def _rolled_over(database: EmbeddedServer) -> list[rollover.Step]:
    with servers.portal(database) as server:
        return rollover.measure(server.port, records.school(database, 2))


def _contestants(database: EmbeddedServer) -> Iterator[Contestant]:
    """Name, server, and what is asked of it."""
    students = records.samples(database, SAMPLES)
    largest = records.school(database, 1)
    sessions = records.django_sessions(database)

    def django_cases(port: int) -> dict[str, Any]:
        return cases.django_cases(port, students, sessions)

    def only_search(port: int) -> dict[str, Any]:
        return {"search": django_cases(port)["search"]}

    yield "portal", servers.portal(database), lambda port: cases.portal_cases(port, students, largest)
    yield "limit", servers.limit(database, cases.limit_samples(students[0])), lambda _: cases.limit_cases(students)
    yield "Django", servers.django(database), django_cases
    yield "Django, one school", servers.django(database, one_school=True), django_cases
    yield "Django, trigrams", _with_trigrams(database), only_search


@contextmanager
def _with_trigrams(database: EmbeddedServer) -> Iterator[Server]:
    with records.trigram_indexes(database), servers.django(database) as server:
        yield server


def _measure(name: str, page: str, case: Any, target: Target, seconds: float) -> Measured:
    unpacked = len(cases.fetch(target.port, *case.pages[0]).page.encode()) if isinstance(case, cases.Reads) else 0
    result = load.measure(case, target, seconds=seconds, warm_up=min(WARM_UP, seconds / 2))
    return Measured(name, page, result, unpacked)


def _cores() -> tuple[set[int], set[int]]:
    """Two for servers and database, and the others, for the load; none on a machine with two."""
    cores = sorted(os.sched_getaffinity(0))
    return set(cores[:2]), set(cores[2:])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--students", type=int, default=100_000, help="how many students (default: 100,000)")
    parser.add_argument("--schools", type=int, default=100, help="in how many schools (default: 100)")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each page is asked for (default: 8)")
    parser.add_argument("--quick", dest="seconds", action="store_const", const=3.0, help="the same as --seconds 3")
    parser.add_argument("--only", action="append", help="one contestant, as the table names it; may be repeated")
    parser.add_argument("--remake", action="store_true", help="make the rows anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
