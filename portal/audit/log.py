"""A page of the history as it is read: days, and in them what happened, each in a sentence with its details."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from markupsafe import Markup

from portal.audit.models import Action
from portal.audit.sentences import Change, Wording, fits_a_sentence
from portal.audit.telling import Tellings
from portal.lists.showing import ListPage
from portal.web.i18n import _, format_date, format_datetime, local_day, today

# Of a record that is new, or gone, what stood in it is folded up.
_WHOLE = (Action.CREATED, Action.REMOVED)


@dataclass(frozen=True)
class Entry:
    """One thing that happened; ``event`` is the row that tells of it, None for what is known from elsewhere."""

    at: datetime
    sentence: Markup
    event: Any = None
    changes: list[Change] = field(default_factory=list)
    folded: bool = False
    hides_fields: bool = False
    remark: str | None = None
    # Where the record can be edited as it was then: a route and its parameters.
    restored_at: tuple[str, dict[str, Any]] | None = None
    # Whether all of its change can still be taken back, by a button here.
    can_be_undone: bool = False

    @property
    def time(self) -> str:
        """On the school's clock."""
        return format_datetime(self.at, "H:mm")

    @property
    def text(self) -> str:
        """The sentence without its marks."""
        return str(self.sentence.striptags())


@dataclass(frozen=True)
class Log(ListPage):
    """A page of a history as its template needs it."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def days(self) -> list[tuple[str, list[Entry]]]:
        """The newest first."""
        by_day = groupby(self.entries, key=lambda entry: local_day(entry.at))
        return [(_title(day), list(entries)) for day, entries in by_day]


def entry_of(event: Any, tellings: Tellings, wording: Wording, **more: Any) -> Entry:
    """An event in words."""
    told = tellings.of(event.entity)
    changes = wording.changes(event, told)
    is_said = event.action == Action.CHANGED and told.said(event) is None and fits_a_sentence(changes)
    hides_fields = wording.hides_fields(event, told)
    return Entry(
        at=event.at,
        sentence=wording.sentence(event, told, changes),
        event=event,
        changes=[] if is_said and not hides_fields else changes,
        folded=event.action in _WHOLE,
        hides_fields=hides_fields and bool(changes),
        **more,
    )


def _title(day: date) -> str:
    written = format_date(day, "full")
    if day == today():
        return _("Today, %(day)s") % {"day": written}
    return written[:1].upper() + written[1:]
