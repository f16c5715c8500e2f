"""The chosen enrollment of the review: what it asks for, what was checked, who did what with it before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.repository import UserRepository
from portal.catalogs.codes import EnrollmentStatus as Status
from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness
from portal.duplicates.students import likenesses
from portal.enrollments.papers import Paper
from portal.enrollments.places import OfferedGroup, Places
from portal.enrollments.review.candidate import Candidate
from portal.enrollments.review.checks import Check, Verdict, checks
from portal.enrollments.trail import corrections, last_line
from portal.schools.rules import SchoolRules
from portal.students.repository import StudentRepository
from portal.web.i18n import _, ngettext, today


@dataclass(frozen=True)
class Line:
    """A line of the history, to be read."""

    at: datetime
    by: str
    reason: str | None


@dataclass(frozen=True)
class Detail:
    """What is known of the chosen one beyond the queue."""

    candidate: Candidate
    checks: Sequence[Check]
    names: Mapping[str, str]
    doubles: Sequence[Likeness] = ()
    groups: Sequence[OfferedGroup] = ()
    papers: Sequence[Paper] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether there is something to decide."""
        return self.candidate.status == Status.SUBMITTED

    @property
    def age(self) -> int | None:
        """In whole years, today."""
        return self.candidate.age_on(today())

    @property
    def sent(self) -> Line | None:
        """When and by whom it was last sent to review."""
        return self._last(Status.SUBMITTED)

    @property
    def returned(self) -> Line | None:
        """When, by whom and why it was last returned, if ever."""
        return self._last(Status.RETURNED)

    @property
    def decided(self) -> Line | None:
        """When and by whom it was decided, if it was."""
        return None if self.is_waiting else self._last(self.candidate.status)

    @property
    def corrections(self) -> list[str]:
        """What the secretary changed in it since it was returned."""
        return corrections(self.candidate.status_history)

    @property
    def asked(self) -> list[tuple[str, Any]]:
        """What is asked for, as label and value."""
        its = self.candidate
        place = [its.group_label or _("%(grade)s, no group yet") % {"grade": its.grade.label}]
        place += [str(its.shift.label).lower()] if its.shift else []
        place += [its.campus_name] if its.campus_name else []
        last = [str(part.label) for part in (its.last_grade, its.last_outcome) if part is not None]
        related = str(its.guardian_relationship.label).lower() if its.guardian_relationship else None
        return [
            (_("Enrollment"), f"{its.year_name} · {', '.join(place)}"),
            (_("Comes from"), its.previous_school),
            (_("Last grade here"), ", ".join(last) or _("New to this school")),
            (_("Guardian"), ", ".join(filter(None, (its.guardian_name, related)))),
        ]

    @property
    def seats_left(self) -> str:
        """Under the bar of seats."""
        free = self.candidate.free_seats - self.is_waiting
        if free < 0:
            return _("No seat is left")
        words = ngettext("%(num)d seat is left if you approve", "%(num)d seats are left if you approve", free)
        return words % {"num": free}

    @property
    def needs_another_group(self) -> bool:
        """Whether choosing another group would mend it."""
        return any(check.about_group and check.verdict == Verdict.STOP for check in self.checks)

    def _last(self, status: Status) -> Line | None:
        line = last_line(self.candidate.status_history, status)
        if line is None:
            return None
        name = self.names.get(line.get("by") or "", _("Somebody"))
        return Line(at=datetime.fromisoformat(line["at"]), by=name, reason=line.get("reason"))


async def load_detail(session: AsyncSession, school_id: UUID, candidate: Candidate, rules: SchoolRules) -> Detail:
    """The chosen one with its checks, who may be the same person, and the groups that it could be put into."""
    people = {line["by"] for line in candidate.status_history if line.get("by")}
    detail = Detail(
        candidate=candidate,
        checks=checks(candidate, rules, today()),
        names=await UserRepository(session=session).names_of(people),
        papers=candidate.papers(rules),
    )
    if candidate.may_be_somebody_else:
        alike = await likenesses(StudentRepository(session, school_id), described(candidate), candidate.year_id)
        detail = replace(detail, doubles=[like for like in alike if like.kept.id != candidate.student_id])
    if detail.is_waiting and detail.needs_another_group:
        groups = (await Places.of(session, school_id)).groups
        fitting = [group for group in groups if (group.year_id, group.grade) == (candidate.year_id, candidate.grade)]
        detail = replace(detail, groups=fitting)
    return detail


def described(candidate: Candidate) -> Described:
    """The person, to look for others who may be the same."""
    known = {part.name for part in fields(Described)} & {part.name for part in fields(Candidate)}
    return Described(**{name: getattr(candidate, name) for name in known})
