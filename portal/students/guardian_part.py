"""The part of the page of a new student that is about the guardian who brings them."""

from collections.abc import Sequence
from typing import Any

from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness, must_confirm
from portal.guardians.forms import GuardianForm, TieForm
from portal.guardians.models import Guardian, StudentGuardian
from portal.guardians.repository import Wards
from portal.students.registration import Bringing
from portal.web.i18n import _

# What stands before the names of its fields.
GUARDIAN = "guardian-"


class GuardianPart:
    """The guardian who brings the student: one who is kept already, or a new one."""

    def __init__(self, form: GuardianForm, tie: TieForm, *, wanted: str = "", sought: str = "") -> None:
        """``wanted`` is the id of the one to take, ``sought`` what was typed to find one."""
        self.form = form
        self.tie = tie
        self.wanted = wanted
        self.sought = sought
        #: the guardian of the id
        self.chosen: Guardian | None = None
        self.wards: Wards = {}
        #: those that were found, None while nothing is sought
        self.matches: Sequence[Any] | None = None
        #: those who are like the new one that is being written
        self.likenesses: Sequence[Likeness] = ()
        #: the person has looked at the likely ones
        self.is_confirmed = False
        self.errors: list[tuple[str, str]] = []
        tie.offer_primary(is_choice=False)

    @property
    def is_blank(self) -> bool:
        """Whether nobody is named. Ticks alone name nobody, and a search that led to nobody is half an answer."""
        return not self.wanted and self.form.is_blank and self.tie.is_blank and not self.sought

    @property
    def is_new(self) -> bool:
        """Whether a guardian is being written who is not kept yet."""
        return not self.wanted and not (self.form.is_blank and self.tie.is_blank)

    @property
    def described(self) -> Described:
        """The new guardian, for looking whether they are here already."""
        return Described.by(self.form)

    @property
    def must_confirm(self) -> bool:
        """Whether somebody very like the new one is here already, and only a person can tell whether it is they."""
        return must_confirm(self.likenesses)

    def judge_likenesses(self, found: Sequence[Likeness]) -> None:
        """A likely duplicate must be looked at and confirmed; a document that is taken is an error of its field."""
        self.likenesses = found
        if self.must_confirm and not self.is_confirmed:
            self.errors.append(
                (
                    f"{GUARDIAN}not_duplicate",
                    _("Perhaps this guardian is here already. Choose them, or confirm not."),
                )
            )

    def validate(self) -> bool:
        """Judge what there is."""
        if self.wanted and self.chosen is None:
            self.errors.append((f"{GUARDIAN}q", _("This guardian is no longer there. Look for another one.")))
        elif not self.wanted and not self.is_new:
            self.errors.append(
                (f"{GUARDIAN}q", _("You looked for a guardian and chose none. Choose one, or empty the box."))
            )
        tie_is_right = self.tie.validate() if self.wanted or self.is_new else True
        form_is_right = self.form.validate() if self.is_new else True
        return not self.errors and tie_is_right and form_is_right

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """For the summary."""
        return [*self.errors, *self.form.error_list, *self.tie.error_list]

    def rows(self) -> Bringing:
        """The rows to write."""
        guardian, tie = self.chosen or Guardian(), StudentGuardian()
        if self.chosen is None:
            self.form.populate_obj(guardian)
        self.tie.populate_obj(tie)
        return Bringing(guardian, tie)
