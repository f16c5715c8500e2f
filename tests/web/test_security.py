"""Hosts, origins, headers and error pages."""

import pytest
from litestar.datastructures import Headers

from portal.web.security import is_allowed_host, is_forged
from tests.factories import Cast
from tests.pages import FRAGMENT, Browser

pytestmark = pytest.mark.anyio
OURS = ("portal.example.org", "*.schools.example")


@pytest.mark.parametrize("host", ["portal.example.org", "PORTAL.example.org:8443", "a.schools.example"])
def test_our_hosts_are_known_whatever_their_case_and_port(host: str) -> None:
    assert is_allowed_host(host, OURS)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "portal.example.org.evil.example",
        "schools.example.evil",
        "portal.example.org:99999",
        "portal.example.org@evil.example",
    ],
)
def test_other_hosts_are_not(host: str) -> None:
    assert not is_allowed_host(host, OURS)


@pytest.mark.parametrize(
    ("headers", "forged"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://portal.example.org"}, True),
        ({"origin": "https://portal.example.org"}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": "//[no-address"}, True),
        ({"sec-fetch-site": "", "origin": "https://evil.example"}, True),
        ({}, False),
    ],
)
def test_a_browser_that_says_another_site_sent_it_is_believed(headers: dict[str, str], forged: bool) -> None:
    assert is_forged(Headers(headers), OURS) is forged


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:99999", "[", "evil.example:x", "a b"])
async def test_a_wrong_host_is_a_400(anyone: Browser, host: str) -> None:
    answer = await anyone.get("/login", headers={"Host": host})
    assert answer.status == 400
    assert "content-security-policy" in answer.response.headers


async def test_of_two_hosts_neither_is_believed(anyone: Browser) -> None:
    hosts = [("Host", "127.0.0.1"), ("Host", "evil.example")]
    assert (await anyone.client.get("/login", headers=hosts)).status_code == 400


async def test_a_head_is_answered_like_the_page(anyone: Browser) -> None:
    for path, status in (("/login", 200), ("/health/live", 200), ("/schools", 303), ("/no-such-page", 404)):
        assert (await anyone.client.head(path)).status_code == status


@pytest.mark.parametrize("path", ["/login", "/no-such-page", "/health/live"])
async def test_every_answer_has_the_strict_policy(anyone: Browser, path: str) -> None:
    headers = (await anyone.get(path)).response.headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_an_address_without_a_page_explains_itself_in_the_readers_language(anyone: Browser) -> None:
    answer = await anyone.get("/no-such-page")
    assert (answer.status, answer.one("h1").text()) == (404, "There is nothing here")
    anyone.client.cookies.clear()
    answer = await anyone.get("/no-such-page", headers={"Accept-Language": "es-CO,es;q=0.9"})
    assert answer.one("h1").text() == "Aquí no hay nada"
    assert answer.response.headers["x-request-id"] in answer.text


async def test_a_wrong_method_is_a_405_page(anyone: Browser) -> None:
    assert (await anyone.post("/health/live")).status == 405


async def test_htmx_gets_an_error_as_a_notice(anyone: Browser, cast: Cast) -> None:
    answer = await anyone.get("/no-such-page", headers=FRAGMENT)
    assert answer.status == 404
    assert answer.is_fragment
    assert answer.all("[data-notice]")


async def test_pages_are_not_stored_and_vary_by_how_they_were_asked_for(anyone: Browser) -> None:
    headers = (await anyone.get("/login")).response.headers
    assert headers["cache-control"] == "no-store"
    assert "HX-Request-Type" in headers["vary"]


async def test_a_query_that_postgres_cannot_hold_is_no_server_error(anyone: Browser) -> None:
    for query in ("%00", "%FF%FE", "'\"%25_", "a" * 8000):
        assert (await anyone.get(f"/login?next={query}")).status < 500


async def test_health_and_metrics_answer(anyone: Browser) -> None:
    assert (await anyone.get("/health/live")).status == 200
    assert (await anyone.get("/health/ready")).status == 200
    assert "portal_requests_total" in (await anyone.get("/metrics")).response.text
