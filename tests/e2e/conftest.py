"""The portal as people meet it: real server, real Chromium, the demo's schools."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portal.accounts.demo_accounts import DEMO_PASSWORD
from tests.e2e.site import CHROMIUM, FLAGS, running

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]

SignedIn = Callable[..., Page]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal that all files share. Whatever people do, it never fails."""
    with faultless(tmp_path_factory.mktemp("site")) as address:
        yield address


@contextmanager
def faultless(folder: Path) -> Iterator[str]:
    """A portal over a database of its own, migrated and filled with the demo; its log tells of no failure."""
    log = folder / "log"
    with log.open("w") as told, running(told, folder / "files") as address:
        yield address
    assert failures(log.read_text()) == []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a file: while Playwright is there its event loop runs, and other tests need their own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """``opened(javascript=False, color_scheme="dark")``: a fresh browser profile that speaks Spanish."""
    contexts: list[BrowserContext] = []

    def open_profile(*, javascript: bool = True, width: int = 1280, **options: Any) -> BrowserContext:
        context = chromium.new_context(
            base_url=site,
            locale="es-CO",
            reduced_motion="reduce",
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        return context

    yield open_profile
    for context in contexts:
        context.close()


@pytest.fixture
def signed_in(opened: Callable[..., BrowserContext]) -> Iterator[SignedIn]:
    """``page = signed_in("secretaria", javascript=False)``. A report of the Content-Security-Policy fails the test."""
    complaints: list[str] = []

    def sign_in(account: str, **options: Any) -> Page:
        page = opened(**options).new_page()
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        # A form that is left unsaved asks; whoever opens another page means it.
        page.on("dialog", lambda one: one.accept() if one.type == "beforeunload" else complaints.append(one.message))
        page.goto("/login")
        page.fill("#email", f"{account}@demo.example")
        page.fill("#password", DEMO_PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url("**/schools**")
        return page

    yield sign_in
    assert complaints == []


def failures(log: str) -> list[str]:
    """The lines of the portal's log that tell of a failure."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert lines, "the log is not what this reads"
    return [str(line) for line in lines if line.get("level") in ("error", "critical") or line.get("status", 0) >= 500]
