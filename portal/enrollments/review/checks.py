"""What to look at before an enrollment is approved, in words: what stops it, what needs a second look, what is well."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.catalogs.codes import YearStatus
from portal.enrollments.review.candidate import Candidate
from portal.schools.rules import SchoolRules
from portal.web.i18n import _, format_list, ngettext

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


def checks(candidate: Candidate, rules: SchoolRules, today: date) -> list[Check]:
    """Everything that is looked at, in the order in which it is shown; ``rules`` are those of the school."""
    return [
        seat(candidate),
        _representative(candidate, today),
        _year(candidate),
        *_documents(candidate, rules),
        *_age(candidate, rules),
        *_double(candidate),
    ]


def remarks(candidate: Candidate, rules: SchoolRules, today: date) -> list[Check]:
    """Those of the checks that did not end well."""
    return [check for check in checks(candidate, rules, today) if check.verdict != Verdict.OK]


def stops(candidate: Candidate, rules: SchoolRules, today: date) -> list[Check]:
    """Those of the checks that stop an approval."""
    return [check for check in checks(candidate, rules, today) if check.verdict == Verdict.STOP]


def seat(candidate: Candidate) -> Check:
    """Whether the group that is asked for is one of its grade and year, and has a seat."""
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


def _documents(candidate: Candidate, rules: SchoolRules) -> Iterator[Check]:
    asked = candidate.papers(rules)
    missing = [str(paper.kind.label) for paper in asked if paper.is_missing]
    brought = sum(paper.is_there for paper in asked)
    if missing:
        remark = ngettext("%(num)d document missing", "%(num)d documents missing", len(missing)) % {"num": len(missing)}
        verdict = Verdict.STOP if rules.review.documents_stop else Verdict.LOOK
        yield Check(verdict, _("Documents missing: %(documents)s") % {"documents": format_list(missing)}, remark)
    elif asked:
        yield Check(Verdict.OK, _("%(brought)d of %(asked)d documents") % {"brought": brought, "asked": len(asked)})


def _age(candidate: Candidate, rules: SchoolRules) -> Iterator[Check]:
    usual = candidate.grade.usual_age
    if usual is None:
        return
    age = candidate.age_on(date(candidate.year_starts_on.year, 6, 30))
    if age is None:
        yield Check(Verdict.LOOK, _("No date of birth is recorded"), _("no date of birth"))
    elif abs(age - usual) >= rules.review.unusual_years:
        words = _("Age: %(age)d in the middle of the year; %(usual)d is usual in this grade")
        yield Check(Verdict.LOOK, words % {"age": age, "usual": usual}, _("unusual age"))


def _double(candidate: Candidate) -> Iterator[Check]:
    if candidate.may_be_somebody_else:
        words = _("Another student has the same number, or the same names and date of birth")
        yield Check(Verdict.LOOK, words, _("possible duplicate"))
