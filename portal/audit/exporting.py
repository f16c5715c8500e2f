"""The history as a file: a line for each field that changed, and one for each event without any."""

from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from litestar import Request, Response

from portal.audit.listing import EventQuestion
from portal.audit.log import Entry, entry_of
from portal.audit.reading import Reader
from portal.audit.sentences import Wording
from portal.lists.exports import file_answer
from portal.web.errors import Conflict
from portal.web.i18n import _, format_datetime, format_number

# A file of more is nothing that anybody reads; and it would have to fit into memory.
MOST_EVENTS = 20_000
_AT_ONCE = 1_000

log = structlog.get_logger()


async def file_of(request: Request[Any, Any, Any], reader: Reader, question: EventQuestion) -> Response[bytes]:
    """All that the question leaves. Raises Conflict when too many events match."""
    desk = reader.desk()
    events = await desk.first(question, MOST_EVENTS)
    if len(events) > MOST_EVENTS:
        raise Conflict(
            _("More than %(most)s events match. Narrow them down, for instance to some days, and export again.")
            % {"most": format_number(MOST_EVENTS)}
        )
    wordings = [(part, reader.wording(await desk.names_of(part))) for part in _parts(events)]
    log.info("audit exported", events=len(events))
    return await file_answer(request, _heads(), _lines(reader, wordings), name=_("history"))


def _parts(events: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (events[at : at + _AT_ONCE] for at in range(0, len(events), _AT_ONCE))


def _heads() -> tuple[str, ...]:
    return (
        *(_("When"), _("Who"), _("By which way"), _("What happened"), _("Whose record"), _("Field")),
        *(_("Before"), _("After"), _("Address"), _("Request")),
    )


def _lines(reader: Reader, wordings: Sequence[tuple[Sequence[Any], Wording]]) -> Iterator[tuple[Any, ...]]:
    for events, wording in wordings:
        for event in events:
            yield from _rows(event, entry_of(event, reader.tellings, wording), reader, wording)


def _rows(event: Any, entry: Entry, reader: Reader, wording: Wording) -> Iterator[tuple[Any, ...]]:
    told = reader.tellings.of(event.entity)
    when = format_datetime(event.at, "yyyy-MM-dd HH:mm:ss")
    first = (when, wording.actor(event), str(event.channel.label), entry.text, wording.thing(event, told))
    last = (event.address or "", event.request_id or "")
    changes = wording.changes(event, told)
    if changes:
        yield from ((*first, change.label, change.old, change.new, *last) for change in changes)
    else:
        yield (*first, "", "", "", *last)
