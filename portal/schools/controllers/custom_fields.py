"""The fields of a school's own about its students: list, add, edit, move, take out."""

from functools import partial
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from portal.accounts.access import Access
from portal.accounts.guards import may
from portal.accounts.permissions import Permission
from portal.audit.since import catch_up
from portal.schools import custom_fields
from portal.schools.models import SchoolSettings
from portal.schools.providers import (
    provide_access,
    provide_custom_field,
    provide_school,
    provide_settings,
    provide_settings_row,
)
from portal.schools.repository import SettingsRepository
from portal.schools.rule_forms.custom_fields import MOST_FIELDS, CustomFieldForm
from portal.schools.rules import CustomField
from portal.web.i18n import _
from portal.web.pages import go_to, page

PATH = "/schools/{slug:str}/settings/fields"
GUARDS = [may(Permission.SETTINGS_WRITE)]
DEPENDENCIES = {
    "access": Provide(provide_access),
    "school": Provide(provide_school),
    "settings": Provide(provide_settings),
    "row": Provide(provide_settings_row),
}
ONE = PATH + "/{field_key:str}"
OF_ONE = DEPENDENCIES | {"field": Provide(provide_custom_field)}


class FieldListController(Controller):
    """All of them, and a new one."""

    path = PATH
    guards = GUARDS
    dependencies = DEPENDENCIES

    @get("/", name="settings.fields")
    async def index(self, request: Request[Any, Any, Any], access: NamedDependency[Access]) -> Response[str]:
        """The fields in their order."""
        return page(request, "settings/fields.html", fields=access.rules.fields, most=MOST_FIELDS)

    @get("/new", name="custom_fields.new", opt={"drafts": True})
    async def new(self, request: Request[Any, Any, Any]) -> Response[str]:
        """The empty form."""
        return page(request, "settings/field.html", form=CustomFieldForm.show(), field=None, used_by=0)

    @post("/new", name="custom_fields.create", status_code=200)
    async def create(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
    ) -> Response[Any]:
        """Add the field; a form that is sent twice adds it once."""
        form, fields = await CustomFieldForm.read(request), custom_fields.fields_of(row)
        form.validate()
        field = custom_fields.standing(form, fields)
        if field is None:
            custom_fields.check(form, fields, None, 0)
            if form.errors:
                context = {"form": form, "field": None, "used_by": 0}
                return page(request, "settings/field.html", block="form", status_code=422, **context)
            field = await custom_fields.add(settings, row, form)
        return go_to(request, "settings.fields", notice=_("The field “%(label)s” is added.") % {"label": field.label})


class FieldController(Controller):
    """What one of them asks."""

    path = ONE + "/edit"
    guards = GUARDS
    dependencies = OF_ONE

    @get("/", name="custom_fields.edit", opt={"drafts": True})
    async def edit(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
        field: NamedDependency[CustomField],
    ) -> Response[str]:
        """The form, filled."""
        form = CustomFieldForm.show(of=CustomFieldForm.kept(field.key, row))
        used_by = await settings.students_with(field.key)
        return page(request, "settings/field.html", block="form", form=form, field=field, used_by=used_by)

    @post("/", name="custom_fields.update", status_code=200)
    async def update(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        row: NamedDependency[SchoolSettings],
        field: NamedDependency[CustomField],
    ) -> Response[Any]:
        """Save what was typed."""
        kept = partial(CustomFieldForm.kept, field.key)
        form = await CustomFieldForm.read(request, of=kept(row))
        await catch_up(settings.session, form, row, view=kept)
        form.validate()
        used_by = await settings.students_with(field.key)
        custom_fields.check(form, custom_fields.fields_of(row), field, used_by)
        if form.errors:
            context = {"form": form, "field": field, "used_by": used_by}
            return page(request, "settings/field.html", block="form", status_code=422, **context)
        custom_fields.change(row, field, form)
        return go_to(request, "settings.fields", notice=form.telling(_("Saved.")))


class FieldMoveController(Controller):
    """Its place among the others."""

    path = ONE + "/moves"
    guards = GUARDS
    dependencies = OF_ONE

    @post("/", name="custom_fields.moves", status_code=200)
    async def create(
        self, request: Request[Any, Any, Any], row: NamedDependency[SchoolSettings], field: NamedDependency[CustomField]
    ) -> Response[Any]:
        """One place up, or down."""
        up = (await request.form()).get("to") == "up"
        custom_fields.move(row, field, -1 if up else 1)
        return go_to(request, "settings.fields")


class FieldRemovalController(Controller):
    """Its end."""

    path = ONE + "/removal"
    guards = GUARDS
    dependencies = OF_ONE

    @get("/", name="custom_fields.removal")
    async def new(
        self,
        request: Request[Any, Any, Any],
        settings: NamedDependency[SettingsRepository],
        field: NamedDependency[CustomField],
    ) -> Response[str]:
        """What taking it out means, and the question."""
        used_by = await settings.students_with(field.key)
        return page(request, "settings/field_removal.html", field=field, used_by=used_by)

    @post("/", name="custom_fields.destroy", status_code=200)
    async def destroy(
        self, request: Request[Any, Any, Any], row: NamedDependency[SchoolSettings], field: NamedDependency[CustomField]
    ) -> Response[Any]:
        """Take it out."""
        custom_fields.remove(row, field)
        return go_to(request, "settings.fields", notice=_("The field “%(label)s” is removed.") % {"label": field.label})
