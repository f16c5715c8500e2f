"""The school's own fields in the SQL of the list: their keys are parameters, numbered by ``slot``.

So the statements of all schools are the same ones. Kept by slot, since statements are known by the identity of their
parts.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Integer, Numeric, Text, bindparam, case, cast, func

from portal.catalogs.codes import FieldKind
from portal.lists.terms import Term
from portal.students.list_sorts import text_or_last, words_or_last
from portal.students.models import Student

_ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def key_name(slot: int) -> str:
    """The parameter that has the field's key."""
    return f"own_key_{slot}"


@lru_cache(maxsize=256)
def own_term(slot: int, kind: FieldKind) -> Term:
    """What is kept under the field's key, as something that compares by its kind.

    What is kept need not be of the field's kind: only a JSON number is cast to one, and only a text that is written as
    a day is compared as one (ISO days are in the order of their letters). PostgreSQL looks at CASE before it casts.
    """
    key: BindParameter[Any] = bindparam(key_name(slot), type_=Text)
    kept = func.jsonb_extract_path_text(Student.extra_data, key, type_=Text)
    if kind == FieldKind.NUMBER:
        is_number = func.jsonb_typeof(func.jsonb_extract_path(Student.extra_data, key)) == "number"
        return Term(case((is_number, cast(kept, Numeric))))
    if kind == FieldKind.DATE:
        return Term(case((kept.regexp_match(_ISO_DAY), kept)).collate("C"))
    return Term(kept)


@lru_cache(maxsize=256)
def own_sort(slot: int, kind: FieldKind) -> tuple[Term, ...]:
    """How the list is sorted by it: never null, and those without a value behind the others."""
    value = own_term(slot, kind).expression
    if kind == FieldKind.NUMBER:
        is_blank, is_written = cast(value.is_(None), Integer), cast(value.is_not(None), Integer)
        return (Term(is_blank, falling=is_written), Term(func.coalesce(value, 0)))
    return text_or_last(value) if kind == FieldKind.DATE else words_or_last(value)
