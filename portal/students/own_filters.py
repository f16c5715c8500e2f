"""Filtering the list of students by the school's own fields: read from an address, and written into addresses again.

Of a choice several may be wanted, of a text a part, of a number or a day a span. What means nothing is ignored.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from litestar.datastructures import MultiDict

from portal.catalogs.codes import FieldKind
from portal.schools.rules import CustomField
from portal.students.own_fields import in_words, name_of
from portal.web.i18n import _
from portal.web.reading import parse_date, typed_query

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,6})?")

Limit = Decimal | date | None


@dataclass(frozen=True)
class OwnFilter:
    """What is wanted of one field; nothing, where everybody is."""

    field: CustomField
    chosen: tuple[str, ...] = ()
    text: str = ""
    lowest: Limit = None
    highest: Limit = None

    @classmethod
    def of(cls, field: CustomField, sent: MultiDict[str]) -> Self:
        """The filter that an address asks for."""
        name = name_of(field)
        match field.kind:
            case FieldKind.CHOICE:
                asked = (typed_query(value) for value in sent.getall(name, []))
                return cls(field, chosen=tuple(filter(None, dict.fromkeys(asked))))
            case FieldKind.TEXT:
                return cls(field, text=typed_query(sent.get(name)))
            case _:
                lowest, highest = (_limit(field.kind, sent.get(f"{name}-{end}", "")) for end in ("from", "to"))
                return cls(field, lowest=lowest, highest=highest)

    @property
    def name(self) -> str:
        """The parameter; a span has two, ``-from`` and ``-to`` behind it."""
        return name_of(self.field)

    @property
    def narrows(self) -> bool:
        """Whether it wants fewer than all students."""
        return bool(self.conditions)

    @cached_property
    def conditions(self) -> list[tuple[str, Any]]:
        """What the database is asked, by the names of ``own_conditions``: each with its value."""
        conditions: list[tuple[str, Any]] = []
        if self.chosen:
            conditions.append(("choice", list(self.chosen)))
        if self.text:
            conditions.append(("text", self.text))
        kind = self.field.kind.value
        for end, limit in (("from", self.lowest), ("to", self.highest)):
            if limit is not None:
                conditions.append((f"{kind}_{end}", limit.isoformat() if isinstance(limit, date) else limit))
        return conditions

    @property
    def options(self) -> list[str]:
        """The choices to offer; one that is filtered by can be taken away, even where the school has taken it back."""
        return list(dict.fromkeys((*self.field.choices, *self.chosen)))

    @property
    def ends(self) -> list[tuple[str, str, str]]:
        """The two ends of a span: parameter, what it is called, and what is asked."""
        words = {"from": _("From"), "to": _("To")}
        return [(f"{self.name}-{end}", words[end], self.params[f"{self.name}-{end}"]) for end in words]

    @property
    def typing(self) -> dict[str, str]:
        """How an end is typed, as attributes."""
        return {"type": "date"} if self.field.kind == FieldKind.DATE else {"inputmode": "decimal"}

    @cached_property
    def params(self) -> dict[str, Any]:
        """The filter as parameters of an address."""
        match self.field.kind:
            case FieldKind.CHOICE:
                return {self.name: list(self.chosen)}
            case FieldKind.TEXT:
                return {self.name: self.text}
            case _:
                return {
                    f"{self.name}-{end}": "" if limit is None else str(limit)
                    for end, limit in (("from", self.lowest), ("to", self.highest))
                }

    @property
    def chips(self) -> list[tuple[str, dict[str, Any]]]:
        """What is filtered by in words, each with the parameters that take it away."""
        if self.chosen:
            return [
                (self._said(one), {self.name: [other for other in self.chosen if other != one]}) for one in self.chosen
            ]
        return [(self._said(self._wanted()), dict.fromkeys(self.params, ""))] if self.narrows else []

    def _wanted(self) -> str:
        if self.text:
            return self.text
        lowest, highest = in_words(self.lowest), in_words(self.highest)
        if lowest and highest:
            return _("%(lowest)s to %(highest)s") % {"lowest": lowest, "highest": highest}
        return _("from %(limit)s") % {"limit": lowest} if lowest else _("to %(limit)s") % {"limit": highest}

    def _said(self, wanted: str) -> str:
        return f"{self.field.label}: {wanted}"


def _limit(kind: FieldKind, text: str) -> Limit:
    if kind == FieldKind.DATE:
        return parse_date(text)
    return Decimal(text.strip().replace(",", ".")) if _NUMBER.fullmatch(text.strip()) else None
