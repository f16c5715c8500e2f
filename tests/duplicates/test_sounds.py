"""How names sound: the key that Python makes is the database's."""

import random

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from portal.catalogs.sounds import sound_key

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yeison", "Jeisson"),
        ("Gómez", "Gomes"),
        ("Vélez", "Belez"),
        ("Muñoz", "Munos"),
        ("Hernández", "Ernandes"),
        ("Quintero", "Kintero"),
        ("Giménez", "Jiménez"),
        ("Ximena", "Jimena"),
        ("Llanos", "Yanos"),
        ("Sophía", "Sofia"),
        ("Nancy", "Nansi"),
        ("Alexandra", "Alecsandra"),
        ("Envigado", "Embigado"),
        ("Jhon", "John"),
        ("de la Hoz", "Hoz"),
        ("Guillermo", "Guiyermo"),
    ],
)
def test_names_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Chaves", "Casas"), ("Mariana", "Marina"), ("Luis", "Luisa"), ("Rojas", "Rosas")]
)
def test_names_that_sound_otherwise_have_not(one: str, other: str) -> None:
    assert sound_key(one) != sound_key(other)


async def test_the_database_makes_the_same_key(db: AsyncSession) -> None:
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyzñáéíóúü ' -ABCÑÓchllqugueyxz"
    for _ in range(400):
        parts = ["".join(chance.choices(letters, k=chance.randrange(14))) for _ in range(4)]
        kept = await db.scalar(text("SELECT sound_key(:name)"), {"name": "|".join(parts)})
        assert kept == sound_key(*parts), parts
