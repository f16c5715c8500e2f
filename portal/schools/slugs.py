"""The part of a school's address that names it: ``simon-bolivar`` of ``/schools/simon-bolivar``."""

import re
from collections.abc import Collection
from itertools import count

from portal.catalogs.text import folded

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 60
# Pages of the list of schools, which no school may hide.
RESERVED = frozenset({"new"})
# What most names begin with, and what tells no school from another.
_COMMON = re.compile(r"^(?:(?:institucion|centro|sede) educativ[ao]|i\.? ?e\.?|c\.? ?e\.?|colegio|escuela)\s+")


def proposed_slug(name: str) -> str:
    """A slug for a school of this name, without what most names begin with."""
    words = folded(name)
    return _joined(_COMMON.sub("", words)) or _joined(words) or "school"


def free_slug(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or the first of ``wanted-2``, ``wanted-3`` … that is neither taken nor reserved."""
    if wanted not in taken and wanted not in RESERVED:
        return wanted
    shorter = wanted[: LONGEST - 4].rstrip("-")
    return next(slug for number in count(2) if (slug := f"{shorter}-{number}") not in taken)


def _joined(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words))[:LONGEST].strip("-")
