"""Pages in other languages in a browser: what scripts say, times by keyboard, the shell from right to left."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect


def test_scripts_speak_the_language_of_the_page(visit: Any) -> None:
    ada = visit("ada", locale="de-DE", timezone_id="Europe/Berlin")
    ada.write("Guten Morgen")
    page = ada.go("/")
    page.wait_for_load_state("networkidle")
    time = page.locator(".when time").first
    expect(time).to_have_text("jetzt")
    page.locator(".card .own a").first.click()
    page.get_by_text("Löschen", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Löschen").click()
    expect(page.get_by_text("Gelöscht.")).to_be_attached()


def test_the_local_time_is_reached_by_keyboard_and_stands_on_the_page_of_a_post(visit: Any) -> None:
    ada = visit("ada", locale="de-DE", timezone_id="Pacific/Kiritimati")
    number = ada.write("Ein Augenblick")
    page = ada.go("/")
    page.wait_for_load_state("networkidle")
    link = page.locator(".card .when").first
    expect(link).to_have_text("jetzt")
    link.focus()
    expect(link).to_have_text(re.compile(r"^\d{2}\.\d{2}\.\d{4}, \d{2}:\d{2}$"))
    page.keyboard.press("Tab")
    expect(link).to_have_text("jetzt")
    page = ada.go(f"/posts/{number}")
    expect(page.locator(".whole .when")).to_have_text(re.compile(r"^\d+\. \w+ \d{4} um \d{2}:\d{2}$"))


def test_the_shell_is_mirrored_for_a_language_from_right_to_left(visit: Any) -> None:
    ada = visit("ada", viewport={"width": 1280, "height": 900})
    ada.write("A post")
    ada.post("/settings/language", locale="ar")
    page = ada.go("/")
    rail, card = page.locator(".places a").first.bounding_box(), page.locator(".card").first.bounding_box()
    assert rail["x"] > card["x"] + card["width"]
    face, name = page.locator(".card .face").first.bounding_box(), page.locator(".card .name").first.bounding_box()
    assert face["x"] > name["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
