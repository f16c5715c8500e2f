"""What is asked of each contestant: the same pages for the same people."""

import html
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from urllib.parse import quote, urlencode, urljoin

import brotli  # type: ignore[import-untyped]

from benchmarks.forms import fields_of
from benchmarks.load import CONNECTIONS
from benchmarks.records import School, Student
from benchmarks.servers import HOST

HEADERS = {
    "Host": HOST,
    "Accept": "text/html",
    "Accept-Language": "es-CO,es;q=0.9",
    "Accept-Encoding": "gzip, br",
    "Sec-Fetch-Site": "same-origin",
    "User-Agent": "benchmark",
}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
SAVED = 8 * CONNECTIONS  # records that are saved again and again, each by one connection
PORTAL_COOKIE = "__Host-session"


@dataclass
class Reads:
    """GET requests, (path, cookies) each, taken in turn; ``partial`` as htmx sends them while somebody types."""

    pages: list[tuple[str, str]]
    status: int = 200
    partial: bool = False
    connections: int = CONNECTIONS

    def stream(self, connection: int) -> Iterator[bytes]:
        """Every eighth of them."""
        own = self.pages[connection::CONNECTIONS]
        return cycle([request("GET", path, cookies, partial=self.partial) for path, cookies in own])


@dataclass
class Edit:
    """A record's form as the browser got it."""

    path: str
    cookies: str
    fields: dict[str, str]


@dataclass
class Saves:
    """POST requests that change one field of each form in turn; a version, where there is one, rises with each save."""

    edits: list[Edit]
    changed: str
    status: int
    versioned: bool = False
    connections: int = CONNECTIONS

    def stream(self, connection: int) -> Iterator[bytes]:
        """The records of one connection are no other's, so that nobody else raises their versions."""
        for number, edit in enumerate(cycle(self.edits[connection::CONNECTIONS])):
            edit.fields[self.changed] = f"Barrio {number}"
            if "once" in edit.fields:  # another key of the same page: it is another form, not this one again
                edit.fields["once"] = f"{edit.fields['once'].rpartition('.')[0]}.{number % 10_000}"
            yield request("POST", edit.path, edit.cookies, urlencode(edit.fields))
            if self.versioned:
                edit.fields["version"] = str(int(edit.fields["version"]) + 1)


def portal_cases(port: int, students: list[Student], largest: School) -> dict[str, Any]:
    """The portal's."""
    first = f"/schools/{largest.slug}/students"
    secretary, principal = portal_cookies(largest.secretary), portal_cookies(largest.principal)
    # Whom the largest school does not have is sought there like any other.
    sought = [(f"{first}?q={quote(student.plain_name)}", secretary) for student in students]
    return _school_reads(students) | {
        "search among 10,000": Reads(sought),
        "the same, one person": Reads(sought, connections=1),
        "search, fragment": Reads(sought, partial=True),
        "palette, fragment": Reads([(palette_path(largest, student), secretary) for student in students], partial=True),
        "list, fragment": Reads(
            [(list_path(student), portal_cookies(student.session)) for student in students], partial=True
        ),
        "save": Saves(
            [_portal_edit(port, student) for student in students[:SAVED]], "neighborhood", 303, versioned=True
        ),
        "documents": Reads(
            [(f"{record_path(student)}/documents", portal_cookies(student.session)) for student in students]
        ),
        "review of 200": Reads([(f"/schools/{largest.slug}/enrollments/review", principal)] * CONNECTIONS),
        "page 1": Reads([(first, secretary)] * CONNECTIONS),
        "page 200": Reads([(_page(port, first, secretary, 200), secretary)] * CONNECTIONS),
    }


def limit_cases(students: list[Student]) -> dict[str, Any]:
    """The bare limit's: the same addresses, and of the form the field that changes."""
    edits = [Edit(f"{record_path(student)}/edit", "", {}) for student in students[:SAVED]]
    return _school_reads(students) | {"save": Saves(edits, "neighborhood", 303)}


def _school_reads(students: list[Student]) -> dict[str, Any]:
    return {
        name: Reads([(path(student), portal_cookies(student.session)) for student in students])
        for name, path in (("list", list_path), ("search", search_path), ("record", record_path))
    }


def limit_samples(student: Student) -> dict[str, str]:
    """What the limit must know of the portal: an address of each kind of page, and who asks."""
    return {
        "BENCH_LIST": list_path(student),
        "BENCH_SEARCH": search_path(student),
        "BENCH_RECORD": record_path(student),
        "BENCH_COOKIES": portal_cookies(student.session),
    }


def list_path(student: Student) -> str:
    """The list of the student's school, by grade and status."""
    return f"/schools/{student.slug}/students?grade={student.grade}&status=active"


def search_path(student: Student) -> str:
    """A search for their surname and name."""
    return f"/schools/{student.slug}/students?q={quote(student.plain_name)}"


def palette_path(school: School, student: Student) -> str:
    """The same search in the palette, opened in this school."""
    return f"/search/?school={school.slug}&q={quote(student.plain_name)}"


def record_path(student: Student) -> str:
    """Their record."""
    return f"/schools/{student.slug}/students/{student.id}"


def portal_cookies(session: str) -> str:
    """Signed in, in Spanish."""
    return f"{PORTAL_COOKIE}={session}; locale=es"


def django_cases(port: int, students: list[Student], sessions: dict[str, str]) -> dict[str, Any]:
    """Django admin's: the same lists, names and records."""
    admin = "/admin/records/student/"
    asked = {student.id: f"sessionid={sessions[student.school_id]}" for student in students}
    paths = {
        "list": lambda student: f"{admin}?grade__exact={student.grade}&status__exact=active",
        "search": lambda student: f"{admin}?q={quote(f'{student.first_surname} {student.first_name}')}",
        "record": lambda student: f"{admin}{student.id}/change/",
    }
    reads = {name: Reads([(path(student), asked[student.id]) for student in students]) for name, path in paths.items()}
    edits = [_django_edit(port, paths["record"](student), asked[student.id]) for student in students[:SAVED]]
    return reads | {"save": Saves(edits, "neighborhood", 302)}


@dataclass
class Answer:
    """One answer, looked at before the load."""

    status: int
    headers: http.client.HTTPMessage
    sent: int
    page: str


def fetch(port: int, path: str, cookies: str) -> Answer:
    """Ask once, and unpack what comes."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path, headers=HEADERS | {"Cookie": cookies})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    packed = response.headers.get("Content-Encoding") == "br"
    page = (brotli.decompress(body) if packed else body).decode()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {page[:300]}")
    return Answer(response.status, response.headers, len(body), page)


def request(method: str, path: str, cookies: str, body: str = "", *, partial: bool = False) -> bytes:
    """The bytes of a request."""
    headers = HEADERS | {"Cookie": cookies} | (HTMX if partial else {})
    if method == "POST":
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", body]).encode()


def _portal_edit(port: int, student: Student) -> Edit:
    path, cookies = f"{record_path(student)}/edit", portal_cookies(student.session)
    return Edit(path, cookies, fields_of(fetch(port, path, cookies).page, "version"))


def _django_edit(port: int, path: str, cookies: str) -> Edit:
    answer = fetch(port, path, cookies)
    token = answer.headers["Set-Cookie"].split(";")[0]
    return Edit(path, f"{cookies}; {token}", fields_of(answer.page, "first_surname"))


def _page(port: int, path: str, cookies: str, number: int) -> str:
    """The address of a page far down the list, reached as a person would: from next to next."""
    for _ in range(number - 1):
        page = fetch(port, path, cookies).page
        next_link = re.search(r'href="([^"]+)" rel="next"', page)
        if next_link is None:
            raise LookupError(f"{path} has no next page")
        path = urljoin(path, html.unescape(next_link[1]))
    return path
