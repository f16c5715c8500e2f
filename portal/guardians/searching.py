"""Finding guardians by typed words, as ``students.searching`` finds students: the same kinds and parameters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, ScalarSelect, Text, bindparam, case, func, literal, select

from portal.catalogs.phones import bare
from portal.guardians.models import Guardian
from portal.students.searching import BETWEEN_DIGITS, Kinds


def conditions(numbers: Kinds) -> list[ColumnElement[bool]]:
    """Of a guardian whom the search finds: every word stands in a name, the document or a telephone, in any order."""
    return [_has(f"word_{number}", is_number) for number, is_number in enumerate(numbers)]


def rank(numbers: Kinds) -> ColumnElement[int]:
    """The lower, the earlier a guardian comes: words that begin a name or the document before those inside one."""
    ranks = [_rank_of(f"word_{number}") for number in range(len(numbers))]
    return sum(ranks[1:], ranks[0]) if ranks else literal(0, Integer)


def telling_phone(guardian: Any, words: Sequence[str]) -> str | None:
    """Which number to show: the first telephone, unless only the second is why the guardian was found."""
    phones = [phone for phone in (guardian.phone, guardian.phone_2) if phone]
    found = (phone for phone in phones if any(word in bare(phone) for word in words))
    return next(found, phones[0] if phones else None)


def _has(name: str, is_number: bool) -> ColumnElement[bool]:
    found = Guardian.search_text.like(_pattern("%", name))
    if not is_number:
        return found
    phones = func.coalesce(Guardian.phone, "") + "|" + func.coalesce(Guardian.phone_2, "")
    return found | func.translate(phones, BETWEEN_DIGITS, "").like(_pattern("%", name))


def _rank_of(name: str) -> ColumnElement[int]:
    return case(
        (Guardian.sort_name.like(_pattern("", name)), 0),  # the surname begins with it
        ((" " + Guardian.search_text).like(_pattern("% ", name)), 1),  # another name or a number does
        else_=2,
    )


def _pattern(before: str, name: str) -> ScalarSelect[str]:
    """Folded by the database, as the records were, and once: a sub-select is not run again for each row."""
    return select(before + func.fold(bindparam(name, type_=Text)) + "%").scalar_subquery()
