"""The demo's accounts: public knowledge, refused in production."""

from portal.accounts.permissions import ROLE_LABELS, Role

DEMO_PASSWORD = "demo-portal-2026"  # noqa: S105 - meant to be known

# E-mail, name, role, slug of the school (None: the installation).
DEMO_ACCOUNTS = tuple(
    {"email": email, "name": name, "role": role, "label": ROLE_LABELS[role], "school": school}
    for email, name, role, school in (
        ("secretaria@demo.example", "Marta Gaviria", Role.SECRETARY, "simon-bolivar"),
        ("rectora@demo.example", "Beatriz Ocampo", Role.PRINCIPAL, "simon-bolivar"),
        ("coordinador@demo.example", "Hernán Zuluaga", Role.COORDINATOR, "simon-bolivar"),
        ("docente@demo.example", "Claudia Restrepo", Role.TEACHER, "simon-bolivar"),
        ("lectora@demo.example", "Paola Quintero", Role.VIEWER, "simon-bolivar"),
        ("rector.teresa@demo.example", "Álvaro Peñaranda", Role.PRINCIPAL, "santa-teresa"),
        ("admin@demo.example", "Lucía Arboleda", Role.SUPERUSER, None),
    )
)
