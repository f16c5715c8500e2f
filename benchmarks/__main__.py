"""Make the rows, measure the contestants in turn, print the tables in Markdown."""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks import cases, load, records, rollover, servers
from benchmarks.load import Target
from benchmarks.report import Measured, figures, growth, progress, table, waits, weights
from benchmarks.servers import Server
from benchmarks.weight import FirstLoad, first_load
from portal.db.embedded import EmbeddedServer

SAMPLES = 512
WARM_UP = 2.0
FULL_LOOK = 8.0  # seconds for each page
# Students and schools, one of them of 10,000. Over the larger data only what the figures speak of is measured.
SIZES = ((100_000, 100), (1_000_000, 2_000))

Contestant = tuple[str, AbstractContextManager[Server], Callable[[int], dict[str, Any]]]


def main() -> None:
    """`make bench`, with ARGS="--quick" for a first look."""
    asked = _arguments()
    shared, spare = _cores()
    os.sched_setaffinity(0, shared)  # and whatever we start: PostgreSQL and the servers
    runs = [_run(asked, students, schools, shared, spare) for students, schools in _sizes(asked)]
    print("\n\n".join(run.report() for run in runs))
    if len(runs) > 1:
        print(f"\n{growth(runs[0].measured, runs[-1].measured)}")


@dataclass
class Run:
    """All that was measured over the rows of one size."""

    students: int
    measured: list[Measured]
    steps: list[rollover.Step]
    weight: FirstLoad | None

    def report(self) -> str:
        """Its tables."""
        tables = [table(self.measured), figures(self.measured), weights(self.measured, self.weight), waits(self.steps)]
        return "\n\n".join([f"### {self.students:,} students", *filter(None, tables)])


def _run(asked: argparse.Namespace, students: int, schools: int, shared: set[int], spare: set[int]) -> Run:
    run = Run(students, [], [], None)
    with records.made(students=students, schools=schools, remake=asked.remake) as database:
        print(f"{students:,} students in {schools:,} schools", flush=True)
        whole = (students, schools) != SIZES[-1]
        for name, running, cases_at in _contestants(database, whole=whole):
            if asked.only and name not in asked.only:
                continue
            with running as server:
                target = Target(server.port, (server.pid, database.pid or 0), frozenset(spare or shared))
                if name == "portal":
                    run.weight = _first_load(database, server)
                for page, case in cases_at(server.port).items():
                    # Django's search takes seconds over a million, and is to be asked often enough there, too.
                    patience = 8 if (name, page, whole) == ("Django", "search", False) else 1
                    run.measured.append(_measure(name, page, case, target, asked.seconds * patience))
                    print(progress(run.measured[-1]), flush=True)
        if whole and (not asked.only or "portal" in asked.only):
            run.steps = _rolled_over(database)
    return run


def _first_load(database: EmbeddedServer, server: Server) -> FirstLoad:
    school = records.school(database, 1)
    return first_load(server.port, f"/schools/{school.slug}/students", cases.portal_cookies(school.secretary))


def _rolled_over(database: EmbeddedServer) -> list[rollover.Step]:
    with servers.portal(database) as server:
        return rollover.measure(server.port, records.school(database, 2))


def _contestants(database: EmbeddedServer, *, whole: bool) -> Iterator[Contestant]:
    """Name, server, and what is asked of it; if not the ``whole``, without the other ways to run Django."""
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
    if whole:
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


def _sizes(asked: argparse.Namespace) -> tuple[tuple[int, int], ...]:
    """Both, unless one is asked for, or only a first look is wanted."""
    if asked.students:
        return ((asked.students, asked.schools or max(3, asked.students // 1000)),)
    return SIZES[:1] if asked.seconds < FULL_LOOK else SIZES


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--students", type=int, help="how many (default: first 100,000, then 1,000,000)")
    parser.add_argument("--schools", type=int, help="in how many schools (default: one for each 1,000)")
    parser.add_argument("--seconds", type=float, default=FULL_LOOK, help="how long each page is asked for (default: 8)")
    parser.add_argument("--quick", dest="seconds", action="store_const", const=3.0, help="the same as --seconds 3")
    parser.add_argument("--only", action="append", help="one contestant, as the table names it; may be repeated")
    parser.add_argument("--remake", action="store_true", help="make the rows anew")
    return parser.parse_args()


if __name__ == "__main__":
    main()
