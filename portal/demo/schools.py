"""The two demo schools as they are drawn up: what they are, how big, and whom they have. The rest is luck."""

from dataclasses import dataclass
from datetime import date

from stdnum.co import nit

from portal.catalogs.codes import AttachmentKind, FieldKind, Grade, Sector, Shift, YearStatus
from portal.demo.people import Series
from portal.demo.stories import Care, Story
from portal.schools.rules import ChecklistItem, CustomField

PRIMARY = tuple(Grade(number) for number in range(6))
SECONDARY = tuple(Grade(number) for number in range(6, 12))


@dataclass(frozen=True)
class DemoCampus:
    """A campus and the classes that it has in every grade: code → shift."""

    dane_code: str
    name: str
    address: str
    grades: tuple[Grade, ...]
    groups: dict[str, Shift]


@dataclass(frozen=True, kw_only=True)
class DemoSchool:
    """A school. ``stories`` says how many pupils have which; ``cares`` how many of them have no usual family here."""

    slug: str
    name: str
    short_name: str
    nit: str
    dane_code: str
    resolution: str
    sector: Sector
    municipality_code: str
    address: str
    phone: str
    email: str
    campuses: tuple[DemoCampus, ...]
    capacity: int
    full_group: tuple[Grade, str]
    led_groups: tuple[tuple[Grade, str], ...] = ()
    stories: dict[Story, int]
    cares: dict[tuple[Story, Care], int]
    series: Series
    checklist: tuple[ChecklistItem, ...] = ()
    fields: tuple[CustomField, ...] = ()


@dataclass(frozen=True)
class DemoYear:
    """A school year and its periods."""

    name: str
    status: YearStatus
    periods: tuple[tuple[date, date], ...]


def _nit(number: str) -> str:
    """With its check digit: ``900555014-…``."""
    return f"{number}-{nit.calc_check_digit(number)}"


SIMON_BOLIVAR = DemoSchool(
    slug="simon-bolivar",
    name="Institución Educativa Simón Bolívar",
    short_name="I.E. Simón Bolívar",
    nit=_nit("900555014"),
    dane_code="105001001234",
    resolution="Resolución 0412 del 14 de noviembre de 2019",
    sector=Sector.PUBLIC,
    municipality_code="05001",
    address="Carrera 76 # 44-21, La América",
    phone="6045550110",
    email="secretaria@simonbolivar.example",
    campuses=(
        DemoCampus(
            "10500100123401",
            "Sede Principal",
            "Carrera 76 # 44-21",
            SECONDARY,
            {"A": Shift.SINGLE, "B": Shift.SINGLE},
        ),
        DemoCampus(
            "10500100123402",
            "Sede La Primavera",
            "Calle 39 D # 80-07",
            PRIMARY,
            {"A": Shift.MORNING, "B": Shift.AFTERNOON},
        ),
    ),
    capacity=30,
    full_group=(Grade.SIXTH, "B"),
    led_groups=((Grade.SIXTH, "A"), (Grade.SEVENTH, "B")),
    stories={
        Story.ATTENDS: 551,
        Story.ATTENDS_AND_ASKS_FOR_NEXT_YEAR: 5,
        Story.ASKS_FOR_THIS_YEAR: 13,
        Story.ASKS_FOR_NEXT_YEAR: 7,
        Story.SENT_BACK: 5,
        Story.BEGUN: 4,
        Story.LEFT: 8,
        Story.MOVED_AWAY: 3,
        Story.NOT_ENROLLED: 4,
    },
    cares={
        (Story.ATTENDS, Care.NOBODY): 11,
        (Story.ATTENDS, Care.AUNT): 4,
        (Story.ASKS_FOR_THIS_YEAR, Care.NOBODY): 2,
        (Story.ASKS_FOR_THIS_YEAR, Care.AUNT): 2,
        (Story.ASKS_FOR_NEXT_YEAR, Care.NOBODY): 1,
    },
    series=Series(children=1_046_000_000, adults=43_000_000, permits=6_100_000, phones=3005550000),
    fields=(
        CustomField("ruta", "Ruta", FieldKind.CHOICE, choices=("Norte", "Centro", "Sur"), in_list=True),
        CustomField("talla", "Talla de uniforme", FieldKind.NUMBER),
    ),
    checklist=(
        ChecklistItem(AttachmentKind.IDENTITY_DOCUMENT),
        ChecklistItem(AttachmentKind.HEALTH_AFFILIATION),
        ChecklistItem(AttachmentKind.REPORT_CARD, grades=SECONDARY),
        ChecklistItem(AttachmentKind.GUARDIAN_DOCUMENT, is_required=False),
        ChecklistItem(AttachmentKind.VACCINATION, is_required=False, grades=(Grade.TRANSICION, Grade.FIRST)),
    ),
)

SANTA_TERESA = DemoSchool(
    slug="santa-teresa",
    name="Colegio Santa Teresa",
    short_name="Santa Teresa",
    nit=_nit("900555027"),
    dane_code="305266000417",
    resolution="Resolución 0087 del 3 de octubre de 2016",
    sector=Sector.PRIVATE,
    municipality_code="05266",
    address="Transversal 34 sur # 28-15",
    phone="6045550120",
    email="secretaria@santateresa.example",
    campuses=(
        DemoCampus(
            "30526600041701",
            "Sede Única",
            "Transversal 34 sur # 28-15",
            PRIMARY + SECONDARY,
            {"A": Shift.FULL},
        ),
    ),
    capacity=18,
    full_group=(Grade.FIRST, "A"),
    stories={
        Story.ATTENDS: 139,
        Story.ATTENDS_AND_ASKS_FOR_NEXT_YEAR: 1,
        Story.ASKS_FOR_THIS_YEAR: 2,
        Story.ASKS_FOR_NEXT_YEAR: 1,
        Story.SENT_BACK: 1,
        Story.BEGUN: 1,
        Story.LEFT: 3,
        Story.NOT_ENROLLED: 2,
    },
    cares={(Story.ATTENDS, Care.NOBODY): 2, (Story.ASKS_FOR_THIS_YEAR, Care.AUNT): 1},
    series=Series(children=1_056_000_000, adults=42_000_000, permits=6_900_000, phones=3105550000),
)

YEARS = (
    DemoYear(
        "2026",
        YearStatus.ACTIVE,
        (
            (date(2026, 1, 19), date(2026, 3, 27)),
            (date(2026, 4, 6), date(2026, 6, 12)),
            (date(2026, 7, 6), date(2026, 9, 11)),
            (date(2026, 9, 14), date(2026, 11, 27)),
        ),
    ),
    DemoYear(
        "2027",
        YearStatus.PLANNING,
        (
            (date(2027, 1, 18), date(2027, 3, 19)),
            (date(2027, 3, 29), date(2027, 6, 11)),
            (date(2027, 7, 6), date(2027, 9, 10)),
            (date(2027, 9, 13), date(2027, 11, 26)),
        ),
    ),
)
