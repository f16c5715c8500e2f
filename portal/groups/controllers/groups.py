"""New groups, one or many at once; one group with its pupils; and its correction."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.db.repository import one_at_a_time
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.groups import saving
from portal.groups.codes import InUse, proposed
from portal.groups.forms import GroupForm, NewGroupsForm
from portal.groups.models import Group
from portal.groups.providers import provide_changeable_group, provide_group, provide_groups
from portal.groups.pupils import GroupPage
from portal.groups.repository import GroupRepository
from portal.schools.providers import provide_access, provide_campuses, provide_school
from portal.schools.repository import CampusRepository
from portal.web.i18n import _, format_list, ngettext
from portal.web.pages import go_to, page
from portal.years.models import SchoolYear
from portal.years.providers import provide_changeable_year, provide_year_with_periods, provide_years

DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "groups": Provide(provide_groups),
    "campuses": Provide(provide_campuses),
}


class NewGroupsController(Controller):
    """Opening groups in a year."""

    path = "/schools/{slug:str}/years/{year_id:uuid}/groups/new"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**DEPENDENCIES, "years": Provide(provide_years), "year": Provide(provide_year_with_periods)}

    @get("/", name="groups.new")
    async def new(
        self,
        request: Request[Any, Any, Any],
        year: NamedDependency[SchoolYear],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The form, with the codes that go on from those in use. Writes nothing, so it also looks ahead."""
        form = NewGroupsForm.asked(request.query_params)
        form.offer_campuses(await campuses.options())
        await _propose(groups, form, year)
        return page(request, "groups/new.html", block="form", form=form, year=year)

    @post("/", name="groups.create", status_code=200, dependencies={"year": Provide(provide_changeable_year)})
    async def create(
        self,
        request: Request[Any, Any, Any],
        year: NamedDependency[SchoolYear],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[Any]:
        """Open all of them or none; a form that comes twice opens them once."""
        form = await NewGroupsForm.read(request)
        await one_at_a_time(groups.session, form.minted_id)
        if await groups.find(form.minted_id):
            return go_to(request, "years.show", year_id=year.id)
        form.offer_campuses(await campuses.options())
        if not form.chosen_codes:
            await _propose(groups, form, year)
        added = await saving.add(groups, form, year.id) if form.validate() else []
        if not added:
            return page(request, "groups/new.html", block="form", status_code=422, form=form, year=year)
        return go_to(request, "years.show", year_id=year.id, notice=_opened(added))


class GroupController(Controller):
    """One group."""

    path = "/schools/{slug:str}/groups/{group_id:uuid}"
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = {
        **DEPENDENCIES,
        "group": Provide(provide_group),
        "enrollments": Provide(provide_enrollments),
    }

    @get("/", name="groups.show")
    async def show(
        self,
        request: Request[Any, Any, Any],
        access: NamedDependency[Access],
        group: NamedDependency[Group],
        enrollments: NamedDependency[EnrollmentRepository],
    ) -> Response[str]:
        """Its pupils, and its seats."""
        shown = GroupPage(group, await enrollments.in_group(group.id))
        return page(request, "groups/show.html", shown=shown, group=group, moves=shown.moves(request, access))

    @get("/edit", name="groups.edit", guards=[may(Permission.YEARS_WRITE)])
    async def edit(
        self,
        request: Request[Any, Any, Any],
        group: NamedDependency[Group],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The form, filled."""
        form = GroupForm.show(of=group)
        await _offer(form, group, groups, campuses)
        return page(request, "groups/edit.html", block="form", form=form, group=group)

    @post(
        "/edit",
        name="groups.update",
        status_code=200,
        guards=[may(Permission.YEARS_WRITE)],
        dependencies={"group": Provide(provide_changeable_group)},
    )
    async def update(
        self,
        request: Request[Any, Any, Any],
        group: NamedDependency[Group],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[Any]:
        """Save the group, unless its pupils or another group's code speak against it."""
        form = await GroupForm.read(request, of=group)
        await _offer(form, group, groups, campuses)
        form.refuse_if_older_than(group)
        form.validate()
        await saving.check(groups, form, group)
        if form.errors or not await saving.save(groups, form, group):
            return page(request, "groups/edit.html", block="form", status_code=422, form=form, group=group)
        return go_to(request, "groups.show", group_id=group.id, notice=_("Saved."))


async def _propose(groups: GroupRepository, form: NewGroupsForm, year: SchoolYear) -> None:
    """Fill in the codes, once it is known for how many groups of which grade and campus."""
    campus_id = form.campus_id.id_chosen
    if form.has_place and campus_id is not None:
        in_use = [InUse(row.grade, row.campus_id, row.code) for row in await groups.codes_of(year.id)]
        form.codes.raw_data = None
        form.codes.data = ", ".join(proposed(in_use, form.grade.data, campus_id, form.count.data or 0))


async def _offer(form: GroupForm, group: Group, groups: GroupRepository, campuses: CampusRepository) -> None:
    """What can be chosen; what the group has already stays on offer, though the campus closed or the teacher left."""
    options = dict(await campuses.options())
    form.offer_campuses([*({group.campus_id: group.campus.name} | options).items()])
    teachers = dict(await groups.possible_leads())
    if group.lead_teacher is not None:
        teachers.setdefault(group.lead_teacher.id, group.lead_teacher.full_name)
    form.offer_teachers(sorted(teachers.items(), key=lambda each: each[1]))


def _opened(added: list[Group]) -> str:
    words = ngettext("The group %(groups)s was opened.", "The groups %(groups)s were opened.", len(added))
    return words % {"groups": format_list(group.label for group in added)}
