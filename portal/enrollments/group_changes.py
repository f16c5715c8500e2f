"""Pupils change to another group in mid-year: an event of the same enrollment, never a second one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments import moves
from portal.enrollments.models import Enrollment
from portal.enrollments.places import GroupField, OfferedGroup, Places
from portal.groups.seats import hold_seats
from portal.web.forms import Form
from portal.web.i18n import _, lazy, ngettext
from portal.web.validators import required


class GroupChangeForm(Form):
    """To which group."""

    group_id = GroupField(lazy("New group"), [required(lazy("Choose the new group."))], blank=lazy("Choose"))

    async def offer(self, session: AsyncSession, enrollments: Sequence[Enrollment]) -> None:
        """The groups of their year, those of their own grades first."""
        year, grades = enrollments[0].year, {each.grade for each in enrollments}
        self.group_id.offer_groups(await Places.of(session, year.school_id, years=[year]))
        self.group_id.groups.sort(key=lambda group: group.grade not in grades)

    @property
    def target(self) -> OfferedGroup | None:
        """The chosen group."""
        return next((group for group in self.group_id.groups if str(group.id) == self.group_id.data), None)


@dataclass(frozen=True)
class Plan:
    """What a change would do: to whom, and to whom not and why."""

    target: OfferedGroup | None
    able: Sequence[Enrollment]
    unable: Sequence[tuple[Enrollment, str]]

    @classmethod
    def of(cls, enrollments: Sequence[Enrollment], target: OfferedGroup | None) -> "Plan":
        """Look at each of them, as loaded. Without a target only at what hinders any change."""
        year_id = enrollments[0].year_id
        hindered = {each.id: why for each in enrollments if (why := _hindrance(each, year_id, target))}
        return cls(
            target=target,
            able=[each for each in enrollments if each.id not in hindered],
            unable=[(each, hindered[each.id]) for each in enrollments if each.id in hindered],
        )

    @property
    def count(self) -> int:
        """How many would change."""
        return len(self.able)

    @property
    def lacking(self) -> int:
        """How many seats the target lacks for them."""
        return max(self.count - (self.target.capacity - self.target.taken), 0) if self.target else 0

    @property
    def warnings(self) -> list[str]:
        """What somebody should know before it is done: another grade, another campus, another shift."""
        target = self.target
        if target is None:
            return []
        grades = sum(each.grade != target.grade for each in self.able)
        campuses = sum(each.campus_id != target.campus_id for each in self.able)
        shifts = sum(each.shift != target.shift for each in self.able)
        told = (
            (
                grades,
                ngettext(
                    "%(num)s student changes grade, to %(place)s.",
                    "%(num)s students change grade, to %(place)s.",
                    grades,
                ),
                target.grade.label,
            ),
            (
                campuses,
                ngettext(
                    "%(num)s student changes campus, to %(place)s.",
                    "%(num)s students change campus, to %(place)s.",
                    campuses,
                ),
                target.campus_name,
            ),
            (
                shifts,
                ngettext(
                    "%(num)s student changes shift, to %(place)s.",
                    "%(num)s students change shift, to %(place)s.",
                    shifts,
                ),
                str(target.shift.label).lower(),
            ),
        )
        return [words % {"num": number, "place": place} for number, words, place in told if number]


async def change_group(session: AsyncSession, plan: Plan, *, by: UUID, at: datetime, batch: UUID) -> None:
    """Move all of the plan's pupils, who are locked, with one batch id for undoing.

    Raises NoSeat, having written nothing, when the group has fewer seats than they are.
    """
    target = plan.target
    assert target is not None, "a plan that is applied has a target"
    await hold_seats(session, target.year.school_id, {target.id: plan.count})
    for enrollment in plan.able:
        moves.remember(
            enrollment,
            f"{enrollment.group.label if enrollment.group else '—'} → {target.name}",
            by=by,
            at=at,
            batch=batch,
            group_id=target.id,
            campus_id=target.campus_id,
            shift=target.shift,
            grade=target.grade,
        )
    await session.flush()


def _hindrance(enrollment: Enrollment, year_id: UUID, target: OfferedGroup | None) -> str | None:
    """Why this pupil cannot change, in words; None when nothing hinders it."""
    if enrollment.status != Status.ACTIVE:
        return _("The enrollment is “%(status)s”.") % {"status": str(enrollment.status.label).lower()}
    if not enrollment.year.takes_enrollments:
        return _("The year %(year)s is over.") % {"year": enrollment.year.name}
    if enrollment.year_id != year_id:
        return _("The enrollment is of %(year)s.") % {"year": enrollment.year.name}
    if target is not None and enrollment.group_id == target.id:
        return _("Is in %(group)s already.") % {"group": target.name}
    return None
