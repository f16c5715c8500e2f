"""Two people changed the same of one record: both versions field by field, and the choice is the person's.

Knows no feature: any form whose merging raised Conflict is shown this way, and sent again from here to where it was
sent before, over the newest version.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import wtforms
from litestar import Request, Response

from portal.web.fields import CheckField, choices_of
from portal.web.i18n import _, format_list
from portal.web.meanwhile import Conflict, Saving
from portal.web.pages import is_partial, page


@dataclass(frozen=True)
class Version:
    """A field's value in one of the versions: as it is sent, and as people read it."""

    value: str
    text: str

    def apart(self, other: "Version") -> tuple[str, str, str]:
        """The text in three: as the other begins, what differs, as the other ends; whole where they are not alike."""
        head = _alike(self.text, other.text)
        tail = _alike(self.text[head:][::-1], other.text[head:][::-1])
        if 2 * (head + tail) < len(self.text):
            return "", "", self.text
        end = len(self.text) - tail
        return self.text[:head], self.text[head:end], self.text[end:]


@dataclass(frozen=True)
class Choice:
    """A field that both changed, each to something else. ``shown`` is what it was before both, where that is known."""

    name: str
    label: str
    shown: Version | None
    kept: Version
    typed: Version
    by: Saving | None


@dataclass(frozen=True)
class Merged:
    """A field that only one of the two changed: it stays as that one said."""

    label: str
    by: Saving | None
    old: str
    new: str


def conflict_page(request: Request[Any, Any, Any], error: Conflict) -> Response[str]:
    """The page of both versions, or the same in the place of the form that htmx sent."""
    fields = {field.short_name: field for field in error.typed}
    choices = [_choice(error, fields[name]) for name in error.clashing]
    clear = [field for name, field in fields.items() if name not in error.clashing]
    savers = [choice.by for choice in choices if choice.by] or list(error.savings)
    return page(
        request,
        "conflict.html",
        block="conflict",
        status_code=409,
        level=2 if is_partial(request) else 1,
        in_place=is_partial(request),
        choices=choices,
        merged=[line for field in clear for line in _merged(error, field)],
        agreed=[(field.name, _stays(error, field).value) for field in clear],
        version=error.kept.seen_version,
        who=_who(savers),
        saved_by=_only(savers),
        saved_at=error.saved_at,
    )


def _choice(error: Conflict, field: wtforms.Field) -> Choice:
    name = field.short_name
    return Choice(
        name=field.name,
        label=str(field.label.text),
        shown=_version(error.shown[name], field) if error.shown is not None else None,
        kept=_version(error.kept[name], field),
        typed=_version(field, field),
        by=error.news.get(name),
    )


def _merged(error: Conflict, field: wtforms.Field) -> list[Merged]:
    name = field.short_name
    if error.shown is None or not (name in error.own or name in error.news):
        return []
    old, new = _version(error.shown[name], field), _stays(error, field)
    return [Merged(str(field.label.text), None if name in error.own else error.news[name], old.text, new.text)]


def _stays(error: Conflict, field: wtforms.Field) -> Version:
    """What stays of a field that nobody has to choose: what was typed, unless only others changed it."""
    only_theirs = field.short_name in error.news and field.short_name not in error.own
    return _version(error.kept[field.short_name] if only_theirs else field, field)


def _who(savers: Iterable[Saving]) -> str:
    """Who saved meanwhile, in a sentence; nothing where nobody knows."""
    single = _only(savers)
    names = format_list(dict.fromkeys(saving.by for saving in savers))
    if single is None:
        return _("%(names)s saved changes while you were editing.") % {"names": names} if names else ""
    elif single.is_mine:
        return _("You saved this record in another window (%(time)s) while you were editing.") % {"time": single.when}
    else:
        words = _("%(name)s saved changes (%(time)s) while you were editing.")
        return words % {"name": single.by, "time": single.when}


def _only(savers: Iterable[Saving]) -> Saving | None:
    """The latest saving, where all are of one person."""
    latest = sorted(savers, key=lambda saving: saving.at, reverse=True)
    return latest[0] if len({saving.by for saving in latest}) == 1 else None


def _alike(one: str, other: str) -> int:
    """How many characters both begin with."""
    return sum(1 for _both in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))


def _version(field: wtforms.Field, offered: wtforms.Field) -> Version:
    value = _sent(field)
    if isinstance(field, CheckField):
        return Version(value, _("Yes") if value else _("No"))
    if isinstance(field, wtforms.SelectField) and isinstance(offered, wtforms.SelectField):
        labels = {**dict(choices_of(field)), **dict(choices_of(offered))}
        return Version(value, str(labels.get(value, value)) if value else "")
    if hasattr(field, "in_words"):
        return Version(value, field.in_words())
    return Version(value, value if field.process_errors else _written(field))


def _sent(field: wtforms.Field) -> str:
    """What the field would send as it stands."""
    if isinstance(field, CheckField):
        return "y" if field.data else ""
    if isinstance(field, wtforms.SelectField):
        return str(getattr(field.data, "value", field.data) or "")
    value: str = field._value()  # type: ignore[attr-defined]  # noqa: SLF001 - what its widget would write
    return value


def _written(field: wtforms.Field) -> str:
    """The value as records write it, however it was typed: phones with their spaces."""
    typed, field.raw_data = field.raw_data, None
    written = _sent(field)
    field.raw_data = typed
    return written
