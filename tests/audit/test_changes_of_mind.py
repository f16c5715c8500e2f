"""Whatever is done on the portal's pages, its undo leaves every row as it was before; what came later stays."""

from random import Random
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from portal.schools.models import SchoolSettings
from tests import factories
from tests.audit.mind_changer import ACTS, MindChanger
from tests.audit.test_undo import SignIn
from tests.audit.undoing import rows, undo_offered
from tests.factories import Cast

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(sign_in: SignIn, cast: Cast, db: AsyncSession) -> MindChanger:
    for _number in range(2):
        student = await factories.make_student(db, cast.school)
        await factories.make_guardian(db, cast.school, of=student)
        await factories.make_tie(db, student, await factories.make_guardian(db, cast.school), is_primary=False)
    await factories.make_campus(db, cast.school)
    db.add(SchoolSettings(school_id=cast.school.id))
    await db.flush()
    return MindChanger(await sign_in(cast.principal), db, cast, Random())


@pytest.mark.parametrize("seed", range(3))
async def test_an_undo_leaves_every_row_as_it_was(office: MindChanger, seed: int) -> None:
    office.random.seed(seed)
    acts = [*ACTS, *office.random.choices(ACTS, k=20)]
    office.random.shuffle(acts)
    undone = 0
    for name in acts:
        before = await rows(office.db, office.cast.school.id)
        answer = await office.act(name)
        if answer is None:
            continue
        after = await rows(office.db, office.cast.school.id)
        undo = await undo_offered(office.browser, answer)
        assert bool(undo) == (before != after), name
        # Sometimes the office means it.
        if undo and office.random.random() < 0.8:
            taken_back = await office.browser.post(undo)
            assert taken_back.status == 303, (name, taken_back.texts("main td, main h1, main p"))
            assert differing(before, await rows(office.db, office.cast.school.id)) == {}, name
            undone += 1
    assert undone > 15


async def test_later_values_stay_in_whatever_order_is_undone(office: MindChanger) -> None:
    """Each edit writes another insurer: the last one stays while those before it are undone."""
    office.random.seed(7)
    for _round in range(4):
        offered: dict[str, Any] = {}
        for _each in range(5):
            answer = await office.act("edit_student")
            assert answer is not None
            undo = await undo_offered(office.browser, answer)
            offered[undo] = insurers(await rows(office.db, office.cast.school.id))
        *earlier, last = offered
        for undo in office.random.sample(earlier, len(earlier)):
            assert (await office.browser.post(undo)).status in (200, 303, 409)
        now = insurers(await rows(office.db, office.cast.school.id))
        before = offered[earlier[-1]]
        edited = next(name for name, eps in offered[last].items() if eps != before[name])
        assert now[edited] == offered[last][edited]


def insurers(found: dict[str, Any]) -> dict[str, str]:
    return {name: row["eps"] for name, row in found.items() if name.startswith("students")}


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The rows that are not the same, each with its columns before and after."""
    return {
        name: {
            column: (before.get(name, {}).get(column), after.get(name, {}).get(column))
            for column in {**before.get(name, {}), **after.get(name, {})}
            if before.get(name, {}).get(column) != after.get(name, {}).get(column)
        }
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }
