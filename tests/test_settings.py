"""The settings: every one is read, and nonsense is refused in one line that names it."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from portal.settings import DEVELOPMENT_SECRET_KEY, Settings, SettingsError

PRODUCTION = {
    "PORTAL_ENV": "production",
    "PORTAL_SECRET_KEY": "k" * 32,
    "PORTAL_ALLOWED_HOSTS": "portal.example.edu.co",
}


def test_everything_has_a_default_for_one_machine():
    settings = Settings.from_env({})

    assert settings.env == "development"
    assert settings.database_url is None, "the embedded one"
    assert settings.secret_key == DEVELOPMENT_SECRET_KEY
    assert settings.allowed_hosts == ("localhost", "127.0.0.1", "[::1]", "testserver")
    assert (settings.workers, settings.pool_size, settings.pool_timeout) == (2, 5, 2.0)
    assert settings.storage_url == f"file://{settings.data_dir}/files"
    assert not settings.demo


def test_an_empty_value_is_an_unset_one():
    assert Settings.from_env({"PORTAL_WORKERS": "", "DATABASE_URL": " "}) == Settings.from_env({})


def test_production_with_what_it_needs():
    settings = Settings.from_env(PRODUCTION | {"PORTAL_TRUSTED_PROXIES": "10.0.0.0/8, ::1"})

    assert settings.production
    assert settings.allowed_hosts == ("portal.example.edu.co",)
    assert settings.trusted_proxies == ("10.0.0.0/8", "::1")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_database_url_in_any_of_its_spellings(scheme: str):
    assert Settings.from_env({"DATABASE_URL": f"{scheme}://a:b@h/d"}).database_url == "postgresql+asyncpg://a:b@h/d"


def test_who_migrates():
    one = {"DATABASE_URL": "postgresql://app@h/d"}
    assert Settings.from_env(one).owner_url == "postgresql+asyncpg://app@h/d"

    two = one | {"DATABASE_OWNER_URL": "postgresql://owner@h/d"}
    assert Settings.from_env(two).owner_url == "postgresql+asyncpg://owner@h/d"


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"PORTAL_ENV": "staging"}, "PORTAL_ENV"),
        ({"PORTAL_DEMO": "perhaps"}, "PORTAL_DEMO"),
        ({"PORTAL_WORKERS": "two"}, "PORTAL_WORKERS"),
        ({"PORTAL_WORKERS": "0"}, "PORTAL_WORKERS"),
        ({"PORTAL_WORKERS": "-1"}, "PORTAL_WORKERS"),
        ({"PORTAL_WORKERS": "²"}, "PORTAL_WORKERS"),
        ({"PORTAL_POOL_SIZE": "5.5"}, "PORTAL_POOL_SIZE"),
        ({"PORTAL_POOL_TIMEOUT": "nan"}, "PORTAL_POOL_TIMEOUT"),
        ({"PORTAL_POOL_TIMEOUT": "0"}, "PORTAL_POOL_TIMEOUT"),
        ({"DATABASE_URL": "mysql://a:secret@h/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://a:secret@h:port/d"}, "DATABASE_URL"),
        ({"DATABASE_URL": "/var/lib/secret.db"}, "DATABASE_URL"),
        ({"DATABASE_OWNER_URL": "postgresql://a:secret@h/d"}, "DATABASE_OWNER_URL"),
        ({"PORTAL_STORAGE_URL": "ftp://secret@h"}, "PORTAL_STORAGE_URL"),
        ({"PORTAL_SMTP_URL": "mail.example.co"}, "PORTAL_SMTP_URL"),
        ({"PORTAL_OIDC_ISSUER": "https://id.example.co"}, "PORTAL_OIDC_CLIENT_ID"),
        ({"PORTAL_ALLOWED_HOSTS": "*"}, "PORTAL_ALLOWED_HOSTS"),
        ({"PORTAL_ALLOWED_HOSTS": "https://portal.example.co"}, "PORTAL_ALLOWED_HOSTS"),
        ({"PORTAL_TRUSTED_PROXIES": "*"}, "PORTAL_TRUSTED_PROXIES"),
        ({"PORTAL_SESSION_HOURS": "1", "PORTAL_SESSION_IDLE_MINUTES": "90"}, "PORTAL_SESSION_IDLE_MINUTES"),
        ({"PORTAL_SECRET_KEY": "secret"}, "PORTAL_SECRET_KEY"),
        (PRODUCTION | {"PORTAL_SECRET_KEY": ""}, "PORTAL_SECRET_KEY"),
        (PRODUCTION | {"PORTAL_SECRET_KEY": DEVELOPMENT_SECRET_KEY}, "PORTAL_SECRET_KEY"),
        (PRODUCTION | {"PORTAL_DEMO": "1"}, "PORTAL_DEMO"),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_it_and_tells_no_secret(environ: dict[str, str], name: str):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env(environ)

    message = str(refused.value)
    assert message.startswith(f"{name}: ")
    assert "\n" not in message
    assert "secret@" not in message
    assert "/var/lib/secret" not in message


def test_settings_do_not_change_and_keep_their_secrets():
    settings = Settings.from_env(PRODUCTION | {"DATABASE_URL": "postgresql://a:pass@h/d", "PORTAL_DATA_DIR": "data"})

    with pytest.raises(FrozenInstanceError):
        settings.workers = 3  # type: ignore[misc]
    assert "pass" not in repr(settings)
    assert "kkk" not in repr(settings)
    assert settings.data_dir == Path.cwd() / "data"
