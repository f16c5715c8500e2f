"""What is known of a student's past, in one line of time: enrollments, papers and photos, the record itself."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.attachments.models import Attachment
from portal.enrollments.models import Enrollment
from portal.enrollments.trail import people_in, trail
from portal.students.models import Student
from portal.students.record import Record
from portal.web.i18n import _, format_datetime

# When it happened, and how the macro ``records.trail`` draws it.
Event = tuple[datetime, dict[str, Any]]


def people_of(record: Record, files: Iterable[Attachment]) -> set[str]:
    """The ids of the users who did something."""
    of_files = {str(person) for file in files for person in (file.uploaded_by_id, file.deleted_by_id) if person}
    return people_in(record.enrollments) | of_files


def history(
    record: Record, files: Iterable[Attachment], names: Mapping[str, str], *, sees_all: bool
) -> list[dict[str, Any]]:
    """The newest first; ``names`` gives users' names by their ids, ``sees_all`` is whether sensitive things are told.

    Who registered or changed the record itself is not kept, so nobody is named there.
    """
    enrolled = _of_enrollments(record.enrollments, names, sees_all=sees_all)
    told = [*_of_record(record.student), *_of_files(files, names), *enrolled]
    told.sort(key=lambda event: event[0], reverse=True)
    return [event for _moment, event in told]


def _of_record(student: Student) -> Iterator[Event]:
    yield _event(student.created_at, _("The record was created"), "user-plus", "blue")
    if student.version > 1:
        yield _event(student.updated_at, _("The record was last changed"), "pencil")


def _of_files(files: Iterable[Attachment], names: Mapping[str, str]) -> Iterator[Event]:
    for file in files:
        what = {"document": file.kind.label}
        by = names.get(str(file.uploaded_by_id))
        yield _event(file.received_at, _("Added: %(document)s") % what, "upload", "green", by, file.note)
        if file.deleted_at is not None:
            by = names.get(str(file.deleted_by_id))
            yield _event(file.deleted_at, _("Removed: %(document)s") % what, "trash", "red", by)


def _of_enrollments(enrollments: Sequence[Enrollment], names: Mapping[str, str], *, sees_all: bool) -> list[Event]:
    moments = sorted((line["at"] for each in enrollments for line in each.status_history), reverse=True)
    return [
        (datetime.fromisoformat(moment), event)
        for moment, event in zip(moments, trail(enrollments, names, sees_all=sees_all), strict=True)
    ]


def _event(
    moment: datetime, text: str, icon: str, tone: str = "grey", by: str | None = None, reason: str | None = None
) -> Event:
    return moment, {
        "icon": icon,
        "text": text,
        "tone": tone,
        "by": by,
        "reason": reason,
        "at": format_datetime(moment),
    }
