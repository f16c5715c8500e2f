"""Pages and things to do, and the words that find them, whichever language they are typed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.catalogs.text import folded
from portal.menu import SECTIONS
from portal.web.i18n import in_every_language, lazy


@dataclass(frozen=True)
class Place:
    """A page of a school, or something to do there. ``words`` find it besides its label; they are never shown."""

    label: Any
    icon: str
    route: str
    permission: Permission | None
    words: str = ""
    #: whether its address names the school's year
    of_year: bool = False

    @cached_property
    def names(self) -> str:
        """All words that find it, in every language, each behind a blank."""
        return " " + folded(" ".join([*in_every_language(self.label), self.words]))


# How people also call the pages of the menu.
MENU_WORDS = {
    "schools.show": "inicio tablero panel dashboard start",
    "reviews.index": "aprobar devolver approve return pendientes waiting",
    "students.index": "alumnos pupils",
    "guardians.index": "padres madres familia parents family",
    "enrollments.index": "inscripciones registrations",
    "groups.index": "cursos salones classes cupos seats",
    "imports.index": "simat archivo cargar file upload",
    "duplicates.index": "duplicados repetidos dobles double twice unir merge",
    "bin.index": "borrados eliminados recuperar restaurar deleted restore trash",
    "years.index": "promover promoción rollover periodos calendario calendar",
    "campuses.index": "sedes sites",
    "members.index": "usuarios docentes permisos users teachers staff roles",
    "settings.index": "ajustes configurar preferencias options",
    "audit.index": "auditoría historial cambios quién history changes who log",
}
PAGES = (
    *(
        Place(label, icon, route, permission, MENU_WORDS.get(route, ""))
        for _title, items in SECTIONS
        for label, icon, route, permission in items
    ),
    Place(lazy("Merged records"), "git-merge", "merges.index", Permission.STUDENTS_WRITE, "unidos deshacer undo"),
    Place(lazy("Decided today"), "clipboard-check", "decisions.index", Permission.ENROLLMENTS_APPROVE, "deshacer undo"),
    Place(lazy("School data"), "building", "settings.school", Permission.SETTINGS_WRITE, "nit dane dirección address"),
    Place(lazy("Logo"), "photo", "logo.edit", Permission.SETTINGS_WRITE, "escudo picture"),
    Place(lazy("Periods of a new year"), "calendar", "settings.periods", Permission.SETTINGS_WRITE, "bimestres terms"),
    Place(lazy("Grading scale"), "chart-bar", "settings.scale", Permission.SETTINGS_WRITE, "notas desempeño marks"),
    Place(lazy("Enrollment documents"), "file-text", "settings.checklist", Permission.SETTINGS_WRITE, "papeles"),
    Place(lazy("Own fields of students"), "forms", "settings.fields", Permission.SETTINGS_WRITE, "propios custom"),
)
ACTIONS = (
    Place(
        lazy("New student"),
        "user-plus",
        "students.new",
        Permission.STUDENTS_WRITE,
        "registrar register alumno crear agregar matricular inscribir new pupil add create enroll",
    ),
    Place(
        lazy("Import from SIMAT"),
        "file-import",
        "imports.index",
        Permission.STUDENTS_IMPORT,
        "importar cargar subir archivo csv upload file load",
    ),
    Place(
        lazy("Approve enrollments"),
        "clipboard-check",
        "reviews.index",
        Permission.ENROLLMENTS_APPROVE,
        "revisar review",
    ),
    Place(
        lazy("Open groups"),
        "plus",
        "groups.new",
        Permission.YEARS_WRITE,
        "nuevo crear grupo curso salón new create class add",
        of_year=True,
    ),
    Place(
        lazy("Roll the year over"),
        "player-skip-forward",
        "rollovers.show",
        Permission.ENROLLMENTS_APPROVE,
        "promover promoción cierre promote next",
        of_year=True,
    ),
    Place(lazy("New school year"), "calendar", "years.new", Permission.YEARS_WRITE, "crear abrir create open add"),
    Place(lazy("New campus"), "map-pin", "campuses.new", Permission.SETTINGS_WRITE, "crear agregar create add"),
    Place(
        lazy("Invite a member"),
        "users-group",
        "members.new",
        Permission.SETTINGS_WRITE,
        "nuevo usuario docente invitar agregar new user teacher add",
    ),
)

OF_THE_PORTAL = (
    Place(lazy("All my schools"), "school", "schools.index", None, "instituciones colegios"),
    Place(lazy("New school"), "plus", "schools.new", Permission.SCHOOLS_MANAGE, "crear abrir colegio create open add"),
)


def places_for(access: Access, places: Sequence[Place], words: Sequence[str]) -> Iterator[Place]:
    """Those that the person may open in the school at hand and whose names have each word, at the beginning of one."""
    for place in places:
        allowed = place.permission is None or access.may(place.permission)
        if allowed and all(f" {folded(word)}" in place.names for word in words):
            yield place
