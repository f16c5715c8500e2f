import pytest

from portal.web import i18n


@pytest.fixture
def english():
    i18n.use_locale("en")
    yield
    i18n.use_locale("es")
