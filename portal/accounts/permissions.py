"""Who may do what: one table, which guards, templates and the route test all read."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum

from portal.web.i18n import lazy


class Role(StrEnum):
    """A role in a school; a member may have several, and then may do what any of them may."""

    PRINCIPAL = "principal"
    SECRETARY = "secretary"
    COORDINATOR = "coordinator"
    TEACHER = "teacher"
    VIEWER = "viewer"
    # Not kept in memberships: a user of the installation, in every school.
    SUPERUSER = "superuser"


ROLE_LABELS = {
    Role.PRINCIPAL: lazy("Principal"),
    Role.SECRETARY: lazy("Secretary"),
    Role.COORDINATOR: lazy("Coordinator"),
    Role.TEACHER: lazy("Teacher"),
    Role.VIEWER: lazy("Viewer"),
    Role.SUPERUSER: lazy("Administrator"),
}
# What a member of a school can be, and what each may do there, in a line.
SCHOOL_ROLES = (Role.PRINCIPAL, Role.SECRETARY, Role.COORDINATOR, Role.TEACHER, Role.VIEWER)
ROLE_TASKS = {
    Role.PRINCIPAL: lazy("Everything in the school: settings, members, approving enrollments, rolling the year over"),
    Role.SECRETARY: lazy("Registers and corrects students and guardians, asks for enrollments, imports from SIMAT"),
    Role.COORDINATOR: lazy("Reads all records, keeps years and groups, moves students between groups"),
    Role.TEACHER: lazy("Reads the records of the groups that they lead, and of nobody else"),
    Role.VIEWER: lazy("Reads records and lists, without health and other sensitive data"),
}


class Reach(IntEnum):
    """How far a permission goes; of two roles the farther reach counts."""

    NOTHING = 0
    MASKED = 1
    OWN_GROUPS = 2
    ALL = 3


class Permission(StrEnum):
    """What can be permitted."""

    SCHOOLS_MANAGE = "schools.manage"
    SETTINGS_WRITE = "settings.write"
    YEARS_WRITE = "years.write"
    STUDENTS_READ = "students.read"
    STUDENTS_WRITE = "students.write"
    STUDENTS_IMPORT = "students.import"
    SENSITIVE_READ = "sensitive.read"
    ENROLLMENTS_READ = "enrollments.read"
    ENROLLMENTS_WRITE = "enrollments.write"
    ENROLLMENTS_APPROVE = "enrollments.approve"
    GROUPS_CHANGE = "groups.change"
    PIAR_READ = "piar.read"
    PIAR_WRITE = "piar.write"
    AUDIT_READ = "audit.read"
    LISTS_PRINT = "lists.print"
    CERTIFICATES_PRINT = "certificates.print"


_EVERYWHERE = Reach.ALL
_OFFICE = {Role.SUPERUSER: _EVERYWHERE, Role.PRINCIPAL: _EVERYWHERE, Role.SECRETARY: _EVERYWHERE}
_OFFICE_AND_COORDINATION = {**_OFFICE, Role.COORDINATOR: _EVERYWHERE}
_HEAD = {Role.SUPERUSER: _EVERYWHERE, Role.PRINCIPAL: _EVERYWHERE}

# The matrix of the product's design. What a row does not name, a role may not do.
TABLE: dict[Permission, dict[Role, Reach]] = {
    Permission.SCHOOLS_MANAGE: {Role.SUPERUSER: _EVERYWHERE},
    Permission.SETTINGS_WRITE: _HEAD,
    Permission.YEARS_WRITE: _OFFICE_AND_COORDINATION,
    Permission.STUDENTS_READ: {**_OFFICE_AND_COORDINATION, Role.TEACHER: Reach.OWN_GROUPS, Role.VIEWER: _EVERYWHERE},
    Permission.STUDENTS_WRITE: _OFFICE,
    Permission.STUDENTS_IMPORT: _OFFICE,
    Permission.SENSITIVE_READ: {**_OFFICE_AND_COORDINATION, Role.TEACHER: Reach.MASKED, Role.VIEWER: Reach.MASKED},
    Permission.ENROLLMENTS_READ: {
        **_OFFICE_AND_COORDINATION,
        Role.TEACHER: Reach.OWN_GROUPS,
        Role.VIEWER: _EVERYWHERE,
    },
    Permission.ENROLLMENTS_WRITE: _OFFICE,
    Permission.ENROLLMENTS_APPROVE: _HEAD,
    Permission.GROUPS_CHANGE: _OFFICE_AND_COORDINATION,
    # Health data of the plan: those whose task needs it, and not the installation's administrator.
    Permission.PIAR_READ: {
        Role.PRINCIPAL: _EVERYWHERE,
        Role.COORDINATOR: _EVERYWHERE,
        Role.TEACHER: Reach.OWN_GROUPS,
    },
    Permission.PIAR_WRITE: {Role.PRINCIPAL: _EVERYWHERE, Role.COORDINATOR: _EVERYWHERE},
    Permission.AUDIT_READ: _HEAD,
    Permission.LISTS_PRINT: {**_OFFICE_AND_COORDINATION, Role.TEACHER: Reach.OWN_GROUPS, Role.VIEWER: _EVERYWHERE},
    Permission.CERTIFICATES_PRINT: {**_OFFICE_AND_COORDINATION, Role.TEACHER: Reach.OWN_GROUPS},
}


def reach_of(roles: Iterable[Role], permission: Permission) -> Reach:
    """How far these roles together reach with this permission."""
    return max((TABLE[permission].get(role, Reach.NOTHING) for role in roles), default=Reach.NOTHING)
