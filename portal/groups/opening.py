"""Opening groups, one or many of a kind at once: all of them or none, and once for each form."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.db.base import new_id
from portal.groups.codes import InUse, proposed
from portal.groups.forms import NewGroupsForm
from portal.groups.models import Group
from portal.groups.repository import GroupRepository
from portal.groups.saving import CODE_TAKEN, blame_codes
from portal.web.i18n import _, format_list, ngettext
from portal.web.once import was_sent_before


async def propose_codes(groups: GroupRepository, form: NewGroupsForm, year_id: UUID) -> None:
    """Fill in the codes, once it is known for how many groups of which grade and campus."""
    campus_id = form.campus_id.id_chosen
    if form.has_place and campus_id is not None:
        in_use = [InUse(row.grade, row.campus_id, row.code) for row in await groups.codes_of(year_id)]
        form.codes.raw_data = None
        form.codes.data = ", ".join(proposed(in_use, form.grade.data, campus_id, form.count.data or 0))


async def was_opened_before(groups: GroupRepository, form: NewGroupsForm, digest: bytes) -> bool:
    """Whether this very form has opened its groups. Raises Conflict when its id was used with other content."""
    refusal = _(
        "This form has opened groups already, and now it says something else. Begin a new form for more groups."
    )
    here = Group.school_id == groups.school_id
    return await was_sent_before(groups.session, form.minted_id, digest, Group, here, refusal=refusal)


async def open_groups(groups: GroupRepository, form: NewGroupsForm, year_id: UUID, digest: bytes) -> list[Group]:
    """Open all groups of the form, with proposed codes where none are typed; none, with the fields blamed, if it is
    wrong. ``digest`` is what the form said when it came.
    """
    if not form.chosen_codes:
        await propose_codes(groups, form, year_id)
    if not form.validate():
        return []
    rows = _planned(form, year_id, form.chosen_codes)
    rows[0].form_digest = digest
    if await blame_codes(groups, form, "codes", rows[0], form.chosen_codes):
        return []
    try:
        async with groups.session.begin_nested():
            await groups.add_many(rows)
    except IntegrityError as error:
        if CODE_TAKEN not in str(error.orig):
            raise
        place, *_others = _planned(form, year_id, form.chosen_codes)
        await blame_codes(groups, form, "codes", place, form.chosen_codes)
        return []
    return rows


def told(opened: Sequence[Group]) -> str:
    """For the notice of the next page."""
    words = ngettext("The group %(groups)s was opened.", "The groups %(groups)s were opened.", len(opened))
    return words % {"groups": format_list(group.label for group in opened)}


def _planned(form: NewGroupsForm, year_id: UUID, codes: Sequence[str]) -> list[Group]:
    """Each with its code; the first has the id that came with the form."""
    return [
        Group(
            id=form.minted_id if number == 0 else new_id(),
            year_id=year_id,
            campus_id=form.campus_id.id_chosen,
            grade=form.grade.data,
            shift=form.shift.data,
            code=code,
            capacity=form.capacity.data,
        )
        for number, code in enumerate(codes)
    ]
