"""The tabs over the review: what waits, with remarks or without, what was sent back, and what I decided today."""

from collections.abc import Mapping
from typing import Any

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade
from portal.enrollments.review.page import Review, ReviewFilter
from portal.web.i18n import _
from portal.web.pages import query

DECIDED = "decided"


def tabs_of(review: Review, decided_at: str) -> list[dict[str, Any]]:
    """Over the queue. How many have remarks is only said when all that wait are on this page."""
    shown = review.filter
    is_whole = not review.more_after and not shown.after and shown.show != "returned"
    clean = review.number_with_remarks(any_remarks=False) if is_whole else None
    remarked = review.number_with_remarks(any_remarks=True) if is_whole else None
    return _tabs(review.here, decided_at, shown, shown.show, review.counts, clean=clean, remarked=remarked)


def tabs_of_decisions(
    here: str, decided_at: str, counts: Mapping[Status, Mapping[Grade, int]], decided: int
) -> list[dict[str, Any]]:
    """Over what was decided."""
    return _tabs(here, decided_at, ReviewFilter(), DECIDED, counts, decided=decided)


def _tabs(
    here: str,
    decided_at: str,
    shown: ReviewFilter,
    current: str,
    counts: Mapping[Status, Mapping[Grade, int]],
    *,
    clean: int | None = None,
    remarked: int | None = None,
    decided: int | None = None,
) -> list[dict[str, Any]]:
    waiting, returned = (sum(counts[status].values()) for status in (Status.SUBMITTED, Status.RETURNED))
    views = [
        ("", _("To review"), waiting),
        ("clean", _("Without remarks"), clean),
        ("remarks", _("With remarks"), remarked),
        ("returned", _("Sent back"), returned),
        (DECIDED, _("Decided today"), decided),
    ]
    return [
        {
            "label": label,
            "count": count,
            "current": show == current,
            "href": decided_at
            if show == DECIDED
            else here + query(shown.params, show=show or None, after=None).rstrip("?"),
        }
        for show, label, count in views
    ]
