"""What password managers and browsers that fill in forms are told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody
    from tests.web.pages.browsing import Browser

PAGES = [
    "/login",
    "/signup",
    "/settings",
    "/settings/tokens",
    "/settings/delete",
    "/admin/people",
    "/admin/people/links",
    "/settings/recovery",
    "/settings/email",
    "/admin/site",
    "/admin/invitations",
]


def test_they_are_led_to_the_form(browser: Callable[..., Browser], people: Callable[..., Somebody]) -> None:
    ada = browser(people("ada"))
    answer = ada.get("/.well-known/change-password")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings#password")
    assert '<h2 id="password">' in ada.get("/settings").text
    assert browser().get("/settings").headers["Location"] == "/login?next=/settings"


@pytest.mark.parametrize("address", PAGES)
def test_every_field_says_what_it_is_for(
    app: Flask, browser: Callable[..., Browser], people: Callable[..., Somebody], address: str
) -> None:
    ada = people("ada")
    with app.app_context():
        services(app).roles.assign(username="ada", role="admin")
    page = browser() if address in {"/login", "/signup"} else browser(ada)
    # HTML has no autocomplete for what is ticked, nor for a file.
    fields = re.findall(r"<input (?![^>]*type=.(?:hidden|checkbox|radio|file))[^>]*>", page.get(address).text)
    assert fields or address == "/settings/recovery"
    assert [each for each in fields if "autocomplete=" not in each] == []
    for each in fields:
        if 'type="password"' in each:
            assert re.search("autocomplete=.(current|new)-password", each), each


@pytest.mark.parametrize("address", ["/settings", "/login", "/signup"])
def test_a_password_can_be_shown_where_there_are_scripts(
    browser: Callable[..., Browser], people: Callable[..., Somebody], address: str
) -> None:
    text = (browser(people("ada")) if address == "/settings" else browser()).get(address).text
    buttons = re.findall(r'<button [^>]*data-shows="([^"]+)"[^>]*>', text)
    assert len(buttons) == text.count('type="password"') > 0
    assert all(f'id="{each}"' in text for each in buttons)
    assert all(
        " hidden" in each and 'type="button"' in each for each in re.findall(r"<button [^>]*data-shows[^>]*>", text)
    )


def test_the_settings_name_their_sections(browser: Callable[..., Browser], people: Callable[..., Somebody]) -> None:
    text = browser(people("ada")).get("/settings").text
    links = re.findall(r'<a href="#([^"]+)">', text.partition('aria-label="Settings"')[2].partition("</nav>")[0])
    assert len(links) == 9
    assert all(f'id="{each}"' in text for each in links)
