"""What a principal may say to a roll-over: another decision for some pupils, and that it be applied."""

from collections.abc import Collection, Iterable
from typing import Any, Self
from uuid import UUID

import wtforms
from litestar import Request

from portal.catalogs.codes import Decision
from portal.rollovers.choices import Wish
from portal.rollovers.proposals import Seats
from portal.web.fields import CheckField, CodeField, IdField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.reading import parse_id


class ChoiceForm(Form):
    """What becomes of the ticked pupils: a decision, a group or none, or again what was proposed."""

    NO_GROUP = "none"

    decision = CodeField(lazy("Decision"), Decision, blank=lazy("As it is"))
    group_id = IdField(lazy("Group"), blank=lazy("Any that fits"))

    #: the enrollments of the closing year that were ticked
    picked: Collection[UUID] = ()
    #: whether the proposals shall stand again
    as_proposed: bool = False
    groups: dict[UUID, Seats]

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], *, of: Any = None, prefix: str = "", **options: Any) -> Self:
        """With the ticks, which are no fields of its own."""
        form = await super().read(request, of=of, prefix=prefix, **options)
        sent = await request.form()
        form.picked = set(filter(None, (parse_id(str(each)) for each in sent.getall("id", []))))
        form.as_proposed = sent.get("then") == "propose"
        return form

    def offer(self, groups: Iterable[Seats]) -> Self:
        """The groups of the new year."""
        self.groups = {group.id: group for group in groups}
        with_campus = len({group.campus_id for group in self.groups.values()}) > 1
        offered = [(group.id, _described(group, with_campus=with_campus)) for group in self.groups.values()]
        self.group_id.offer([(self.NO_GROUP, _("No group")), *offered])
        return self

    @property
    def wish(self) -> Wish:
        """What a form that is right says."""
        chosen = self.group_id.id_chosen
        group = self.groups.get(chosen) if chosen else None
        return Wish(self.decision.data, group, without_group=self.group_id.data == self.NO_GROUP)

    def validate_decision(self, field: wtforms.Field) -> None:
        """Somebody must be ticked, and something must be said."""
        if not self.picked:
            raise wtforms.ValidationError(_("Tick the students first."))
        if not (self.as_proposed or field.data or self.group_id.data):
            raise wtforms.ValidationError(_("Choose a decision or a group."))


class ApplyForm(Form):
    """Applying what was seen."""

    seen = TextField(lazy("What was seen"))
    leave = CheckField(lazy("Leave without a group"))


def _described(group: Seats, *, with_campus: bool) -> str:
    seats = _("%(taken)d of %(capacity)d seats") % {"taken": group.wanted, "capacity": group.capacity}
    return " · ".join(filter(None, [group.label, str(group.shift.label), group.campus_name * with_campus, seats]))
