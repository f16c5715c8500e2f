"""The words in which a school's history tells of the school itself, its campuses and what it decides for itself."""

from typing import Any

from sqlalchemy import func, select

from portal.accounts.permissions import Permission
from portal.audit.telling import Named, Told
from portal.audit.values import Value, of_forms, yes_no
from portal.schools.forms import CampusForm, NewSchoolForm
from portal.schools.models import Campus, School, SchoolSettings
from portal.schools.rules import CustomField, SchoolRules
from portal.web.i18n import _, format_list, format_mark, format_number, lazy


def _rules(part: str, kept: Any) -> Any:
    return getattr(SchoolRules.of({part: kept}), part)


def _periods(kept: Any) -> str:
    return format_list(f"{each.name} ({format_number(each.weight)} %)" for each in _rules("periods", kept))


def _scale(kept: Any) -> str:
    levels = _rules("scale", kept)
    return format_list(f"{each.label} ({format_mark(each.lowest)}–{format_mark(each.highest)})" for each in levels)


def _checklist(kept: Any) -> str:
    return "; ".join(
        _in_one(item.kind.label, _strictly(item.is_required), format_list(str(grade.label) for grade in item.grades))
        for item in _rules("checklist", kept)
    )


def _fields(kept: Any) -> str:
    return "; ".join(
        _in_one(each.label, each.kind.label, _strictly(each.is_required), format_list(each.choices))
        for each in _rules("fields", kept)
    )


def _review(kept: Any) -> str:
    policy = _rules("review", kept)
    stops = _("Missing documents stop the approval") if policy.documents_stop else _("Missing documents are remarked")
    years = _("Unusual age from %(n)d years off") % {"n": policy.unusual_years}
    return "; ".join((stops, years, *policy.return_reasons))


def _strictly(is_required: bool) -> str:
    return _("required") if is_required else _("not required")


def _in_one(*parts: Any) -> str:
    return " · ".join(str(part) for part in parts if part)


def _setting(key: str, _own: tuple[CustomField, ...]) -> Value:
    return Value(key)


SCHOOL = Told(
    model=School,
    kind=lazy("The school"),
    thing=lazy("the data of the school"),
    fields={**of_forms(NewSchoolForm), "is_active": Value(lazy("In use"), yes_no)},
    read=Permission.SETTINGS_WRITE,
    seen=lambda school_id, _led_by: select(School.id).where(School.id == school_id),
    shown_at=("settings.index", ""),
    edited_at=("settings.school", "", Permission.SETTINGS_WRITE),
)
SETTINGS = Told(
    model=SchoolSettings,
    kind=lazy("Settings"),
    thing=lazy("the settings of the school"),
    fields={
        "data.periods": Value(lazy("Periods"), _periods),
        "data.scale": Value(lazy("Grading scale"), _scale),
        "data.checklist": Value(lazy("Documents for enrollment"), _checklist),
        "data.fields": Value(lazy("The school's own fields"), _fields),
        "data.review": Value(lazy("Review"), _review),
    },
    inside={"data": _setting},
    read=Permission.SETTINGS_WRITE,
    seen=lambda school_id, _led_by: select(SchoolSettings.school_id).where(SchoolSettings.school_id == school_id),
    shown_at=("settings.index", ""),
)
CAMPUS = Told(
    model=Campus,
    kind=lazy("Campuses"),
    thing=lazy("the campus %(name)s"),
    fields={**of_forms(CampusForm), "is_active": Value(lazy("In use"), yes_no)},
    read=Permission.SETTINGS_WRITE,
    seen=lambda school_id, _led_by: select(Campus.id).where(Campus.school_id == school_id),
    named=Named(
        ask=lambda school_id: select(Campus.id, func.jsonb_build_array(Campus.name)).where(
            Campus.school_id == school_id
        ),
        words=str,
    ),
    shown_at=("campuses.edit", "campus_id"),
    edited_at=("campuses.edit", "campus_id", Permission.SETTINGS_WRITE),
)
