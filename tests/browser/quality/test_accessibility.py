"""axe-core on every page, light and dark, on a phone and on a desk; and the keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.tour import SCHEMES, SIZES

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .map(found => `${found.id}: ${found.nodes.map(node => node.target + ' ' + node.failureSummary).join('; ')}`)"""


def violations(page: Page, node_modules: Path) -> list[str]:
    """Ask axe-core. It is put into the page past its content security policy, which allows no such thing."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": (node_modules / "axe-core" / "axe.min.js").read_text()})
    found: list[str] = page.evaluate(RUN)
    session.detach()
    return found


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_any_page(visit: Any, furnished: Any, node_modules: Path, size: str) -> None:
    ada, stops = furnished
    stranger = visit()
    found = []
    for each in (ada, stranger):
        each.page.set_viewport_size(SIZES[size])
        for stop in stops:
            if stop.signed_in == (each is ada):
                page = each.go(stop.address)
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                    found += [f"{stop.name}, {scheme}: {each}" for each in violations(page, node_modules)]
    assert not found, "\n".join(found)
    assert not ada.mistakes + stranger.mistakes


def test_axe_finds_nothing_in_other_languages(translated: Any, node_modules: Path) -> None:
    """Each page once: in one language, at one size, light or dark, in turn."""
    found = []
    for number, (stop, visitor, tongue) in enumerate(translated()):
        size, scheme = list(SIZES)[number // 2 % 2], SCHEMES[number // 4 % 2]
        visitor.page.set_viewport_size(SIZES[size])
        visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page = visitor.go(stop.address)
        told = page.evaluate("[document.documentElement.lang, document.documentElement.scrollWidth <= innerWidth]")
        wrong = [] if told == [tongue, True] else [f"language, and whether it fits: {told}"]
        found += [f"{stop.name}, {tongue}, {size}, {scheme}: {each}" for each in wrong + violations(page, node_modules)]
    assert not found, "\n".join(found)


def test_axe_finds_nothing_in_what_scripts_open(visit: Any, node_modules: Path) -> None:
    ada = visit("ada")
    ada.write("Something to edit and to delete")
    page = ada.go("/")
    page.locator(".menu summary").click()
    assert violations(page, node_modules) == []
    page.keyboard.press("Escape")
    page.locator("[data-menu]").click()
    expect(page.locator(".options")).to_be_visible()
    assert violations(page, node_modules) == []
    page.keyboard.press("Escape")
    ada.choose("Edit")
    expect(page.locator(".in-place textarea")).to_be_focused()
    page.keyboard.type(f"@{ada.name}"[:-1])
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("#completions [aria-selected=true]")).to_be_visible()
        assert violations(page, node_modules) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Cancel").click()
    ada.choose("Delete")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, node_modules) == []
    page.keyboard.press("Escape")
    ada.context.set_offline(True)
    page.locator(".like .act").click()
    expect(page.locator(".toast")).to_be_visible()
    assert violations(page, node_modules) == []
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page, node_modules) == []


def test_everything_can_be_done_by_keyboard(visit: Any) -> None:
    ada = visit("ada")
    for number in range(3):
        ada.write(f"Post {number} of {ada.name}")
    page = ada.go("/")
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    press("Enter")
    expect(page.locator("main")).to_be_focused()
    cards = page.locator(".feed .card")
    for key, index in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        press(key)
        expect(cards.nth(index)).to_be_focused()
    press("l")
    expect(cards.nth(1).locator(".like .liked")).to_contain_text("1")
    press("n")
    expect(page.locator("#compose")).to_be_focused()
    page.keyboard.type("jkl? are letters here")
    press("Control+Enter")
    expect(cards.first).to_contain_text("jkl? are letters here")
    press("Escape")
    press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    press("Escape")
    page.locator("main").focus()
    press("j")
    press("o")
    expect(page.locator(".whole")).to_contain_text("jkl? are letters here")
    assert not ada.mistakes


def test_single_keys_can_be_turned_off(visit: Any) -> None:
    ada = visit("ada")
    ada.write("Something")
    page = ada.go("/")
    page.keyboard.press("?")
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".feed .card")).not_to_be_focused()


def test_what_has_the_focus_can_be_seen(visit: Any) -> None:
    ada = visit("ada")
    ada.write("Something")
    page = ada.go("/")
    for _ in range(14):
        page.keyboard.press("Tab")
        style = page.evaluate(
            """() => { const all = [document.activeElement, document.activeElement.closest('form.compose')];
            return all.map(each => each && getComputedStyle(each)).map(s => s && s.outlineStyle + s.boxShadow); }"""
        )
        assert "solid" in style[0] or "inset" in (style[1] or ""), page.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_on_the_page_of_the_api(visit: Any, node_modules: Path, size: str) -> None:
    stranger = visit()
    stranger.page.set_viewport_size(SIZES[size])
    page = stranger.go("/api/docs")
    for call in ("posts_publish", "media_upload", "posts_show"):
        page.locator(f"button[data-trying='{call}']").click()
        page.locator(f"#try-{call} .button").click()
        page.locator(f"#try-{call} code").wait_for()
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page, node_modules) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
