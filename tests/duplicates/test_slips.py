"""One slip of the hand: what is compared pair by pair, and what is looked up, are the same numbers."""

import random

from portal.duplicates.slips import is_one_slip, numbers_near


def test_both_ways_of_asking_agree() -> None:
    chance = random.Random(5)
    for _ in range(300):
        number = "".join(chance.choices("0123456789", k=chance.randrange(6, 12)))
        near = set(numbers_near(number))
        assert all(is_one_slip(number, other) for other in near)
        other = "".join(chance.choices("0123456789", k=len(number)))
        assert is_one_slip(number, other) == (other in near)
        assert not is_one_slip(number, number)


def test_short_numbers_are_not_compared() -> None:
    assert not is_one_slip("12345", "12346")
