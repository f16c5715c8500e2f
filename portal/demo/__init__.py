"""The demo: two schools of invented people, the same ones each time, for whoever tries the portal out.

``schools`` says what is drawn up, ``frame`` builds years and groups, ``places`` deals out who sits where, ``people``
and ``households`` invent the families, ``enrollments`` tells what happened to each pupil, ``files`` what they brought
(``papers`` and ``portraits`` draw it).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.accounts.permissions import Role
from portal.attachments.storage import Storage
from portal.attachments.stores import storage_of
from portal.audit.models import Channel
from portal.audit.recording import comes_through
from portal.catalogs.codes import EnrollmentStatus
from portal.db.base import now
from portal.db.sessions import session_outside_request
from portal.db.tenancy import enter_school
from portal.demo.accounts import make_users, memberships, user_id
from portal.demo.enrollments import Office
from portal.demo.files import FileRoom, begun_at
from portal.demo.frame import Frame, build_frame
from portal.demo.households import Household, settle
from portal.demo.luck import Luck
from portal.demo.people import Registry, make_family
from portal.demo.places import deal_families, deal_places
from portal.demo.schools import SANTA_TERESA, SIMON_BOLIVAR, DemoSchool
from portal.enrollments.models import Enrollment
from portal.schools.models import School, SchoolSettings
from portal.schools.rules import ReviewPolicy, SchoolRules
from portal.settings import Settings


class DemoRefused(Exception):
    """Why no demo was made, in one line; nothing was changed."""


@dataclass(frozen=True)
class Made:
    """A school as it was made, for telling about it."""

    slug: str
    name: str
    students: int
    waiting: int


async def make(settings: Settings) -> list[Made]:
    """Make the demo schools and their accounts in one transaction.

    Raises DemoRefused in production, since the accounts' password is public, and where there is a school or a user of
    the demo's already.
    """
    if settings.production:
        raise DemoRefused("the demo accounts have a public password and are refused in production")
    storage = storage_of(settings)
    async with session_outside_request(settings) as session:
        comes_through(session, Channel.DEMO)
        if await session.scalar(select(exists(select(School.id)))):
            raise DemoRefused("there are schools already: the demo is made in an empty database only")
        users = await make_users(Luck("accounts"))
        await _write(session, [*users.values()])
        moment = now()
        return [await _make_school(session, storage, school, users, moment) for school in (SIMON_BOLIVAR, SANTA_TERESA)]


async def _make_school(
    session: AsyncSession, storage: Storage, drawn: DemoSchool, users: dict[str, User], moment: datetime
) -> Made:
    luck = Luck(drawn.slug)
    school = _school(drawn, luck)
    await _write(session, [school])
    await enter_school(session, school.id)

    members = memberships(drawn.slug, school.id, users, luck)
    frame = build_frame(drawn, school.id, luck, teacher_id=user_id(members, Role.TEACHER))
    principal = user_id(members, Role.PRINCIPAL)
    assert principal is not None, "each demo school has a principal"
    secretary = user_id(members, Role.SECRETARY) or principal
    office = Office(frame, luck, secretary=secretary, principal=principal, now=moment)
    households, enrollments = _move_in(drawn, school, frame, office, luck)

    # A missing document is remarked and stops nobody: a school that tries the portal out has no papers to show yet.
    review = ReviewPolicy(documents_stop=False)
    rules = SchoolRules(checklist=drawn.checklist, fields=drawn.fields, review=review)
    decided = {part: rules.part_as_data(part) for part in ("checklist", "fields", "review")}
    settings = SchoolSettings(school_id=school.id, data=decided)
    await _write(session, [settings, *members, frame.this_year, frame.next_year, *frame.campuses])
    await _write(session, [*frame.periods, *frame.groups])
    await _write(session, [row for household in households for row in (*household.students, *household.guardians)])
    if drawn.checklist:
        room = FileRoom(session, storage, school.id, Luck(f"{drawn.slug} files"), by=secretary)
        students = {student.id: student for household in households for student in household.students}
        await room.fill(students, enrollments, rules)
        await room.hang_up_the_logo(moment)
    await _write(session, [*(tie for household in households for tie in household.ties), *enrollments])
    return Made(
        slug=drawn.slug,
        name=drawn.name,
        students=sum(len(household.students) for household in households),
        waiting=sum(each.status == EnrollmentStatus.SUBMITTED for each in enrollments),
    )


def _move_in(
    drawn: DemoSchool, school: School, frame: Frame, office: Office, luck: Luck
) -> tuple[list[Household], list[Enrollment]]:
    """Everybody, family by family: the places first, then the people who fill them."""
    registry = Registry(luck, drawn.series)
    households, enrollments = [], []
    for places in deal_families(deal_places(drawn, frame, luck), luck):
        births = [place.birth_date(luck) for place in places]
        household = settle(make_family(luck, registry, births, places[0].care), drawn, school.id, luck)
        households.append(household)
        for student, place in zip(household.students, places, strict=True):
            told = office.tell(student, place)
            if told:
                student.created_at = begun_at(told[0]) - timedelta(minutes=6)
            enrollments += told
    return households, enrollments


def _school(drawn: DemoSchool, luck: Luck) -> School:
    kept = (
        "slug", "name", "short_name", "nit", "dane_code", "resolution", "sector", "municipality_code", "address",
        "phone", "email",
    )  # fmt: skip
    return School(id=luck.new_id(), **{name: getattr(drawn, name) for name in kept})


async def _write(session: AsyncSession, rows: list[Any]) -> None:
    """Write the rows at once: what they refer to must stand already, since no relationship tells the order."""
    session.add_all(rows)
    await session.flush()
