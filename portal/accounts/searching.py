"""Finding members of a school by typed words: what they are called, or their e-mail; ``USER`` stands beside the row."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Integer,
    ScalarSelect,
    Table,
    Text,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
)

from portal.accounts.models import SchoolMembership, User

USER: FromClause = cast(Table, User.__table__).alias("user_of_it")


def kinds(words: Sequence[str]) -> int:
    """How many words there are: they are all of one kind."""
    return len(words)


def parameters(words: Sequence[str]) -> dict[str, str]:
    """The words for the expressions below, each as a pattern that means only itself."""
    escaped = (word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words)
    return {f"word_{number}": word for number, word in enumerate(escaped)}


def conditions(number: int) -> list[ColumnElement[bool]]:
    """Of a member whom the search finds: every word stands somewhere, in any order."""
    return [_has(f"word_{each}") for each in range(number)]


def rank(number: int) -> ColumnElement[int]:
    """The lower, the earlier a member comes: words that begin a name before those inside one."""
    name = " " + func.fold(USER.c.full_name)
    ranks = [case((name.like(_pattern("% ", f"word_{each}")), 0), else_=1) for each in range(number)]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def _has(name: str) -> ColumnElement[bool]:
    pattern = _pattern("%", name)
    found = or_(func.fold(User.full_name).like(pattern), func.fold(User.email).like(pattern))
    return select(User.id).where(User.id == SchoolMembership.user_id, found).correlate(SchoolMembership).exists()


def _pattern(before: str, name: str) -> ScalarSelect[str]:
    word: BindParameter[str] = bindparam(name, type_=Text)
    return select(before + func.fold(word) + "%").scalar_subquery()
