"""Adding a guardian to a student: one who is kept already, found by typing, or a new one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from litestar import Request
from sqlalchemy import Row

from portal.db.repository import one_at_a_time
from portal.duplicates.described import Described
from portal.duplicates.guardians import guardian_likenesses
from portal.duplicates.likeness import Likeness, must_confirm
from portal.guardians import ties as tying
from portal.guardians.forms import USUAL_TIE, GuardianForm, TieForm
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import GuardianRepository, Wards
from portal.guardians.tie_repository import TieRepository
from portal.students.registration import hold_document
from portal.web.errors import Conflict
from portal.web.forms import Form
from portal.web.i18n import _

# Ids on a page that may hold the student's own form too.
SCOPE = "guardian"
CONFIRMED = "not_duplicate"


@dataclass
class Adding:
    """What the page of adding shows: who was found and chosen, or a new guardian's form, and the tie's form."""

    form: GuardianForm
    tie: TieForm
    chosen: Guardian | None = None
    #: those who are like the new one that is being written: offered instead
    likenesses: Sequence[Likeness] = ()
    #: the person has looked at the likely ones
    is_confirmed: bool = False
    q: str = ""
    found: Sequence[Row[Any]] = ()
    wards: Wards = field(default_factory=dict)
    errors: list[tuple[str, str]] = field(default_factory=list)
    #: a fingerprint of all that was typed
    digest: bytes = b""

    def __post_init__(self) -> None:
        """Taken before ``prepared`` leaves something out, which another request for the same form may not."""
        self.digest = hashlib.sha256(self.form.digest + self.tie.digest).digest()

    @classmethod
    def show(cls, *, is_first: bool) -> Self:
        """Empty forms. The first guardian is the primary one: there is nothing to choose then."""
        return cls(GuardianForm.show(), TieForm.show(data=USUAL_TIE)).prepared(is_first=is_first)

    @classmethod
    async def read(cls, request: Request[Any, Any, Any], *, is_first: bool) -> Self:
        """The forms as they were sent."""
        adding = cls(await GuardianForm.read(request), await TieForm.read(request)).prepared(is_first=is_first)
        adding.is_confirmed = bool((await request.form()).get(CONFIRMED))
        return adding

    def prepared(self, *, is_first: bool) -> Self:
        """With ids of its own, and with a tick for the primary guardian only where there is one already."""
        self.form.within(SCOPE)
        self.tie.within(SCOPE).offer_primary(is_choice=not is_first)
        return self

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """For the summary; a chosen guardian's own form is not shown, and has none."""
        return [*self.errors, *([] if self.chosen else self.form.error_list), *self.tie.error_list]

    def choose(self, guardian: Guardian | None) -> None:
        """Take one who is kept already."""
        self.chosen = guardian
        if guardian is None:
            self.errors.append(("", _("This guardian is no longer there. Look for another one.")))

    async def look(self, guardians: GuardianRepository, q: str) -> None:
        """Find those whom the typed words may mean, and say for whom they answer."""
        self.q = q
        self.found = await guardians.search(q)
        if self.found:
            self.wards = await guardians.wards_of(row.id for row in self.found)

    @property
    def must_confirm(self) -> bool:
        """Whether somebody very like the new one is here already, and only a person can tell whether it is they."""
        return must_confirm(self.likenesses)

    async def compare(self, guardians: GuardianRepository) -> None:
        """Find those who are like the new guardian that is being written, and say for whom they answer."""
        self.likenesses = await guardian_likenesses(guardians, Described.by(self.form))
        if self.likenesses:
            self.wards |= await guardians.wards_of(like.kept.id for like in self.likenesses)

    async def add_to(
        self, student_id: UUID, guardians: GuardianRepository, ties: TieRepository
    ) -> StudentGuardian | None:
        """Write what was typed, and give the tie; None when something is wrong, and the forms say what.

        The same form sent twice gives the same tie. Raises Conflict when its id was used with other content.
        """
        if self.errors:
            return None
        await one_at_a_time(guardians.session, self.form.minted_id)
        if self.chosen is None:
            return await self._add_new(student_id, guardians, ties)
        return await self._add_chosen(self.chosen, student_id, ties)

    async def _add_new(
        self, student_id: UUID, guardians: GuardianRepository, ties: TieRepository
    ) -> StudentGuardian | None:
        sent_before = await guardians.find(self.form.minted_id)
        if sent_before is not None:
            return await self._same_again(sent_before, student_id, ties)
        is_right = all([self.form.validate(), self.tie.validate()])
        is_taken = await other_owner(guardians, self.form) is not None
        await self.compare(guardians)
        if self.must_confirm and not self.is_confirmed:
            self.errors.append((CONFIRMED, _("Perhaps this guardian is here already. Choose them, or confirm not.")))
        if not is_right or is_taken or self.errors:
            return None
        guardian = Guardian(id=self.form.minted_id, form_digest=self.digest)
        self.form.populate_obj(guardian)
        await guardians.add(guardian)
        return await tying.add(ties, self._tie(student_id, guardian.id))

    async def _add_chosen(self, chosen: Guardian, student_id: UUID, ties: TieRepository) -> StudentGuardian | None:
        kept = await ties.between(student_id, chosen.id)
        if kept is not None and not self.tie.changes(kept).keys() - {"is_primary"}:
            return kept
        if kept is not None:
            self.errors.append(("", _("This person is a guardian of the student already. Correct them in the record.")))
        if not self.tie.validate() or self.errors:
            return None
        return await tying.add(ties, self._tie(student_id, chosen.id))

    async def _same_again(self, guardian: Guardian, student_id: UUID, ties: TieRepository) -> StudentGuardian:
        tie = await ties.between(student_id, guardian.id)
        if tie is None or guardian.form_digest != self.digest:
            raise Conflict(
                _(
                    "This form has added a guardian already, and now it says something else. "
                    "Correct the guardian in the record, or begin a new form to add another."
                )
            )
        return tie

    def _tie(self, student_id: UUID, guardian_id: UUID) -> StudentGuardian:
        tie = StudentGuardian(student_id=student_id, guardian_id=guardian_id)
        self.tie.populate_obj(tie)
        return tie


async def other_owner(guardians: GuardianRepository, form: Form, *, but: UUID | None = None) -> Guardian | None:
    """Another guardian who has the document that was typed; the field then says so. Else None."""
    if "document_number" not in form:
        return None
    kind, number = form["document_type"], form["document_number"]
    if not kind.data or not number.data or kind.errors or number.errors:
        return None
    await hold_document(guardians.session, guardians.school_id, "guardian", kind.data, number.data)
    other = await guardians.with_document(kind.data, number.data, but=but)
    if other is not None:
        form.blame(
            "document_number", _("This is the document of %(name)s, who is here already.") % {"name": other.full_name}
        )
    return other
