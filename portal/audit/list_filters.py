"""What a history can be narrowed to: who, what, which field, when, by which way, and by which press of a button."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar.datastructures import MultiDict
from sqlalchemy import String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from portal.audit.models import Action, AuditEvent, Channel
from portal.audit.telling import Told
from portal.lists.filters import Choice, Choices, Filter, Rows, Several
from portal.lists.spans import Moments
from portal.lists.terms import Term
from portal.web.i18n import lazy
from portal.web.reading import parse_ids

_FIELDS = bindparam("fields", type_=ARRAY(String))


def first_id_of(moment: datetime) -> UUID:
    """The least UUIDv7 of a moment: a stretch of time is a range of ids, which the index has in order."""
    return UUID(int=int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | 0x2 << 62)


def moment_of(event_id: UUID) -> datetime:
    """When an event was told: a UUIDv7 begins with the milliseconds since 1970."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)


@dataclass(frozen=True, eq=False)
class When(Moments):
    """Of days, asked for by the ids that were made on them."""

    def bind(self, end: str, limit: Any) -> Any:
        """The first id of the day, or of the one after it."""
        moment = super().bind(end, limit)
        return moment and first_id_of(moment)


@dataclass(frozen=True, eq=False)
class OneChange(Choice):
    """All that one press of a button did: an address has it, no menu offers it."""

    def said(self, words: str) -> str:
        """Its id says nothing to anybody."""
        return str(self.label)


@dataclass(frozen=True, eq=False)
class Fields(Several):
    """Changes of one of several fields; only of those that this person may see."""

    offered: dict[str, Any] = field(kw_only=True)

    def read(self, sent: MultiDict[str]) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys(name for name in sent.getall(self.name, []) if name in self.offered))

    def offers(self, overview: Any) -> Choices:
        """By name."""
        return sorted(self.offered.items(), key=lambda choice: str(choice[1]))

    def terms(self, value: Sequence[str]) -> tuple[Term, ...]:
        """Any of them."""
        return (_ANY_FIELD,)

    def binds(self, value: Sequence[str]) -> dict[str, Any]:
        """Their names."""
        return {"fields": list(value)}

    def tally(self, rows: Rows) -> Any:
        """By field: an event counts for each that it changes."""
        names = rows().with_only_columns(func.jsonb_object_keys(AuditEvent.changes).label("name")).subquery()
        groups = select(names.c.name, func.count().label("rows")).group_by(names.c.name).subquery()
        return select(func.jsonb_agg(func.jsonb_build_array(groups.c.name, groups.c.rows))).scalar_subquery()


_ANY_FIELD = Term(AuditEvent.changes.has_any(_FIELDS))
WHO = Choice(
    "who",
    lazy("Who"),
    by=Term(AuditEvent.actor_id),
    reads=parse_ids,
    offered=lambda overview: overview.actors or (),
    nothing=lazy("The portal itself"),
    upfront=True,
)
ACTION = Choice("action", lazy("What happened"), by=Term(AuditEvent.action), codes=Action, upfront=True)
WHEN = When("when", lazy("When"), by=Term(AuditEvent.id))
CHANNEL = Choice("channel", lazy("By which way"), by=Term(AuditEvent.channel), codes=Channel)
CHANGE = OneChange(
    "change", lazy("One change only"), by=Term(AuditEvent.change_id), reads=parse_ids, offered=lambda _overview: ()
)


def filters_of(tellings: Sequence[Told], *, sees_all: bool) -> tuple[Filter, ...]:
    """All of them. What is sensitive only those ask for who may see it; where there is one kind it is not chosen."""
    kinds = [(told.table, told.kind) for told in tellings]
    what = Choice("what", lazy("Whose record"), by=Term(AuditEvent.entity), offered=lambda _o: kinds, upfront=True)
    fields = Fields("field", lazy("Field"), offered=_fields(tellings, sees_all=sees_all))
    return (WHO, *((what,) if len(kinds) > 1 else ()), ACTION, WHEN, fields, CHANNEL, CHANGE)


def _fields(tellings: Sequence[Told], *, sees_all: bool) -> dict[str, Any]:
    """Column → what it is called; of one that several kinds of records have, as the first of them calls it."""
    fields: dict[str, Any] = {}
    for told in tellings:
        for column, value in told.fields.items():
            if sees_all or not any(each.is_sensitive(column) for each in tellings):
                fields.setdefault(column, value.label)
    return fields
