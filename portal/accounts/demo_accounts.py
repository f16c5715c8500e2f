"""The demo's accounts: public knowledge, refused in production."""

from portal.accounts.permissions import ROLE_LABELS, Role
from portal.web.i18n import lazy

DEMO_PASSWORD = "demo-portal-2026"  # noqa: S105 - meant to be known

# E-mail, name, role, slug of the school (None: the installation), and what this person can do here.
DEMO_ACCOUNTS = tuple(
    {"email": email, "name": name, "role": role, "label": ROLE_LABELS[role], "school": school, "does": does}
    for email, name, role, school, does in (
        (
            "secretaria@demo.example",
            "Marta Gaviria",
            Role.SECRETARY,
            "simon-bolivar",
            lazy("Registers, corrects, asks for enrollments"),
        ),
        (
            "rectora@demo.example",
            "Beatriz Ocampo",
            Role.PRINCIPAL,
            "simon-bolivar",
            lazy("Approves enrollments, sees everything"),
        ),
        (
            "coordinador@demo.example",
            "Hernán Zuluaga",
            Role.COORDINATOR,
            "simon-bolivar",
            lazy("Looks things up, moves students between groups"),
        ),
        (
            "docente@demo.example",
            "Claudia Restrepo",
            Role.TEACHER,
            "simon-bolivar",
            lazy("Sees the two groups that she leads"),
        ),
        (
            "lectora@demo.example",
            "Paola Quintero",
            Role.VIEWER,
            "simon-bolivar",
            lazy("Sees lists, without sensitive data"),
        ),
        (
            "rector.teresa@demo.example",
            "Álvaro Peñaranda",
            Role.PRINCIPAL,
            "santa-teresa",
            lazy("Principal of another school, Santa Teresa"),
        ),
        (
            "admin@demo.example",
            "Lucía Arboleda",
            Role.SUPERUSER,
            None,
            lazy("Looks after the installation and its schools"),
        ),
    )
)
