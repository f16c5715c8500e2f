"""The documents that the school asks for at enrollment, and in which grades."""

from typing import Any

import wtforms
from babel.support import LazyProxy

from portal.catalogs.codes import AttachmentKind, Code, Grade
from portal.schools.rule_forms.base import RulesForm
from portal.schools.rules import ChecklistItem, SchoolRules
from portal.web.fields import CodeField
from portal.web.i18n import _, format_list, lazy
from portal.web.reading import clean

PAPERS = tuple(kind for kind in AttachmentKind if not kind.is_picture)


class Asked(Code):
    """Whether a document is asked for."""

    NO = "no", lazy("Not asked for")
    ASKED = "asked", lazy("Asked for")
    REQUIRED = "required", lazy("Required")


class GradesField(wtforms.Field):
    """Any of the grades, each with its own box; also read from one text, ``6,7``, as a conflict sends it back."""

    data: tuple[Grade, ...]

    def process_data(self, value: Any) -> None:
        """The row's grades."""
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The ticked ones, in their order; no box sends nothing, and then there is none."""
        sent = {clean(part) for value in valuelist for part in str(value).split(",")} - {""}
        self.data = tuple(grade for grade in Grade if str(grade.value) in sent)
        if sent - {str(grade.value) for grade in self.data}:
            raise ValueError(_("Choose grades of the list."))

    def in_words(self) -> str:
        """For whoever compares two versions."""
        return format_list(str(grade.label) for grade in self.data) if self.data else _("All grades")

    def _value(self) -> str:
        return ",".join(str(grade.value) for grade in self.data)


class ChecklistForm(RulesForm):
    """For each kind of paper whether it is asked for, and the grades where it is not asked for in all."""

    part = "checklist"
    together = tuple(frozenset((kind.value, f"{kind.value}_grades")) for kind in PAPERS)

    @classmethod
    def values(cls, rules: SchoolRules) -> dict[str, Any]:
        """Each paper's state and grades."""
        items = {item.kind: item for item in rules.checklist}
        states = {kind.value: _asked(items.get(kind)) for kind in PAPERS}
        return states | {_grades(kind): items[kind].grades if kind in items else () for kind in PAPERS}

    @property
    def decided(self) -> tuple[ChecklistItem, ...]:
        """The papers that are asked for."""
        return tuple(
            ChecklistItem(kind, self[kind.value].data == Asked.REQUIRED, self[_grades(kind)].data)
            for kind in PAPERS
            if self[kind.value].data not in (None, Asked.NO)
        )

    @property
    def papers(self) -> list[tuple[AttachmentKind, wtforms.Field, wtforms.Field]]:
        """Each paper with its two fields."""
        return [(kind, self[kind.value], self[_grades(kind)]) for kind in PAPERS]


def _asked(item: ChecklistItem | None) -> Asked:
    if item is None:
        return Asked.NO
    return Asked.REQUIRED if item.is_required else Asked.ASKED


def _grades(kind: AttachmentKind) -> str:
    return f"{kind.value}_grades"


def _grades_label(kind: AttachmentKind) -> Any:
    return LazyProxy(lambda: _("Grades: %(paper)s") % {"paper": kind.label}, enable_cache=False)


for _kind in PAPERS:
    setattr(ChecklistForm, _kind.value, CodeField(_kind.label, Asked))
    setattr(ChecklistForm, _grades(_kind), GradesField(_grades_label(_kind)))
