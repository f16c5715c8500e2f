"""Finding guardians by typed words, as ``students.searching`` finds students: the same kinds and parameters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, literal, or_

from portal.catalogs.phones import bare
from portal.guardians.models import Guardian
from portal.students.searching import (
    BETWEEN_DIGITS,
    Kind,
    Kinds,
    anywhere,
    beginning,
    beginning_a_part,
    kinds,
    parameters,
)

__all__ = ["conditions", "kinds", "parameters", "rank", "telling_phone"]


def conditions(words: Kinds) -> list[ColumnElement[bool]]:
    """Of a guardian whom the search finds: every word stands in a name, the document or a telephone, in any order."""
    return [_has(f"word_{number}", kind) for number, kind in enumerate(words)]


def rank(words: Kinds) -> ColumnElement[int]:
    """The lower, the earlier a guardian comes: words that begin a name or the document before those inside one."""
    ranks = [_rank_of(f"word_{number}") for number in range(len(words))]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def telling_phone(guardian: Any, words: Sequence[str]) -> str | None:
    """Which number to show: the first telephone, unless only the second is why the guardian was found."""
    phones = [phone for phone in (guardian.phone, guardian.phone_2) if phone]
    found = (phone for phone in phones if any(word in bare(phone) for word in words))
    return next(found, phones[0] if phones else None)


def _has(name: str, kind: Kind) -> ColumnElement[bool]:
    found = [Guardian.search_text.like(anywhere(name))]
    if kind is Kind.NUMBER:
        phones = (Guardian.phone, Guardian.phone_2)
        found += [func.translate(phone, BETWEEN_DIGITS, "").like(anywhere(name)) for phone in phones]
    return or_(*found)


def _rank_of(name: str) -> ColumnElement[int]:
    return case(
        (Guardian.sort_name.like(beginning(name)), 0),  # the surname begins with it
        ((" " + Guardian.search_text).like(beginning_a_part(name)), 1),  # another name or a number does
        else_=2,
    )
