"""The `portal` command. It imports late, so that `portal --help` is quick and a wrong setting is told in one line."""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portal import __version__
from portal.settings import Settings, SettingsError

if TYPE_CHECKING:
    from portal.demo import Made


class Commands(click.Group):
    """Tells what went wrong in one line: a wrong setting, a database that is not there."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None
        except Exception as error:
            if (line := _in_one_line(error)) is None:
                raise
            raise click.ClickException(line) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="portal")
def main() -> None:
    """Athena Portal: the student records of Colombian schools.

    Every command works on the database of DATABASE_URL or, without it, on the embedded one: that of a running
    `portal run`, or started for as long as the command takes. Exit code 0 means done, 1 not done, 2 asked wrongly.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="PORT", show_default=True, show_envvar=True, type=click.IntRange(0, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that serve.  [default: PORTAL_WORKERS or 2]")
def run(host: str, port: int, workers: int | None) -> None:
    """Serve the portal: database, migrations, demo schools if it is empty and PORTAL_DEMO=1, web workers."""
    settings = Settings.from_env()
    settings = replace(settings, workers=workers or settings.workers)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # until the server takes it over: let the database go, too

    from portal import server

    try:
        listener = server.take_port(host, port)
    except server.PortTaken as error:
        raise click.ClickException(f"{error}; choose another with PORT= or --port") from None
    with listener, _database(settings) as (settings, embedded):
        server.prepare(settings, listener)
        _migrate(settings)
        if settings.production:
            _refuse_a_role_that_sees_everything(settings)
        # Only when it was asked for: a new school's own empty database is no place for invented people.
        if settings.demo and not asyncio.run(_has_schools(settings)):
            _make_demo(settings)
        _refuse_a_storage_that_cannot_be(settings)
        click.echo(f"Starting {settings.workers} web workers …", err=True)
        if not server.serve(settings, listener, embedded):
            raise click.ClickException("the web workers did not start; the reason is above")
    click.echo("Stopped.")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date."""
    with _database(Settings.from_env()) as (settings, _):
        _migrate(settings)


@main.command()
def demo() -> None:
    """Make the demo schools, people and accounts, in an empty database (refused in production)."""
    settings = Settings.from_env()
    if settings.production:
        raise click.ClickException("the demo accounts have a public password and are refused in production")
    from portal.demo import DemoRefused
    from portal.demo.telling import told

    with _database(settings) as (settings, _):
        _migrate(settings)
        try:
            made = _make_demo(settings)
        except DemoRefused as error:
            raise click.ClickException(str(error)) from None
    for line in told(made):
        click.echo(line)


@main.group()
def user() -> None:
    """The people who sign in."""


@user.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True, help="Full name.")
def user_create(email: str, name: str) -> None:
    """Make a superuser, such as the first one. The password is asked for, or is the first line of standard input."""
    password = _ask_password()
    with _database(Settings.from_env()) as (settings, _):
        from portal.accounts.superusers import Refused, create_superuser
        from portal.db.sessions import session_outside_request

        async def create() -> None:
            async with session_outside_request(settings) as session:
                await create_superuser(session, email=email, full_name=name, password=password)

        try:
            asyncio.run(create())
        except Refused as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{email} is a superuser now.")


@main.group("import")
def import_() -> None:
    """Bring in files of other systems."""


@import_.command("simat")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--school", required=True, metavar="SLUG", help="The school, as in its address: simon-bolivar.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option("--leave-out-wrong", is_flag=True, help="Apply the other rows. The wrong ones are kept with the import.")
def import_simat(file: Path, school: str, dry_run: bool, leave_out_wrong: bool) -> None:
    """Import a SIMAT Anexo 6A. With a wrong row nothing is written, each one is named, and the exit code is 1."""
    with _database(Settings.from_env()) as (settings, _):
        from portal.interchange.simat.command import import_file

        outcome = asyncio.run(
            import_file(settings, file, school_slug=school, dry_run=dry_run, leave_out_wrong=leave_out_wrong)
        )
    for line in outcome.lines:
        click.echo(line)
    sys.exit(0 if outcome.ok else 1)


@main.command()
def doctor() -> None:
    """Look at everything that the portal needs, and say what to do about what is wrong."""
    from portal.doctor import examine

    settings = Settings.from_env()
    with _database(settings) as (settings, _):
        findings = asyncio.run(examine(settings))
    for finding in findings:
        click.echo(f"{'ok   ' if finding.ok else 'WRONG'} {finding.about}: {finding.found}")
        if not finding.ok:
            click.echo(f"      {finding.advice}")
    sys.exit(0 if all(finding.ok for finding in findings) else 1)


@main.command()
def sweep() -> None:
    """Remove stored files that no record names, a day after they were written, and drafts that nobody came back to."""
    from portal.attachments.sweeping import sweep as sweep_files
    from portal.drafts.sweeping import sweep as sweep_drafts

    with _database(Settings.from_env()) as (settings, _):
        files, drafts = asyncio.run(sweep_files(settings)), asyncio.run(sweep_drafts(settings))
    click.echo(f"{files} files removed, {drafts} drafts.")


@contextmanager
def _database(settings: Settings) -> Iterator[tuple[Settings, Any]]:
    """The settings with the URLs of a running database, and the embedded server if that is it."""
    if settings.database_url is not None:
        yield settings, None
    else:
        from portal.db import embedded

        new = not (settings.data_dir / "postgres").exists()
        with _step(f"{'Making' if new else 'Opening'} the embedded PostgreSQL in {settings.data_dir}"):
            server = embedded.start(settings.data_dir)
        with server:
            yield replace(settings, database_url=server.url, database_owner_url=server.owner_url), server


def _migrate(settings: Settings) -> None:
    from portal.db import schema

    assert settings.owner_url is not None
    missing = schema.missing(settings.owner_url)
    if missing:
        with _step(f"Migrating the database ({len(missing)} steps, to {missing[-1]})"):
            schema.upgrade(settings.owner_url)
    else:
        click.echo("The database is up to date.", err=True)


def _make_demo(settings: Settings) -> "list[Made]":
    from portal import demo
    from portal.db import schema

    async def make() -> "list[Made]":
        made = await demo.make(settings)
        assert settings.owner_url is not None, "the settings come from database_of()"
        await schema.gather_statistics(settings.owner_url)
        return made

    with _step("Making the demo schools"):
        return asyncio.run(make())


def _refuse_a_role_that_sees_everything(settings: Settings) -> None:
    """The workers ask this, too; asked before them, the refusal is one line."""
    from portal.db.sessions import session_outside_request
    from portal.db.tenancy import why_bypassable

    async def ask() -> str | None:
        async with session_outside_request(settings) as session:
            return await why_bypassable(await session.connection())

    if why := asyncio.run(ask()):
        raise click.ClickException(f"DATABASE_URL: {why}, so row security would not bind it; see docs/deployment.md")


def _refuse_a_storage_that_cannot_be(settings: Settings) -> None:
    """The workers ask this, too; asked before them, the refusal is one line."""
    from portal.attachments.stores import storage_of

    storage_of(settings)


async def _has_schools(settings: Settings) -> bool:
    from sqlalchemy import exists, select

    from portal.db.sessions import session_outside_request
    from portal.schools.models import School

    async with session_outside_request(settings) as session:
        return bool(await session.scalar(select(exists(select(School.id)))))


def _ask_password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return password
    return sys.stdin.readline().rstrip("\n")


@contextmanager
def _step(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took. On stderr: what a command answers goes to stdout alone."""
    began = time.monotonic()
    click.echo(f"{what} …", err=True, nl=False)
    try:
        yield
    except BaseException:
        click.echo(err=True)
        raise
    click.echo(f" {time.monotonic() - began:.1f} s", err=True)


def _in_one_line(error: Exception) -> str | None:
    """What a person can do something about; None for what is a mistake of ours and wants its traceback."""
    from portal.db.embedded import EmbeddedError

    if isinstance(error, EmbeddedError):
        return str(error)
    from asyncpg import PostgresError
    from sqlalchemy.exc import InterfaceError, OperationalError

    # A PostgresError that SQLAlchemy has not wrapped comes from connecting: wrong password, no such database.
    if isinstance(
        error, (ConnectionError, socket.gaierror, TimeoutError, PostgresError, OperationalError, InterfaceError)
    ):
        reason = str(getattr(error, "orig", None) or error).splitlines()
        return f"the database cannot be reached: {reason[0] if reason else type(error).__name__}"
    return None
