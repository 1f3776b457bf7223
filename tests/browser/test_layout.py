"""Nothing is cut or moves: small and magnified windows, and no shift while a page comes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from .tour import furnish

SHIFT = """() => new Promise(resolve => { let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value; }))
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => resolve(sum), 400); })"""


@pytest.mark.parametrize("width", [320, 640], ids=["320 pixels wide", "magnified to 200 percent"])
def test_no_page_scrolls_sideways(visit: Any, width: int) -> None:
    ada, stops = furnish(visit)
    stranger = visit()
    for each in (ada, stranger):
        each.page.set_viewport_size({"width": width, "height": 512})
    for stop in stops:
        page = (ada if stop.signed_in else stranger).go(stop.address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, stop.name


@pytest.mark.parametrize("address", ["/", "/public", "post"])
def test_nothing_moves_while_a_page_comes(visit: Any, address: str) -> None:
    ada, stops = furnish(visit)
    address = next(stop.address for stop in stops if stop.name == "post") if address == "post" else address
    page = ada.go(address)
    assert page.evaluate(SHIFT) == 0


def test_large_text_in_the_browser_s_settings_makes_text_large(visit: Any) -> None:
    page = visit().go("/login")
    before = page.get_by_role("button", name="Log in").bounding_box()
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    after = page.get_by_role("button", name="Log in").bounding_box()
    assert before
    assert after
    assert after["height"] > 1.8 * before["height"]
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
