"""What lists and records say of a person, whether a row, a pupil of a file, or one who is still being written."""

from datetime import date
from typing import Any


def listed_name(person: Any) -> str:
    """Surnames first, as lists show it: ``Núñez Castaño, Ángela Sofía``."""
    surnames = " ".join(filter(None, (person.first_surname, person.second_surname)))
    return f"{surnames}, {' '.join(filter(None, (person.first_name, person.middle_names)))}"


def initials(person: Any) -> str:
    """Two letters for where a photo would stand."""
    return f"{person.first_name[:1]}{person.first_surname[:1]}".upper()


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day; below zero before the birth."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
