"""An office that changes its mind: what can be done on the portal's pages, at random, each ending with a notice."""

from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from portal.db.base import SoftDeleted
from portal.db.tenancy import enter_school
from portal.groups.models import Group
from portal.guardians.models import Guardian, StudentGuardian
from portal.schools.models import Campus
from portal.students.models import Student
from portal.years.models import SchoolYear
from tests.factories import Cast
from tests.pages import Browser, Page
from tests.students.registration_samples import GUARDIAN, STUDENT

_numbers = count(1)
ACTS = (
    *("edit_student", "edit_contact", "register", "delete_student"),
    *("add_guardian", "tie_guardian", "edit_tie", "untie", "edit_guardian", "delete_guardian"),
    *("edit_group", "open_groups", "delete_group", "edit_campus", "add_campus", "remove_campus", "close_campus"),
    *("edit_year", "add_year", "delete_year", "edit_periods", "edit_roles", "edit_school", "edit_rules"),
)


@dataclass
class MindChanger:
    """A principal, who may do everything."""

    browser: Browser
    db: AsyncSession
    cast: Cast
    random: Random

    async def act(self, name: str) -> Page | None:
        """Do it; gives the answer, None where there was nothing to do it with."""
        return await getattr(self, f"_{name}")()  # type: ignore[no-any-return]

    async def _edit_student(self) -> Page | None:
        student = await self._one(Student)
        typed = {
            "eps": self._word(),
            "stratum": str(self.random.randint(0, 6)),
            "CAB_FAMILIA": self.random.choice("SN"),
        }
        return await self._send(f"students/{student.id}/edit", **typed) if student else None

    async def _edit_contact(self) -> Page | None:
        student = await self._one(Student)
        return (
            await self._send(f"students/{student.id}/sections/contact/edit", phone=self._phone(), address=self._word())
            if student
            else None
        )

    async def _register(self) -> Page | None:
        document = {"document_number": str(1_030_000_000 + next(_numbers)), "first_name": self._word()}
        guardian = GUARDIAN | {"guardian-document_number": str(52_000_000 + next(_numbers))}
        enrollment = {"enrollment-year_id": str(self.cast.year.id), "enrollment-grade": str(int(self.cast.group.grade))}
        typed = STUDENT | document | self.random.choice([{}, guardian]) | self.random.choice([{}, enrollment])
        return await self._send("students/new", to="students", **typed)

    async def _delete_student(self) -> Page | None:
        student = await self._one(Student)
        return await self._send(f"students/{student.id}/deletion") if student else None

    async def _add_guardian(self) -> Page | None:
        student = await self._one(Student)
        typed = {name.removeprefix("guardian-"): value for name, value in GUARDIAN.items()}
        typed |= {"document_number": str(52_000_000 + next(_numbers)), "first_name": self._word()}
        typed |= self.random.choice([{}, {"is_primary": "y"}])
        address = f"students/{student.id}/guardians" if student else ""
        return await self._send(f"{address}/new", to=address, prefix="guardian-", **typed) if student else None

    async def _tie_guardian(self) -> Page | None:
        student, guardian = await self._one(Student), await self._one(Guardian)
        if student is None or guardian is None:
            return None
        await enter_school(self.db, self.cast.school.id)
        tied = (StudentGuardian.student_id == student.id, StudentGuardian.guardian_id == guardian.id)
        if await self.db.scalar(select(StudentGuardian.id).where(*tied)):
            return None
        address = f"students/{student.id}/guardians"
        typed = {"guardian-relationship": "other", "guardian_id": str(guardian.id)}
        return await self._send(f"{address}/new?guardian_id={guardian.id}", to=address, **typed)

    async def _edit_tie(self) -> Page | None:
        tie = await self._tie()
        typed = {"relationship": self.random.choice(["mother", "father", "other"]), "contact_order": "1"}
        typed |= self.random.choice([{}, {"is_primary": "y"}])
        address = f"students/{tie.student_id}/guardians/{tie.id}/edit" if tie else ""
        return await self._send(address, prefix="guardian-", **typed) if tie else None

    async def _untie(self) -> Page | None:
        tie = await self._tie()
        return await self._send(f"students/{tie.student_id}/guardians/{tie.id}/removal") if tie else None

    async def _edit_guardian(self) -> Page | None:
        guardian = await self._one(Guardian)
        typed = {"phone": self._phone(), "occupation": self._word()}
        return await self._send(f"guardians/{guardian.id}/edit", **typed) if guardian else None

    async def _delete_guardian(self) -> Page | None:
        guardian = await self._one(Guardian)
        return await self._send(f"guardians/{guardian.id}/deletion") if guardian else None

    async def _edit_group(self) -> Page | None:
        group = await self._one(Group)
        return await self._send(f"groups/{group.id}/edit", capacity=str(self.random.randint(30, 60))) if group else None

    async def _open_groups(self) -> Page | None:
        typed = {"grade": "3", "campus_id": str(self.cast.campus.id), "shift": "morning", "count": "2"}
        return await self._send(f"years/{self.cast.year.id}/groups/new", **typed)

    async def _delete_group(self) -> Page | None:
        group = await self._one(Group)
        return await self._send(f"groups/{group.id}/deletion") if group else None

    async def _edit_campus(self) -> Page | None:
        campus = await self._one(Campus)
        return await self._send(f"campuses/{campus.id}/edit", address=self._word()) if campus else None

    async def _add_campus(self) -> Page | None:
        return await self._send("campuses/new", name=self._word())

    async def _remove_campus(self) -> Page | None:
        campus = await self._one(Campus)
        return await self._send(f"campuses/{campus.id}/deletion") if campus else None

    async def _close_campus(self) -> Page | None:
        campus = await self._one(Campus)
        return await self._send("campuses", to=f"campuses/{campus.id}/closing") if campus and campus.is_active else None

    async def _edit_year(self) -> Page | None:
        year = await self._one(SchoolYear)
        return await self._send(f"years/{year.id}/edit", name=self._word()[:20]) if year else None

    async def _add_year(self) -> Page | None:
        number = 2030 + next(_numbers)
        typed = {"name": str(number), "starts_on": f"19/1/{number}", "ends_on": f"27/11/{number}"}
        return await self._send("years/new", **typed)

    async def _delete_year(self) -> Page | None:
        year = await self._one(SchoolYear)
        return await self._send(f"years/{year.id}/deletion") if year else None

    async def _edit_periods(self) -> Page | None:
        year = await self._one(SchoolYear)
        if year is None:
            return None
        await enter_school(self.db, self.cast.school.id)
        number, half = year.starts_on.year, self.random.randint(4, 8)
        typed: dict[str, str] = {}
        for at, (first, last, weight) in enumerate(
            [(f"1/2/{number}", f"20/{half}/{number}", "60"), (f"21/{half}/{number}", f"20/11/{number}", "40")]
        ):
            cells = {"ordinal": str(at + 1), "name": f"P{at}", "starts_on": first, "ends_on": last, "weight": weight}
            typed |= {f"p{at}-{name}": value for name, value in cells.items()}
        return await self._send(f"years/{year.id}/periods", **typed)

    async def _edit_roles(self) -> Page | None:
        members = await self.browser.get(self._at("members"))
        links = [str(node.attributes["href"]) for node in members.all("main a[href$='/edit']")]
        address = self.random.choice(links) if links else ""
        roles = self.random.sample(["secretary", "coordinator", "teacher", "viewer"], 2)
        return await self._send(address, roles=["principal", *roles]) if address else None

    async def _edit_school(self) -> Page | None:
        return await self._send("settings/school", address=self._word(), short_name=self._word())

    async def _edit_rules(self) -> Page | None:
        return await self._send("settings/review", unusual_years=str(self.random.randint(1, 5)))

    async def _send(self, address: str, /, *, to: str | None = None, prefix: str = "", **typed: Any) -> Page | None:
        """The form of a page, with what is typed into it; None where the page has none, or it is refused."""
        page = await self.browser.get(self._at(address))
        forms = page.all("main form[method=post]:not(.note)")
        if page.status != 200 or not forms:
            return None
        sent = page.form("main form[method=post]:not(.note)") | {f"{prefix}{name}": typed[name] for name in typed}
        action = self._at(to) if to else str(forms[0].attributes.get("action") or self._at(address))
        answer = await self.browser.post(action, sent)
        return answer if answer.status == 303 else None

    def _at(self, path: str) -> str:
        return path if path.startswith("/") else f"/schools/{self.cast.school.slug}/{path}"

    async def _one(self, model: Any) -> Any:
        await enter_school(self.db, self.cast.school.id)
        statement = select(model).where(model.school_id == self.cast.school.id).order_by(model.id)
        if issubclass(model, SoftDeleted):
            statement = statement.where(model.deleted_at.is_(None))
        found = (await self.db.scalars(statement.execution_options(populate_existing=True))).all()
        return self.random.choice(found) if found else None

    async def _tie(self) -> Any:
        student = await self._one(Student)
        if student is None:
            return None
        statement = (
            select(StudentGuardian.id, StudentGuardian.student_id)
            .join(StudentGuardian.guardian)
            .where(StudentGuardian.student_id == student.id, Guardian.deleted_at.is_(None))
        )
        found = (await self.db.execute(statement.order_by(StudentGuardian.id))).all()
        return self.random.choice(found) if found else None

    def _word(self) -> str:
        letters = "".join(self.random.choices("abcdeimnorst", k=6))
        return f"{letters.title()} {''.join(self.random.choices('aeiou', k=3))}"

    def _phone(self) -> str:
        return f"3{self.random.randint(100_000_000, 199_999_999)}"
