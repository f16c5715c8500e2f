"""What makes two descriptions of people alike, and when they are likely to be of one person. The only place that says.

Two kinds of answer: a *likely* duplicate must be looked at before a second record is made, the others are shown as a
help. Twins and homonyms must not stop anybody, so that one weak mark alone (a number with a slip, a name, a family's
telephone) is never enough; what belongs to one person only (a document, SIMAT's PER_ID) is.
"""

from dataclasses import dataclass
from functools import cached_property

from portal.catalogs.documents import same_document_key
from portal.catalogs.text import folded
from portal.duplicates.described import NAME_PARTS, Described
from portal.duplicates.slips import is_one_slip
from portal.web.i18n import _


@dataclass(frozen=True)
class Marks:
    """What two descriptions have in common."""

    one: Described
    other: Described

    # --- What belongs to one person only ----------------------------------------------------------------------------

    @property
    def same_document(self) -> bool:
        """The same document; RC, TI and CC are one document in the course of a life (Registraduría)."""
        return (
            self.same_number
            and self.one.document_type is not None
            and self.other.document_type is not None
            and same_document_key(self.one.document_type, "") == same_document_key(self.other.document_type, "")
        )

    @property
    def same_number(self) -> bool:
        """The same number, under whatever type: offices mistake the type more often than they mistype ten digits."""
        return bool(self.one.document_number) and self.one.document_number == self.other.document_number

    @property
    def same_per_id(self) -> bool:
        """SIMAT knows both as one person."""
        return bool(self.one.per_id) and self.one.per_id == self.other.per_id

    # --- What several people may share ------------------------------------------------------------------------------

    @cached_property
    def near_number(self) -> bool:
        """A number that differs by one slip of the hand. Twins are often registered one after the other."""
        return is_one_slip(self.one.document_number or "", self.other.document_number or "")

    @cached_property
    def same_names(self) -> bool:
        """The same names but for accents, in any order; or part by part, where one description lacks some of them."""
        return self.one.words == self.other.words != [] or all(
            _same(folded(getattr(self.one, part) or ""), folded(getattr(self.other, part) or ""), part)
            for part in NAME_PARTS
        )

    @cached_property
    def alike_names(self) -> bool:
        """Names that sound the same: part by part, or all words of the shorter name stand in the longer one.

        Of twins, one is José and one is Luis: neither name holds the other.
        """
        if all(_same(self.one.heard[part], self.other.heard[part], part) for part in NAME_PARTS):
            return True
        fewer, more = sorted((self.one.sounds, self.other.sounds), key=len)
        return len(fewer) > 1 and fewer <= more

    @property
    def same_surname(self) -> bool:
        """A first surname that sounds the same: of a family, perhaps."""
        return bool(self.one.heard["first_surname"]) and (
            self.one.heard["first_surname"] == self.other.heard["first_surname"]
        )

    @property
    def same_birth_date(self) -> bool:
        """Born on the same day."""
        return self.one.birth_date is not None and self.one.birth_date == self.other.birth_date

    @property
    def swapped_birth_date(self) -> bool:
        """Day and month have changed places: 3/4 and 4/3 of one year."""
        one, other = self.one.birth_date, self.other.birth_date
        return (
            one is not None
            and other is not None
            and one != other
            and (one.year, one.month, one.day) == (other.year, other.day, other.month)
        )

    @property
    def one_birth_date_unknown(self) -> bool:
        """Nothing can be said of the birth dates."""
        return self.one.birth_date is None or self.other.birth_date is None

    @property
    def same_phone(self) -> bool:
        """A telephone in common: also a couple's."""
        return not self.one.phones.isdisjoint(self.other.phones)

    @property
    def same_email(self) -> bool:
        """The same e-mail address, however it is capitalised."""
        return bool(self.one.email and self.other.email) and folded(self.one.email or "") == folded(
            self.other.email or ""
        )

    # --- The judgement ----------------------------------------------------------------------------------------------

    @property
    def is_certain(self) -> bool:
        """Whether they have in common what no two people have; the number alone may be another kind of document's."""
        return self.same_document or self.same_per_id

    @property
    def is_likely_student(self) -> bool:
        """Whether two students must be looked at. Names need a second mark, since homonyms are common."""
        return (
            self.same_number
            or self.same_per_id
            or (
                self.alike_names
                and (self.same_birth_date or self.swapped_birth_date or self.one_birth_date_unknown or self.near_number)
            )
        )

    @property
    def is_likely_guardian(self) -> bool:
        """Whether two guardians must be looked at. There is no birth date; a document is often missing."""
        one_document_unknown = not (self.one.document_number and self.other.document_number)
        return self.same_number or (
            self.alike_names and (self.same_phone or self.same_email or self.near_number or one_document_unknown)
        )

    @property
    def is_worth_a_look(self) -> bool:
        """Whether it helps to see them: homonyms, and near numbers with something else in common."""
        return self.alike_names or (self.near_number and (self.same_birth_date or self.same_surname))

    @property
    def in_words(self) -> list[tuple[str, ...]]:
        """What both have in common, for people: a text, and for near numbers where they differ."""
        ends = _("…%(one)s and …%(other)s") % {
            "one": (self.other.document_number or "")[-3:],
            "other": (self.one.document_number or "")[-3:],
        }
        told: list[tuple[bool, tuple[str, ...]]] = [
            (self.same_names, (_("The same names"),)),
            (self.alike_names and not self.same_names, (_("Names that sound alike"),)),
            (self.same_birth_date, (_("The same date of birth"),)),
            (self.swapped_birth_date, (_("The date of birth with day and month swapped"),)),
            (self.same_document, (_("The same document"),)),
            (self.same_number and not self.same_document, (self._same_number_in_words,)),
            (self.near_number, (_("A document number with one slip"), ends)),
            (self.same_per_id, (_("The same PER_ID"),)),
            (self.same_phone, (_("The same phone"),)),
            (self.same_email, (_("The same e-mail"),)),
        ]
        return [words for holds, words in told if holds]

    @property
    def _same_number_in_words(self) -> str:
        if self.one.document_type and self.other.document_type:
            return _("The same number, as another kind of document")
        return _("The same document number")


def _same(one: str, other: str, part: str) -> bool:
    """Everybody has a first surname and a first name; the others count only where both are known."""
    if part in ("first_surname", "first_name"):
        return bool(one) and one == other
    return not one or not other or one == other
