"""A merge in words: which values it changed, what moved along, and what undoing it would leave as it is."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.access import Access
from portal.merging.fields import compared
from portal.merging.models import Merge
from portal.merging.putting_back import stays
from portal.merging.repository import MergeRepository
from portal.merging.undo import Undone
from portal.web.i18n import _, format_list


@dataclass(frozen=True)
class Told:
    """What the page of a merge shows."""

    merge: Merge
    survivor: Any
    other: Any
    #: the fields of the survivor that the merge changed, by their labels
    changed: list[str]
    #: those of them that were edited since
    edited: list[str]
    #: what moved along, by names
    moved: list[str]


async def tell(merges: MergeRepository, access: Access, merge: Merge) -> Told:
    """The merge as it stands now."""
    survivor, other = await merges.people(merge.kind, [merge.survivor_id, merge.other_id])
    labels = _labels(access, merge, survivor, other)
    edited = [] if merge.undone_at else stays(survivor, merge.fields)
    moved = [entry["name"] for entry in merge.moved if entry["id"] != str(merge.other_id)]
    return Told(merge, survivor, other, _named(labels, merge.fields), _named(labels, edited), moved)


async def tell_what_stayed(merges: MergeRepository, access: Access, merge: Merge, left: Undone) -> str:
    """What could not be put back, since somebody has edited it; nothing where everything could."""
    survivor, other = await merges.people(merge.kind, [merge.survivor_id, merge.other_id])
    named = [*_named(_labels(access, merge, survivor, other), left.fields), *left.rows]
    return _("Edited since, and left as it is: %(what)s.") % {"what": format_list(named)} if named else ""


def _labels(access: Access, merge: Merge, survivor: Any, other: Any) -> dict[str, str]:
    fields = compared(merge.kind, access, survivor, other)
    return {column: field.label for field in fields for column in field.columns}


def _named(labels: dict[str, str], columns: Any) -> list[str]:
    """What stands on no form has no name of its own."""
    return list(dict.fromkeys(labels.get(column, _("other data of SIMAT or the school")) for column in columns))
