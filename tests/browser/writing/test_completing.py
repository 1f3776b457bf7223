"""Names and tags that are offered while they are written."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

OPTIONS = "#completions [role=option]"
MOVED = """() => JSON.stringify([...document.querySelectorAll('main :not(#completions, #completions *)')]
    .map(each => each.getBoundingClientRect().top))"""


def test_names_are_offered_while_they_are_written(visit: Any) -> None:
    quillon = visit("quillon")
    ada = visit("ada", has_touch=True, viewport={"width": 390, "height": 844})
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    page = ada.go("/")
    text, options = page.locator("#compose"), page.locator(OPTIONS)
    text.click()
    page.keyboard.type("Hello ")
    assert not [url for url in asked if "complet" in url]
    before = page.evaluate(MOVED)
    page.keyboard.type("@quill")
    expect(options).to_have_count(1)
    expect(text).to_have_attribute("aria-activedescendant", "completion-0")
    assert page.evaluate(MOVED) == before
    at, near = text.bounding_box(), options.first.bounding_box()
    assert at
    assert near
    assert at["y"] < near["y"] < at["y"] + 80
    page.keyboard.press("Enter")
    expect(text).to_have_value(f"Hello @{quillon.name} ")
    expect(options).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Hello @quill")
    page.keyboard.press("End")
    page.keyboard.type("o")
    expect(options).to_have_count(1)
    options.first.tap()
    expect(text).to_have_value(f"Hello @{quillon.name} ")
    expect(text).to_be_focused()
    page.keyboard.press("Control+Enter")
    ada.choose("Edit", ada.card("Hello"))
    page.locator(".in-place textarea").press("End")
    page.keyboard.type(" @quil")
    expect(options).to_have_count(1)
    page.get_by_role("button", name="Save").click()
    expect(options).to_have_count(0)
    assert not ada.mistakes


def test_tags_are_offered_and_none_is_taken_unasked(visit: Any) -> None:
    ada = visit("ada")
    ada.write("of #quillwort and #quilting")
    page = ada.go("/posts/new")
    text, options = page.get_by_label("Your post"), page.locator(OPTIONS)
    text.click()
    page.keyboard.type("#quil")
    expect(options).to_have_count(2)
    page.keyboard.press("Enter")
    expect(text).to_have_value("#quil\n")
    page.keyboard.type("#quil")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = options.nth(1).get_attribute("data-inserts")
    page.keyboard.press("Tab")
    expect(text).to_have_value(f"#quil\n{chosen} ")
    expect(text).to_be_focused()
    page.keyboard.type("#quil")
    expect(options).to_have_count(2)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.type("t")
    page.wait_for_timeout(400)
    expect(options).to_have_count(0)
    expect(text).to_be_focused()
    assert not ada.mistakes
