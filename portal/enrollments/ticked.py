"""Enrollments that somebody ticked to do one thing with all of them: which ones, and as of which version."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request

from portal.enrollments.models import Enrollment
from portal.enrollments.repository import EnrollmentRepository
from portal.web.errors import Conflict
from portal.web.i18n import _
from portal.web.pages import url_for
from portal.web.reading import parse_id

MOST = 200
# As many as fit into an address of 8 KB, with their versions: web servers before the portal let no longer one through.
MOST_IN_AN_ADDRESS = 140


@dataclass(frozen=True)
class Chosen:
    """``enrollment=<id>`` or ``enrollment=<id>:<version>``, as often as there are; or ``group=<id>`` for all of one."""

    versions: Mapping[UUID, int | None]
    group_id: UUID | None = None

    @classmethod
    def of(cls, sent: Any, *, most: int = MOST) -> "Chosen":
        """What an address or a form says; what is no id is nobody's. Raises Conflict for more than ``most`` at once."""
        versions = dict(_ticked(sent.getall("enrollment", [])))
        if len(versions) > most:
            raise Conflict(_("That is too many at once: choose at most %(most)d students.") % {"most": most})
        return cls(versions, parse_id(str(sent.get("group", ""))) if not versions else None)

    async def load(self, enrollments: EnrollmentRepository, *, lock: bool = False) -> list[Enrollment]:
        """They, by name, with all that they name: one query. ``lock`` holds them until the transaction ends."""
        return await enrollments.chosen(self.versions, seated_in=self.group_id, lock=lock)

    def changed_since(self, found: Sequence[Enrollment]) -> bool:
        """Whether one of them is gone or was changed since the page showed it."""
        as_seen = all(self.versions.get(each.id) in (None, each.version) for each in found)
        return len(found) < len(self.versions) or not as_seen


def came_from(request: Request[Any, Any, Any], chosen: Sequence[Enrollment]) -> tuple[str, str]:
    """The way back, as a label and an address: to the enrollment, the group that all sit in, else the list."""
    if len(chosen) == 1:
        label = _("Enrollment")
    elif chosen and chosen[0].group is not None and _of_one_group(chosen):
        label = chosen[0].group.label
    else:
        label = _("Enrollments")
    return label, whose_page(request, chosen)


def whose_page(request: Request[Any, Any, Any], changed: Sequence[Enrollment]) -> str:
    """Where to look at what was done: the enrollment, the group that all sit in, else the list."""
    if len(changed) == 1:
        return url_for(request, "enrollments.show", enrollment_id=changed[0].id)
    if changed and changed[0].group_id is not None and _of_one_group(changed):
        return url_for(request, "groups.show", group_id=changed[0].group_id)
    return url_for(request, "enrollments.index")


def done_before(found: Sequence[Enrollment], batch: UUID) -> bool:
    """Whether this very form did its work already, with nothing done since: it came twice.

    Raises Conflict when it did so to others, or when it was undone.
    """
    theirs = [each for each in found if any(line.get("batch") == str(batch) for line in each.status_history)]
    if not theirs:
        return False
    if len(theirs) < len(found) or any("undoes" in each.status_history[-1] for each in theirs):
        raise Conflict(_("This form has been used already. Begin a new one to change something more."))
    return True


def _of_one_group(enrollments: Sequence[Enrollment]) -> bool:
    return len({each.group_id for each in enrollments}) == 1


def _ticked(values: Iterable[Any]) -> Iterable[tuple[UUID, int | None]]:
    for value in values:
        text, _colon, version = str(value).partition(":")
        if (enrollment_id := parse_id(text)) is not None:
            yield enrollment_id, int(version) if version.isdecimal() and len(version) < 10 else None
