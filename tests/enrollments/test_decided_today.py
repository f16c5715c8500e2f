"""What I decided today, with undo."""

from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.codes import EnrollmentStatus as Status
from portal.db.base import now
from portal.enrollments import moves
from tests import factories
from tests.enrollments.conftest import SignIn, Waiting, look
from tests.factories import Cast
from tests.pages import FRAGMENT
from tests.queries import counted

pytestmark = pytest.mark.anyio


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/schools/{cast.school.slug}/enrollments/review/decisions"


async def test_the_principal_sees_what_she_decided_and_undoes_it(
    app: Litestar, sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    approved, returned, waits = await waiting(first_surname="Zapata"), await waiting(), await waiting()
    browser = await sign_in(cast.principal)
    base = f"/schools/{cast.school.slug}/enrollments"
    await browser.post(f"{base}/{approved.id}/approval")
    await browser.post(f"{base}/{returned.id}/return", {"reason": "See me."})
    with counted(app) as queries:
        page = await browser.get(address)
    assert len(queries) <= 5
    assert "See me." in page.text
    assert [" ".join(row.split()[:1]) for row in page.texts("#rows tr")] == ["Núñez", "Zapata"]
    assert "2 decisions today" in page.text
    assert str(waits.id) not in page.response.text
    undo = str(page.all("#rows form")[0].attributes["action"])
    assert str(returned.id) in undo
    await browser.post(undo)
    assert (await look(db, returned)).status == Status.SUBMITTED
    again = await browser.get(address)
    assert "Undone" in again.texts("#rows tr")[0]
    assert len(again.all("#rows form")) == 1
    assert (await browser.get(address, headers=FRAGMENT)).is_fragment


async def test_it_is_mine_and_of_today_and_the_undo_ends(
    sign_in: SignIn, cast: Cast, waiting: Waiting, db: AsyncSession, address: str
) -> None:
    hers, old, earlier = await waiting(), await waiting(), await waiting()
    colleague = await factories.make_member(db, cast.school, "principal")
    for enrollment, by, ago in (
        (hers, colleague, timedelta()),
        (old, cast.principal, timedelta(hours=25)),
        (earlier, cast.principal, timedelta(minutes=16)),
    ):
        moves.move(enrollment, Status.RETURNED, by=by.id, at=now() - ago, reason="See me.")
    await db.flush()
    page = await (await sign_in(cast.principal)).get(address)
    assert str(hers.id) not in page.response.text
    assert str(old.id) not in page.response.text
    assert not page.all("#rows form")


async def test_nothing_was_decided_yet(sign_in: SignIn, cast: Cast, address: str) -> None:
    assert "You have decided nothing yet today" in (await (await sign_in(cast.principal)).get(address)).text
    assert (await (await sign_in(cast.secretary)).get(address)).status == 403
    assert (await (await sign_in(cast.stranger)).get(address)).status == 404
