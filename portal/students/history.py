"""A student's past in one line of time: the events of the audit, and the steps of enrollments before it.

A step that the audit tells too is one entry with it, and lends it what somebody wrote along.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from markupsafe import Markup

from portal.audit.list_filters import moment_of
from portal.audit.log import Entry
from portal.audit.reading import Reader
from portal.audit.sentences import Wording
from portal.audit.telling import Key
from portal.enrollments.models import Enrollment
from portal.enrollments.trail import Step, people_in, steps
from portal.lists.answering import Listing
from portal.lists.asking import Question

# The event of a step is written just before its transaction ends; none lasts so long.
SOON = timedelta(minutes=5)
_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def people_to_name(enrollments: Iterable[Enrollment]) -> list[Key]:
    """Whose names are wanted besides those in the events."""
    return [("users", user_id) for user_id in people_in(enrollments)]


def entries(
    reader: Reader, question: Question, enrollments: Sequence[Enrollment], listing: Listing, wording: Wording
) -> list[Entry]:
    """A page of both, the newest first; the enrollments are those that this person may see, with their years."""
    names = {user_id: wording.names.of("users", user_id) for user_id in people_in(enrollments)}
    told = steps(enrollments, names, sees_all=reader.sees_all)
    owners = {id(step): event for step in told if (event := _event_of(step, listing.rows))}
    remarks: dict[UUID, str] = {}
    for step in told:
        remark = step.told["reason"] or (step.told["text"] if step.told["icon"] == "arrow-back-up" else None)
        if remark and id(step) in owners:
            remarks.setdefault(owners[id(step)].id, remark)
    events = [reader.entry(event, wording, remarks.get(event.id)) for event in listing.rows]
    earlier = [] if question.narrows else [step for step in told if id(step) not in owners]
    since, until = _span(listing, question)
    known = [_known(step.told, step.at) for step in earlier if since <= step.at < until]
    return sorted([*events, *known], key=lambda entry: entry.at, reverse=True)


def _event_of(step: Step, events: Sequence[Any]) -> Any:
    """The event that tells of the same: the first one of the enrollment after the step, and soon after it."""
    after = [
        event
        for event in events
        if event.entity_id == step.enrollment.id and timedelta() <= moment_of(event.id) - step.at < SOON
    ]
    return min(after, key=lambda event: event.id.int, default=None)


def _span(listing: Listing, question: Question) -> tuple[datetime, datetime]:
    """From when to when the page goes. Steps are a little earlier than their events, and so are the page's ends."""
    since = moment_of(listing.after) - SOON if listing.after else _EVER[0]
    newest = question.after or listing.before
    return since, moment_of(newest) - SOON if newest else _EVER[1]


def _known(told: Mapping[str, Any], at: datetime) -> Entry:
    said = " · ".join(part for part in (told["text"], told["detail"]) if part)
    sentence = Markup('<strong class="strong">%s</strong>: %s') % (told["by"], said)
    return Entry(at=at, sentence=sentence, remark=told["reason"])
