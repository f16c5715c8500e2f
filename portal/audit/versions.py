"""A record as it was: what stands in it now, with all that was changed since put back. Nothing is written.

A form shows it, over the version that the record has now; a person looks it through and saves it like any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request

from portal.audit.past import before
from portal.audit.repository import EventRepository
from portal.db.plugin import session_of
from portal.web.errors import NotFound
from portal.web.forms import Form
from portal.web.i18n import format_datetime
from portal.web.reading import parse_id


@dataclass(frozen=True)
class AsOf:
    """What the page says of an older version: of when it is, and which fields say something else now."""

    moment: str
    fields: list[str]


@dataclass(frozen=True)
class Version:
    """The row that a form is filled from. ``at`` is the moment that it shows, None where it is the present."""

    row: Any
    at: datetime | None = None

    def told(self, form: Form, now: Any) -> AsOf | None:
        """For the page of the form; ``now`` is the record as the form would otherwise show it."""
        if self.at is None:
            return None
        return AsOf(format_datetime(self.at), [str(form[name].label.text) for name in form.changes(now)])


async def version_of(request: Request[Any, Any, Any], row: Any) -> Version:
    """The row as it was after the event that the address names (``as_of``), or as it is where it names none.

    Raises NotFound where it is no event of this record.
    """
    asked = request.query_params.get("as_of")
    if not asked:
        return Version(row)
    event_id = parse_id(asked)
    events = EventRepository(session_of(request), getattr(row, "school_id", None) or row.id)
    told = await events.since(event_id, row.__tablename__, row.id) if event_id else ()
    if not told:
        raise NotFound
    event, *later = told
    for each in reversed(later):
        row = before(row, each.changes)
    return Version(row, event.at)
