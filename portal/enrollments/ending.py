"""How an enrollment ended, for those who may know it."""

from typing import Any

from portal.enrollments.models import Enrollment
from portal.web.i18n import _


def how_it_ended(enrollment: Enrollment, *, sees_all: bool) -> list[tuple[Any, ...]]:
    """Label and value of what is known, as the macro ``records.facts`` takes them.

    Only with ``sees_all`` it says why the pupil left, which may speak of health or of displacement (Ley 1581 of 2012).
    """
    why = enrollment.withdrawal_reason if sees_all else None
    where = " · DANE ".join(filter(None, (enrollment.destination_name, enrollment.destination_dane_code)))
    facts: list[tuple[Any, ...]] = [
        (_("Outcome"), enrollment.outcome and enrollment.outcome.label),
        (_("Why the pupil left"), why and why.label),
        (_("Went to"), where, "wide"),
    ]
    return [fact for fact in facts if fact[1]]
