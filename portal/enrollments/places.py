"""Choosing a place: a year, a group with its seats or at least a grade, a campus, a shift."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

import wtforms
from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import Grade, Shift
from portal.enrollments.papers import ChecklistField, Paper, papers
from portal.groups.repository import GroupRepository
from portal.schools.campus_repository import CampusRepository
from portal.schools.rules import ChecklistItem
from portal.web.fields import CodeField, IdField, LongTextField, TextField
from portal.web.forms import Form
from portal.web.i18n import _, lazy
from portal.web.validators import Required, at_most, optional, required
from portal.years.models import SchoolYear
from portal.years.repository import YearRepository


@dataclass(frozen=True)
class OfferedGroup:
    """A group with what choosing it says: year, grade, campus and shift."""

    id: UUID
    year: SchoolYear
    grade: Grade
    code: str
    shift: Shift
    campus_id: UUID
    campus_name: str
    capacity: int
    taken: int

    @property
    def name(self) -> str:
        """How people call it: ``6th A``."""
        return f"{self.grade.label} {self.code}"

    @property
    def year_id(self) -> UUID:
        """The year's id."""
        return self.year.id

    def describe(self, *, with_year: bool, with_campus: bool) -> str:
        """A line of a list of choices: ``2027 · 6th A · Morning · 33 of 35 seats``."""
        is_full = self.taken >= self.capacity
        words = _("full, %(taken)d of %(capacity)d seats") if is_full else _("%(taken)d of %(capacity)d seats")
        seats = words % {"taken": self.taken, "capacity": self.capacity}
        parts = [self.year.name if with_year else "", self.name, str(self.shift.label)]
        return " · ".join(filter(None, [*parts, self.campus_name if with_campus else "", seats]))


@dataclass(frozen=True)
class Places:
    """What a school offers to choose from."""

    years: Sequence[SchoolYear]
    groups: Sequence[OfferedGroup]
    campuses: Sequence[tuple[UUID, str]]

    @classmethod
    async def of(cls, session: AsyncSession, school_id: UUID, *, years: Sequence[SchoolYear] | None = None) -> "Places":
        """The given years or those that take enrollments, their groups, and the open campuses.

        Two queries, and one a year.
        """
        if years is None:
            years = await YearRepository(session, school_id).open_for_enrollment()
        groups = GroupRepository(session, school_id)
        return cls(
            years=years,
            groups=[_offered(year, row) for year in years for row in await groups.with_seats(year.id)],
            campuses=await CampusRepository(session, school_id).options(),
        )


class UnlessGrouped(Required):
    """It must be chosen, unless a group says it."""

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Refuse nothing where no group is chosen."""
        if not form["group_id"].data:
            super().__call__(form, field)


class GroupSelect(wtforms.widgets.Select):
    """A list of groups under heads by year and grade; choosing none stands above them."""

    def __call__(self, field: Any, **given: Any) -> Markup:
        """The element. ``given`` are its attributes."""
        attributes = wtforms.widgets.html_params(name=field.name, **{"id": field.id} | given)
        parts = [self._option("", field.blank, chosen=not field.data)]
        for head, groups in groupby(field.groups, key=field.head_of):
            parts.append(Markup('<optgroup label="{}">').format(head))
            parts += [
                self._option(str(group.id), field.describe(group), chosen=str(group.id) == field.data)
                for group in groups
            ]
            parts.append(Markup("</optgroup>"))
        escaped = Markup(attributes)  # noqa: S704 - html_params escapes
        return Markup("<select {}>{}</select>").format(escaped, Markup("").join(parts))

    @staticmethod
    def _option(value: str, text: Any, *, chosen: bool) -> Markup:
        words = Markup('<option value="{}"{}>{}</option>')
        return words.format(value, Markup(" selected") if chosen else "", text)


class GroupField(IdField):
    """One of the groups that a school offers, by year and grade."""

    widget = GroupSelect()

    def offer_groups(self, places: Places, *, year_id: UUID | None = None, grade: Grade | None = None) -> None:
        """Say what can be chosen: all groups, or those of a year and a grade."""
        self.with_year, self.with_campus = len(places.years) > 1, len(places.campuses) > 1
        self.groups = [
            group
            for group in places.groups
            if year_id in (None, group.year_id) and (grade is None or grade == group.grade)
        ]
        self.offer((group.id, self.describe(group)) for group in self.groups)

    def head_of(self, group: OfferedGroup) -> str:
        """What stands above the groups of its year and grade."""
        grade = str(group.grade.label)
        return f"{group.year.name} · {grade}" if self.with_year else grade

    def describe(self, group: OfferedGroup) -> str:
        """What the list says of a group; a closed list shows only this."""
        return group.describe(with_year=self.with_year, with_campus=self.with_campus)


class PlaceForm(Form):
    """The place that is asked for, and the papers that were brought for it.

    A group says its year, grade, campus and shift. The year of the group counts, whatever year the page had preset;
    what else is chosen must agree with it.
    """

    year_id = IdField(lazy("School year"), [required(lazy("No school year takes enrollments now."))])
    grade = CodeField(lazy("Grade"), Grade, [UnlessGrouped(lazy("Choose a grade or a group."))], blank=lazy("Choose"))
    group_id = GroupField(lazy("Group"), [optional()], blank=lazy("Not decided yet"))
    shift = CodeField(lazy("Shift"), Shift, [optional()], blank=lazy("Not decided yet"))
    campus_id = IdField(lazy("Campus"), [optional()], blank=lazy("Not decided yet"))
    previous_school = TextField(lazy("Previous school"), [optional(), at_most(200)])
    note = LongTextField(lazy("Note for the principal"), [optional(), at_most(1000)], render_kw={"rows": "2"})
    checklist = ChecklistField(lazy("Papers seen"), default=dict)

    places: Places
    years: dict[str, SchoolYear]
    groups: dict[str, OfferedGroup]
    campuses: Sequence[tuple[UUID, str]]
    asked_papers: Sequence[ChecklistItem] = ()
    filed: Collection[str] = ()

    def offer(
        self,
        places: Places,
        *,
        usual_year: UUID | None,
        checklist: Sequence[ChecklistItem] = (),
        filed: Collection[str] = (),
    ) -> None:
        """Say what can be chosen, and which year is meant when neither a year nor a group says it.

        ``checklist`` are the papers that the school asks for, ``filed`` the kinds that the student has on file.
        """
        self.asked_papers, self.filed = checklist, filed
        self.places = places
        self.years = {str(year.id): year for year in places.years}
        self.groups = {str(group.id): group for group in places.groups}
        self.year_id.offer((year.id, year.name) for year in places.years)
        self.campuses = places.campuses
        self.campus_id.offer(places.campuses)
        self.group_id.offer_groups(places)
        if self.group:
            self.year_id.data = str(self.group.year_id)
        elif not self.year_id.data and self.years:
            self.year_id.data = str(usual_year) if str(usual_year) in self.years else next(iter(self.years))

    def narrow(self) -> None:
        """While the page is being filled in: offer the groups of the chosen year and grade, and let go of another."""
        chosen = self.year_id.raw_data[0] if self.year_id.raw_data else None
        year = self.years.get(str(chosen)) or self.year
        self.group_id.offer_groups(self.places, year_id=year.id if year else None, grade=self.grade.data)
        if self.group_id.data not in {str(group.id) for group in self.group_id.groups}:
            self.group_id.data = None

    @property
    def papers(self) -> list[Paper]:
        """What the school asks for in the grade that is chosen."""
        grade = self.group.grade if self.group else self.grade.data
        return papers(self.asked_papers, grade, filed=self.filed, seen=self.checklist.data or {})

    @property
    def is_blank(self) -> bool:
        """Whether nothing is asked for. A year is always chosen on the page: by itself it says nothing."""
        return not any(field.raw_data and any(field.raw_data) for field in self if field.short_name != "year_id")

    @property
    def year(self) -> SchoolYear | None:
        """The chosen year."""
        return self.years.get(self.year_id.data or "")

    @property
    def group(self) -> OfferedGroup | None:
        """The chosen group."""
        return self.groups.get(self.group_id.data or "")

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the enrollment: as the group says, else as chosen."""
        group = self.group
        return {
            "grade": group.grade if group else self.grade.data,
            "group_id": group.id if group else None,
            "campus_id": group.campus_id if group else self.campus_id.id_chosen,
            "shift": group.shift if group else self.shift.data,
            "previous_school": self.previous_school.data,
            "note": self.note.data,
            "checklist": self.checklist.data or {},
        }

    def validate_grade(self, field: wtforms.Field) -> None:
        """As the group says."""
        self._agree_with_group(field)

    def validate_shift(self, field: wtforms.Field) -> None:
        """As the group says."""
        self._agree_with_group(field)

    def validate_campus_id(self, field: wtforms.Field) -> None:
        """As the group says."""
        self._agree_with_group(field)

    def _agree_with_group(self, field: wtforms.Field) -> None:
        if self.group and field.data is not None and str(field.data) != str(getattr(self.group, field.short_name)):
            raise wtforms.ValidationError(
                _("This is not that of the group %(group)s. Change one of the two.") % {"group": self.group.name}
            )


def _offered(year: SchoolYear, row: Any) -> OfferedGroup:
    return OfferedGroup(
        id=row.id,
        year=year,
        grade=row.grade,
        code=row.code,
        shift=row.shift,
        campus_id=row.campus_id,
        campus_name=row.campus_name,
        capacity=row.capacity,
        taken=row.taken,
    )
