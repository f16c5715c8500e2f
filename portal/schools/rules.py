"""What a school decides for itself: its settings as values, to be asked by every feature.

The forms of the settings' pages check what a person types; here it is only read from ``school_settings.data`` and
written back. A part that a school never touched has the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from portal.catalogs.codes import AttachmentKind, FieldKind, Grade, NationalLevel


@dataclass(frozen=True)
class DefaultPeriod:
    """A period that new years begin with; the weights, in percent, sum to 100."""

    name: str
    weight: Decimal


@dataclass(frozen=True)
class ScaleLevel:
    """A step of the school's grading scale, and the national level that it stands for (Decreto 1290 of 2009, art. 5).

    ``lowest`` and ``highest`` both belong to it, with one decimal: 4.6 to 5.0.
    """

    level: NationalLevel
    label: str
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class ChecklistItem:
    """A document that the school asks for at enrollment, in these grades or in all where none is named."""

    kind: AttachmentKind
    is_required: bool = True
    grades: tuple[Grade, ...] = ()

    def is_for(self, grade: Grade) -> bool:
        """Whether it is asked for in this grade."""
        return not self.grades or grade in self.grades


@dataclass(frozen=True)
class CustomField:
    """A field of the school's own, whose values are in ``students.extra_data`` under ``key``.

    The key is made once and never changes, the label may. Text, a number and a choice are kept as JSON text and number,
    a date as ISO text.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    is_required: bool = False
    choices: tuple[str, ...] = ()
    in_list: bool = False


@dataclass(frozen=True)
class ReviewPolicy:
    """How strictly enrollments are reviewed.

    ``documents_stop``: whether a required document that is missing stops the approval, or is only remarked.
    ``unusual_years``: so many years off the usual age of a grade is worth a look. ``return_reasons``: one key away.
    """

    documents_stop: bool = True
    unusual_years: int = 4
    return_reasons: tuple[str, ...] = ()


DEFAULT_PERIODS = tuple(DefaultPeriod(name=f"Periodo {number}", weight=Decimal(25)) for number in (1, 2, 3, 4))
DEFAULT_SCALE = (
    ScaleLevel(NationalLevel.SUPERIOR, "Superior", Decimal("4.6"), Decimal("5.0")),
    ScaleLevel(NationalLevel.ALTO, "Alto", Decimal("4.0"), Decimal("4.5")),
    ScaleLevel(NationalLevel.BASICO, "Básico", Decimal("3.0"), Decimal("3.9")),
    ScaleLevel(NationalLevel.BAJO, "Bajo", Decimal("1.0"), Decimal("2.9")),
)


@dataclass(frozen=True)
class SchoolRules:
    """All settings of a school."""

    periods: tuple[DefaultPeriod, ...] = DEFAULT_PERIODS
    scale: tuple[ScaleLevel, ...] = DEFAULT_SCALE
    checklist: tuple[ChecklistItem, ...] = ()
    fields: tuple[CustomField, ...] = ()
    review: ReviewPolicy = field(default_factory=ReviewPolicy)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """As ``school_settings.data`` has them."""
        kept: dict[str, Any] = {}
        if "periods" in data:
            kept["periods"] = tuple(DefaultPeriod(each["name"], Decimal(each["weight"])) for each in data["periods"])
        if "scale" in data:
            kept["scale"] = tuple(
                ScaleLevel(
                    NationalLevel(each["level"]), each["label"], Decimal(each["lowest"]), Decimal(each["highest"])
                )
                for each in data["scale"]
            )
        if "checklist" in data:
            kept["checklist"] = tuple(
                ChecklistItem(AttachmentKind(each["kind"]), each["is_required"], tuple(map(Grade, each["grades"])))
                for each in data["checklist"]
            )
        if "fields" in data:
            kept["fields"] = tuple(
                CustomField(
                    each["key"],
                    each["label"],
                    FieldKind(each["kind"]),
                    each["is_required"],
                    tuple(each["choices"]),
                    each["in_list"],
                )
                for each in data["fields"]
            )
        if "review" in data:
            kept["review"] = ReviewPolicy(
                data["review"]["documents_stop"],
                data["review"]["unusual_years"],
                tuple(data["review"]["return_reasons"]),
            )
        return cls(**kept)

    def part_as_data(self, part: str) -> Any:
        """One part (``periods``, ``scale``, ``checklist``, ``fields``, ``review``) as JSON keeps it."""
        value = getattr(self, part)
        return _plain(vars(value)) if part == "review" else [_plain(vars(each)) for each in value]

    def checklist_for(self, grade: Grade) -> list[ChecklistItem]:
        """The documents that are asked for in a grade."""
        return [item for item in self.checklist if item.is_for(grade)]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain_value(each) for each in value]
    return getattr(value, "value", value)
