"""What a person types about groups."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import wtforms

from portal.catalogs.codes import Grade, Shift
from portal.groups.codes import repeated, typed
from portal.web.fields import CodeField, IdField, NumberField, TextField
from portal.web.forms import Form, Sent
from portal.web.i18n import _, format_list, lazy
from portal.web.validators import at_most, required

MOST_SEATS = 200
MOST_AT_ONCE = 30
CODE_LENGTH = 20


class PlaceOfGroups(Form):
    """What groups of one kind share: grade, campus, shift, seats."""

    grade = CodeField(lazy("Grade"), Grade, [required(lazy("Choose a grade."))], blank=lazy("Choose"))
    campus_id = IdField(lazy("Campus"), [required(lazy("Choose a campus."))], blank=lazy("Choose"))
    shift = CodeField(lazy("Shift"), Shift, [required(lazy("Choose a shift."))], blank=lazy("Choose"))
    capacity = NumberField(lazy("Seats in each"), [required()], default=35, render_kw={"inputmode": "numeric"})

    def offer_campuses(self, campuses: Sequence[tuple[UUID, str]]) -> None:
        """Say where a group can be; the only campus is meant anyway."""
        self.campus_id.offer(campuses)
        if self.campus_id.data is None and len(campuses) == 1:
            self.campus_id.data = str(campuses[0][0])

    def validate_capacity(self, field: wtforms.Field) -> None:
        """A group has between none and 200 seats."""
        if field.data is not None and not 0 <= field.data <= MOST_SEATS:
            raise wtforms.ValidationError(_("Between 0 and %(most)d seats.") % {"most": MOST_SEATS})


class NewGroupsForm(PlaceOfGroups):
    """One group or many of one kind: "3 groups of grade 6 at campus 1, mornings, 35 seats"."""

    count = NumberField(lazy("How many"), [required()], default=1, render_kw={"inputmode": "numeric"})
    codes = TextField(
        lazy("Codes"),
        [at_most(MOST_AT_ONCE * (CODE_LENGTH + 2))],
        description=lazy("One for each group, as SIMAT knows it. They go on from those in use; correct them freely."),
    )

    @classmethod
    def asked(cls, query: Any) -> "NewGroupsForm":
        """The form as an address describes it: ``?grade=6&count=3``; what it leaves out is as usual."""
        form = cls(formdata=Sent(query))
        form.minted_id = cls.show().minted_id
        return form

    @property
    def has_place(self) -> bool:
        """Whether grade, campus and number are known, so that codes can be proposed."""
        count = self.count.data
        return bool(self.grade.data is not None and self.campus_id.id_chosen and count and 1 <= count <= MOST_AT_ONCE)

    @property
    def chosen_codes(self) -> list[str]:
        """The codes as typed."""
        return typed(self.codes.data)

    def validate_count(self, field: wtforms.Field) -> None:
        """At least one, and not more than anybody means."""
        if field.data is not None and not 1 <= field.data <= MOST_AT_ONCE:
            raise wtforms.ValidationError(_("Between 1 and %(most)d groups at once.") % {"most": MOST_AT_ONCE})

    def validate_codes(self, field: wtforms.Field) -> None:
        """As many as groups, each once, none too long."""
        codes = self.chosen_codes
        if twice := repeated(codes):
            raise wtforms.ValidationError(_("Named twice: %(codes)s.") % {"codes": format_list(twice)})
        if any(len(code) > CODE_LENGTH for code in codes):
            raise wtforms.ValidationError(_("A code has at most %(most)d characters.") % {"most": CODE_LENGTH})
        if codes and self.count.data and len(codes) != self.count.data:
            words = _("%(groups)d groups need %(groups)d codes; here are %(codes)d.")
            raise wtforms.ValidationError(words % {"groups": self.count.data, "codes": len(codes)})


class GroupForm(PlaceOfGroups):
    """One group that is there."""

    code = TextField(lazy("Code"), [required(), at_most(CODE_LENGTH)])
    capacity = NumberField(lazy("Seats"), [required()], render_kw={"inputmode": "numeric"})
    lead_teacher_id = IdField(lazy("Lead teacher"), blank=lazy("Nobody yet"))

    def offer_teachers(self, teachers: Iterable[tuple[UUID, str]]) -> None:
        """Say who can lead it."""
        self.lead_teacher_id.offer(teachers)

    def fill(self, group: Any) -> None:
        """Write what was typed; ids are ids in the columns."""
        group.grade, group.shift = self.grade.data, self.shift.data
        group.campus_id = self.campus_id.id_chosen
        group.code, group.capacity = self.code.data, self.capacity.data
        group.lead_teacher_id = self.lead_teacher_id.id_chosen

    def changes(self, row: Any) -> dict[str, tuple[Any, Any]]:
        """Ids are compared as the form has them: as text."""
        found = super().changes(row)
        return {name: pair for name, pair in found.items() if str(pair[0] or "") != str(pair[1] or "")}
