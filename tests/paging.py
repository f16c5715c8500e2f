"""Turning the pages of a list forth and back, a few rows a page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.pages import Browser

FEW = 3


def show_few(monkeypatch: pytest.MonkeyPatch, module: Any, list_of: str) -> None:
    """From now on the controllers of a module show pages of FEW rows; ``list_of`` is what they make the list with."""
    whole = getattr(module, list_of)
    monkeypatch.setattr(module, list_of, lambda *given, **named: replace(whole(*given, **named), size=FEW))


async def rows_in_turn(browser: Browser, address: str, query: str) -> Sequence[str]:
    """The ids of all rows, page by page to the end; and that the same come on the way back."""
    page = await browser.get(f"{address}?{query}")
    pages = [page]
    while later := page.all(".pager a[rel=next]"):
        page = await browser.get(address + str(later[0].attributes["href"]))
        pages.append(page)
    ids = [_ids(each) for each in pages]
    for expected in ids[-2::-1]:
        page = await browser.get(address + str(page.one(".pager a[rel=prev]").attributes["href"]))
        assert _ids(page) == expected, query
    assert not page.all(".pager a[rel=prev]")
    every = [row for page_ids in ids for row in page_ids]
    assert len(set(every)) == len(every), query
    assert len(pages) == max(1, -(-len(every) // FEW)), query
    return every


def _ids(page: Any) -> list[str]:
    assert page.status == 200, page.text
    return [str(row.attributes["id"]) for row in page.all("#rows > tr")]
