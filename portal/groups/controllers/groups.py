"""One group: its pupils, and its correction."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.audit.versions import version_of
from portal.enrollments.providers import provide_enrollments
from portal.enrollments.repository import EnrollmentRepository
from portal.groups import saving
from portal.groups.forms import GroupForm
from portal.groups.models import Group
from portal.groups.providers import provide_changeable_group, provide_group, provide_groups
from portal.groups.pupils import GroupPage
from portal.groups.repository import GroupRepository
from portal.schools.campus_repository import CampusRepository
from portal.schools.providers import provide_access, provide_campuses, provide_school
from portal.web.i18n import _
from portal.web.pages import go_to, page
from portal.web.recents import remember

PATH = "/schools/{slug:str}/groups/{group_id:uuid}"
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "groups": Provide(provide_groups),
    "group": Provide(provide_group),
}


class GroupController(Controller):
    """One group and its pupils."""

    path = PATH
    guards = [may(Permission.STUDENTS_READ)]
    dependencies = DEPENDENCIES | {"enrollments": Provide(provide_enrollments)}

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
        answer = page(request, "groups/show.html", shown=shown, group=group, moves=shown.moves(request, access))
        remember(request, answer, "groups", group.id)
        return answer


class GroupEditingController(Controller):
    """Its grade, place, seats and lead."""

    path = PATH + "/edit"
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = DEPENDENCIES | {"campuses": Provide(provide_campuses)}

    @get("/", name="groups.edit")
    async def edit(
        self,
        request: Request[Any, Any, Any],
        group: NamedDependency[Group],
        groups: NamedDependency[GroupRepository],
        campuses: NamedDependency[CampusRepository],
    ) -> Response[str]:
        """The form, filled."""
        version = await version_of(request, group)
        form = GroupForm.show(of=version.row)
        await _offer(form, group, groups, campuses)
        as_of = version.told(form, group)
        return page(request, "groups/edit.html", block="form", form=form, group=group, as_of=as_of)

    @post("/", name="groups.update", status_code=200, dependencies={"group": Provide(provide_changeable_group)})
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
        await catch_up(groups.session, form, group)
        form.validate()
        await saving.check(groups, form, group)
        if form.errors or not await saving.save(groups, form, group):
            return page(request, "groups/edit.html", block="form", status_code=422, form=form, group=group)
        return go_to(request, "groups.show", group_id=group.id, notice=form.telling(_("Saved.")))


async def _offer(form: GroupForm, group: Group, groups: GroupRepository, campuses: CampusRepository) -> None:
    """What can be chosen; what the group has already stays on offer, though the campus closed or the teacher left."""
    options = dict(await campuses.options())
    form.offer_campuses([*({group.campus_id: group.campus.name} | options).items()])
    teachers = dict(await groups.possible_leads())
    if group.lead_teacher is not None:
        teachers.setdefault(group.lead_teacher.id, group.lead_teacher.full_name)
    form.offer_teachers(sorted(teachers.items(), key=lambda each: each[1]))
