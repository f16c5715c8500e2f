"""The words in which a school's history tells of groups."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.accounts.permissions import Permission
from portal.audit.telling import Named, Told
from portal.audit.values import Value, of_forms
from portal.catalogs.codes import Grade
from portal.groups.forms import GroupForm
from portal.groups.models import Group
from portal.groups.repository import led_now
from portal.web.i18n import lazy


def _seen(school_id: UUID, led_by: UUID | None) -> Select[Any]:
    groups = select(Group.id).where(Group.school_id == school_id, Group.deleted_at.is_(None))
    return groups if led_by is None else groups.where(*led_now(Group, led_by))


GROUP = Told(
    model=Group,
    kind=lazy("Groups"),
    thing=lazy("the group %(name)s"),
    fields={
        **of_forms(GroupForm),
        "year_id": Value(lazy("School year"), names="school_years"),
        "campus_id": Value(lazy("Campus"), names="campuses"),
        "lead_teacher_id": Value(lazy("Lead teacher"), names="users"),
    },
    read=Permission.STUDENTS_READ,
    seen=_seen,
    named=Named(
        ask=lambda school_id: select(Group.id, func.jsonb_build_array(Group.grade, Group.code)).where(
            Group.school_id == school_id
        ),
        words=lambda grade, code: f"{Grade(grade).label} {code}",
    ),
    shown_at=("groups.show", "group_id"),
    edited_at=("groups.edit", "group_id", Permission.YEARS_WRITE),
)
