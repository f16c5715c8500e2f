"""Opening a school and changing what tells it from the others: what only the other schools can tell about a form."""

from uuid import UUID

from portal.db import tenancy
from portal.db.repository import one_at_a_time
from portal.schools.forms import NewSchoolForm, SchoolForm
from portal.schools.models import School
from portal.schools.repository import SchoolRepository
from portal.schools.slugs import free_slug, proposed_slug
from portal.web.i18n import _
from portal.web.once import was_sent_before


async def open_school(schools: SchoolRepository, form: NewSchoolForm) -> School | None:
    """Open the school, once for each form; None, with the fields blamed, when something is wrong.

    The school is entered, so that its rows may be written. Raises Conflict when the form's id was used with other
    content.
    """
    digest = form.digest  # before an address is proposed
    refusal = _("This form has opened a school already, and now it says something else. Change it in its settings.")
    if await was_sent_before(schools.session, form.minted_id, digest, School, refusal=refusal):
        return await schools.get(form.minted_id)
    form.validate()
    await check_what_is_unique(schools, form)
    if form.errors:
        return None
    school = School(id=form.minted_id, form_digest=digest)
    form.populate_obj(school)
    await schools.add(school)
    await tenancy.enter_school(schools.session, school.id)  # type: ignore[arg-type]
    return school


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
