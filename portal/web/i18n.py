"""Which language the reader gets, and how dates and numbers are written in it.

Source strings are English. The Spanish catalogue lives in ``portal/locales``; ``make check`` fails while a string
in it is missing or fuzzy. The locale of a request is a context variable, so that models, forms and templates need not
pass it along.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import dates, lists, numbers
from babel.core import Locale, negotiate_locale
from babel.support import LazyProxy, NullTranslations, Translations

LOCALES = ("es", "en")
CATALOGUES = Path(__file__).parent.parent / "locales"
# Numbers and dates follow Colombia in Spanish and international English in English.
_REGIONAL = {"es": "es_CO", "en": "en_GB"}

_locale: ContextVar[str] = ContextVar("locale", default="es")
_time_zone: ContextVar[str] = ContextVar("time_zone", default="America/Bogota")


def current_locale() -> str:
    """The reader's language, one of LOCALES."""
    return _locale.get()


def use_locale(locale: str) -> None:
    """Speak this language for the rest of the request (or of the command)."""
    _locale.set(locale if locale in LOCALES else LOCALES[0])


def use_time_zone(name: str) -> None:
    """Show times as this school's clock does, an IANA name such as ``America/Bogota``."""
    _time_zone.set(name)


def negotiate(accept_language: str) -> str:
    """The best of LOCALES for an ``Accept-Language`` header; the first one when nothing fits."""
    wanted = [part.split(";")[0].strip().replace("-", "_") for part in accept_language.split(",")]
    return negotiate_locale(wanted, LOCALES) or LOCALES[0]


def gettext(message: str) -> str:
    """The message in the reader's language."""
    return _translations(_locale.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message that fits the number, in the reader's language."""
    return _translations(_locale.get()).ngettext(singular, plural, number)


_ = gettext


def lazy(message: str) -> Any:
    """A message that is translated when it is shown: for labels made when a module is imported."""
    return LazyProxy(gettext, message, enable_cache=False)


def in_every_language(message: Any) -> list[str]:
    """A lazy message in each of LOCALES: for finding a thing by any of its names."""
    here, found = current_locale(), []
    for locale in LOCALES:
        use_locale(locale)
        found.append(str(message))
    use_locale(here)
    return found


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """The message itself, marked for extraction: for what is stored and translated each time it is shown."""
    return message


def format_date(value: date | None, form: str = "medium") -> str:
    """``3 mar 2016``; ``form`` is one of Babel's (short, medium, long) or a pattern. Nothing gives an empty string."""
    return dates.format_date(value, form, locale=_babel()) if value else ""


def format_datetime(value: datetime | None, form: str = "d MMM y, H:mm") -> str:
    """A moment on the school's clock."""
    return dates.format_datetime(value, form, tzinfo=ZoneInfo(_time_zone.get()), locale=_babel()) if value else ""


def format_ago(value: datetime, now: datetime) -> str:
    """How long ago, in words: ``hace 3 días``."""
    return dates.format_timedelta(value - now, add_direction=True, locale=_babel()) if value else ""


def format_span(value: timedelta) -> str:
    """A stretch of time in words: ``3 días``."""
    return dates.format_timedelta(value, locale=_babel())


def format_number(value: float | Decimal, *, grouped: bool = True) -> str:
    """A number with the locale's separators: ``1.234``; ungrouped as a person types it."""
    return _number(value, _locale.get(), grouped)


@lru_cache(maxsize=4096)
def _number(value: float | Decimal, locale: str, grouped: bool) -> str:
    """Kept, since Babel takes as long for a number as a page for some rows."""
    return numbers.format_decimal(value, locale=_babel_of(locale), group_separator=grouped)


def format_size(count: int) -> str:
    """So many bytes, as people say it: ``348 kB``, ``2,4 MB``."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{format_number(round(count / 1_000_000, 1))} MB"


def format_mark(value: Decimal) -> str:
    """A mark of a grading scale, with its one decimal: ``5,0``."""
    return numbers.format_decimal(value, format="0.0", locale=_babel())


def format_list(items: Iterable[str]) -> str:
    """``a, b y c``."""
    return lists.format_list([str(item) for item in items], locale=_babel())


def today() -> date:
    """The date on the school's clock."""
    return datetime.now(ZoneInfo(_time_zone.get())).date()


def local_day(moment: datetime) -> date:
    """The day that a moment falls on, on the school's clock."""
    return moment.astimezone(ZoneInfo(_time_zone.get())).date()


def midnight(day: date) -> datetime:
    """When a day begins on the school's clock."""
    return datetime.combine(day, time.min, ZoneInfo(_time_zone.get()))


@cache
def _translations(locale: str) -> NullTranslations:
    return NullTranslations() if locale == "en" else Translations.load(CATALOGUES, [locale], "portal")


def _babel() -> Locale:
    return _babel_of(_locale.get())


@cache
def _babel_of(locale: str) -> Locale:
    return Locale.parse(_REGIONAL[locale])
