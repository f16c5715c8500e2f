"""Questions asked of what was deleted."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import User
from portal.catalogs.text import folded
from portal.db.repository import same
from portal.enrollments.models import Enrollment
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.recycle_bin.kinds import Kind
from portal.schools.models import Campus
from portal.students.models import Student
from portal.years.models import SchoolYear

PAGE = 50
# What can be made one with another of its kind.
MERGEABLE = (Kind.STUDENTS, Kind.GUARDIANS)


class BinRepository:
    """The deleted records of a school, and the living ones that are about to be deleted."""

    def __init__(self, session: AsyncSession, school_id: UUID) -> None:
        """Look only at this school's rows."""
        self.session, self.school_id = session, school_id

    async def living(self, kind: Kind, row_id: UUID, *, hold: bool = False) -> Any | None:
        """A record that is not deleted, with what its page names; ``hold`` it until the transaction ends."""
        return await self._one(kind, row_id, kind.model.deleted_at.is_(None), hold=hold)

    async def deleted(self, kind: Kind, row_id: UUID, *, hold: bool = False) -> Any | None:
        """A record that is in the bin, with what its page names; ``hold`` it until the transaction ends."""
        where = [kind.model.deleted_at.is_not(None), *_not_merged(kind)]
        return await self._one(kind, row_id, *where, hold=hold)

    async def all_deleted(self, kind: Kind, row_ids: Collection[UUID]) -> dict[UUID, Any]:
        """Those of these records that are in the bin, by id, held in one order until the transaction ends."""
        return await self._all(kind, row_ids, kind.model.deleted_at.is_not(None), *_not_merged(kind), hold=True)

    async def all_living(self, kind: Kind, row_ids: Collection[UUID]) -> dict[UUID, Any]:
        """Those of these records that are not deleted, by id, held in one order until the transaction ends."""
        return await self._all(kind, row_ids, kind.model.deleted_at.is_(None), hold=True)

    async def living_among(self, kind: Kind, row_ids: Collection[UUID]) -> set[UUID]:
        """Those of these records that are not deleted."""
        model = kind.model
        statement = select(model.id).where(model.school_id == self.school_id, model.deleted_at.is_(None))
        return set(await self.session.scalars(statement.where(model.id.in_(row_ids))))

    async def enrollments_of(self, *student_ids: UUID, hold: bool = False) -> list[Enrollment]:
        """The students' living enrollments, the newest year first: what goes along when a student is deleted."""
        return await self._enrollments(
            Enrollment.student_id.in_(student_ids), Enrollment.deleted_at.is_(None), hold=hold
        )

    async def gone_along_with(self, *students: Student, hold: bool = False) -> dict[UUID, list[Enrollment]]:
        """By student, the enrollments that were deleted with them and are still in the bin."""
        along: dict[UUID, list[Enrollment]] = {student.id: [] for student in students}
        deletions = {student.id: student.deletion_id for student in students}
        for each in await self._enrollments(
            Enrollment.student_id.in_(along), Enrollment.deleted_at.is_not(None), hold=hold
        ):
            if each.deletion_id == deletions[each.student_id]:
                along[each.student_id].append(each)
        return along

    async def guardians_gone_along_with(self, students: Iterable[Student]) -> list[Guardian]:
        """The guardians who were deleted with the students, as when a transfer is taken back."""
        statement = select(Guardian).where(
            Guardian.school_id == self.school_id,
            Guardian.deletion_id.in_({student.deletion_id for student in students}),
            Guardian.deleted_at.is_not(None),
        )
        return list(await self.session.scalars(statement.with_for_update()))

    async def counts(self, kinds: Collection[Kind]) -> dict[Kind, int]:
        """How many records of these kinds are in the bin, each on its own account."""
        columns = [
            select(func.count()).select_from(kind.model).where(*self._in_bin(kind)).scalar_subquery().label(kind.value)
            for kind in kinds
        ]
        row = (await self.session.execute(select(*columns))).one()
        return {kind: getattr(row, kind.value) for kind in kinds}

    async def listing(self, kind: Kind, *, q: str = "", after: UUID | None = None) -> list[Row[Any]]:
        """A page of what was deleted, the latest first, from behind ``after`` on; one more says that more follow."""
        model = kind.model
        statement = (
            _columns(kind)
            .add_columns(model.id, model.deleted_at, User.full_name.label("deleted_by"))
            .outerjoin(User, User.id == model.deleted_by_id)
            .where(*self._in_bin(kind), *(_words(kind).contains(word, autoescape=True) for word in folded(q).split()))
            .order_by(model.deleted_at.desc(), model.id.desc())
            .limit(PAGE + 1)
        )
        if after is not None:
            seen = aliased(model)
            moment = select(seen.deleted_at).where(seen.school_id == self.school_id, seen.id == after)
            last = moment.scalar_subquery()
            # Where that line is not in the bin any more, the list begins anew.
            statement = statement.where(last.is_(None) | (tuple_(model.deleted_at, model.id) < tuple_(last, after)))
        return list(await self.session.execute(statement))

    async def _one(self, kind: Kind, row_id: UUID, *where: Any, hold: bool) -> Any | None:
        return (await self._all(kind, [row_id], *where, hold=hold)).get(row_id)

    async def _all(self, kind: Kind, row_ids: Collection[UUID], *where: Any, hold: bool) -> dict[UUID, Any]:
        model = kind.model
        these = [model.school_id == self.school_id, model.id.in_(row_ids)]
        if hold:
            await self.session.execute(select(model.id).where(*these).order_by(model.id).with_for_update())
        statement = select(model).where(*these, *where).options(*_named_with(kind))
        found = await self.session.scalars(statement.execution_options(populate_existing=True)) if row_ids else ()
        return {row.id: row for row in found}

    async def _enrollments(self, *where: Any, hold: bool) -> list[Enrollment]:
        statement = (
            select(Enrollment)
            .where(Enrollment.school_id == self.school_id, *where)
            .options(joinedload(Enrollment.year), joinedload(Enrollment.group))
            .order_by(Enrollment.year_id.desc(), Enrollment.id)
            .execution_options(populate_existing=True)
        )
        return list(await self.session.scalars(statement.with_for_update(of=Enrollment) if hold else statement))

    def _in_bin(self, kind: Kind) -> list[Any]:
        """What went along with its student is shown there, not once more by itself; nor what was merged."""
        where = [kind.model.school_id == self.school_id, kind.model.deleted_at.is_not(None), *_not_merged(kind)]
        if kind is Kind.ENROLLMENTS:
            owner = aliased(Student)
            went_along = select(owner.id).where(
                same(Enrollment, owner, Enrollment.student_id), owner.deletion_id == Enrollment.deletion_id
            )
            where.append(~went_along.exists())
        return where


def _not_merged(kind: Kind) -> list[Any]:
    """What was made one with another comes back when that is undone, and not by itself."""
    return [kind.model.merged_into_id.is_(None)] if kind in MERGEABLE else []


def _columns(kind: Kind) -> Select[Any]:
    """What a line of the bin says of each kind."""
    if kind is Kind.STUDENTS:
        along = select(func.count()).where(
            Enrollment.school_id == Student.school_id,
            Enrollment.student_id == Student.id,
            Enrollment.deletion_id == Student.deletion_id,
        )
        return select(*_names(Student), along.scalar_subquery().label("along")).select_from(Student)
    if kind is Kind.GUARDIANS:
        wards = select(func.count()).where(
            StudentGuardian.school_id == Guardian.school_id, StudentGuardian.guardian_id == Guardian.id
        )
        return select(*_names(Guardian), wards.scalar_subquery().label("along")).select_from(Guardian)
    if kind is Kind.GROUPS:
        shown: list[Any] = [Group.grade, Group.code, SchoolYear.name.label("year_name")]
        return (
            select(*shown, Campus.name.label("campus_name"))
            .select_from(Group)
            .join(SchoolYear, same(Group, SchoolYear, Group.year_id))
            .join(Campus, same(Group, Campus, Group.campus_id))
        )
    return (
        select(
            Enrollment.number, Enrollment.grade, Enrollment.status, SchoolYear.name.label("year_name"), *_names(Student)
        )
        .select_from(Enrollment)
        .join(Student, same(Enrollment, Student, Enrollment.student_id))
        .join(SchoolYear, same(Enrollment, SchoolYear, Enrollment.year_id))
    )


def _names(person: Any) -> list[Any]:
    return [
        person.first_surname,
        person.second_surname,
        person.first_name,
        person.middle_names,
        person.document_type,
        person.document_number,
    ]


def _words(kind: Kind) -> Any:
    """What a search in the bin looks through."""
    if kind is Kind.GUARDIANS:
        return Guardian.search_text
    if kind is Kind.GROUPS:
        return func.fold(Group.code)
    return func.fold(Enrollment.number) + " " + Student.search_text if kind is Kind.ENROLLMENTS else Student.search_text


def _named_with(kind: Kind) -> list[Any]:
    relations: dict[Kind, tuple[Any, ...]] = {
        Kind.ENROLLMENTS: (Enrollment.student, Enrollment.year, Enrollment.group),
        Kind.GROUPS: (Group.year, Group.campus),
    }
    return [joinedload(relation) for relation in relations.get(kind, ())]
