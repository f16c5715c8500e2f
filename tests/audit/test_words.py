"""Everything that is told has words: for each record, each field and each value, in both languages."""

from types import SimpleNamespace
from typing import Any

import pytest

from portal.audit.changes import UNTOLD
from portal.audit.models import Action, Channel
from portal.audit.sentences import Wording
from portal.audit.telling import Names
from portal.db.base import Audited, Base, new_id
from portal.enrollments import simat_attributes
from portal.enrollments.models import Enrollment
from portal.schools.rules import CustomField
from portal.students.forms import SupportForm
from portal.students.models import Student
from portal.students.sheet import LEFT_DEPARTMENT, LEFT_MUNICIPALITY, LEFT_PLACE
from portal.told import TELLINGS
from portal.web.i18n import use_locale

ANA, JUAN = str(new_id()), str(new_id())
OWN = (CustomField("ruta", "Ruta escolar"),)


def event(entity: str, action: Action = Action.CHANGED, **changes: Any) -> Any:
    return SimpleNamespace(
        id=new_id(),
        entity=entity,
        entity_id=JUAN,
        student_id=JUAN,
        guardian_id=None,
        actor_id=ANA,
        channel=Channel.WEB,
        action=action,
        changes={name.replace("__", "."): values for name, values in changes.items()},
    )


def told(it: Any, *, sees_all: bool = True) -> str:
    """The sentence, without its marks."""
    names = Names(TELLINGS.kinds, {("users", ANA): ["Ana Torres"], ("students", JUAN): ["Juan Pérez"]})
    wording = Wording(names, OWN, sees_all)
    declared = TELLINGS.of(it.entity)
    return str(wording.sentence(it, declared, wording.changes(it, declared)).striptags())


@pytest.fixture(params=["en", "es"])
def locale(request: pytest.FixtureRequest) -> Any:
    use_locale(request.param)
    yield request.param
    use_locale("en")


def test_every_audited_record_and_column_has_words() -> None:
    models = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Audited)}
    assert {each.model for each in TELLINGS} == models
    for each in TELLINGS:
        columns = each.model.__table__.c  # type: ignore[attr-defined]
        told_columns = {name for name in columns.keys() if columns[name].computed is None}  # noqa: SIM118
        described = {name.partition(".")[0] for name in (*each.fields, *each.inside)}
        assert told_columns - UNTOLD - each.model.untold - described == set(), each.table
        assert described <= set(columns.keys()), each.table


def test_what_points_to_a_record_says_to_which_kind() -> None:
    for each in TELLINGS:
        for name, value in each.fields.items():
            if name.endswith("_id") and name not in ("entity_id", "per_id"):
                assert value.names in TELLINGS.kinds, (each.table, name)


def test_what_pages_keep_from_some_readers_the_history_keeps_from_them_too() -> None:
    asked = {field.short_name for field in SupportForm()} - {LEFT_PLACE} | {LEFT_DEPARTMENT, LEFT_MUNICIPALITY}
    columns = Student.__table__.c
    assert Student.sensitive == {name if name in columns else f"simat.{name}" for name in asked}
    assert Enrollment.sensitive > {f"simat_status.{name}" for name in simat_attributes.SENSITIVE}


def test_every_label_and_kind_is_translated() -> None:
    for each in TELLINGS:
        for text in (each.kind, each.thing, *(value.label for value in each.fields.values())):
            use_locale("es")
            spanish = str(text)
            use_locale("en")
            assert spanish
            if " " in str(text):
                assert spanish != str(text), str(text)


def test_one_field_is_told_from_what_to_what() -> None:
    it = event("students", phone=["3005550148", "3015550148"])
    expected = "Ana Torres changed “Phone” in the student record of Juan Pérez from 300 555 0148 to 301 555 0148"
    assert told(it) == expected
    use_locale("es")
    expected = "Ana Torres cambió «Teléfono» en la ficha de Juan Pérez: de 300 555 0148 a 301 555 0148"
    assert told(it) == expected
    use_locale("en")


def test_what_was_empty_or_becomes_empty_is_told_as_such() -> None:
    assert told(event("students", email=[None, "a@b.co"])).startswith("Ana Torres wrote “E-mail” in")
    assert told(event("students", email=["a@b.co", None])).endswith("it said a@b.co")


def test_several_fields_are_named_in_the_order_of_the_form() -> None:
    it = event("students", zone=["1", "2"], first_surname=["Mora", "Moreno"], address=[None, "Calle 1"])
    assert "changed “First surname”, “Address” and “Zone” in the student record" in told(it)


@pytest.mark.parametrize("action", list(Action))
def test_each_action_has_a_sentence_for_each_kind(action: Action, locale: str) -> None:
    for each in TELLINGS:
        sentence = told(event(each.table, action))
        assert sentence.startswith("Ana Torres ")
        assert "%(" not in sentence


def test_a_field_of_the_schools_own_has_its_label_and_one_that_is_gone_says_so() -> None:
    assert "“Ruta escolar”" in told(event("students", extra_data__ruta=[None, "7"]))
    assert "“A field that the school has taken out”" in told(event("students", extra_data__gone=[None, "7"]))


def test_what_is_gone_says_so() -> None:
    it = event("groups", lead_teacher_id=[None, str(new_id())])
    assert told(it).endswith("in the group (gone): (gone)")
    it = event("campuses", Action.REMOVED, name=["La Loma", None])
    assert told(it) == "Ana Torres removed the campus La Loma"


def test_who_acted_through_a_file_is_told_along_with_it() -> None:
    it = event("students", eps=["Sura", "Savia"])
    it.channel = Channel.IMPORT
    assert told(it).startswith("A file of SIMAT (Ana Torres) changed “EPS”")
    it.channel, it.actor_id = Channel.COMMAND, None
    assert told(it).startswith("A command of the installation changed")


def test_sensitive_values_are_told_only_to_those_who_may_see_them() -> None:
    it = event("students", allergies=["Polen", "CANARY"])
    assert "CANARY" in told(it)
    masked = told(it, sees_all=False)
    assert masked == "Ana Torres changed sensitive data in the student record of Juan Pérez"
    it = event("students", allergies=["Polen", "CANARY"], phone=["1", "2"])
    assert "CANARY" not in told(it, sees_all=False)
    assert "Allergies" not in told(it, sees_all=False)


@pytest.mark.parametrize("kind", ["medical", None])
def test_a_sensitive_file_is_not_named_to_those_who_may_not_see_it(kind: str | None) -> None:
    it = event(
        "attachments", Action.CREATED, file_name=[None, "CANARY.pdf"], **({"kind": [None, kind]} if kind else {})
    )
    assert told(it, sees_all=False) == "Ana Torres added a sensitive document"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ([None, "draft"], "began"),
        (["draft", "submitted"], "for review"),
        (["submitted", "active"], "approved"),
        (["submitted", "returned"], "returned"),
        (["active", "withdrawn"], "recorded the withdrawal"),
        (["withdrawn", "active"], "recorded the return"),
        (["active", "submitted"], "took back the last step"),
    ],
)
def test_a_move_of_an_enrollment_is_told_as_such(status: list[Any], words: str) -> None:
    action = Action.CHANGED if status[0] else Action.CREATED
    assert words in told(event("enrollments", action, status=status))


def test_a_name_that_is_markup_stays_text() -> None:
    names = Names(TELLINGS.kinds, {("users", ANA): ["<script>"], ("students", JUAN): ["<b>Juan"]})
    wording, it = Wording(names, (), sees_all=True), event("students", address=["<i>", "</i><img>"])
    sentence = wording.sentence(it, TELLINGS.of("students"), wording.changes(it, TELLINGS.of("students")))
    assert "<script>" not in sentence
    assert "&lt;b&gt;Juan" in sentence
    assert "<img>" not in sentence
