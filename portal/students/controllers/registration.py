"""Registering a new student, with a guardian found or written and a place asked for on the same page.

The look-ups are POSTs that write nothing: what is typed about people does not belong into addresses.
"""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.enrollments.place_choices import choices
from portal.guardians.providers import provide_guardians
from portal.schools.providers import provide_access, provide_school
from portal.students.providers import provide_students
from portal.students.registration_desk import Desk, provide_desk, provide_typed
from portal.students.registration_forms import RegistrationForm
from portal.web.pages import go_to, is_partial, page, url_for

PATH = "/schools/{slug:str}/students"
PAGE = "students/new.html"


# Who registers also asks for a place, and needs the right to both.
GUARDS = [may(Permission.STUDENTS_WRITE), may(Permission.ENROLLMENTS_WRITE)]
# They are asked by POST, and may be asked again and again with other words.
LOOKS_UP = {"writes": False}
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "students": Provide(provide_students),
    "guardians": Provide(provide_guardians),
    "desk": Provide(provide_desk),
    "typed": Provide(provide_typed),
}


# Not in the controller: the list has the same path, and Litestar refuses a path to two controllers. It stands behind
# the list in app.py.
@post(PATH, name="students.create", guards=GUARDS, dependencies=DEPENDENCIES, status_code=200)
async def create(request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[Any]:
    """Register the student with all that came along: once for each form, however often it is sent."""
    form = await desk.read(request)
    if not await desk.was_sent_before(form):
        await desk.offer(form)
        if form.is_looking_for_guardian:
            form.likenesses = await desk.likenesses(form)
            return page(request, PAGE, block="form", form=form)
        if not await desk.is_right(form):
            return page(request, PAGE, block="form", status_code=422, form=form)
        await desk.register(form)
    return go_to(request, "students.show", student_id=form.minted_id, notice=form.notice)


class RegistrationController(Controller):
    """The page of a new student, and what is looked up while it is being written."""

    path = f"{PATH}/new"
    guards = GUARDS
    dependencies = DEPENDENCIES

    @get("/", name="students.new", opt={"drafts": True})
    async def new(self, request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
        """The empty page."""
        return page(request, PAGE, form=await desk.show())

    @post("/likenesses", name="students.new.likenesses", status_code=200, opt=LOOKS_UP)
    async def look_for_likenesses(
        self, request: Request[Any, Any, Any], typed: NamedDependency[RegistrationForm]
    ) -> Response[str]:
        """Who is like the student that is being typed."""
        return page(request, PAGE, block="likenesses", form=typed)

    @post("/guardians", name="students.new.guardians", status_code=200, opt=LOOKS_UP)
    async def look_for_guardians(
        self, request: Request[Any, Any, Any], typed: NamedDependency[RegistrationForm]
    ) -> Response[str]:
        """The guardians who fit what was typed into the box."""
        return page(request, PAGE, block="matches", form=typed)

    @post("/guardian-likenesses", name="students.new.guardian_likenesses", status_code=200, opt=LOOKS_UP)
    async def look_for_guardian_likenesses(
        self, request: Request[Any, Any, Any], typed: NamedDependency[RegistrationForm]
    ) -> Response[str]:
        """Who is like the new guardian that is being typed."""
        return page(request, "students/new/_guardian_likenesses.html" if is_partial(request) else PAGE, form=typed)

    @post("/guardian", name="students.new.guardian", status_code=200, opt=LOOKS_UP)
    async def choose_guardian(
        self, request: Request[Any, Any, Any], typed: NamedDependency[RegistrationForm]
    ) -> Response[str]:
        """Take a guardian who was found, or let them go again."""
        return page(request, PAGE, block="guardian", form=typed)

    @post("/place", name="students.new.place", status_code=200, opt=LOOKS_UP)
    async def choose_place(self, request: Request[Any, Any, Any], desk: NamedDependency[Desk]) -> Response[str]:
        """The groups and papers of the year and grade that were chosen."""
        form = await desk.read(request)
        await desk.offer(form)
        if is_partial(request):
            return choices(request, form.place, url_for(request, "students.new.place"))
        return page(request, PAGE, form=form)
