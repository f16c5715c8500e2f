"""Deals out the places of a demo school: each pupil gets a grade, a group and a story before they get a name."""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.catalogs.codes import Grade
from portal.demo.frame import Frame
from portal.demo.luck import Luck
from portal.demo.schools import DemoSchool
from portal.demo.stories import Care, Story
from portal.groups.models import Group
from portal.years.models import SchoolYear

SEATS_KEPT_FREE = 2
# Brothers and sisters are then born at least a year apart.
GRADES_BETWEEN_SIBLINGS = 2


@dataclass(frozen=True)
class Place:
    """A pupil to be: where they sit or ask to sit, what happened, who answers for them."""

    year: SchoolYear
    group: Group
    story: Story
    care: Care

    @property
    def grade(self) -> Grade:
        """The grade of this year, or for those who come next year, of the next."""
        return self.group.grade

    def birth_date(self, luck: Luck) -> date:
        """Of the usual age at 30 June, one in twelve a year older."""
        assert self.grade.usual_age is not None
        latest = date(int(self.year.name) - self.grade.usual_age - luck.happens(1 / 12), 6, 30)
        return luck.day_between(latest - timedelta(days=360), latest)


def deal_places(school: DemoSchool, frame: Frame, luck: Luck) -> list[Place]:
    """As many places a story as the school is drawn up with, in no order."""
    places = []
    for story, number in school.stories.items():
        cares = [care for (told, care), times in school.cares.items() if told == story for _ in range(times)]
        cares += [Care.FAMILY] * (number - len(cares))
        groups = _groups_for(story, number, school, frame, luck)
        year = frame.next_year if story == Story.ASKS_FOR_NEXT_YEAR else frame.this_year
        places += [Place(year, group, story, care) for group, care in zip(groups, cares, strict=True)]
    luck.shuffle(places)
    return places


def deal_families(places: list[Place], luck: Luck) -> list[list[Place]]:
    """The same places, brothers and sisters together."""
    left, families = list(places), []
    while left:
        family = [left.pop()]
        wanted = luck.choices((1, 2, 3), weights=(64, 29, 7))[0] if family[0].care == Care.FAMILY else 1
        for place in reversed(left[-40:]):
            if len(family) == wanted:
                break
            apart = all(abs(place.grade - other.grade) >= GRADES_BETWEEN_SIBLINGS for other in family)
            if apart and place.care == Care.FAMILY:
                left.remove(place)
                family.append(place)
        families.append(family)
    return families


def _groups_for(story: Story, number: int, school: DemoSchool, frame: Frame, luck: Luck) -> list[Group]:
    """A group for each who has this story. The full one is full with those who attend, the others never quite are."""
    full = frame.group(frame.this_year, *school.full_group)
    others = [each for each in frame.groups_of(frame.this_year) if each != full]
    if story == Story.ATTENDS:
        seats = [each for each in others for _ in range(each.capacity - SEATS_KEPT_FREE)]
        return [*luck.sample(seats, number - full.capacity), *[full] * full.capacity]
    if story == Story.ATTENDS_AND_ASKS_FOR_NEXT_YEAR:
        return luck.sample([each for each in others if each.grade != Grade.ELEVENTH], number)
    if story == Story.ASKS_FOR_THIS_YEAR:
        return [*luck.choices(others, k=number - 1), full]
    if story == Story.ASKS_FOR_NEXT_YEAR:
        return luck.choices(frame.groups_of(frame.next_year), k=number)
    return luck.choices(others, k=number)
