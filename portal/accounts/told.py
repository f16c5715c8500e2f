"""The words in which a school's history tells of its members, and how the people are called who act in it."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from portal.accounts.forms import RolesForm
from portal.accounts.models import Invitation, SchoolMembership, User
from portal.accounts.permissions import ROLE_LABELS, Permission, Role
from portal.audit.telling import Named, Told
from portal.audit.values import Value, moment, of_forms, yes_no
from portal.web.i18n import format_list, lazy


def _roles(kept: list[str]) -> str:
    return format_list(str(ROLE_LABELS[Role(role)]) for role in kept)


def _named(model: Any, school_id: UUID) -> Select[Any]:
    """By the name of the user whose row it is."""
    names = select(model.id, func.jsonb_build_array(User.full_name)).join(User, User.id == model.user_id)
    return names.where(model.school_id == school_id)


# Of the installation: who acts in a school need not be a member of it any more.
USER = Named(ask=lambda _school_id: select(User.id, func.jsonb_build_array(User.full_name)), words=str)
MEMBER = Told(
    model=SchoolMembership,
    kind=lazy("Members"),
    thing=lazy("the membership of %(name)s"),
    fields={
        "user_id": Value(lazy("Account"), names="users"),
        "roles": Value(of_forms(RolesForm)["roles"].label, _roles),
        "is_active": Value(lazy("May enter the school"), yes_no),
    },
    read=Permission.SETTINGS_WRITE,
    seen=lambda school_id, _led_by: select(SchoolMembership.id).where(SchoolMembership.school_id == school_id),
    named=Named(ask=lambda school_id: _named(SchoolMembership, school_id), words=str),
    shown_at=("members.edit", "member_id"),
    edited_at=("members.edit", "member_id", Permission.SETTINGS_WRITE),
)
INVITATION = Told(
    model=Invitation,
    kind=lazy("Invitations"),
    thing=lazy("the invitation of %(name)s"),
    fields={
        "user_id": Value(lazy("Account"), names="users"),
        "expires_at": Value(lazy("The link counts until"), moment),
        "accepted_at": Value(lazy("Accepted"), moment),
        "invited_by_id": Value(lazy("Invited by"), names="users"),
    },
    read=Permission.SETTINGS_WRITE,
    seen=lambda school_id, _led_by: select(Invitation.id).where(Invitation.school_id == school_id),
    named=Named(ask=lambda school_id: _named(Invitation, school_id), words=str),
)
