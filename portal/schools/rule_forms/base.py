"""What the forms of a school's settings have in common: a part of the rules in, a part of the rules out."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar

from babel.support import LazyProxy

from portal.schools.rules import SchoolRules
from portal.web.forms import Form
from portal.web.i18n import gettext

# The number of a row, and the names of its fields.
Row = tuple[int, tuple[str, ...]]
# So many empty rows are ready to be filled.
SPARE = 2


class RulesForm(Form):
    """The form of one part of ``SchoolRules``."""

    #: the part's name, in the rules and in the data
    part: ClassVar[str]
    #: the numbered rows, where it has them
    rows: ClassVar[tuple[Row, ...]] = ()

    @classmethod
    def values(cls, rules: SchoolRules) -> dict[str, Any]:
        """The part as the form's fields show it."""
        raise NotImplementedError

    @property
    def decided(self) -> Any:
        """What was typed, as the rules hold it; asked after ``validate``."""
        raise NotImplementedError

    @classmethod
    def kept(cls, row: Any) -> SimpleNamespace:
        """The part as the school's settings have it, to be shown in the form and compared with it."""
        return SimpleNamespace(**cls.values(SchoolRules.of(row.data)), version=row.version, updated_at=row.updated_at)

    def __init_subclass__(cls, **options: Any) -> None:
        """A row means something by its place among the others: they are compared as one."""
        super().__init_subclass__(**options)
        cls.together += (frozenset(name for _number, names in cls.rows for name in names),)

    def store(self, row: Any) -> None:
        """Write the part into the school's settings, the others stay as they are."""
        row.data = stored(row.data, self.part, self.decided)

    def validate(self, extra_validators: Any = None) -> bool:
        """Each field by itself, and then what they must be together, if they are readable."""
        if super().validate(extra_validators):
            self.check_together()
        return not self.errors

    def check_together(self) -> None:
        """Blame the fields that do not fit one another."""

    @property
    def shown_rows(self) -> list[Row]:
        """The numbered rows up to the last that says something or is wrong, and SPARE empty ones behind it."""
        used = [n for n, names in self.rows if any(self[name].data or self[name].errors for name in names)]
        return [row for row in self.rows if row[0] <= max(used, default=0) + SPARE]


def stored(data: Mapping[str, Any], part: str, decided: Any) -> dict[str, Any]:
    """``school_settings.data`` with one part as it was decided, the others as they are."""
    return dict(data) | {part: SchoolRules(**{part: decided}).part_as_data(part)}


def numbered(rows: int, *columns: str) -> tuple[Row, ...]:
    """``(1, ("name_1", "weight_1"))`` and so on."""
    return tuple((number, tuple(f"{column}_{number}" for column in columns)) for number in range(1, rows + 1))


def lazy_numbered(message: str, number: int) -> Any:
    """A label such as ``Name of period 2``, translated when it is shown; the message is marked where it stands."""
    return LazyProxy(lambda: gettext(message) % {"n": number}, enable_cache=False)
