"""Two people edit one record: nobody overwrites the other unawares, and what does not clash becomes one."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.db.tenancy import enter_school
from portal.students.models import Student
from tests import factories
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]
# Not that of a notice, which offers to undo what was saved before.
FORM = "main form:has([name=version])"


@pytest.fixture
async def student(db: AsyncSession, cast: Cast) -> Student:
    return await factories.make_student(db, cast.school, phone="3105550140", address="Calle 50", stratum=3)


@pytest.fixture
def edit(cast: Cast, student: Student) -> str:
    return f"/schools/{cast.school.slug}/students/{student.id}/edit"


@pytest.fixture
async def secretary(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.secretary)


@pytest.fixture
async def principal(sign_in: SignIn, cast: Cast) -> Browser:
    return await sign_in(cast.principal)


async def kept(db: AsyncSession, student: Student) -> Student:
    await enter_school(db, student.school_id)
    await db.refresh(student)
    return student


class TestWhatClashes:
    async def test_both_versions_stand_side_by_side_and_the_person_chooses(
        self, secretary: Browser, principal: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        theirs = sent | {"phone": "3105550184", "address": "Calle 52", "gender": "M", "neighborhood": "Centro"}
        assert (await principal.post(edit, theirs)).status == 303

        answer = await secretary.post(edit, sent | {"phone": "310 555 0148", "address": "Calle 51", "stratum": "2"})
        assert answer.status == 409
        assert answer.texts("tbody th") == ["Address", "Phone"]
        assert answer.texts("tbody td.at-md") == ["Calle 50", "310 555 0140"]
        phone = answer.all("input[name=phone]")[:2]
        assert [box.attributes["value"] for box in phone] == ["310 555 0184", "310 555 0148"]
        assert f"{cast.principal.full_name} saved changes" in answer.text
        assert "the 2 things that differ" in answer.text
        assert (await kept(db, student)).phone == "3105550184"

        chosen = answer.form("#mix") | {"address": "Calle 52"}
        assert chosen["version"] == "2"
        assert (await secretary.post(edit, chosen)).status == 303
        student = await kept(db, student)
        assert (student.phone, student.address) == ("3105550148", "Calle 52")
        # What only one of them changed stays as that one said.
        assert (student.gender, student.neighborhood, student.stratum) == ("M", "Centro", 2)

    async def test_what_does_not_clash_is_listed_below_with_whose_it_is(
        self, secretary: Browser, principal: Browser, cast: Cast, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        await principal.post(edit, sent | {"phone": "3105550184", "neighborhood": "Centro"})
        answer = await secretary.post(edit, sent | {"phone": "3105550148", "stratum": "2"})
        assert answer.texts("#conflict dt") == [f"Neighbourhood ({cast.principal.full_name})", "Stratum (you)"]
        assert answer.texts("#conflict dd del") == ["before: 3"]
        assert answer.texts("#conflict dd ins") == ["now: Centro", "now: 2"]

    @pytest.mark.parametrize(("button", "phone"), [("#all-mine", None), ("#all-saved", "3105550184")])
    async def test_all_of_one_of_them_is_one_press(
        self,
        secretary: Browser,
        principal: Browser,
        db: AsyncSession,
        student: Student,
        edit: str,
        button: str,
        phone: str | None,
    ) -> None:
        """What the secretary emptied, and what she changed alone, counts either way."""
        sent = (await secretary.get(edit)).form(FORM)
        await principal.post(edit, sent | {"phone": "3105550184"})
        answer = await secretary.post(edit, sent | {"phone": "", "address": "", "stratum": "2"})
        assert (await secretary.post(edit, answer.form(button))).status == 303
        student = await kept(db, student)
        assert (student.phone, student.address, student.stratum) == (phone, None, 2)

    async def test_whoever_is_overtaken_again_is_asked_again(
        self, secretary: Browser, principal: Browser, db: AsyncSession, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        await principal.post(edit, sent | {"phone": "3105550184"})
        answer = await secretary.post(edit, sent | {"phone": "3105550148"})
        now = (await principal.get(edit)).form(FORM)
        await principal.post(edit, now | {"phone": "3105550199"})
        again = await secretary.post(edit, answer.form("#mix"))
        assert again.status == 409
        assert again.texts("tbody td.at-md") == ["310 555 0184"]
        assert (await secretary.post(edit, again.form("#mix"))).status == 303
        assert (await kept(db, student)).phone == "3105550148"

    async def test_in_place_the_choice_stands_where_the_form_was(
        self, secretary: Browser, db: AsyncSession, student: Student, edit: str
    ) -> None:
        contact = edit.replace("edit", "sections/contact/edit")
        sent = (await secretary.get(contact, headers=FRAGMENT)).form("form")
        assert (await secretary.post(contact, sent | {"phone": "3105550184"})).status == 303
        answer = await secretary.post(contact, sent | {"phone": "3105550148"}, headers=FRAGMENT)
        assert (answer.status, answer.is_fragment) == (409, True)
        assert "You saved this record in another window" in answer.text
        form = answer.one("#mix").attributes
        assert (form["action"], form["hx-post"], form["hx-target"]) == (contact, contact, "#conflict")
        saved = await secretary.post(contact, answer.form("#mix"), headers=FRAGMENT)
        assert (saved.status, saved.is_fragment) == (200, True)
        assert "310 555 0148" in saved.one("#contact").text()
        assert (await kept(db, student)).phone == "3105550148"


class TestWhatDoesNotClash:
    async def test_it_merges_by_itself_and_says_so(
        self, secretary: Browser, principal: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        assert (await principal.post(edit, sent | {"phone": "3105550184", "stratum": ""})).status == 303
        answer = await secretary.post(edit, sent | {"address": "Calle 51"})
        assert answer.status == 303
        page = await secretary.get(answer.location)
        assert f"Saved. Meanwhile {cast.principal.full_name} changed: Phone and Stratum." in page.text
        student = await kept(db, student)
        assert (student.phone, student.stratum, student.address) == ("3105550184", None, "Calle 51")

    async def test_in_place_the_section_says_so(
        self, secretary: Browser, principal: Browser, cast: Cast, edit: str
    ) -> None:
        contact = edit.replace("edit", "sections/contact/edit")
        sent = (await secretary.get(contact)).form(FORM)
        assert (await principal.post(contact, sent | {"phone": "3105550184"})).status == 303
        answer = await secretary.post(contact, sent | {"address": "Calle 51"}, headers=FRAGMENT)
        assert answer.status == 200
        assert "310 555 0184" in answer.text
        assert "Calle 51" in answer.text
        words = f"Saved. Meanwhile {cast.principal.full_name} changed: Phone."
        assert answer.one("[data-announce]").attributes["data-announce"] == words
        assert words in answer.text

    async def test_another_section_is_only_mentioned(
        self, secretary: Browser, principal: Browser, cast: Cast, edit: str
    ) -> None:
        identity, contact = (edit.replace("edit", f"sections/{name}/edit") for name in ("identity", "contact"))
        sent = (await secretary.get(contact)).form(FORM)
        await principal.post(identity, (await principal.get(identity)).form(FORM) | {"gender": "M"})
        answer = await secretary.post(contact, sent | {"address": "Calle 51"}, headers=FRAGMENT)
        assert f"Meanwhile {cast.principal.full_name} changed something else in this record." in answer.text

    async def test_an_edit_whose_values_already_stand_is_no_conflict(
        self, secretary: Browser, principal: Browser, db: AsyncSession, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM) | {"phone": "3105550184"}
        other = (await principal.get(edit)).form(FORM) | {"phone": "310 555 0184"}
        assert (await principal.post(edit, other)).status == 303
        assert (await secretary.post(edit, sent)).status == 303
        assert (await kept(db, student)).version == 2

    async def test_who_changed_it_and_back_has_changed_nothing(
        self, secretary: Browser, principal: Browser, db: AsyncSession, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        for phone in ("3105550184", "3105550140"):
            await principal.post(edit, (await principal.get(edit)).form(FORM) | {"phone": phone})
        assert (await secretary.post(edit, sent | {"phone": "3105550148"})).status == 303
        assert (await kept(db, student)).phone == "3105550148"

    async def test_what_json_keeps_merges_field_by_field(
        self, secretary: Browser, principal: Browser, db: AsyncSession, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        theirs = {"CAB_FAMILIA": "S", "left_municipality_code": "Bello, Antioquia"}
        assert (await principal.post(edit, sent | theirs)).status == 303
        assert (await secretary.post(edit, sent | {"BEN_VET_FP": "N"})).status == 303
        student = await kept(db, student)
        assert student.simat == {"CAB_FAMILIA": "S", "DPTO_EXP": "05", "MUN_EXP": "088", "BEN_VET_FP": "N"}
        clash = await secretary.post(edit, sent | {"left_municipality_code": "Medellín, Antioquia"})
        assert clash.texts("tbody th") == ["Displaced from"]
        boxes = clash.all("#mix input[name=left_municipality_code]")
        assert [box.attributes["value"] for box in boxes] == ["Bello, Antioquia", "Medellín, Antioquia"]

    async def test_what_is_merged_must_be_right_together(
        self, secretary: Browser, principal: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
    ) -> None:
        """Each of the two was right by itself: a foreigner whose birth is not known, and a citizen's card."""
        foreigner = {"document_type": "CE", "document_number": "123456"}
        assert (await secretary.post(edit, (await secretary.get(edit)).form(FORM) | foreigner)).status == 303
        sent = (await secretary.get(edit)).form(FORM)
        assert (await principal.post(edit, sent | {"birth_date": ""})).status == 303
        answer = await secretary.post(edit, sent | {"document_type": "TI", "document_number": "1023456780"})
        assert answer.status == 422
        assert answer.form(FORM)["birth_date"] == ""
        assert answer.texts("#errors li") == ["Date of birth: This cannot be empty."]
        assert f"Meanwhile {cast.principal.full_name} changed: Date of birth." in answer.text
        assert (await kept(db, student)).document_type == "CE"

    async def test_what_is_wrong_comes_back_with_what_the_other_saved(
        self, secretary: Browser, principal: Browser, db: AsyncSession, cast: Cast, student: Student, edit: str
    ) -> None:
        sent = (await secretary.get(edit)).form(FORM)
        assert (await principal.post(edit, sent | {"phone": "3105550184"})).status == 303
        answer = await secretary.post(edit, sent | {"email": "nada", "address": "Calle 51"})
        assert answer.status == 422
        form = answer.form(FORM)
        assert (form["version"], form["phone"], form["address"]) == ("2", "310 555 0184", "Calle 51")
        assert f"Meanwhile {cast.principal.full_name} changed: Phone." in answer.text
        assert (await secretary.post(edit, form | {"email": ""})).status == 303
        student = await kept(db, student)
        assert (student.phone, student.address) == ("3105550184", "Calle 51")


async def test_where_the_history_does_not_lead_back_everything_is_shown(
    secretary: Browser, principal: Browser, db: AsyncSession, student: Student, edit: str
) -> None:
    """A form from before there was a history: what differs may be either's, so nothing is overwritten unasked."""
    sent = (await secretary.get(edit)).form(FORM)
    for change in ({"phone": "3105550184"}, {"neighborhood": "Centro"}, {"neighborhood": "Prado"}):
        await principal.post(edit, (await principal.get(edit)).form(FORM) | change)
    answer = await secretary.post(edit, sent | {"version": "0", "address": "Calle 51"})
    assert answer.status == 409
    assert answer.texts("tbody th") == ["Address", "Neighbourhood", "Phone"]
    assert (await kept(db, student)).address == "Calle 50"


async def test_over_real_commits_the_choice_is_still_shown(committing: Committing) -> None:
    """A rollback expires rows: the page of both versions must not need them."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school, phone="3105550140")
    edit = f"/schools/{cast.school.slug}/students/{student.id}/edit"
    async with committing.browser(cast.secretary) as browser:
        sent = (await browser.get(edit)).form(FORM)
        assert (await browser.post(edit, sent | {"phone": "3105550184"})).status == 303
        answer = await browser.post(edit, sent | {"phone": "3105550148"})
        assert answer.status == 409
        assert answer.texts("tbody td.at-md") == ["310 555 0140"]


async def test_of_two_who_save_at_the_same_moment_one_is_asked(committing: Committing) -> None:
    """The slower request waits for the faster, and then shows both versions instead of overwriting or failing."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school, phone="3105550140")
        guardian = await factories.make_guardian(session, cast.school)
        tie = await factories.make_tie(session, student, guardian)
    record = f"/schools/{cast.school.slug}/students/{student.id}"
    async with committing.browser(cast.secretary) as browser:
        edits = (f"{record}/edit", f"{record}/sections/contact/edit", f"{record}/guardians/{tie.id}/edit")
        for each, edit in enumerate(edits):  # with numbers of its own: to write what stands already is no conflict
            sent = (await browser.get(edit)).form(FORM)
            answers = await asyncio.gather(
                *(browser.post(edit, sent | {"phone": f"31055502{each}{number}"}) for number in range(4))
            )
            assert sorted(answer.status for answer in answers) == [303, 409, 409, 409], edit
            assert all(answer.texts("tbody th") for answer in answers if answer.status == 409)
