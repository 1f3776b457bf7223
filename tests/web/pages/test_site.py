"""/about, /rules, /privacy and /admin/site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from tests.support.people import Somebody
    from tests.web.pages.browsing import Browser

VALUES = {
    "name": "The Allotment",
    "tagline": "For whoever has a spade",
    "description": "About plants.\nSee https://example.com/plants",
    "rules": "1. Be kind.\n2. No <b>ads</b>.",
    "privacy": "Nothing is sold.",
    "contact": "hello@example.com",
    "accent": "#7048e8",
    "language": "de",
    "announcement": "The harvest is on Sunday.",
    "signup": "open",
}


@pytest.fixture
def admin(app: Flask, people: Callable[..., Somebody], browser: Callable[..., Browser]) -> Browser:
    ada = people("ada")
    with app.app_context():
        services(app).roles.assign(username="ada", role="admin")
    opened: Browser = browser(ada)
    return opened


def test_what_an_admin_sets_is_shown_to_everybody(admin: Browser, browser: Callable[..., Browser]) -> None:
    assert admin.post("/admin/site", VALUES).headers["Location"] == "/admin/site?saved=1"
    reader = browser()
    about = reader.get("/about").text
    assert '<html lang="de"' in about
    assert '<p class="lead" lang="de" dir="auto">For whoever has a spade</p>' in about
    assert '<a href="https://example.com/plants"' in about
    assert '<a href="mailto:hello@example.com">' in about
    assert "The harvest is on Sunday." in about
    assert 'content="For whoever has a spade"' in about
    assert "No &lt;b&gt;ads&lt;/b&gt;." in reader.get("/rules").text
    assert "Nothing is sold." in reader.get("/privacy").text
    manifest = reader.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.get_json().items() >= {"name": "The Allotment", "lang": "de"}.items()
    assert 'value="The Allotment"' in admin.get("/admin/site").text


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(admin: Browser) -> None:
    answer = admin.post("/admin/site", {**VALUES, "accent": "#ffff00", "name": ""})
    assert answer.status_code == 422
    assert "too little contrast" in answer.text
    assert "No &lt;b&gt;ads&lt;/b&gt;." in answer.text
    assert "Allotment" not in admin.get("/about").text


def test_nobody_replaces_what_they_have_not_seen(admin: Browser) -> None:
    seen = admin.get("/admin/site").text.partition('name="version" value="')[2].partition('"')[0]
    assert admin.post("/admin/site", {**VALUES, "version": seen}).status_code == 303
    late = admin.post("/admin/site", {**VALUES, "name": "Late", "version": seen})
    assert late.status_code == 409
    assert 'value="Late"' in late.text
    assert admin.post("/admin/site", {**VALUES, "version": seen}).status_code == 303, "sent twice, all is well"
    now = late.text.partition('name="version" value="')[2].partition('"')[0]
    assert admin.post("/admin/site", {**VALUES, "name": "Late", "version": now}).status_code == 303


def test_the_menu_of_an_admin_leads_there(admin: Browser, browser: Callable[..., Browser]) -> None:
    assert 'href="/admin/site"' in admin.get("/about").text
    assert 'href="/admin/site"' not in browser().get("/about").text
