"""The environment, read once into one frozen object; nonsense stops the start with one line that names the setting."""

import hashlib
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self, cast
from urllib.parse import urlsplit

Environment = Literal["development", "production", "test"]

CHECKOUT = Path(__file__).resolve().parent.parent

# A constant and not a random file: reading the settings then touches no disk, and every process signs alike. Anyone can
# read it here, which development bears (sessions are random tokens, only notices are signed) and production refuses.
DEVELOPMENT_SECRET_KEY = "development-only-secret-key-refused-in-production"  # noqa: S105 - not a secret
SHORTEST_SECRET_KEY = 32

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")


class SettingsError(Exception):
    """A setting is wrong or missing. The message is one line that begins with the setting's name."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one running portal was told. Secrets stay out of its repr, which may end in a log."""

    env: Environment = "development"
    secret_key: str = field(default=DEVELOPMENT_SECRET_KEY, repr=False)
    demo: bool = False
    workers: int = 2
    allowed_hosts: tuple[str, ...] = LOCAL_HOSTS
    trusted_proxies: tuple[str, ...] = ()

    # No database_url means the embedded PostgreSQL; no owner URL means that one URL serves both roles.
    database_url: str | None = field(default=None, repr=False)
    database_owner_url: str | None = field(default=None, repr=False)
    database_replica_url: str | None = field(default=None, repr=False)
    pool_size: int = 5
    pool_overflow: int = 5
    pool_timeout: float = 2.0
    pool_recycle: int = 1800
    sql_echo: bool = False

    data_dir: Path = CHECKOUT / ".data"
    storage_url: str = field(default=f"file://{CHECKOUT}/.data/files", repr=False)
    upload_limit_mb: int = 15

    session_idle_minutes: int = 30
    session_hours: int = 12

    smtp_url: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = field(default=None, repr=False)

    @property
    def production(self) -> bool:
        return self.env == "production"

    @property
    def owner_url(self) -> str | None:
        """Who migrates: the owner's URL, or the only one there is."""
        return self.database_owner_url or self.database_url

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read every setting, an empty one as an unset one; SettingsError for the first that makes no sense."""
        read = _Reader(environ)
        env = cast(Environment, read.choice("PORTAL_ENV", "development", ("development", "production", "test")))
        production = env == "production"
        data_dir = read.path("PORTAL_DATA_DIR", default_data_dir())
        database_url = read.database("DATABASE_URL")

        settings = cls(
            env=env,
            secret_key=read.secret_key(required=production),
            demo=read.flag("PORTAL_DEMO"),
            workers=read.integer("PORTAL_WORKERS", 2, at_least=1, at_most=64),
            allowed_hosts=read.hosts("PORTAL_ALLOWED_HOSTS"),
            trusted_proxies=read.networks("PORTAL_TRUSTED_PROXIES"),
            database_url=database_url,
            database_owner_url=read.database("DATABASE_OWNER_URL"),
            database_replica_url=read.database("DATABASE_REPLICA_URL"),
            pool_size=read.integer("PORTAL_POOL_SIZE", 5, at_least=1, at_most=500),
            pool_overflow=read.integer("PORTAL_POOL_OVERFLOW", 5, at_least=0, at_most=500),
            pool_timeout=read.seconds("PORTAL_POOL_TIMEOUT", 2.0),
            pool_recycle=read.integer("PORTAL_POOL_RECYCLE", 1800, at_least=1),
            sql_echo=read.flag("PORTAL_SQL_ECHO"),
            data_dir=data_dir,
            storage_url=read.url("PORTAL_STORAGE_URL", ("file", "s3")) or f"file://{data_dir}/files",
            upload_limit_mb=read.integer("PORTAL_UPLOAD_LIMIT_MB", 15, at_least=1, at_most=1024),
            session_idle_minutes=read.integer("PORTAL_SESSION_IDLE_MINUTES", 30, at_least=1),
            session_hours=read.integer("PORTAL_SESSION_HOURS", 12, at_least=1),
            smtp_url=read.url("PORTAL_SMTP_URL", ("smtp", "smtps")),
            oidc_issuer=read.url("PORTAL_OIDC_ISSUER", ("https", "http")),
            oidc_client_id=read.text("PORTAL_OIDC_CLIENT_ID"),
            oidc_client_secret=read.text("PORTAL_OIDC_CLIENT_SECRET"),
        )
        settings._refuse_contradictions()
        return settings

    def _refuse_contradictions(self) -> None:
        """What is wrong only together with another setting."""
        if self.demo and self.production:
            raise SettingsError("PORTAL_DEMO: the demo accounts have a public password and are refused in production")

        if self.database_url is None:
            for name in ("DATABASE_OWNER_URL", "DATABASE_REPLICA_URL"):
                if getattr(self, name.lower()):
                    raise SettingsError(f"{name}: has a meaning only together with DATABASE_URL")

        if self.session_idle_minutes > self.session_hours * 60:
            raise SettingsError("PORTAL_SESSION_IDLE_MINUTES: is longer than PORTAL_SESSION_HOURS")

        for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"):
            missing = getattr(self, f"oidc_{name.lower()}") is None
            if missing and (self.oidc_issuer or self.oidc_client_id or self.oidc_client_secret):
                raise SettingsError(f"PORTAL_OIDC_{name}: missing; the three PORTAL_OIDC_ settings go together")


def default_data_dir() -> Path:
    """`.data/` in the checkout; as root a folder a checkout below /var/lib.

    PostgreSQL refuses to run as root, and the user it runs as instead cannot enter a checkout below /root.
    """
    if os.geteuid() != 0:
        return CHECKOUT / ".data"
    return Path("/var/lib/athena-portal") / hashlib.sha256(bytes(CHECKOUT)).hexdigest()[:12]


class _Reader:
    """One method a kind of value. None of them repeats a value that may hold a password."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str) -> str | None:
        return self.environ.get(name, "").strip() or None

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name) or default
        if value not in allowed:
            raise SettingsError(f"{name}: must be one of {', '.join(allowed)}, not {value!r}")
        return value

    def flag(self, name: str) -> bool:
        value = (self.text(name) or "0").lower()
        if value not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise SettingsError(f"{name}: must be 1 or 0, not {value!r}")
        return value in ("1", "true", "yes", "on")

    def integer(self, name: str, default: int, *, at_least: int, at_most: int | None = None) -> int:
        value = self.text(name) or str(default)
        limits = f"{at_least} to {at_most}" if at_most is not None else f"at least {at_least}"
        if not (value.isascii() and value.isdigit() and at_least <= int(value) <= (at_most or int(value))):
            raise SettingsError(f"{name}: must be a whole number ({limits}), not {value!r}")
        return int(value)

    def seconds(self, name: str, default: float) -> float:
        value = self.text(name) or str(default)
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= 3600:
            raise SettingsError(f"{name}: must be a number of seconds above 0 and at most 3600, not {value!r}")
        return seconds

    def path(self, name: str, default: Path) -> Path:
        return Path(self.text(name) or default).expanduser().absolute()

    def url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is not None and not _looks_like_url(value, schemes):
            raise SettingsError(f"{name}: must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return value

    def database(self, name: str) -> str | None:
        """Hosting companies hand out postgres:// and postgresql:// for what SQLAlchemy calls postgresql+asyncpg://."""
        value = self.url(name, ("postgresql+asyncpg", "postgresql", "postgres"))
        return value and "postgresql+asyncpg://" + value.split("://", 1)[1]

    def secret_key(self, *, required: bool) -> str:
        name = "PORTAL_SECRET_KEY"
        value = self.text(name)
        if value is None and required:
            raise SettingsError(f"{name}: missing; production needs one, such as `openssl rand -base64 48` prints")
        if value == DEVELOPMENT_SECRET_KEY and required:
            raise SettingsError(f"{name}: is the public one for development; production needs its own")
        if value is not None and len(value) < SHORTEST_SECRET_KEY:
            raise SettingsError(f"{name}: must have at least {SHORTEST_SECRET_KEY} characters")
        return value or DEVELOPMENT_SECRET_KEY

    def hosts(self, name: str) -> tuple[str, ...]:
        hosts = self._list(name)
        if any("*" in host.removeprefix("*.") or "/" in host for host in hosts):
            raise SettingsError(f"{name}: must be host names such as portal.example.edu.co, not addresses or *")
        return tuple(host.lower() for host in hosts) or LOCAL_HOSTS

    def networks(self, name: str) -> tuple[str, ...]:
        networks = self._list(name)
        for network in networks:
            try:
                ipaddress.ip_network(network, strict=False)
            except ValueError:
                raise SettingsError(
                    f"{name}: must be addresses or networks such as 10.0.0.0/8, not {network!r}"
                ) from None
        return networks

    def _list(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in (self.text(name) or "").split(",") if part.strip())


def _looks_like_url(value: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return False
    return parts.scheme in schemes and "://" in value and not any(c.isspace() for c in value)
