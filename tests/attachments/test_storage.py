"""Where files are kept: what a transaction that fails leaves, what settings make sense, what a download looks like."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from litestar import Litestar
from obstore.store import S3Store
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from portal.accounts.models import User
from portal.attachments.downloads import disposition
from portal.attachments.storage import Storage
from portal.attachments.stores import storage_of
from portal.attachments.sweeping import sweep
from portal.catalogs.codes import AttachmentKind
from portal.settings import Settings, SettingsError
from tests import factories
from tests.attachments.samples import PDF, make_paper, picture
from tests.conftest import Committing
from tests.factories import Cast
from tests.pages import Browser

pytestmark = pytest.mark.anyio
SignIn = Callable[[User], Awaitable[Browser]]


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return storage_of(Settings(storage_url=(tmp_path / "files").as_uri()))


@pytest.fixture(autouse=True)
def _registered_again(settings: Settings) -> Iterator[None]:
    """The registry knows one storage: the tests' own again, for those that store without a request."""
    yield
    storage_of(settings)


def files(storage: Storage) -> set[str]:
    assert storage.folder is not None
    return {str(path.relative_to(storage.folder)) for path in storage.folder.rglob("*") if path.is_file()}


# --- Transactions -----------------------------------------------------------------------------------------------------


async def test_what_was_written_for_nothing_is_removed(db: AsyncSession, storage: Storage) -> None:
    await storage.keep(db, "a/1", b"1", "text/plain")
    async with db.begin_nested():
        await storage.keep(db, "a/2", b"2", "text/plain")
    assert files(storage) == {"a/1", "a/2"}
    await db.rollback()
    await storage.settled()
    assert files(storage) == set()


async def test_what_was_committed_stays(committing: Committing, storage: Storage) -> None:
    async with committing.session() as session:
        await storage.keep(session, "a/1", b"1", "text/plain")
    with pytest.raises(ZeroDivisionError):
        await _keep_and_fail(committing, storage)
    await storage.settled()
    assert files(storage) == {"a/1"}


async def test_a_commit_whose_answer_is_lost_takes_no_file_away(committing: Committing, storage: Storage) -> None:
    with pytest.raises(DBAPIError):
        await _keep_and_lose_the_connection(committing, storage)
    await storage.settled()
    assert files(storage) == {"a/1"}


async def test_a_row_that_is_refused_leaves_no_file(committing: Committing) -> None:
    """The picture's file is written; the row then meets a photo that somebody else brought at the same moment."""
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        student = await factories.make_student(session, cast.school)
    storage: Storage = committing.app.state.storage
    await committing.as_superuser(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE unique_violation USING MESSAGE = 'uq_attachments_picture'; END $$"
    )
    await committing.as_superuser(
        "CREATE TRIGGER refuse BEFORE INSERT ON attachments FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    before = files(storage)
    async with committing.browser(cast.secretary) as secretary:
        page = f"/schools/{cast.school.slug}/students/{student.id}/photo"
        answer = await secretary.post(page, {"id": str(uuid4())}, files={"file": ("a.png", picture())})
    assert answer.status == 409
    assert "Somebody else has just brought another picture." in answer.text
    await storage.settled()
    assert files(storage) == before
    assert await committing.as_superuser("SELECT id FROM attachments") == []


async def test_what_no_row_names_is_swept_away_when_it_is_old(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        named = await make_paper(session, await factories.make_student(session, cast.school), name="a.png")
    storage: Storage = committing.app.state.storage
    forgotten, of_a_school_that_is_gone = f"{cast.school.id}/student/x/1", f"{uuid4()}/student/x/1"
    for path in (forgotten, of_a_school_that_is_gone, "not-ours/1"):
        await storage.backend.fs.put_async(path, b"x")
    await sweep(committing.settings)
    assert {forgotten, of_a_school_that_is_gone} <= files(storage)
    assert await sweep(committing.settings, age=timedelta(seconds=-5)) >= 2
    left = files(storage)
    assert not {forgotten, of_a_school_that_is_gone} & left
    assert named.thumbnail is not None
    assert {named.file.path, named.thumbnail.path, "not-ours/1"} <= left


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_the_folder_is_for_nobody_else(storage: Storage) -> None:
    assert storage.folder is not None
    assert storage.folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("url", ["file://here/files", "file:///proc/nowhere", "s3://", "s3:///prefix"])
def test_nonsense_stops_the_start_in_one_line(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^PORTAL_STORAGE_URL: ") as told:
        storage_of(Settings(storage_url=url))
    assert "\n" not in str(told.value)


def test_a_bucket_is_reached_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:9")
    storage = storage_of(Settings(storage_url="s3://papers/of/schools"))
    store = storage.backend.fs
    assert isinstance(store, S3Store)
    assert (store.config["bucket"], store.prefix) == ("papers", "of/schools")
    assert storage.backend.protocol == "s3"


def test_two_applications_of_one_process_keep_their_own(settings: Settings, tmp_path: Path, app: Litestar) -> None:
    from portal.app import create_app

    other = create_app(replace(settings, storage_url=(tmp_path / "other").as_uri()))
    assert other.state.storage.folder == tmp_path / "other"
    assert app.state.storage.folder != other.state.storage.folder


# --- Downloads --------------------------------------------------------------------------------------------------------


async def test_a_download_is_kept_and_never_shown(db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    student = await factories.make_student(db, cast.school)
    content = PDF * 20_000
    paper = await make_paper(db, student, name='cédula "1".pdf', content=content)
    secretary = await sign_in(cast.secretary)
    here = f"/schools/{cast.school.slug}/attachments/{paper.id}"
    answer = await secretary.client.get(here, headers={"Accept-Encoding": "br, gzip"})
    assert (answer.status_code, answer.content == content) == (200, True)
    told: Any = answer.headers
    assert told["content-type"] == "application/pdf"
    assert told["content-length"] == str(len(content))
    assert told["content-disposition"] == (
        "attachment; filename=\"c_dula _1_.pdf\"; filename*=UTF-8''c%C3%A9dula%20%221%22.pdf"
    )
    assert told["x-content-type-options"] == "nosniff"
    assert told["cache-control"] == "private, no-store"
    assert "content-encoding" not in told
    assert (await secretary.get(f"{here}/picture")).status == 404
    assert (await secretary.get(f"{here}/thumbnail")).status == 404
    assert (await secretary.client.head(here)).status_code == 200


async def test_a_paper_that_is_a_picture_is_looked_at_and_not_kept(
    db: AsyncSession, cast: Cast, sign_in: SignIn
) -> None:
    student = await factories.make_student(db, cast.school)
    paper = await make_paper(db, student, name="a.png", kind=AttachmentKind.SISBEN)
    here = f"/schools/{cast.school.slug}/attachments/{paper.id}"
    answer = await (await sign_in(cast.viewer)).client.get(f"{here}/picture")
    assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/png", "private, no-store")
    assert answer.headers["content-disposition"] == "inline"


async def test_a_file_that_is_gone_is_told(app: Litestar, db: AsyncSession, cast: Cast, sign_in: SignIn) -> None:
    paper = await make_paper(db, await factories.make_student(db, cast.school))
    await app.state.storage.remove([paper.file.path, paper.file.path])
    page = await (await sign_in(cast.secretary)).get(f"/schools/{cast.school.slug}/attachments/{paper.id}")
    assert page.status == 404
    assert "The file is no longer in the storage." in page.text


@pytest.mark.parametrize("name", ['a";b.pdf', "a\r\nX: y.pdf", "ñ.pdf", "a%00.pdf"])
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    assert not set(disposition(name)) & set("\r\n")
    assert disposition(name).count('"') == 2


async def _keep_and_fail(committing: Committing, storage: Storage) -> None:
    async with committing.session() as session:
        await storage.keep(session, "a/2", b"2", "text/plain")
        await session.execute(text("SELECT 1"))
        raise ZeroDivisionError


async def _keep_and_lose_the_connection(committing: Committing, storage: Storage) -> None:
    async with committing.session() as session:
        await storage.keep(session, "a/1", b"1", "text/plain")
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        await committing.as_superuser(f"SELECT pg_terminate_backend({pid})")
