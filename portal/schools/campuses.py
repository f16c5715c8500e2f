"""Campuses: adding one, what only the others can tell about a form, and what keeps one from being removed."""

from uuid import UUID

from portal.db.repository import one_at_a_time
from portal.schools.campus_repository import CampusRepository, CampusUse
from portal.schools.forms import CampusForm
from portal.schools.models import Campus
from portal.web.i18n import _, format_list, ngettext
from portal.web.once import was_sent_before

NAMED = 5


async def add_campus(campuses: CampusRepository, form: CampusForm) -> bool:
    """Add the campus, once for each form; False, with the fields blamed, when something is wrong.

    Raises Conflict when the form's id was used with other content.
    """
    digest = form.digest
    refusal = _("This form has made a campus already, and now it says something else. Edit that campus instead.")
    here = Campus.school_id == campuses.school_id
    if not await was_sent_before(campuses.session, form.minted_id, digest, Campus, here, refusal=refusal):
        form.validate()
        await check_what_is_unique(campuses, form, but=form.minted_id)
        if not form.errors:
            campus = Campus(id=form.minted_id, form_digest=digest)
            form.populate_obj(campus)
            await campuses.add(campus)
    return not form.errors


async def check_what_is_unique(campuses: CampusRepository, form: CampusForm, but: UUID) -> None:
    """Blame the fields whose values another campus has. What is free here stays free until the transaction ends."""
    await one_at_a_time(campuses.session, f"campuses {campuses.school_id}")
    code, name = form.dane_code, form.name
    if code.data and not code.errors and (other := await campuses.with_dane_code(code.data, but=but)):
        form.blame("dane_code", _("It belongs to another campus: %(name)s.") % {"name": other.name})
    if name.data and not name.errors and await campuses.with_name(name.data, but=but):
        form.blame("name", _("Another campus has this name."))


def why_it_stays(use: CampusUse) -> list[str]:
    """What keeps a campus from being removed, in sentences; nothing when it may go."""
    sentences = []
    if use.groups:
        sentences.append(_groups(use))
    if use.groups_in_bin:
        words = ngettext(
            "%(n)d group in the recycle bin belongs to it.",
            "%(n)d groups in the recycle bin belong to it.",
            use.groups_in_bin,
        )
        sentences.append(words % {"n": use.groups_in_bin})
    if use.enrollments:
        words = ngettext("%(n)d enrollment names it.", "%(n)d enrollments name it.", use.enrollments)
        sentences.append(words % {"n": use.enrollments})
    return sentences


def _groups(use: CampusUse) -> str:
    names = [f"{group.grade.label} {group.code} ({group.year_name})" for group in use.groups[:NAMED]]
    more = len(use.groups) - len(names)
    if more:
        names.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    words = ngettext("This group uses it: %(groups)s.", "These groups use it: %(groups)s.", len(use.groups))
    return words % {"groups": format_list(names)}
