"""What an undo leaves as it is, in words: which record, which of its fields, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.audit.looking_up import look_up
from portal.audit.reverting.task import Kept
from portal.audit.sentences import Wording
from portal.audit.telling import Tellings, Told
from portal.web.pages import url_for


@dataclass(frozen=True)
class Remains:
    """One record that stays: its name, where it is shown, its fields where only some of them stay, and the reason."""

    name: str
    address: str | None
    fields: Sequence[str]
    why: str


async def remains(
    request: Request[Any, Any, Any], session: AsyncSession, access: Access, tellings: Tellings, kept: Sequence[Kept]
) -> list[Remains]:
    """The records that stay, as this person may see them; the names are asked for at once."""
    own = access.rules.fields
    assert access.school is not None, "a guard has let them in"
    names, _nothing = await look_up(session, access.school.id, tellings, [each.event for each in kept], own=own)
    wording = Wording(names, own, sees_all=access.may(Permission.SENSITIVE_READ))
    return [_shown(request, each, tellings.of(each.event.entity), wording) for each in kept]


def _shown(request: Request[Any, Any, Any], kept: Kept, told: Told, wording: Wording) -> Remains:
    event = kept.event
    fields = [str(told.value(column, wording.own).label) for column in told.in_order(kept.fields)]
    route, parameter = told.shown_at or (None, "")
    address = url_for(request, route, **{parameter: event.entity_id}) if route else None
    return Remains(wording.thing(event, told), address, fields, kept.why)
