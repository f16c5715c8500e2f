"""A field of the school's own about its students."""

import re
from types import SimpleNamespace
from typing import Any

import wtforms
from wtforms import validators as base

from portal.catalogs.codes import FieldKind
from portal.catalogs.text import folded
from portal.schools.rules import CustomField, SchoolRules
from portal.web.fields import CheckField, CodeField, LongTextField
from portal.web.fields import TextField as Line
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.reading import clean
from portal.web.validators import at_most, required

MOST_FIELDS = 20
LONGEST_KEY = 40
MOST_CHOICES = 50
LONGEST_CHOICE = 80


class CustomFieldForm(Form):
    """What the field is called, what it holds, and where it is asked."""

    label = Line(lazy("Name of the field"), [required(lazy("Write how the field is called.")), at_most(60)])
    kind = CodeField(lazy("What it holds"), FieldKind, [required(lazy("Choose one of the list."))])
    choices = LongTextField(
        lazy("Choices"),
        description=lazy("One a line, at least two; only for a choice from a list."),
        render_kw={"rows": 5},
    )
    is_required = CheckField(
        lazy("It must be filled"),
        description=lazy("Students who are registered already keep their records; it is asked when they are edited."),
    )
    in_list = CheckField(lazy("Show it in the list of students"), description=lazy("As a column, and as a filter."))

    @classmethod
    def kept(cls, key: str, row: Any) -> SimpleNamespace:
        """The field as the school's settings have it, to be shown in the form and compared with it."""
        fields = {field.key: field for field in SchoolRules.of(row.data).fields}
        field = fields.get(key, CustomField(key, ""))
        values = vars(field) | {"choices": "\n".join(field.choices) or None}
        return SimpleNamespace(**values, version=row.version, updated_at=row.updated_at)

    def decided(self, key: str) -> CustomField:
        """The field that was typed, under its key; asked after ``validate``."""
        return CustomField(
            key=key,
            label=self.label.data or "",
            kind=self.kind.data,
            is_required=self.is_required.data,
            choices=tuple(self._lines) if self.kind.data == FieldKind.CHOICE else (),
            in_list=self.in_list.data,
        )

    def validate_choices(self, field: wtforms.Field) -> None:
        """Two at least, each once and short enough for a form."""
        if self.kind.data != FieldKind.CHOICE:
            return
        if len(self._lines) < 2:
            raise base.ValidationError(_("Write at least two choices, one a line."))
        if len({folded(line) for line in self._lines}) < len(self._lines):
            raise base.ValidationError(_("A choice stands there twice."))
        if len(self._lines) > MOST_CHOICES:
            raise base.ValidationError(_("At most %(n)d choices fit.") % {"n": MOST_CHOICES})
        longest = max(self._lines, key=len)
        if len(longest) > LONGEST_CHOICE:
            raise base.ValidationError(_("“%(choice)s…” is too long for a choice.") % {"choice": longest[:30]})
        at_most(MOST_CHOICES * (LONGEST_CHOICE + 1))(self, field)

    @property
    def _lines(self) -> list[str]:
        return [line for line in map(clean, (self.choices.data or "").split("\n")) if line]


def minted_key(label: str) -> str:
    """What a field's values are kept under: ``ruta_escolar``. It begins with a letter."""
    key = "_".join(re.findall(r"[a-z0-9]+", folded(label)))[:LONGEST_KEY].strip("_")
    return key if key[:1].isalpha() else f"field_{key}".rstrip("_")
