"""What an event says, in a whole sentence: who did what to whose record, and from what to what where that fits."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from portal.audit.models import Action, AuditEvent, Channel
from portal.audit.telling import Names, Told
from portal.schools.rules import CustomField
from portal.web.i18n import _, format_list, lazy

# Longer values stand below the sentence.
_FITS = 60
# So many fields are named; of more it is said how many.
_MOST_NAMED = 4

_DONE = {
    Action.CREATED: lazy("%(who)s added %(thing)s"),
    Action.CHANGED: lazy("%(who)s changed %(thing)s"),
    Action.DELETED: lazy("%(who)s deleted %(thing)s"),
    Action.RESTORED: lazy("%(who)s restored %(thing)s"),
    Action.REMOVED: lazy("%(who)s removed %(thing)s"),
}
_THROUGH = {
    Channel.IMPORT: lazy("A file of SIMAT"),
    Channel.COMMAND: lazy("A command of the installation"),
    Channel.DEMO: lazy("The loading of the demo data"),
}


@dataclass(frozen=True)
class Change:
    """A field that changed, in words; nothing stands for empty."""

    column: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Wording:
    """What turns events into words: the names, the school's own fields, and whether sensitive things are told."""

    names: Names
    own: tuple[CustomField, ...]
    sees_all: bool

    def actor(self, event: AuditEvent) -> str:
        """Who did it: a person, a file that a person applied, or the portal."""
        person = self.names.of("users", event.actor_id) or (_("Somebody who is gone") if event.actor_id else "")
        if event.channel == Channel.WEB:
            return person or _("The portal")
        through = str(_THROUGH[event.channel])
        return f"{through} ({person})" if person else through

    def thing(self, event: AuditEvent, told: Told) -> str:
        """The record, as a sentence names it: ``the group 6th A``."""
        if self.is_hidden(event, told):
            return _("a sensitive document")
        return str(told.thing) % {"name": self.name(event, told)}

    def name(self, event: AuditEvent, told: Told) -> str:
        """What the record is called now; of one that is gone what the event itself knows."""
        found = told.name(event, self.names) if told.name else self.names.of(event.entity, event.entity_id)
        kept = next((value for value in reversed(event.changes.get("name", [])) if value), "")
        return found or kept or _("(gone)")

    def is_hidden(self, event: AuditEvent, told: Told) -> bool:
        """Whether this person may only know that something happened."""
        return not self.sees_all and told.hides(event, self.names)

    def changes(self, event: AuditEvent, told: Told) -> list[Change]:
        """The fields that this person may see."""
        if self.is_hidden(event, told):
            return []
        shown = [column for column in event.changes if self.sees_all or not told.is_sensitive(column)]
        return [self._change(column, event.changes[column], told) for column in told.in_order(shown)]

    def hides_fields(self, event: AuditEvent, told: Told) -> bool:
        """Whether there are fields that this person may not see."""
        return not self.sees_all and any(told.is_sensitive(column) for column in event.changes)

    def sentence(self, event: AuditEvent, told: Told, changes: list[Change]) -> Markup:
        """The whole sentence, the actor in bold."""
        values = {"who": Markup('<strong class="strong">%s</strong>') % self.actor(event)}
        thing = self.thing(event, told)
        own = told.said(event)
        if own is not None:
            return _said(own, thing=thing, **values)
        if event.action != Action.CHANGED or self.is_hidden(event, told):
            return _said(_DONE[event.action], thing=thing, **values)
        if not changes:
            return _said(_("%(who)s changed sensitive data in %(thing)s"), thing=thing, **values)
        if len(changes) == 1 and not self.hides_fields(event, told) and fits_a_sentence(changes):
            return _of_one(changes[0], thing=thing, **values)
        if len(changes) <= _MOST_NAMED:
            named = format_list(_("“%(field)s”") % {"field": change.label} for change in changes)
            return _said(_("%(who)s changed %(fields)s in %(thing)s"), fields=named, thing=thing, **values)
        return _said(_("%(who)s changed %(num)s fields in %(thing)s"), num=len(changes), thing=thing, **values)

    def _change(self, column: str, values: list[Any], told: Told) -> Change:
        value = told.value(column, self.own)
        old, new = (self._in_words(kept, value) for kept in values)
        return Change(column, str(value.label), old, new)

    def _in_words(self, kept: Any, value: Any) -> str:
        if kept is None or kept == "":
            return ""
        if value.names:
            return self.names.of(value.names, kept) or _("(gone)")
        try:
            return str(value.words(kept))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Kept by an older version of the portal in a form that no code reads any more: as it stands.
            return str(kept)


def fits_a_sentence(changes: list[Change]) -> bool:
    """Whether it is one change, with short values."""
    return len(changes) == 1 and max(len(changes[0].old), len(changes[0].new)) <= _FITS


def _of_one(change: Change, **values: Any) -> Markup:
    old, new = Markup("<del>%s</del>") % change.old, Markup("<ins>%s</ins>") % change.new
    if not change.old:
        message = _("%(who)s wrote “%(field)s” in %(thing)s: %(new)s")
    elif not change.new:
        message = _("%(who)s emptied “%(field)s” in %(thing)s; it said %(old)s")
    else:
        message = _("%(who)s changed “%(field)s” in %(thing)s from %(old)s to %(new)s")
    return _said(message, field=change.label, old=old, new=new, **values)


def _said(message: Any, **values: Any) -> Markup:
    """The translated message with its values, each escaped that is no markup."""
    return Markup(str(message)) % values  # noqa: S704 - the messages are ours
