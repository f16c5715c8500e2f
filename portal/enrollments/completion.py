"""The end of the year for a pupil: promoted, repeating or graduated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import wtforms
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.catalogs.codes import Grade, Outcome, YearStatus
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.web.fields import DateField
from portal.web.forms import Form
from portal.web.i18n import _, format_date, lazy
from portal.web.validators import required
from portal.years.models import SchoolYear


class CompletionForm(Form):
    """On which day the year ends for all who are ticked."""

    ends_on = DateField(lazy("Last day of the year"), [required(lazy("Say on which day."))])

    first_day: date
    last_day: date

    def belongs_to(self, enrollments: Sequence[Enrollment]) -> None:
        """Say between which days the last one lies: in the year, and not before the last of them came."""
        year = enrollments[0].year
        self.first_day = max(year.starts_on, *(each.starts_on or year.starts_on for each in enrollments))
        self.last_day = max(year.ends_on, self.first_day)

    def validate_ends_on(self, field: wtforms.Field) -> None:
        """A day of the year on which all of them were there."""
        if field.data and not self.first_day <= field.data <= self.last_day:
            words = _("It must be between %(first)s and %(last)s.")
            first, last = format_date(self.first_day, "long"), format_date(self.last_day, "long")
            raise wtforms.ValidationError(words % {"first": first, "last": last})


@dataclass(frozen=True)
class Plan:
    """Who would end the year and how, and who cannot and why."""

    year: SchoolYear
    able: Sequence[tuple[Enrollment, Outcome]]
    unable: Sequence[tuple[Enrollment, str]]

    @classmethod
    def of(cls, enrollments: Sequence[Enrollment], chosen: Mapping[UUID, Outcome]) -> "Plan":
        """Look at each of them, as loaded; whoever has no outcome chosen gets the usual one of the grade."""
        year = enrollments[0].year
        hindered = {each.id: why for each in enrollments if (why := _hindrance(each, year))}
        return cls(
            year=year,
            able=[
                (each, chosen.get(each.id, usual_outcome(each.grade)))
                for each in enrollments
                if each.id not in hindered
            ],
            unable=[(each, hindered[each.id]) for each in enrollments if each.id in hindered],
        )

    @staticmethod
    def outcomes_of(enrollment: Enrollment) -> list[Outcome]:
        """What can be chosen, the usual one first."""
        return [usual_outcome(enrollment.grade), Outcome.REPEATING]

    @property
    def misplaced(self) -> list[str]:
        """The outcomes that a grade does not have, in words: a title in fifth, a promotion out of eleventh."""
        wrong = {(each.grade, outcome) for each, outcome in self.able if outcome not in self.outcomes_of(each)}
        return [
            _("The outcome “%(outcome)s” does not exist in %(grade)s.")
            % {"outcome": str(outcome.label).lower(), "grade": grade.label}
            for grade, outcome in sorted(wrong)
        ]


def usual_outcome(grade: Grade) -> Outcome:
    """How a year in this grade ends for whoever passes it."""
    return Outcome.GRADUATED if grade.graduates else Outcome.PROMOTED


def outcomes_in(sent: Any, ids: Iterable[UUID]) -> dict[UUID, Outcome]:
    """The outcomes that a form names as ``outcome-<id>``; what is no outcome counts as not chosen."""
    known = {outcome.value: outcome for outcome in Outcome}
    named = {each: known.get(str(sent.get(f"outcome-{each}", ""))) for each in ids}
    return {each: outcome for each, outcome in named.items() if outcome is not None}


async def complete(session: AsyncSession, plan: Plan, *, ends_on: date, by: UUID, at: datetime, batch: UUID) -> None:
    """End the year for all of the plan's pupils, who are locked, with one batch id for undoing."""
    for enrollment, outcome in plan.able:
        moves.move(enrollment, Status.COMPLETED, by=by, at=at, batch=batch, outcome=outcome, ends_on=ends_on)
    await session.flush()


def _hindrance(enrollment: Enrollment, year: SchoolYear) -> str | None:
    """Why the year cannot end for this pupil, in words; None when nothing hinders it."""
    if enrollment.status != Status.ACTIVE:
        return _("The enrollment is “%(status)s”.") % {"status": str(enrollment.status.label).lower()}
    if enrollment.year_id != year.id:
        return _("The enrollment is of %(year)s.") % {"year": enrollment.year.name}
    if year.status == YearStatus.PLANNING:
        return _("The year %(year)s has not begun.") % {"year": year.name}
    return None
