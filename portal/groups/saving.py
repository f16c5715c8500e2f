"""Correcting a group, with what the seats taken and the codes in use do not allow."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.groups.forms import GroupForm, NewGroupsForm
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.web.i18n import format_list, ngettext

CODE_TAKEN = "uq_groups_code"


async def check(groups: GroupRepository, form: GroupForm, group: Group) -> None:
    """Blame the fields for what the group's pupils do not allow. The group is locked, so that nobody is seated now."""
    taken = await groups.taken_seats(group.id)
    if form.capacity.data is not None and not form.capacity.errors and form.capacity.data < taken:
        words = ngettext(
            "%(num)s student sits in the group: it needs at least so many seats.",
            "%(num)s students sit in the group: it needs at least so many seats.",
            taken,
        )
        form.blame("capacity", words % {"num": taken})
    moved = [
        name
        for name, now, then in (
            ("grade", form.grade.data, group.grade),
            ("campus_id", form.campus_id.id_chosen, group.campus_id),
            ("shift", form.shift.data, group.shift),
        )
        if now is not None and now != then
    ]
    bound = await groups.bound_to(group.id) if moved else 0
    if bound:
        words = ngettext(
            "%(num)s enrollment says this group and would contradict it. Make a new group and move the student there.",
            "%(num)s enrollments say this group and would contradict it. Make a new group and move the students there.",
            bound,
        )
        for name in moved:
            form.blame(name, words % {"num": bound})


async def save(groups: GroupRepository, form: GroupForm, group: Group) -> bool:
    """Write the group; False, with the code blamed, where another group has it."""
    group_id, year_id = group.id, group.year_id
    wanted = Group(year_id=year_id)
    form.fill(wanted)
    if await blame_codes(groups, form, "code", wanted, [wanted.code], but=group_id):
        return False
    try:
        async with groups.session.begin_nested():
            form.fill(group)
            await groups.session.flush()
    except IntegrityError as error:
        if CODE_TAKEN not in str(error.orig):
            raise
        await groups.whole(group_id)  # the rollback took the row back, and with it what it said
        await blame_codes(groups, form, "code", wanted, [wanted.code], but=group_id)
        return False
    return True


async def blame_codes(
    groups: GroupRepository,
    form: NewGroupsForm | GroupForm,
    field: str,
    place: Group,
    codes: Sequence[str],
    *,
    but: UUID | None = None,
) -> bool:
    """Blame the field for the ``codes`` that other groups have in the year, grade, campus and shift of ``place``."""
    taken = await groups.with_code(place, codes, but=but)
    if taken:
        words = ngettext(
            "There is a group %(codes)s already in this grade, campus and shift.",
            "There are groups %(codes)s already in this grade, campus and shift.",
            len(taken),
        )
        form.blame(field, words % {"codes": format_list(taken)})
    return bool(taken)
