from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.blueprints.pages.kit.choices import SCHEME, cookie_of


def test_the_reader_s_system_decides_until_a_choice_is_made(browser: Any) -> None:
    page = browser().get("/public")
    assert "data-scheme" not in page.text
    assert '<meta name="color-scheme" content="light dark">' in page.text
    assert "Set-Cookie" not in page.headers
    assert bars(page.text) == {"light": "(prefers-color-scheme: light)", "dark": "(prefers-color-scheme: dark)"}


def bars(html: str) -> dict[str, str]:
    """Give when the browser's own bar is coloured like light pages, and when like dark ones."""
    found = re.findall(r'<meta name="theme-color" content="(#[0-9a-f]{6})" media="([^"]+)"', html)
    assert len({colour for colour, _ in found}) == len(found)
    return {"light" if colour > "#8" else "dark": media for colour, media in found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_choice_is_remembered_and_can_be_taken_back(browser: Any, scheme: str) -> None:
    reader = browser()
    answer = reader.post("/theme", {"scheme": scheme}, Referer="http://localhost/public")
    assert (answer.status_code, answer.location) == (303, "/public")
    page = reader.get("/public")
    assert f'<html lang="en" data-scheme="{scheme}">' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert bars(page.text) == {"light": "not all", "dark": "not all", scheme: "all"}
    reader.post("/theme", {"scheme": ""})
    assert "data-scheme" not in reader.get("/public").text


def test_a_scheme_that_does_not_exist_is_no_choice(browser: Any) -> None:
    reader = browser()
    reader.client.set_cookie(cookie_of(SCHEME, reader.client.application), '"><script>')
    page = reader.get("/public")
    assert "data-scheme" not in page.text
    assert page.headers["Cache-Control"] == "public, no-cache"
