"""The papers of a student beside those that the school asks for: what is here, what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.accounts.access import Access
from portal.accounts.permissions import Permission
from portal.attachments.models import Attachment
from portal.attachments.repository import AttachmentRepository
from portal.catalogs.codes import AttachmentKind, EntityType
from portal.students.record import Record


@dataclass(frozen=True)
class Asked:
    """A paper that the school asks for in the pupil's grade."""

    kind: AttachmentKind
    is_required: bool
    has_file: bool
    was_seen: bool

    @property
    def is_here(self) -> bool:
        """As a file, or on paper before the eyes of the office."""
        return self.has_file or self.was_seen

    @property
    def mark(self) -> tuple[str, str]:
        """The colour and the icon that say the same for the eye."""
        if self.is_here:
            return "green", "circle-check"
        return ("amber", "clock") if self.is_required else ("grey", "circle-dashed")


@dataclass(frozen=True)
class Papers:
    """The files by kind, each kind's newest first, and the checklist of the enrollment that the record speaks of."""

    files: Sequence[Attachment]
    asked: Sequence[Asked]

    @property
    def by_kind(self) -> list[tuple[AttachmentKind, list[Attachment]]]:
        """In the order of the catalogue."""
        order = list(AttachmentKind)
        ordered = sorted(self.files, key=lambda file: order.index(file.kind))
        return [(kind, list(files)) for kind, files in groupby(ordered, key=lambda file: file.kind)]

    @property
    def number_missing(self) -> int:
        """How many of those that are required are not here."""
        return sum(each.is_required and not each.is_here for each in self.asked)


async def papers_of(record: Record, attachments: AttachmentRepository, access: Access) -> Papers:
    """What this person may know of; the checklist is empty without an enrollment, or where the school has none."""
    sees_all = access.may(Permission.SENSITIVE_READ)
    files = [
        file
        for file in await attachments.of(EntityType.STUDENT, record.student.id)
        if sees_all or not file.kind.is_sensitive
    ]
    enrollment, kinds = record.enrollment, {file.kind for file in files}
    items = access.rules.checklist_for(enrollment.grade) if enrollment else []
    seen = enrollment.checklist if enrollment else {}
    asked = [
        Asked(item.kind, item.is_required, item.kind in kinds, bool(seen.get(item.kind.value)))
        for item in items
        if sees_all or not item.kind.is_sensitive
    ]
    return Papers(files, asked)
