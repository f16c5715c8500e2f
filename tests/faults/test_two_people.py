"""A thousand times two people save one record at once: no change is lost, and none is overwritten unseen."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEvent
from portal.catalogs.phones import bare
from portal.db.tenancy import enter_school
from portal.guardians.models import Guardian
from tests import factories
from tests.conftest import Committing
from tests.pages import Browser, Page

pytestmark = pytest.mark.anyio

RECORDS, ROUNDS, AT_ONCE = 50, 20, 6
FIELDS = ("phone", "phone_2", "email", "address", "occupation", "second_surname")


@dataclass
class Story:
    """What was answered, and of every value that a person was told is saved: who wrote it, over what they saw."""

    answers: Counter[str] = field(default_factory=Counter)
    #: (record, field, value) → who, and the value that they saw there before
    saved: dict[tuple[UUID, str, str], tuple[UUID, str | None]] = field(default_factory=dict)


@dataclass
class Person:
    """Somebody at the forms."""

    user_id: UUID
    browser: Browser

    async def edit(self, at: str, guardian_id: UUID, seen: dict[str, Any], typed: dict[str, str], story: Story) -> None:
        """Save what was typed over what was seen; where the portal asks, choose as it comes."""
        answer = await self._send(at, seen | typed)
        if answer.status == 409:
            seen = dict(seen)
            chosen = answer.form(random.choice(("#mix", "#all-mine", "#all-saved")))
            for name in {str(box.attributes["name"]) for box in answer.all("#mix input[type=radio]")}:
                # By now they have seen what the other one saved.
                kept = str(answer.all(f"#mix input[name={name}]")[0].attributes["value"])
                seen[name] = bare(kept) if name.startswith("phone") else kept
            typed = {name: value for name, value in typed.items() if chosen[name] == value}
            story.answers["asked"] += 1
            answer = await self._send(at, chosen)
        story.answers[_kind(answer)] += 1
        for name, value in typed.items():
            story.saved[guardian_id, name, value] = self.user_id, seen[name] or None

    async def _send(self, at: str, sent: dict[str, Any]) -> Page:
        """As the page of a busy portal asks: nothing was saved, so try again."""
        answer = await self.browser.post(at, sent)
        while answer.status == 503:
            await asyncio.sleep(float(answer.response.headers["Retry-After"]))
            answer = await self.browser.post(at, sent)
        return answer


async def test_a_thousand_pairs(committing: Committing) -> None:
    async with committing.session() as session:
        cast = await factories.make_cast(session)
        guardians = [await factories.make_guardian(session, cast.school) for _ in range(RECORDS)]
    story, turn = Story(), asyncio.Semaphore(AT_ONCE)
    async with committing.browser(cast.secretary) as first, committing.browser(cast.principal) as second:
        people = (Person(cast.secretary.id, first), Person(cast.principal.id, second))
        await asyncio.gather(
            *(
                _rounds(committing, f"/schools/{cast.school.slug}/guardians", row, people, story, turn)
                for row in guardians
            )
        )
    assert story.answers.keys() == {"saved", "asked"}, story.answers
    assert story.answers["saved"] == 2 * RECORDS * ROUNDS
    assert story.answers["asked"] > 100
    async with committing.session() as session:
        await enter_school(session, cast.school.id)
        events = (await session.scalars(select(AuditEvent).order_by(AuditEvent.entity_id, AuditEvent.version))).all()
        rows = {row.id: row for row in await session.scalars(select(Guardian))}
    _follow(events, rows, story)


async def _rounds(
    committing: Committing, at: str, row: Guardian, people: tuple[Person, Person], story: Story, turn: asyncio.Semaphore
) -> None:
    """Again and again both open the same record, change a thing or two of it, and save at once."""
    at = f"{at}/{row.id}/edit"
    async with turn:
        shown = (await people[0].browser.get(at)).form()
    shown = {name: value for name, value in shown.items() if name != "once"}
    for number in range(ROUNDS):
        async with turn:
            async with committing.session() as session:
                await enter_school(session, row.school_id)
                stored = await session.get_one(Guardian, (row.school_id, row.id))
            seen = shown | {name: getattr(stored, name) or "" for name in FIELDS} | {"version": str(stored.version)}
            typed = [_typed(2 * number + which) for which in range(2)]
            both = (who.edit(at, row.id, seen, what, story) for who, what in zip(people, typed, strict=True))
            await asyncio.gather(*both)


def _follow(events: Any, rows: dict[UUID, Guardian], story: Story) -> None:
    """Walk through the history: every change is one that somebody was told is saved, over what they had seen."""
    told: dict[tuple[UUID, str], str | None] = {}
    found = set()
    for event in events:
        if event.action != "changed":
            continue
        for name, (old, new) in event.changes.items():
            key = event.entity_id, name, new
            assert story.saved[key] == (event.actor_id, old), key
            assert told.get((event.entity_id, name), old) == old
            told[event.entity_id, name] = new
            found.add(key)
    assert found == set(story.saved), "somebody was told that it is saved, and the history knows nothing of it"
    for (entity_id, name), value in told.items():
        assert getattr(rows[entity_id], name) == value


def _typed(turn: int) -> dict[str, str]:
    """One field or two, with values that nobody else writes."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{turn:03}")
    values = {
        "phone": f"310555{turn:04}",
        "phone_2": f"301555{turn:04}",
        "email": f"n{turn}@example.org",
        "address": f"Calle {turn}",
        "occupation": f"Oficio {turn}",
        "second_surname": f"Ríos {letters}",
    }
    return {name: values[name] for name in random.sample(FIELDS, random.choice((1, 2)))}


def _kind(answer: Page) -> str:
    return {303: "saved", 409: "asked"}.get(answer.status, f"{answer.status}: {answer.text[:300]}")
