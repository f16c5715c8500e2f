"""Is this guardian here already? Asked while a new one is being written, and once more before they are kept."""

from sqlalchemy import or_, select

from portal.duplicates.candidates import by_number, by_sound, first
from portal.duplicates.described import Described
from portal.duplicates.likeness import Likeness
from portal.guardians.models import Guardian
from portal.guardians.repository import GuardianRepository

SHOWN_AT_MOST = 5
LOOKED_AT_AT_MOST = 200


async def guardian_likenesses(guardians: GuardianRepository, person: Described) -> list[Likeness]:
    """The guardians that the person may be, deleted ones too, the same document first, then the likely ones.

    One query, or none. Who was made one with another is not shown: what was known of them, that other has.
    """
    by_documents = by_number(Guardian, person)
    candidates = [*by_documents, *by_sound(Guardian, person)]
    if person.phones:
        candidates += [Guardian.phone.in_(sorted(person.phones)), Guardian.phone_2.in_(sorted(person.phones))]
    if not candidates:
        return []
    statement = (
        select(
            Guardian.id,
            Guardian.document_type,
            Guardian.document_number,
            Guardian.first_surname,
            Guardian.second_surname,
            Guardian.first_name,
            Guardian.middle_names,
            Guardian.full_name,
            Guardian.phone,
            Guardian.phone_2,
            Guardian.email,
            Guardian.deleted_at,
        )
        .where(Guardian.school_id == guardians.school_id, Guardian.merged_into_id.is_(None), or_(*candidates))
        .order_by(*first(by_documents), Guardian.sort_name, Guardian.id)
        .limit(LOOKED_AT_AT_MOST)
    )
    rows = await guardians.session.execute(statement)
    alike = [like for like in (Likeness.guardian(row, person) for row in rows) if like.is_worth_a_look]
    return sorted(alike, key=lambda like: (not like.is_taken, not like.is_likely, like.is_in_bin))[:SHOWN_AT_MOST]
