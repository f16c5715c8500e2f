"""Two people edited one record: both versions field by field, and the choice is the person's.

Knows no feature: any form whose ``refuse_if_older_than`` raised Conflict is shown this way, and sent again from here to
where it was sent before, over the newest version.
"""

from dataclasses import dataclass
from typing import Any

import wtforms
from litestar import Request, Response

from portal.web.fields import CheckField, choices_of
from portal.web.forms import Conflict
from portal.web.i18n import _
from portal.web.pages import is_partial, page


@dataclass(frozen=True)
class Version:
    """A field's value in one of the two versions: as it is sent, and as people read it."""

    value: str
    text: str


@dataclass(frozen=True)
class Choice:
    """A field in which the two versions differ."""

    name: str
    label: str
    kept: Version
    typed: Version


def conflict_page(request: Request[Any, Any, Any], error: Conflict) -> Response[str]:
    """The page of both versions, or the same in the place of the form that htmx sent."""
    typed, kept = error.typed, error.kept
    fields = {field.short_name: field for field in typed}
    choices = [
        Choice(
            name=fields[name].name,
            label=str(fields[name].label.text),
            kept=_version(kept[name], fields[name]),
            typed=_version(fields[name], fields[name]),
        )
        for name in error.differing
    ]
    agreed = [(field.name, _sent(field)) for name, field in fields.items() if name not in error.differing]
    return page(
        request,
        "conflict.html",
        block="conflict",
        status_code=409,
        level=2 if is_partial(request) else 1,
        choices=choices,
        agreed=[(name, value) for name, value in agreed if value],
        version=kept.seen_version,
        saved_at=error.saved_at,
    )


def _version(field: wtforms.Field, offered: wtforms.Field) -> Version:
    value = _sent(field)
    if isinstance(field, CheckField):
        return Version(value, _("Yes") if value else _("No"))
    if isinstance(offered, wtforms.SelectField):
        labels = dict(choices_of(offered))
        return Version(value, str(labels.get(value, value)) if value else "")
    if hasattr(field, "in_words"):
        return Version(value, field.in_words())
    return Version(value, value)


def _sent(field: wtforms.Field) -> str:
    """What the field would send as it stands."""
    if isinstance(field, CheckField):
        return "y" if field.data else ""
    if isinstance(field, wtforms.SelectField):
        return str(getattr(field.data, "value", field.data) or "")
    value: str = field._value()  # type: ignore[attr-defined]  # noqa: SLF001 - what its widget would write
    return value
