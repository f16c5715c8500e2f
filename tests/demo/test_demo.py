"""The demo schools: who is in them, that they are always the same, and when they are refused."""

import csv
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from stdnum.co import nit

from portal import demo
from portal.accounts import passwords
from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.catalogs.codes import DocumentType
from portal.catalogs.documents import shape_problem
from portal.db.embedded import EmbeddedServer
from portal.demo.people import AGE_DAY
from portal.demo.telling import told
from portal.settings import Settings

pytestmark = pytest.mark.anyio
SAMPLE = Path(__file__).parent.parent / "data" / "simat_anexo_6a_2026.csv"


@dataclass
class Demo:
    """The demo in a database of its own, with all its rows in sight."""

    made: list[demo.Made]
    settings: Settings
    admin_url: str

    async def rows(self, statement: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.admin_url)
        try:
            return await connection.fetch(statement)
        finally:
            await connection.close()

    async def value(self, statement: str) -> Any:
        return (await self.rows(statement))[0][0]


@asynccontextmanager
async def demo_database(server: EmbeddedServer, settings: Settings) -> AsyncIterator[Demo]:
    name = f"demo_{uuid.uuid4().hex[:12]}"
    plain_url = server.admin_url.replace("+asyncpg", "")
    admin = await asyncpg.connect(plain_url)
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal' AND state = 'idle'"
    )
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE portal STRATEGY FILE_COPY")
    here = replace(settings, database_url=server.url.replace("/portal?", f"/{name}?"))
    yield Demo(await demo.make(here), here, plain_url.replace("/postgres?", f"/{name}?"))
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="module")
async def made(server: EmbeddedServer, settings: Settings) -> AsyncIterator[Demo]:
    """Made once: these tests only look at it."""
    async with demo_database(server, settings) as made:
        yield made


async def test_it_makes_the_two_schools_of_the_interface(made: Demo) -> None:
    schools = {row["slug"]: row for row in await made.rows("SELECT * FROM schools")}
    assert set(schools) == {"simon-bolivar", "santa-teresa"}
    assert schools["simon-bolivar"]["dane_code"] == "105001001234"
    assert all(nit.is_valid(school["nit"]) for school in schools.values())
    years = await made.rows("SELECT DISTINCT name, status FROM school_years ORDER BY name")
    assert [tuple(year) for year in years] == [("2026", "active"), ("2027", "planning")]
    assert await made.value("SELECT count(*) FROM academic_periods") == 16


async def test_it_fills_them_with_pupils_groups_and_guardians(made: Demo) -> None:
    counts = await made.rows(
        """SELECT slug, (SELECT count(*) FROM students s WHERE s.school_id = schools.id) AS students,
                  (SELECT count(*) FROM campuses c WHERE c.school_id = schools.id) AS campuses,
                  (SELECT count(*) FROM guardians g WHERE g.school_id = schools.id) AS guardians
           FROM schools ORDER BY slug DESC"""
    )
    assert [(row["slug"], row["students"], row["campuses"]) for row in counts] == [
        ("simon-bolivar", 600, 2),
        ("santa-teresa", 150, 1),
    ]
    assert counts[0]["guardians"] > 500
    siblings = "SELECT count(*) FROM (SELECT guardian_id FROM student_guardians GROUP BY 1 HAVING count(*) > 1) g"
    assert await made.value(siblings) > 100
    assert await made.value("SELECT count(*) FROM groups g JOIN users u ON u.id = g.lead_teacher_id") == 2


async def test_twenty_five_enrollments_wait_some_are_returned_some_withdrawn(made: Demo) -> None:
    rows = await made.rows(
        """SELECT status, count(*) FROM enrollments JOIN schools ON schools.id = school_id
           WHERE slug = 'simon-bolivar' GROUP BY status"""
    )
    assert dict(tuple(row) for row in rows) == {
        "active": 556,
        "submitted": 25,
        "returned": 5,
        "draft": 4,
        "withdrawn": 8,
        "transferred": 3,
    }


async def test_each_history_tells_how_the_enrollment_came_to_its_status(made: Demo) -> None:
    assert await made.value(
        """SELECT bool_and(status_history -> 0 ->> 'from' IS NULL AND status_history -> -1 ->> 'to' = status
                           AND status_history -> -1 ->> 'by' IS NOT NULL) FROM enrollments"""
    )
    assert await made.value(
        """SELECT bool_and(status_history -> -1 ->> 'reason' <> '') FROM enrollments
           WHERE status IN ('returned', 'withdrawn', 'transferred')"""
    )
    assert await made.value("SELECT bool_and((status = 'submitted') <= (submitted_at IS NOT NULL)) FROM enrollments")


async def test_no_group_has_more_pupils_than_seats_and_one_is_full(made: Demo) -> None:
    seats = await made.rows(
        """SELECT slug, capacity - (SELECT count(*) FROM enrollments e
                                    WHERE e.group_id = g.id AND e.status = 'active') AS free
           FROM groups g JOIN schools s ON s.id = g.school_id"""
    )
    assert min(row["free"] for row in seats) == 0
    assert sum(row["free"] == 0 for row in seats if row["slug"] == "simon-bolivar") == 1


async def test_some_of_those_who_wait_lack_a_legal_representative(made: Demo) -> None:
    lacking = await made.value(
        """SELECT count(*) FROM enrollments e WHERE status = 'submitted' AND NOT EXISTS (
               SELECT FROM student_guardians g WHERE g.student_id = e.student_id AND g.is_legal_representative)"""
    )
    assert 3 <= lacking <= 10


async def test_most_of_those_who_wait_have_brought_what_is_asked_for(made: Demo) -> None:
    lacking = await made.value(
        """SELECT count(*) FROM enrollments e JOIN school_settings s USING (school_id)
           WHERE status = 'submitted' AND EXISTS (
               SELECT FROM jsonb_array_elements(s.data -> 'checklist') asked
               WHERE (asked ->> 'is_required')::boolean
                 AND (asked -> 'grades' = '[]' OR asked -> 'grades' @> to_jsonb(e.grade))
                 AND NOT e.checklist ? (asked ->> 'kind')
                 AND NOT EXISTS (SELECT FROM attachments a
                                 WHERE a.entity_id = e.student_id AND a.kind = asked ->> 'kind'))"""
    )
    assert 3 <= lacking <= 5


async def test_photos_papers_and_a_logo_are_where_their_rows_say(made: Demo) -> None:
    rows = await made.rows(
        "SELECT kind, file ->> 'filename' AS file, thumbnail ->> 'filename' AS small FROM attachments"
    )
    kinds = Counter(row["kind"] for row in rows)
    assert kinds["logo"] == 1
    assert kinds["photo"] >= 25
    assert sum(kinds.values()) > 100
    assert await made.value("SELECT count(*) FROM attachments WHERE jsonb_typeof(thumbnail) = 'null'") == 0
    folder = Path(urlsplit(made.settings.storage_url).path)
    assert all((folder / path).is_file() for row in rows for path in (row["file"], row["small"]) if path)


async def test_documents_have_the_shape_that_the_pupils_age_asks_for(made: Demo) -> None:
    for row in await made.rows("SELECT document_type, document_number, birth_date FROM students"):
        kind = DocumentType(row["document_type"])
        assert shape_problem(kind, row["document_number"]) is None
        if kind != DocumentType.PPT:
            assert kind == _document_at(row["birth_date"])


async def test_its_pupils_are_nobody_of_the_sample_file(made: Demo) -> None:
    with SAMPLE.open(encoding="utf-8") as file:
        in_file = {row["NRO_DOCUMENTO"] for row in csv.DictReader(file, delimiter=";")}
    here = {row[0] for row in await made.rows("SELECT document_number FROM students")}
    assert len(in_file) == 600
    assert not in_file & here


async def test_the_accounts_have_their_roles_and_the_known_password(made: Demo) -> None:
    rows = await made.rows(
        """SELECT users.email, is_superuser, password_hash, slug, roles FROM users
           LEFT JOIN school_memberships m ON m.user_id = users.id LEFT JOIN schools ON schools.id = m.school_id"""
    )
    roles = {(row["email"], row["slug"], row["roles"]) for row in rows}
    assert roles == {
        (account["email"], account["school"], f'["{account["role"]}"]' if account["school"] else None)
        for account in DEMO_ACCOUNTS
    }
    assert [row["email"] for row in rows if row["is_superuser"]] == ["admin@demo.example"]
    assert await passwords.matches(DEMO_PASSWORD, rows[0]["password_hash"])


async def test_a_second_time_it_says_so_and_changes_nothing(made: Demo) -> None:
    before = await _people(made)
    with pytest.raises(demo.DemoRefused, match="there are schools already"):
        await demo.make(made.settings)
    assert await _people(made) == before


async def test_the_people_are_the_same_each_time(made: Demo, server: EmbeddedServer, settings: Settings) -> None:
    async with demo_database(server, settings) as another:
        assert await _people(another) == await _people(made)


async def test_it_is_refused_in_production(settings: Settings) -> None:
    with pytest.raises(demo.DemoRefused, match="production"):
        await demo.make(replace(settings, env="production"))


async def test_it_says_what_it_made_and_how_to_sign_in(made: Demo) -> None:
    lines = told(made.made)
    assert "(/schools/simon-bolivar): 600 students, 25 enrollments to review" in lines[0]
    assert "(/schools/santa-teresa): 150 students, 4 enrollments to review" in lines[1]
    assert all(any(account["email"] in line for line in lines) for account in DEMO_ACCOUNTS)


def _document_at(birth_date: date) -> DocumentType:
    age = AGE_DAY.year - birth_date.year - ((AGE_DAY.month, AGE_DAY.day) < (birth_date.month, birth_date.day))
    if age < 7:
        return DocumentType.RC
    return DocumentType.TI if age < 18 else DocumentType.CC


async def _people(made: Demo) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in await made.rows(
            """SELECT t.id, t.full_name, t.document_number, t.birth_date, e.number, g.code, t.version
               FROM students t LEFT JOIN enrollments e ON e.student_id = t.id LEFT JOIN groups g ON g.id = e.group_id
               ORDER BY t.id, e.number"""
        )
    ] + [
        tuple(row)
        for row in await made.rows("SELECT id, kind, sha256, file ->> 'filename' FROM attachments ORDER BY id")
    ]
