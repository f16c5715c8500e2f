"""Countries by their ISO 3166 numbers, which SIMAT's PAIS_ORIGEN holds; their names come with Babel."""

from functools import cache

from babel.core import Locale, get_global

from portal.catalogs.simat import COLOMBIA
from portal.catalogs.text import folded
from portal.web.i18n import current_locale

# Numbers of countries that are no more, under whose names Babel still knows the ones that followed them.
_WITHDRAWN = frozenset(
    (
        "172",
        "200",
        "230",
        "249",
        "278",
        "280",
        "530",
        "532",
        "536",
        "582",
        "720",
        "736",
        "810",
        "830",
        "886",
        "890",
        "891",
    )
)


def country_name(number: str | None) -> str:
    """``Colombia`` for ``170``, in the reader's language; an unknown number as it is, none as nothing."""
    return _names(current_locale()).get(number, number) if number else ""


def country_names() -> list[tuple[str, str]]:
    """``(number, name)`` of every country, by name; Colombia first, which is nearly always meant."""
    return sorted(_names(current_locale()).items(), key=lambda country: (country[0] != COLOMBIA, folded(country[1])))


@cache
def _names(locale: str) -> dict[str, str]:
    names = Locale(locale).territories
    alpha = {number: codes[0] for number, codes in get_global("territory_aliases").items() if number.isdigit()}
    return {
        number: names[code]
        for number, code in alpha.items()
        if code in names and not code.isdigit() and number not in _WITHDRAWN
    }
