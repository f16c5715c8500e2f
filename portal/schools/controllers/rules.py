"""What a school decides for itself: a page for each part of its settings."""

from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.catalogs.codes import Grade
from portal.schools.models import SchoolSettings
from portal.schools.providers import provide_access, provide_school, provide_settings, provide_settings_row
from portal.schools.repository import SettingsRepository
from portal.schools.rule_forms.base import RulesForm
from portal.schools.rule_forms.checklist import ChecklistForm
from portal.schools.rule_forms.periods import PeriodsForm
from portal.schools.rule_forms.review import ReviewForm
from portal.schools.rule_forms.scale import ScaleForm
from portal.schools.rules import SchoolRules
from portal.web.i18n import _
from portal.web.pages import go_to, page

PATH = "/schools/{slug:str}/settings"


class RulesController(Controller):
    """What the pages of all parts share."""

    guards = [may(Permission.SETTINGS_WRITE)]
    dependencies = {
        "access": Provide(provide_access),
        "school": Provide(provide_school),
        "settings": Provide(provide_settings),
        "row": Provide(provide_settings_row),
    }


class PeriodSettingsController(RulesController):
    """The periods that new years begin with."""

    path = f"{PATH}/periods"

    @get("/", name="settings.periods")
    async def edit(self, request: Request[Any, Any, Any], row: NamedDependency[SchoolSettings]) -> Response[str]:
        """The table, filled."""
        return _shown(request, row, PeriodsForm)

    @post("/", name="settings.periods.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[Any]:
        """Save them."""
        return await _saved(request, settings, row, PeriodsForm)


class ScaleSettingsController(RulesController):
    """The grading scale."""

    path = f"{PATH}/scale"

    @get("/", name="settings.scale")
    async def edit(self, request: Request[Any, Any, Any], row: NamedDependency[SchoolSettings]) -> Response[str]:
        """The table, filled."""
        return _shown(request, row, ScaleForm)

    @post("/", name="settings.scale.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[Any]:
        """Save it."""
        return await _saved(request, settings, row, ScaleForm)


class ChecklistSettingsController(RulesController):
    """The documents that are asked for at enrollment."""

    path = f"{PATH}/checklist"

    @get("/", name="settings.checklist")
    async def edit(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[str]:
        """The list, filled."""
        return _shown(request, row, ChecklistForm, grades=await _offered_grades(settings, row.data))

    @post("/", name="settings.checklist.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[Any]:
        """Save it."""
        return await _saved(request, settings, row, ChecklistForm)


class ReviewSettingsController(RulesController):
    """How strictly enrollments are reviewed."""

    path = f"{PATH}/review"

    @get("/", name="settings.review")
    async def edit(self, request: Request[Any, Any, Any], row: NamedDependency[SchoolSettings]) -> Response[str]:
        """The form, filled."""
        return _shown(request, row, ReviewForm)

    @post("/", name="settings.review.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[Any]:
        """Save it."""
        return await _saved(request, settings, row, ReviewForm)


def _shown(
    request: Request[Any, Any, Any], row: SchoolSettings, kind: type[RulesForm], **context: Any
) -> Response[str]:
    return page(request, f"settings/{kind.part}.html", block="form", form=kind.show(of=kind.kept(row)), **context)


async def _saved(
    request: Request[Any, Any, Any], settings: SettingsRepository, row: SchoolSettings, kind: type[RulesForm]
) -> Response[Any]:
    form = await kind.read(request, of=kind.kept(row))
    await catch_up(settings.session, form, row, view=kind.kept)
    if not form.validate():
        template, grades = f"settings/{kind.part}.html", await _offered_grades(settings, row.data)
        return page(request, template, block="form", status_code=422, form=form, grades=grades)
    form.store(row)
    return go_to(request, "settings.index", notice=form.telling(_("Saved.")))


async def _offered_grades(settings: SettingsRepository, data: Any) -> list[Grade]:
    """The grades that the school teaches, and those that its checklist names; before the first group the usual ones."""
    named = {grade for item in SchoolRules.of(data).checklist for grade in item.grades}
    taught = await settings.grades_taught() or {grade for grade in Grade if grade.usual_age is not None}
    return sorted(taught | named)
