"""An office at work: the steps that it takes through the portal's pages, and a small model that says how each ends.

The model knows people by their document, and of each enrollment its status, its group, to what its last step can be
taken back, and whether it lies in the bin. It knows nothing of forms, tables and locks.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.enrollments.models import GIVES_WAY
from portal.groups.models import Group
from portal.schools.models import School
from portal.web.i18n import format_date, today
from tests.pages import Browser, Page
from tests.students.registration_samples import GUARDIAN, STUDENT

_guardians = count(43_000_001)


@dataclass
class Place:
    """An enrollment; ``group`` is the number of a group."""

    id: str
    status: Status = Status.SUBMITTED
    group: int | None = None
    before: tuple[Status, int | None] | None = (Status.DRAFT, None)
    gone: bool = False

    def go(self, status: Status, group: int | None) -> None:
        """A step that can be taken back."""
        self.before = (self.status, self.group)
        self.status, self.group = status, group


@dataclass
class Pupil:
    """A record of a person. ``along`` are the enrollments that went to the bin with it."""

    id: str
    document: str
    places: list[Place] = field(default_factory=list)
    gone: bool = False
    along: list[Place] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Whether an enrollment leaves no room for another in the year."""
        return any(not place.gone and place.status not in GIVES_WAY for place in self.places)


@dataclass
class Office:
    """A principal, who may do everything, at a school with some groups of one year."""

    browser: Browser
    school: School
    other: School
    year_id: str
    groups: list[Group]
    seats: list[int]
    pupils: list[Pupil] = field(default_factory=list)
    #: the documents of those who wait at the other school
    away: set[str] = field(default_factory=set)

    @property
    def places(self) -> list[tuple[Pupil, Place]]:
        """All enrollments with their pupils."""
        return [(pupil, place) for pupil in self.pupils for place in pupil.places]

    def is_free(self, group: int) -> bool:
        """Whether the group has a seat."""
        taken = [place for _pupil, place in self.places if not place.gone and place.status == Status.ACTIVE]
        return sum(place.group == group for place in taken) < self.seats[group]

    async def take(self, step: str, which: int, group: int) -> None:
        """Take a step with one of the pupils, enrollments or groups that there are."""
        if step in ("register", "resize"):
            await getattr(self, step)(which, group)
        elif step in ("edit", "merge", "ask", "delete_student", "restore_student"):
            if self.pupils:
                await getattr(self, step)(self.pupils[which % len(self.pupils)])
        elif self.places:
            await getattr(self, step)(*self.places[which % len(self.places)], group)

    async def register(self, which: int, _group: int) -> None:
        document = f"103055500{which % 3}"
        sent = STUDENT | GUARDIAN | {"document_number": document, "first_name": ("Ana", "Eva", "Luz")[which % 3]}
        sent["guardian-document_number"] = str(next(_guardians))
        # All pupils and guardians here are alike; the office knows that they are not those whom it is shown.
        sent |= {"not_duplicate": "1", "guardian-not_duplicate": "1"}
        is_right = not any(each.document == document and not each.gone for each in self.pupils)
        answer = await self._sends("/students/new", is_right, to="/students", **sent)
        if is_right:
            self.pupils.append(Pupil(answer.location.rsplit("/", 1)[1], document))

    async def edit(self, pupil: Pupil) -> None:
        """And think better of it."""
        contact = f"/students/{pupil.id}/sections/contact/edit"
        answer = await self._sends(contact, not pupil.gone, neighborhood="Laureles")
        if not pupil.gone:
            await self._takes_back(answer)

    async def merge(self, pupil: Pupil) -> None:
        """And find that they are two people after all: what either had they have again."""
        for other in [each for each in self.pupils if each is not pupil][:1]:
            is_right = not pupil.gone and not other.gone
            both = f"/students/merge?one={pupil.id}&other={other.id}"
            answer = await self._sends(both, is_right, form="#merge", to="/students/merge")
            if is_right:
                await self._takes_back(answer)

    async def ask(self, pupil: Pupil) -> None:
        is_right = not pupil.gone and not pupil.stands
        path = f"/students/{pupil.id}/enrollments/new"
        answer = await self._sends(path, is_right, form="#request", grade="6", year_id=self.year_id)
        if is_right:
            pupil.places.append(Place(answer.location.rsplit("/", 1)[1]))

    async def approve(self, _pupil: Pupil, place: Place, group: int) -> None:
        is_right = not place.gone and place.status == Status.SUBMITTED and self.is_free(group)
        await self._posts(place, "approval", is_right, group_id=str(self.groups[group].id))
        if is_right:
            place.go(Status.ACTIVE, group)

    async def withdraw(self, _pupil: Pupil, place: Place, _group: int) -> None:
        is_right = not place.gone and place.status == Status.ACTIVE
        await self._sends(f"/enrollments/{place.id}/withdrawal", is_right, withdrawal_reason="work")
        if is_right:
            place.go(Status.WITHDRAWN, place.group)

    async def come_back(self, _pupil: Pupil, place: Place, group: int) -> None:
        is_right = not place.gone and place.status == Status.WITHDRAWN and self.is_free(group)
        chosen = str(self.groups[group].id)
        day = format_date(today(), "d/M/y")
        await self._sends(f"/enrollments/{place.id}/re-enrollment", is_right, group_id=chosen, back_on=day)
        if is_right:
            place.go(Status.ACTIVE, group)

    async def move(self, _pupil: Pupil, place: Place, group: int) -> None:
        is_right = not place.gone and place.status == Status.ACTIVE and place.group != group and self.is_free(group)
        chosen = str(self.groups[group].id)
        await self._sends(
            f"/group-changes/new?enrollment={place.id}", is_right, to="/group-changes/new", group_id=chosen
        )
        if is_right:
            place.go(Status.ACTIVE, group)

    async def cancel(self, _pupil: Pupil, place: Place, _group: int) -> None:
        is_right = not place.gone and place.status in (Status.DRAFT, Status.SUBMITTED)
        await self._posts(place, "cancellation", is_right)
        if is_right:
            place.go(Status.CANCELLED, place.group)

    async def transfer(self, pupil: Pupil, place: Place, _group: int) -> None:
        is_right = not place.gone and place.status == Status.ACTIVE and pupil.document not in self.away
        path = f"/students/{pupil.id}/transfer"
        asked = f"{path}?to={self.other.id}&enrollment={place.id}"
        await self._sends(asked, is_right, form="#transfer", to_path=path, enrollment_id=place.id)
        if is_right:
            place.go(Status.TRANSFERRED, place.group)
            self.away.add(pupil.document)

    async def undo(self, pupil: Pupil, place: Place, _group: int) -> None:
        status, group = place.before or (place.status, place.group)
        sits = place.status == Status.ACTIVE and place.group == group
        has_seat = status != Status.ACTIVE or sits or (group is not None and self.is_free(group))
        has_room = place.status not in GIVES_WAY or status in GIVES_WAY or not pupil.stands
        is_right = not place.gone and place.before is not None and has_seat and has_room
        await self._posts(place, "undo", is_right)
        if is_right:
            if place.status == Status.TRANSFERRED:
                self.away.discard(pupil.document)
            place.status, place.group, place.before = status, group, None

    async def delete_student(self, pupil: Pupil) -> None:
        is_right = not pupil.gone
        await self._sends(f"/students/{pupil.id}/deletion", is_right)
        if is_right:
            pupil.gone, pupil.along = True, [place for place in pupil.places if not place.gone]
            _put_away(pupil.along, gone=True)

    async def restore_student(self, pupil: Pupil) -> None:
        document_is_free = not any(each.document == pupil.document and not each.gone for each in self.pupils)
        is_right = pupil.gone and document_is_free and all(map(self._fits, pupil.along))
        await self._sends(f"/bin/students/{pupil.id}/restoration", is_right)
        if is_right:
            pupil.gone = False
            _put_away(pupil.along, gone=False)

    async def delete_enrollment(self, _pupil: Pupil, place: Place, _group: int) -> None:
        is_right = not place.gone
        await self._sends(f"/enrollments/{place.id}/deletion", is_right)
        place.gone = True

    async def restore_enrollment(self, pupil: Pupil, place: Place, _group: int) -> None:
        has_room = place.status in GIVES_WAY or not pupil.stands
        is_right = place.gone and not pupil.gone and has_room and self._fits(place)
        await self._sends(f"/bin/enrollments/{place.id}/restoration", is_right)
        place.gone = place.gone and not is_right

    async def resize(self, which: int, group: int) -> None:
        taken = sum(not each.gone and (each.status, each.group) == (Status.ACTIVE, group) for _, each in self.places)
        seats = which % 3
        await self._sends(f"/groups/{self.groups[group].id}/edit", seats >= taken, capacity=str(seats))
        self.seats[group] = seats if seats >= taken else self.seats[group]

    def _fits(self, place: Place) -> bool:
        return place.status != Status.ACTIVE or (place.group is not None and self.is_free(place.group))

    async def _sends(
        self, path: str, is_right: bool, *, form: str = "main form[method=post]:not(.note)", to: str = "", **typed: str
    ) -> Page:
        """Open a page and send its form; where the page refuses already, nothing can be sent."""
        to = typed.pop("to_path", "") or to or path
        page = await self.browser.get(f"/schools/{self.school.slug}{path}")
        if page.status != 200 or not page.all(form):
            assert not is_right, f"{path}: {page.status} {page.text}"
            return page
        return self._answered(
            await self.browser.post(f"/schools/{self.school.slug}{to}", page.form(form) | typed), is_right
        )

    async def _takes_back(self, answer: Page) -> None:
        """By the button beside the notice."""
        notice = (await self.browser.get(answer.location)).one("#notices form")
        assert (await self.browser.post(str(notice.attributes["action"]))).status == 303

    async def _posts(self, place: Place, what: str, is_right: bool, **typed: str) -> None:
        path = f"/schools/{self.school.slug}/enrollments/{place.id}/{what}"
        self._answered(await self.browser.post(path, typed), is_right)

    def _answered(self, answer: Page, is_right: bool) -> Page:
        """What the model forbids may be refused, or be answered as done before: the stored rows say whether it was."""
        assert answer.status < 500
        assert not is_right or answer.status == 303, f"{answer.status}: {answer.text}"
        return answer


def _put_away(places: Iterable[Place], *, gone: bool) -> None:
    for place in places:
        place.gone = gone


def stored_as(office: Office) -> dict[str, Any]:
    """What the database must say, by the model: who lies in the bin, and of enrollments status and group."""
    ids = [str(group.id) for group in office.groups]
    pupils: dict[str, Any] = {pupil.id: pupil.gone for pupil in office.pupils}
    return pupils | {
        place.id: (place.gone, place.status, None if place.group is None else ids[place.group])
        for _pupil, place in office.places
    }
