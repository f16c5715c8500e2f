"""Asking a person into a school, and the link by which someone without an account chooses a password.

The link carries school, invitation and secret, signed: the signature says that the portal made it, so that its handler
may enter the school; the secret's hash says that it is the newest. The portal sends no e-mail: whoever invites passes
the link on.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import Invitation, SchoolMembership, User
from portal.accounts.repository import InvitationRepository, MembershipRepository, UserRepository
from portal.db.base import new_id, now
from portal.db.repository import one_at_a_time
from portal.db.tenancy import standing_in
from portal.web.i18n import _

VALID_FOR = timedelta(days=7)
SALT = "invitation"


@dataclass(frozen=True)
class Invited:
    """Who was asked in. ``token`` is for the link of someone without a password, and known only now."""

    member: SchoolMembership
    user: User
    token: str | None = None


class NotInvited(Exception):
    """Why the person cannot be asked in, in words for the form."""


@dataclass(frozen=True)
class Token:
    """What a link says."""

    school_id: UUID
    invitation_id: UUID
    secret: str

    @property
    def hash(self) -> bytes:
        """What is kept of the secret; it has 256 random bits, so that a plain hash is enough."""
        return hashlib.sha256(self.secret.encode()).digest()

    def signed(self, secret_key: str) -> str:
        """For the address."""
        return str(_signer(secret_key).dumps([self.school_id.hex, self.invitation_id.hex, self.secret]))

    @classmethod
    def read(cls, text: str, secret_key: str) -> "Token | None":
        """What the address says, None unless the portal itself wrote it."""
        try:
            school_id, invitation_id, secret = _signer(secret_key).loads(text)
        except BadSignature:
            return None
        return cls(UUID(school_id), UUID(invitation_id), secret)


async def invite(
    session: AsyncSession,
    school_id: UUID,
    *,
    email: str,
    full_name: str,
    roles: Sequence[str],
    by: UUID,
    secret_key: str,
    member_id: UUID,
) -> Invited:
    """Ask this person into the school with these roles; an account is made if there is none with the e-mail.

    Whoever has an account is a member at once and keeps their own name; an inactive member becomes active with the
    new roles. Raises NotInvited for an active member, unless this very form (``member_id``) made them one, and for an
    account of another school's that has no password yet: whoever set it by the link of one would be in both.
    """
    # A form sent twice at once, and two who invite the same person, wait here.
    await one_at_a_time(session, f"invitation of {email.lower()}")
    members = MembershipRepository(session, school_id)
    user = await _account(session, email, full_name)
    await _refuse_if_invited_elsewhere(session, school_id, user, by=by)
    member = await members.of_user(user.id)
    if member is None:
        member = await members.add(SchoolMembership(id=member_id, user_id=user.id, roles=list(roles)))
    elif not member.is_active:
        member.is_active, member.roles = True, list(roles)
        await session.flush()
    elif member.id != member_id or member.roles != list(roles):
        raise NotInvited(_("%(name)s is a member already.") % {"name": user.full_name})
    if user.has_way_in:
        return Invited(member, user)
    return Invited(member, user, await _link(session, school_id, user.id, by=by, secret_key=secret_key))


async def new_link(
    session: AsyncSession, school_id: UUID, member: SchoolMembership, *, by: UUID, secret_key: str
) -> Invited | None:
    """Another link for someone who has not chosen a password; the one before ends. None where none is needed.

    ``member`` comes with its user. Raises NotInvited as ``invite`` does for an account of another school's.
    """
    waiting = await InvitationRepository(session, school_id).waiting(member.user_id)
    if waiting is None or member.user.has_way_in or not member.is_active:
        return None
    await _refuse_if_invited_elsewhere(session, school_id, member.user, by=by)
    token = await _link(session, school_id, member.user_id, by=by, secret_key=secret_key)
    return Invited(member, member.user, token)


async def accept(session: AsyncSession, invitation: Invitation, password_hash: str) -> None:
    """Give the user of an open invitation their password. The link has done its work, and so has every other."""
    invitation.user.password_hash = password_hash
    invitation.accepted_at = now()
    await session.flush()


async def _account(session: AsyncSession, email: str, full_name: str) -> User:
    users = UserRepository(session=session, wrap_exceptions=False)
    known = await users.by_email(email)
    if known is not None:
        return known
    try:
        async with session.begin_nested():
            return await users.add(User(email=email, full_name=full_name))
    except IntegrityError as error:
        if "uq_users_email" not in str(error.orig):
            raise
    known = await users.by_email(email)  # made in another way at the same moment
    assert known is not None, "the database has just said so"
    return known


async def _refuse_if_invited_elsewhere(session: AsyncSession, school_id: UUID, user: User, *, by: UUID) -> None:
    if user.has_way_in:
        return
    elsewhere = select(SchoolMembership.id).where(
        SchoolMembership.user_id == user.id, SchoolMembership.school_id != school_id, SchoolMembership.is_active
    )
    async with standing_in(session, user.id, instead_of=by):
        is_invited = (await session.scalars(elsewhere.limit(1))).first() is not None
    if is_invited:
        raise NotInvited(
            _(
                "Another school has invited this person, who has not chosen a password yet. "
                "Ask them to use that link first, and invite them here afterwards."
            )
        )


async def _link(session: AsyncSession, school_id: UUID, user_id: UUID, *, by: UUID, secret_key: str) -> str:
    """A fresh secret, valid from now on; an older link of the person's ends."""
    waiting = await InvitationRepository(session, school_id).waiting(user_id)
    invitation = waiting or Invitation(school_id=school_id, id=new_id(), user_id=user_id)
    token = Token(school_id, invitation.id, secrets.token_urlsafe(32))
    invitation.token_hash = token.hash
    invitation.expires_at = now() + VALID_FOR
    invitation.invited_by_id = by
    session.add(invitation)
    await session.flush()
    return token.signed(secret_key)


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=SALT)
