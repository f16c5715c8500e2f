"""Conditions on the school's own fields, for the SQL of the list: keys and values are parameters, by their slot."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Numeric, Text, bindparam, case, cast, func, select

from portal.students.models import Student

_ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


def wants(slot: int, condition: str) -> ColumnElement[bool]:
    """A condition on one of the school's own fields.

    What is kept need not be of the field's kind: only a JSON number is cast to one, and only a text that is written as
    a day is compared as one (ISO days are in the order of their letters). PostgreSQL looks at CASE before it casts.
    """
    key: BindParameter[Any] = bindparam(f"own_key_{slot}", type_=Text)
    kept = func.jsonb_extract_path_text(Student.extra_data, key, type_=Text)
    name = f"own_value_{slot}"
    if condition == "choice":
        return kept.in_(bindparam(name, expanding=True))
    if condition == "text":
        return func.fold(kept).like(select(func.fold(bindparam(name))).scalar_subquery())
    if condition.startswith("number"):
        is_number = func.jsonb_typeof(func.jsonb_extract_path(Student.extra_data, key)) == "number"
        value: ColumnElement[Any] = case((is_number, cast(kept, Numeric)))
        limit: ColumnElement[Any] = bindparam(name, type_=Numeric)
    else:
        value = case((kept.regexp_match(_ISO_DAY), kept)).collate("C")
        limit = bindparam(name, type_=Text)
    return value >= limit if condition.endswith("_from") else value <= limit
