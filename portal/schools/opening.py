"""Opening a school and changing what tells it from the others: what only the other schools can tell about a form."""

from uuid import UUID

from portal.db.repository import one_at_a_time
from portal.schools.forms import NewSchoolForm, SchoolForm
from portal.schools.models import School
from portal.schools.repository import SchoolRepository
from portal.schools.slugs import free_slug, proposed_slug
from portal.web.errors import Conflict
from portal.web.i18n import _


async def was_sent_before(schools: SchoolRepository, form: NewSchoolForm) -> School | None:
    """The school that this very form has opened already, or None; other forms wait until this one is through.

    Raises Conflict when the form's id was used with other content.
    """
    await one_at_a_time(schools.session, "schools")
    kept = await schools.get_one_or_none(id=form.minted_id)
    if kept is not None and form.says_otherwise_than(kept):
        raise Conflict(
            _("This form has opened a school already, and now it says something else. Change it in its settings.")
        )
    return kept


async def check_what_is_unique(schools: SchoolRepository, form: SchoolForm, but: UUID | None = None) -> None:
    """Blame the fields whose values another school has; a new school without an address gets one from its name.

    No other form can write the same meanwhile: what is free here stays free until the transaction ends.
    """
    await one_at_a_time(schools.session, "schools")
    code = form.dane_code.data
    if code and not form.dane_code.errors and (other := await schools.with_dane_code(code, but=but)):
        form.blame("dane_code", _("It belongs to another school: %(name)s.") % {"name": other})
    if isinstance(form, NewSchoolForm) and not form.slug.errors:
        await _settle_slug(schools, form)


async def _settle_slug(schools: SchoolRepository, form: NewSchoolForm) -> None:
    wanted = form.slug.data or proposed_slug(form.short_name.data or form.name.data or "")
    taken = await schools.slugs_like(wanted)
    proposed = free_slug(wanted, taken)
    if form.slug.data and proposed != wanted:
        form.blame("slug", _("Another school has this address. Free is, for example: %(slug)s.") % {"slug": proposed})
    else:
        form.slug.data = proposed
