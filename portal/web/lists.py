"""What lists share: filters with several values, and the codes and ids that an address names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar
from uuid import UUID

from portal.web.reading import parse_id

Member = TypeVar("Member", bound=Enum)


@dataclass(frozen=True)
class Menu:
    """A filter of a list: (value, text, count) of each choice, and the values that are on."""

    name: str
    label: str
    options: list[tuple[str, str, int | None]]
    applied: list[str]

    @classmethod
    def of(cls, name: str, label: str, applied: Sequence[str], choices: Iterable[tuple[Any, Any]]) -> "Menu":
        """Of the choices as (value, text); what is on but no longer offered can still be taken away."""
        offered = {str(value): str(text) for value, text in choices}
        offered |= {value: value for value in applied if value not in offered}
        return cls(name, label, [(value, text, None) for value, text in offered.items()], list(applied))

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to choose, or to take away."""
        return len(self.options) > 1 or bool(self.applied)

    @property
    def chosen(self) -> list[tuple[str, list[str]]]:
        """What is on, in words, each with the values that stay when it is taken away."""
        return [
            (f"{self.label}: {text}", [other for other in self.applied if other != value])
            for value, text, _count in self.options
            if value in self.applied
        ]


def known_codes(sent: Iterable[str], codes: type[Member]) -> tuple[Member, ...]:
    """The members that an address names, each once; what it makes up is ignored."""
    members = {str(member.value): member for member in codes}
    return tuple(members[text] for text in dict.fromkeys(sent) if text in members)


def known_ids(sent: Iterable[str]) -> tuple[UUID, ...]:
    """The ids that an address names, each once."""
    return tuple(dict.fromkeys(found for text in sent if (found := parse_id(text))))
