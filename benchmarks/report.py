"""What was measured, as people read it."""

from dataclasses import dataclass

from benchmarks.load import Result
from benchmarks.rollover import Step
from benchmarks.weight import FirstLoad

HEAD = """\
| page | served by | requests/s | p50 ms | p95 ms | p99 ms | CPU ms | bytes sent | unpacked | portal's rate |
|---|---|--:|--:|--:|--:|--:|--:|--:|--:|"""


@dataclass(frozen=True)
class Measured:
    """A page of a contestant."""

    contestant: str
    page: str
    result: Result
    unpacked: int


def progress(measured: Measured) -> str:
    """One line as soon as it is known."""
    result = measured.result
    return f"{measured.contestant:20} {measured.page:20} {result.rate:8.1f}/s   p50 {result.percentile(50):6.1f} ms"


def table(measured: list[Measured]) -> str:
    """All that was measured, page by page."""
    pages = dict.fromkeys(one.page for one in measured)
    lines = [_line(one, _find(measured, "portal", page)) for page in pages for one in measured if one.page == page]
    client = max(one.result.client_cpu for one in measured)
    return "\n".join([HEAD, *lines, "", f"The client took at most {client:.0%} of one core."])


def figures(measured: list[Measured]) -> str:
    """The figures of the design, reached or not; those that were not measured are left out."""
    asked = [
        ("list, of Django's rate", _ratio(measured, "list", "Django"), 12.0),
        ("list, of the limit's rate", _ratio(measured, "list", "limit"), 0.5),
        ("search, of Django's rate", _ratio(measured, "search", "Django"), 40.0),
        ("record, of Django's rate", _ratio(measured, "record", "Django"), 4.0),
        ("save, of the list's rate", _ratio(measured, "save", "portal", "list"), 0.5),
        ("page 1, of page 200's rate", _ratio(measured, "page 1", "portal", "page 200"), 1.2),
    ]
    lines = ["| figure | must be | is |", "|---|--:|--:|"]
    for what, found, wanted in asked:
        if found is not None:
            sign = "≤" if what.startswith("page 1") else "≥"
            lines.append(f"| {what} | {sign} {wanted:g} × | {found:.2f} × |")
    searches = [_find(measured, "portal", page) for page in ("search", "search among 10,000", "the same, one person")]
    lines += [f"| {one.page}, p95 | < 50 ms | {one.result.percentile(95):.0f} ms |" for one in searches if one]
    return "\n".join(lines)


def weights(measured: list[Measured], first: FirstLoad | None) -> str:
    """What comes over the wire, compressed: the first page with all that it needs, and then pages and fragments."""
    ours = [one for one in measured if one.contestant == "portal" and one.unpacked]
    if first is None or not ours:
        return ""
    lines = [f"| first load | ≤ 180 KB in ≤ 8 requests | {first.sent / 1000:.1f} KB in {first.requests} |"]
    for kind, most, fitting in (("page", 20, _pages(ours)), ("fragment", 8, _fragments(ours))):
        heaviest = max(fitting, key=lambda one: one.result.size)
        lines.append(f"| heaviest {kind}: {heaviest.page} | ≤ {most} KB | {heaviest.result.size / 1000:.1f} KB |")
    return "\n".join(["| over the wire | must be | is |", "|---|--:|--:|", *lines])


def growth(smaller: list[Measured], larger: list[Measured]) -> str:
    """How much slower the portal's pages are over ten times the rows."""
    lines = ["| 1,000,000 against 100,000 students | must be | is |", "|---|--:|--:|"]
    for page in ("list", "search", "record", "save", "page 1", "page 200"):
        before, after = _find(smaller, "portal", page), _find(larger, "portal", page)
        if before and after:
            ratio = after.result.server_cpu / before.result.server_cpu
            lines.append(
                f"| {page} | ≤ 1.2 × | {before.result.rate / after.result.rate:.2f} × the time, {ratio:.2f} × the CPU |"
            )
    return "\n".join(lines)


def _pages(ours: list[Measured]) -> list[Measured]:
    return [one for one in ours if not one.page.endswith("fragment")]


def _fragments(ours: list[Measured]) -> list[Measured]:
    return [one for one in ours if one.page.endswith("fragment")]


def waits(steps: list[Step]) -> str:
    """What one person waits for, alone on the machine."""
    lines = ["| rolling 2,000 pupils over | s | each time |", "|---|--:|---|"]
    lines += [f"| {step.name} | {step.typical:.2f} | {', '.join(f'{s:.2f}' for s in step.seconds)} |" for step in steps]
    return "\n".join(lines) if steps else ""


def _line(one: Measured, portal: Measured | None) -> str:
    result = one.result
    times = " | ".join(f"{result.percentile(percent):.1f}" for percent in (50, 95, 99))
    faster = f"{portal.result.rate / result.rate:.2f} ×" if portal and portal is not one else ""
    sizes = f"{result.size:,.0f} | {one.unpacked:,}" if one.unpacked else "– | –"
    rates = f"{result.rate:.1f} | {times} | {result.server_cpu * 1000:.2f}"
    return f"| {one.page} | {one.contestant} | {rates} | {sizes} | {faster} |"


def _ratio(measured: list[Measured], page: str, other: str, other_page: str | None = None) -> float | None:
    ours, theirs = _find(measured, "portal", page), _find(measured, other, other_page or page)
    return ours.result.rate / theirs.result.rate if ours and theirs else None


def _find(measured: list[Measured], contestant: str, page: str) -> Measured | None:
    return next((one for one in measured if (one.contestant, one.page) == (contestant, page)), None)
