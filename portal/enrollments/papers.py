"""The papers that a school asks for at enrollment: what is on file, what was seen on paper, what is missing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import wtforms

from portal.catalogs.codes import AttachmentKind, Grade
from portal.schools.rules import ChecklistItem
from portal.web.i18n import _, format_list


@dataclass(frozen=True)
class Paper:
    """A line of the checklist. A file counts by itself; paper counts when the office has ticked it."""

    kind: AttachmentKind
    is_required: bool
    is_filed: bool
    was_seen: bool
    # The grades that it is asked for in, where no grade has been chosen yet; none where it is asked for in all.
    grades: tuple[Grade, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether the school has it or has seen it."""
        return self.is_filed or self.was_seen

    @property
    def is_missing(self) -> bool:
        """Whether the enrollment lacks it."""
        return self.is_required and not self.is_there

    @property
    def where(self) -> str:
        """In words: on file, seen on paper, missing."""
        if self.is_filed:
            return _("On file")
        if self.was_seen:
            return _("Seen on paper")
        return _("Missing") if self.is_required else _("Not brought, not required")

    @property
    def demand(self) -> str:
        """How strictly it is asked for, and of whom."""
        strictly = _("Required") if self.is_required else _("Not required")
        return f"{strictly}: {format_list(str(grade.label) for grade in self.grades)}" if self.grades else strictly


def papers(
    checklist: Iterable[ChecklistItem],
    grade: Grade | None,
    *,
    filed: Collection[str],
    seen: Mapping[str, Any],
) -> list[Paper]:
    """What the school asks for in the grade, or in any while none is chosen.

    ``filed`` are the kinds of the student's files, ``seen`` is the enrollment's ``checklist``.
    """
    return [
        Paper(
            kind=item.kind,
            is_required=item.is_required,
            is_filed=item.kind in filed,
            was_seen=bool(seen.get(item.kind)),
            grades=item.grades if grade is None else (),
        )
        for item in checklist
        if grade is None or item.is_for(grade)
    ]


class ChecklistField(wtforms.Field):
    """The kinds that were seen on paper: one tick each, kept as ``{kind: true}``.

    The page sends an empty value along with the ticks: without any value nothing was asked, and all stays as it is.
    """

    def process_data(self, value: Any) -> None:
        """Show the row's ticks."""
        self.data = {kind: True for kind, seen in sorted((value or {}).items()) if seen}

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the ticks, or all of them as one value; what is no kind of paper is left out."""
        if valuelist:
            ticked = {kind for value in valuelist for kind in str(value).split(",")}
            self.data = {kind.value: True for kind in sorted(AttachmentKind) if kind in ticked and not kind.is_picture}

    def in_words(self) -> str:
        """For people who compare two versions."""
        return format_list(str(kind.label) for kind in AttachmentKind if kind in (self.data or {}))

    def _value(self) -> str:
        return ",".join(self.data or {})
