"""Slips of the hand in a document's number: a digit changed, left out or added, or two neighbours swapped."""

from collections.abc import Iterator

from portal.catalogs.documents import LONGEST_NUMBER

# Of a shorter number nearly every other is a neighbour.
SHORTEST_COMPARED = 6


def numbers_near(number: str) -> Iterator[str]:
    """The numbers that one slip makes of this one.

    There are some 200 of them, which the index on the number finds at once; no measure of distance would use it.
    """
    if not SHORTEST_COMPARED <= len(number) <= LONGEST_NUMBER:
        return
    digits = "0123456789"
    for at in range(len(number) + 1):
        before, here, after = number[:at], number[at : at + 1], number[at + 1 :]
        yield from (before + digit + here + after for digit in digits)
        if here:
            yield before + after
            yield from (before + digit + after for digit in digits if digit != here)
        if here and after and here != after[0]:
            yield before + after[0] + here + after[1:]


def is_one_slip(one: str, other: str) -> bool:
    """Whether one slip makes the one number of the other."""
    if one == other or max(len(one), len(other)) < SHORTEST_COMPARED:
        return False
    left, right = _differing(one, other)
    changed_added_or_left_out = max(len(left), len(right)) == 1
    swapped = len(left) == 2 and left == right[::-1]
    return changed_added_or_left_out or swapped


def _differing(one: str, other: str) -> tuple[str, str]:
    """What is left of both without what they begin and end with alike."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return one, other
