"""What others saved while a form was being filled in, and how both become one record.

Three states stand side by side: the record as the form showed it, as it is stored now, and as it was typed. What only
one of the two people changed is taken from that one; what both changed, each to something else, is for the person to
choose (``portal/web/conflict.py``). Where the former states come from, ``portal/audit/since.py`` knows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.web.i18n import _, format_datetime, format_list, local_day, today

if TYPE_CHECKING:
    from portal.web.forms import Form


@dataclass(frozen=True)
class Saving:
    """One saving since the form was shown: whose, when, and the record as it was ``before`` it."""

    by: str
    at: datetime
    is_mine: bool
    before: Any

    @property
    def when(self) -> str:
        """The time on the school's clock; the day, too, unless it is today."""
        return format_datetime(self.at, "H:mm" if local_day(self.at) == today() else "d MMM y, H:mm")


@dataclass(frozen=True)
class Since:
    """The savings since a form was shown, the newest first."""

    savings: tuple[Saving, ...] = ()
    #: the record as the form showed it; None where no history leads back so far
    shown: Any = None

    def news(self, names: Iterable[str], now: Any) -> dict[str, Saving]:
        """Of the fields that are no longer as the form showed them, who saved each last."""
        changed = [name for name in names if getattr(now, name) != getattr(self.shown, name)]
        found: dict[str, Saving] = {}
        after = now
        for saving in self.savings:
            for name in changed:
                if name not in found and getattr(after, name) != getattr(saving.before, name):
                    found[name] = saving
            after = saving.before
        return found


class Conflict(Exception):
    """Two people changed the same thing, each to something else.

    Carries all versions as forms and plain values: rows expire on rollback.
    """

    def __init__(
        self, form: "Form", row: Any, clashing: Iterable[str], since: Since, news: Mapping[str, Saving]
    ) -> None:
        """``form`` is what was typed, ``row`` what is kept now, ``clashing`` the fields to choose from.

        ``news`` are the fields that others changed, with who did.
        """
        super().__init__("conflict")
        self.typed = form
        self.kept = _form_of(form, row)
        self.kept.seen_version = row.version
        self.shown = _form_of(form, since.shown) if since.shown is not None else None
        self.clashing = tuple(clashing)
        self.news = dict(news)
        self.own = tuple(_said(form, since.shown)) if since.shown is not None else ()
        self.savings = since.savings
        self.saved_at: datetime | None = getattr(row, "updated_at", None)


def merge(form: "Form", row: Any, since: Since) -> None:
    """Let the form say what ``row`` says now, but for what the person changed in it; ``form.news`` tells what is new.

    Raises Conflict where both changed the same, or where nobody knows any more what the form showed.
    """
    if since.shown is None:
        news: dict[str, Saving] = {}
        own = clashing = _said(form, row)
    else:
        news = since.news([field.short_name for field in form if hasattr(row, field.short_name)], row)
        own = _said(form, since.shown)
        clashing = _clashing(form, row, own, news)
    if clashing:
        raise Conflict(form, row, clashing, since, news)
    for name in news.keys() - set(own):
        form[name].process(None, getattr(row, name))
        form[name].raw_data = None
    form.seen_version = row.version
    form.news = _in_words(form, {name: saving for name, saving in news.items() if name not in own}, since)


def _said(form: "Form", of: Any) -> list[str]:
    """The fields in which the person said something else than ``of``, or something that cannot be read."""
    names = form.changes(of)
    return [field.short_name for field in form if field.short_name in names or field.process_errors]


def _clashing(form: "Form", row: Any, own: Iterable[str], news: Mapping[str, Saving]) -> list[str]:
    torn = (names for names in form.together if not (names.isdisjoint(own) or names.isdisjoint(news)))
    both = (set(own) & set(news)).union(*torn)
    return [name for name in _said(form, row) if name in both]


def _form_of(form: "Form", row: Any) -> "Form":
    """The same kind of form, filled from ``row``, to be compared field by field."""
    return type(form).show(of=row, prefix=form.prefix)


def _in_words(form: "Form", news: Mapping[str, Saving], since: Since) -> str:
    """``Meanwhile Ana Torres changed: Phone.``"""
    labels: dict[tuple[bool, str], list[str]] = {}
    for field in form:
        if saving := news.get(field.short_name):
            labels.setdefault((saving.is_mine, saving.by), []).append(str(field.label.text))
    told = [_sentence(is_mine, by, format_list(fields)) for (is_mine, by), fields in labels.items()]
    if not told and (others := [saving.by for saving in since.savings if not saving.is_mine]):
        told = [_("Meanwhile %(name)s changed something else in this record.") % {"name": _names(others)}]
    return " ".join(told)


def _sentence(is_mine: bool, by: str, fields: str) -> str:
    if is_mine:
        return _("Meanwhile you changed in another window: %(fields)s.") % {"fields": fields}
    else:
        return _("Meanwhile %(name)s changed: %(fields)s.") % {"name": by, "fields": fields}


def _names(savers: Iterable[str]) -> str:
    return format_list(dict.fromkeys(savers))
