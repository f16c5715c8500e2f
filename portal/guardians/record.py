"""A guardian's record as it is shown: who it is, how to reach them, and for whom they answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.catalogs.phones import spaced_phone
from portal.catalogs.words import document
from portal.guardians.forms import GuardianContactForm, GuardianIdentityForm
from portal.guardians.models import Guardian
from portal.guardians.repository import Child
from portal.web.forms import Form
from portal.web.i18n import _, format_list, lazy

Facts = list[tuple[Any, ...]]


@dataclass(frozen=True)
class GuardianRecord:
    """A guardian and the children, by name."""

    guardian: Guardian
    children: list[Child]

    @property
    def names_of_children(self) -> str:
        """For whom a correction counts."""
        return format_list(child.student.full_name for child in self.children)


@dataclass(frozen=True)
class Section:
    """A part of the record that is shown and edited by itself."""

    name: str
    title: Any
    form: type[Form]
    facts: Callable[[Guardian], Facts]


def _identity(guardian: Guardian) -> Facts:
    return [
        (_("First surname"), guardian.first_surname),
        (_("Second surname"), guardian.second_surname),
        (_("Given names"), " ".join(filter(None, (guardian.first_name, guardian.middle_names)))),
        (_("Document"), document(guardian)),
        (_("Occupation"), guardian.occupation),
    ]


def _contact(guardian: Guardian) -> Facts:
    return [
        (_("Mobile phone"), spaced_phone(guardian.phone)),
        (_("Another phone"), spaced_phone(guardian.phone_2)),
        (_("E-mail"), guardian.email),
        (_("Address"), guardian.address, "wide"),
    ]


SECTIONS = {
    section.name: section
    for section in (
        Section("identity", lazy("Identity"), GuardianIdentityForm, _identity),
        Section("contact", lazy("Contact"), GuardianContactForm, _contact),
    )
}
