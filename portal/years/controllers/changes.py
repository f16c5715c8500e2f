"""The life of a year: each change has a page that says what it will do, and does it when that page is sent."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.catalogs.codes import YearStatus
from portal.web.pages import go_to, page
from portal.years.changes import Change, ChangeRefused, Outlook, carry_out, outlook, possible
from portal.years.controllers.years import DEPENDENCIES
from portal.years.models import SchoolYear
from portal.years.providers import provide_locked_year, provide_year
from portal.years.repository import YearRepository
from portal.years.wording import WORDS, done, effects, open_ends

PATH = "/schools/{slug:str}/years/{year_id:uuid}"
LOCKED = {"year": Provide(provide_locked_year)}
Years = NamedDependency[YearRepository]
Year = NamedDependency[SchoolYear]

Asked = Request[Any, Any, Any]


class YearChangeController(Controller):
    """Activating, closing, archiving and reopening a year."""

    path = PATH
    guards = [may(Permission.YEARS_WRITE)]
    dependencies = {**DEPENDENCIES, "year": Provide(provide_year)}

    @get("/activation", name="activation.new")
    async def activation(self, request: Asked, years: Years, year: Year) -> Response[str]:
        """Which year closes for it, and what has no end yet there."""
        return await _ask(request, years, year, Change.ACTIVATE)

    @post("/activation", name="activation.create", status_code=200, dependencies=LOCKED)
    async def activate(self, request: Asked, years: Years, year: Year) -> Response[Any]:
        """Make it the active year; the one that was active is closed, if the page said so."""
        return await _do(request, years, year, Change.ACTIVATE)

    @get("/closing", name="closing.new")
    async def closing(self, request: Asked, years: Years, year: Year) -> Response[str]:
        """What has no end yet in it."""
        return await _ask(request, years, year, Change.CLOSE)

    @post("/closing", name="closing.create", status_code=200, dependencies=LOCKED)
    async def close(self, request: Asked, years: Years, year: Year) -> Response[Any]:
        """Close it: nothing is asked for or approved in it any more."""
        return await _do(request, years, year, Change.CLOSE)

    @get("/archiving", name="archiving.new")
    async def archiving(self, request: Asked, years: Years, year: Year) -> Response[str]:
        """What it means to archive it."""
        return await _ask(request, years, year, Change.ARCHIVE)

    @post("/archiving", name="archiving.create", status_code=200, dependencies=LOCKED)
    async def archive(self, request: Asked, years: Years, year: Year) -> Response[Any]:
        """Archive it: nothing of it is changed any more."""
        return await _do(request, years, year, Change.ARCHIVE)

    @get("/reopening", name="reopening.new")
    async def reopening(self, request: Asked, years: Years, year: Year) -> Response[str]:
        """To which state it can go back."""
        return await _ask(request, years, year, Change.REOPEN)

    @post("/reopening", name="reopening.create", status_code=200, dependencies=LOCKED)
    async def reopen(self, request: Asked, years: Years, year: Year) -> Response[Any]:
        """Open it again, as the state that was chosen."""
        return await _do(request, years, year, Change.REOPEN)


async def _ask(request: Asked, years: YearRepository, year: SchoolYear, change: Change) -> Response[str]:
    try:
        view = await outlook(years, year, change)
    except ChangeRefused as refusal:
        return _page(request, year, change, None, str(refusal))
    return _page(request, year, change, view, view.obstacle, status_code=200)


async def _do(request: Asked, years: YearRepository, year: SchoolYear, change: Change) -> Response[Any]:
    sent, year_id = await request.form(), year.id
    to = next((status for status in YearStatus if status.value == sent.get("status")), None)
    try:
        await carry_out(years, year, change, seen=str(sent.get("closes", "")), to=to)
    except ChangeRefused as refusal:
        # Look again: whoever was quicker may have left nothing to do here.
        now = await years.locked(year_id)
        assert now is not None
        view = await outlook(years, now, change) if change in possible(now) else None
        return _page(request, now, change, view, str(refusal))
    return go_to(request, "years.show", year_id=year_id, notice=done(change, year))


def _page(
    request: Asked,
    year: SchoolYear,
    change: Change,
    view: Outlook | None,
    problem: str,
    *,
    status_code: int = 409,
) -> Response[str]:
    return page(
        request,
        "years/change.html",
        status_code=status_code,
        year=year,
        view=view,
        problem=problem,
        words=WORDS[change],
        effects=effects(view) if view else [],
        open_ends=open_ends(request, view) if view else [],
    )
