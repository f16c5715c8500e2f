"""What is drawn once and kept: in each language, for each set of values, and never a form that is posted."""

import pytest
from jinja2 import DictLoader, Environment

from portal.web import i18n
from portal.web.assets import Assets
from portal.web.templating import make_environment


@pytest.fixture
def environment() -> Environment:
    made = make_environment(Assets(), development=False)
    made.loader = DictLoader(
        {
            "name.html": "{{ drawn_icon('users') }}{{ name }} {{ _('Search') }}",
            "form.html": '<form method="post"></form>',
            "page.html": "{{ drawn_once(template, name=name) }}",
        }
    )
    return made


def test_a_fragment_is_known_by_its_values_and_the_language(environment: Environment) -> None:
    page = environment.get_template("page.html")
    drawn = {}
    for locale in ("es", "en"):
        i18n.use_locale(locale)
        for name in ("Ana", "<b>"):
            drawn[locale, name] = page.render(template="name.html", name=name)
            assert page.render(template="name.html", name=name) == drawn[locale, name]
    assert len(set(drawn.values())) == 4
    assert "&lt;b&gt; Search" in drawn["en", "<b>"]
    assert drawn["es", "Ana"].endswith("Ana Buscar")
    assert '<svg class="icon" aria-hidden="true"><use href="/static/icons.' in drawn["es", "Ana"]


def test_a_posted_form_has_a_key_of_its_own_and_is_drawn_each_time(environment: Environment) -> None:
    with pytest.raises(ValueError, match="posts a form"):
        environment.get_template("page.html").render(template="form.html", name="")


def test_values_fill_a_text_and_are_escaped(environment: Environment) -> None:
    i18n.use_locale("en")
    page = environment.from_string("{{ _('Select %(name)s', name=name) }} {{ _('100 %%') }}")
    assert page.render(name="<b>") == "Select &lt;b&gt; 100 %"
