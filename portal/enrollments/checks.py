"""What to look at before an enrollment is approved, in words: what stops it, what needs a second look, what is well."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.catalogs.codes import YearStatus
from portal.enrollments.candidate import Candidate
from portal.students.record import UNUSUAL_YEARS
from portal.web.i18n import _

# Of age in Colombia (Ley 27 de 1977).
ADULT = 18


class Verdict(StrEnum):
    """How a check ended; the words are those of the macro ``records.checks``."""

    OK = "ok"
    LOOK = "look"
    STOP = "stop"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. ``remark`` says it in two words, for the queue."""

    verdict: Verdict
    text: str
    remark: str = ""
    # Whether another group would mend it.
    about_group: bool = False

    @property
    def shown(self) -> tuple[str, str]:
        """As the macro takes it."""
        return self.verdict.value, self.text


def checks(candidate: Candidate, today: date) -> list[Check]:
    """Everything that is looked at, in the order in which it is shown.

    The documents of the school's checklist will be looked at here too, once a school can say which it asks for.
    """
    return [
        _seat(candidate),
        _representative(candidate, today),
        _year(candidate),
        *_age(candidate),
        *_double(candidate),
    ]


def remarks(candidate: Candidate, today: date) -> list[Check]:
    """Those of the checks that did not end well."""
    return [check for check in checks(candidate, today) if check.verdict != Verdict.OK]


def _seat(candidate: Candidate) -> Check:
    name = candidate.group_label
    if name is None:
        return Check(Verdict.STOP, _("No group has been chosen"), _("no group"), about_group=True)
    if candidate.group_grade != candidate.grade or candidate.group_year_id != candidate.year_id:
        words = _("%(group)s is not a group of this grade and year") % {"group": name}
        return Check(Verdict.STOP, words, _("wrong group"), about_group=True)
    if candidate.free_seats <= 0:
        words = _("%(group)s is full: %(taken)d of %(capacity)d seats are taken") % {
            "group": name,
            "taken": candidate.taken,
            "capacity": candidate.capacity,
        }
        return Check(Verdict.STOP, words, _("no seat"), about_group=True)
    return Check(Verdict.OK, _("There is a seat in %(group)s") % {"group": name})


def _representative(candidate: Candidate, today: date) -> Check:
    age = candidate.age_on(today)
    if candidate.representative:
        return Check(Verdict.OK, _("Legal representative: %(name)s") % {"name": candidate.representative})
    if age is not None and age >= ADULT:
        return Check(Verdict.OK, _("Of age: needs no legal representative"))
    words = _("No guardian is recorded as legal representative")
    return Check(Verdict.STOP, words, _("no legal representative"))


def _year(candidate: Candidate) -> Check:
    if candidate.year_status in (YearStatus.PLANNING, YearStatus.ACTIVE):
        return Check(Verdict.OK, _("The year %(year)s is open") % {"year": candidate.year_name})
    words = _("The year %(year)s takes no enrollments") % {"year": candidate.year_name}
    return Check(Verdict.STOP, words, _("closed year"))


def _age(candidate: Candidate) -> Iterator[Check]:
    usual = candidate.grade.usual_age
    if usual is None:
        return
    age = candidate.age_on(date(candidate.year_starts_on.year, 6, 30))
    if age is None:
        yield Check(Verdict.LOOK, _("No date of birth is recorded"), _("no date of birth"))
    elif abs(age - usual) >= UNUSUAL_YEARS:
        words = _("Age: %(age)d in the middle of the year; %(usual)d is usual in this grade")
        yield Check(Verdict.LOOK, words % {"age": age, "usual": usual}, _("unusual age"))


def _double(candidate: Candidate) -> Iterator[Check]:
    if candidate.may_be_somebody_else:
        words = _("Another student has the same number, or the same names and date of birth")
        yield Check(Verdict.LOOK, words, _("possible duplicate"))
