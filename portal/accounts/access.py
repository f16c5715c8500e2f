"""Who is asking: the signed-in person, the school at hand, and what they may do there.

Plain values, not rows: error pages are rendered after a rollback, which expires rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.accounts.permissions import ROLE_LABELS, Permission, Reach, Role, reach_of
from portal.catalogs.codes import YearStatus
from portal.schools.rules import SchoolRules
from portal.views.kept import Kept


@dataclass(frozen=True)
class SignedIn:
    """The person."""

    id: UUID
    full_name: str
    initials: str
    is_superuser: bool
    locale: str | None
    theme: str
    #: whether keys act by themselves, such as J and K
    single_keys: bool = True


@dataclass(frozen=True)
class SchoolLink:
    """A school that the person may enter, for the switcher and the page's head."""

    id: UUID
    slug: str
    name: str
    short_name: str
    time_zone: str
    roles: frozenset[Role]
    dane_code: str | None = None
    is_active: bool = True


@dataclass(frozen=True)
class YearLink:
    """The school year that pages speak of."""

    id: UUID
    name: str
    status: YearStatus
    starts_on: date
    ends_on: date


@dataclass
class Access:
    """The person, their schools, and the one at hand."""

    user: SignedIn
    session_id: UUID
    schools: tuple[SchoolLink, ...] = ()
    school: SchoolLink | None = None
    year: YearLink | None = None
    waiting_for_review: int = 0
    #: the attachment that is the logo of the school at hand
    logo_id: UUID | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: on the page of a list: its saved views, and the columns that the person chose
    kept: Kept = field(default_factory=Kept)

    @cached_property
    def rules(self) -> SchoolRules:
        """What the school at hand decides for itself."""
        return SchoolRules.of(self.settings)

    @property
    def user_id(self) -> UUID:
        """The person's id, which is all that logs say of them."""
        return self.user.id

    @property
    def school_year_name(self) -> str | None:
        """For the head of the page."""
        return self.year.name if self.year else None

    @property
    def theme(self) -> str:
        """light, dark or auto."""
        return self.user.theme

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The person's roles in the school at hand."""
        own = self.school.roles if self.school else frozenset[Role]()
        return own | {Role.SUPERUSER} if self.user.is_superuser else own

    @property
    def role_label(self) -> str:
        """The first of the roles, for people."""
        return str(next((label for role, label in ROLE_LABELS.items() if role in self.roles), ""))

    def reach(self, permission: Permission | str) -> Reach:
        """How far the person reaches with this permission in the school at hand."""
        return reach_of(self.roles, Permission(permission))

    @cached_property
    def allowed(self) -> frozenset[Permission]:
        """All that the person may do in the school at hand."""
        return frozenset(permission for permission in Permission if self.may(permission))

    def may(self, permission: Permission | str) -> bool:
        """Whether they may do it at all: with rows of their own groups at least, masked values aside."""
        return self.reach(permission) > Reach.MASKED
