"""The environment of the templates: where they lie, what they may call, and what is drawn once and not each time."""

from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # what makes no Markup

from portal.web import i18n
from portal.web.assets import Assets

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
# Kept at once: of a kilobyte or less, most of them.
FRAGMENTS = 2048


def make_environment(assets: Assets, *, development: bool) -> Environment:
    """An environment with everything that templates of any feature use; in development it follows the files."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=development,
    )
    environment.template_class = _Template
    environment.globals.update(
        _=_translated,
        ngettext=_translated_number,
        asset=assets.url,
        drawn_icon=_icons(assets),
        drawn_once=_drawer(environment),
        today=i18n.today,
    )
    environment.filters.update(
        date=i18n.format_date,
        datetime=i18n.format_datetime,
        number=i18n.format_number,
        filesize=i18n.format_size,
        ago=lambda moment: i18n.format_ago(moment, datetime.now(UTC)),
        listed=i18n.format_list,
    )
    return environment


class _Template(Template):
    @classmethod
    def _from_namespace(cls, environment: Environment, compiled: MutableMapping[str, Any], known: Any) -> Template:
        """What is written out is escaped to a text, not to a Markup: it is joined with others at once.

        A list writes two thousand texts, and making a Markup of each takes longer than escaping it.
        """
        compiled["escape"] = _escaped
        return super()._from_namespace(environment, compiled, known)

    def _get_default_module(self, _ctx: Context | None = None) -> TemplateModule:
        """The macros that others import: they see the globals of the environment only, so that one set does for all.

        Jinja looks at each import whether the globals are still the same: 4 % of a page.
        """
        return super()._get_default_module()


def _escaped(value: Any) -> str:
    return _escape_inner(value) if type(value) is str else escape(value)


def _translated(message: str, **values: Any) -> Markup:
    """The message in the reader's language, its ``%(name)s`` filled and what fills them escaped."""
    return Markup(i18n.gettext(message)) % values if values else _as_it_is(message, i18n.current_locale())  # noqa: S704


@cache
def _as_it_is(message: str, _locale: str) -> Markup:
    """Kept: templates say the same few hundred texts again and again. ``%%`` is one sign here, too."""
    return Markup(i18n.gettext(message)) % {}  # noqa: S704 - our own text


def _translated_number(singular: str, plural: str, num: int, **values: Any) -> Markup:
    """The form of the message that fits ``num``, which it may name."""
    text = Markup(i18n.ngettext(singular, plural, num))  # noqa: S704 - our own text
    return text % {"num": num, **values}


def _icons(assets: Assets) -> Callable[..., Markup]:
    """An icon of static/icons.txt. A page has some fifty of a few kinds."""

    @cache
    def drawn_icon(name: str, extra: str = "") -> Markup:
        classes = f"icon {extra}" if extra else "icon"
        text = Markup('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>')
        return text.format(classes, assets.url("icons.svg"), name)

    return drawn_icon


def _drawer(environment: Environment) -> Callable[..., Markup]:
    """What draws a template that depends on nothing but its values and the language: once for each of them.

    The values are compared, so that they must be hashable; nothing is ever out of date, since all that the fragment
    shows is part of the question. No context: neither the request nor who asks, and therefore no form that is posted,
    which has a key of its own on each page.
    """

    @lru_cache(maxsize=FRAGMENTS)
    def drawn(template: str, _locale: str, values: tuple[tuple[str, Any], ...]) -> Markup:
        text = environment.get_template(template).render(dict(values))
        if 'method="post"' in text:
            raise ValueError(f"{template} posts a form: include it, so that it gets a key on each page")
        return Markup(text)  # noqa: S704 - escaped by the template

    def drawn_once(template: str, **values: Any) -> Markup:
        question = template, i18n.current_locale(), tuple(values.items())
        # While templates are being written they are drawn anew.
        return drawn.__wrapped__(*question) if environment.auto_reload else drawn(*question)

    return drawn_once
