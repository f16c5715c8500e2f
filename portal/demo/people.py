"""The demo's invented people: children and the adults who answer for them, family by family.

Documents have the shape of the child's age: civil registration before seven, identity card from seven, citizenship card
from eighteen, and for families from Venezuela the temporary protection permit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from portal.catalogs.codes import DocumentType, Gender, Relationship
from portal.catalogs.text import folded
from portal.demo import names
from portal.demo.luck import Luck
from portal.demo.stories import Care

# The day on which ages are counted: fixed, or the documents would change with the day on which the demo is made.
AGE_DAY = date(2026, 11, 20)
COLOMBIA, VENEZUELA = "170", "862"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who somebody is. Fields are named as the columns they are kept in."""

    document_type: DocumentType
    document_number: str
    first_surname: str
    second_surname: str | None
    first_name: str
    middle_names: str | None


@dataclass(frozen=True, kw_only=True)
class Child(Person):
    """A pupil."""

    gender: Gender
    birth_date: date
    country_code: str


@dataclass(frozen=True, kw_only=True)
class Adult(Person):
    """A guardian, and what they are to the family's children."""

    relationship: Relationship
    phone: str
    email: str | None
    occupation: str | None
    is_legal_representative: bool
    lives_with: bool


@dataclass(frozen=True)
class Family:
    """Brothers and sisters, and who answers for them, the first of whom is called first."""

    children: tuple[Child, ...]
    adults: tuple[Adult, ...]


class Series(NamedTuple):
    """Where a school's numbers begin, so that nobody has another's."""

    children: int
    adults: int
    permits: int
    phones: int


class Registry:
    """Gives out document and telephone numbers, each once."""

    def __init__(self, luck: Luck, series: Series) -> None:
        """Begin at these numbers."""
        self._luck = luck
        self._last = series._asdict()

    def of_child(self, birth_date: date, country: str) -> tuple[DocumentType, str]:
        """The document that a child of this age has."""
        if country == VENEZUELA:
            return DocumentType.PPT, self._number("permits")
        else:
            return _type_at(_age(birth_date)), self._number("children")

    def of_adult(self, country: str) -> tuple[DocumentType, str]:
        """A grown-up's document."""
        if country == VENEZUELA:
            return DocumentType.PPT, self._number("permits")
        else:
            return DocumentType.CC, self._number("adults")

    def phone(self) -> str:
        """A mobile number of the block that is kept free for examples: 300 555 0001."""
        self._last["phones"] += 1
        return str(self._last["phones"])

    def _number(self, kind: str) -> str:
        self._last[kind] += self._luck.randint(11, 97)
        return str(self._last[kind])


def make_family(luck: Luck, registry: Registry, births: Sequence[date], care: Care = Care.FAMILY) -> Family:
    """A family with one child a birth date."""
    country = VENEZUELA if luck.happens(0.05) else COLOMBIA
    surnames = names.VENEZUELAN_SURNAMES if country == VENEZUELA else names.SURNAMES
    fathers, mothers = luck.sample(surnames, 2)
    kinds = _who_answers(luck, care)
    return Family(
        children=_children(luck, registry, births, fathers, mothers, country),
        adults=tuple(
            _adult(luck, registry, kind, surnames, fathers, mothers, country, alone=len(kinds) == 1) for kind in kinds
        ),
    )


def _who_answers(luck: Luck, care: Care) -> tuple[Relationship, ...]:
    if care == Care.NOBODY:
        return ()
    if care == Care.AUNT:
        return (Relationship.AUNT,)
    kinds: tuple[tuple[Relationship, ...], ...] = (
        (Relationship.MOTHER, Relationship.FATHER),
        (Relationship.MOTHER,),
        (Relationship.FATHER, Relationship.MOTHER),
        (Relationship.MOTHER, Relationship.GRANDMOTHER),
        (Relationship.FATHER,),
        (Relationship.GRANDMOTHER,),
    )
    return luck.choices(kinds, weights=(50, 24, 8, 8, 5, 5))[0]


def _children(
    luck: Luck, registry: Registry, births: Sequence[date], fathers: str, mothers: str, country: str
) -> tuple[Child, ...]:
    taken: set[str] = set()
    children = []
    for birth_date in births:
        gender = luck.choice((Gender.F, Gender.M))
        firsts, seconds = (names.GIRLS, names.GIRLS_SECOND) if gender == Gender.F else (names.BOYS, names.BOYS_SECOND)
        first = luck.choice([name for name in firsts if name not in taken])
        taken.add(first)
        second = luck.choice([name for name in seconds if name != first]) if luck.happens(0.75) else None
        document_type, document_number = registry.of_child(birth_date, country)
        children.append(
            Child(
                document_type=document_type,
                document_number=document_number,
                first_surname=fathers,
                second_surname=mothers,
                first_name=first,
                middle_names=second,
                gender=gender,
                birth_date=birth_date,
                country_code=country,
            )
        )
    return tuple(children)


def _adult(
    luck: Luck,
    registry: Registry,
    kind: Relationship,
    surnames: Sequence[str],
    fathers: str,
    mothers: str,
    country: str,
    *,
    alone: bool,
) -> Adult:
    firsts, seconds = (
        (names.MEN, names.MEN_SECOND) if kind == Relationship.FATHER else (names.WOMEN, names.WOMEN_SECOND)
    )
    first_name, first_surname = luck.choice(firsts), fathers if kind == Relationship.FATHER else mothers
    document_type, document_number = registry.of_adult(country)
    phone = registry.phone()
    second_surname = luck.choice(surnames) if luck.happens(0.9) else None
    middle_names = luck.choice(seconds) if luck.happens(0.7) else None
    return Adult(
        document_type=document_type,
        document_number=document_number,
        first_surname=first_surname,
        second_surname=second_surname,
        first_name=first_name,
        # Nobody is called Patricia Patricia.
        middle_names=middle_names if middle_names != first_name else None,
        relationship=kind,
        phone=phone,
        email=_email(first_name, first_surname, phone[-4:]) if luck.happens(0.7) else None,
        occupation=luck.choice(names.OCCUPATIONS) if luck.happens(0.8) else None,
        is_legal_representative=kind != Relationship.AUNT and (alone or kind != Relationship.GRANDMOTHER),
        lives_with=kind != Relationship.FATHER or alone or luck.happens(0.75),
    )


def _email(first_name: str, surname: str, number: str) -> str:
    """``luz.de-la-hoz.0148@correo.example``."""
    words = f"{folded(first_name)}.{folded(surname)}".replace(" ", "-").replace("'", "")
    return f"{words}.{number}@correo.example"


def _type_at(age: int) -> DocumentType:
    if age < 7:
        return DocumentType.RC
    return DocumentType.TI if age < 18 else DocumentType.CC


def _age(birth_date: date) -> int:
    return AGE_DAY.year - birth_date.year - ((AGE_DAY.month, AGE_DAY.day) < (birth_date.month, birth_date.day))
