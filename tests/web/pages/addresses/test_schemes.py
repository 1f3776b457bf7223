from __future__ import annotations

from typing import Any

import pytest

from feedapp.blueprints.pages.kit.choices import SCHEME, cookie_of


def test_the_reader_s_system_decides_until_a_choice_is_made(browser: Any) -> None:
    page = browser().get("/public")
    assert "data-scheme" not in page.text
    assert '<meta name="color-scheme" content="light dark">' in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_choice_is_remembered_and_can_be_taken_back(browser: Any, scheme: str) -> None:
    reader = browser()
    answer = reader.post("/theme", {"scheme": scheme}, Referer="http://localhost/public")
    assert (answer.status_code, answer.location) == (303, "/public")
    page = reader.get("/public")
    assert f'<html lang="en" data-scheme="{scheme}">' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    reader.post("/theme", {"scheme": ""})
    assert "data-scheme" not in reader.get("/public").text


def test_a_scheme_that_does_not_exist_is_no_choice(browser: Any) -> None:
    reader = browser()
    reader.client.set_cookie(cookie_of(SCHEME, reader.client.application), '"><script>')
    page = reader.get("/public")
    assert "data-scheme" not in page.text
    assert page.headers["Cache-Control"] == "public, no-cache"
