"""The settings of the site: set by a command, seen by every process at the next read, at no cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from tests.support.apps import services as services_of
from tests.support.costs import cost_of
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.wiring import Services
    from tests.support.people import Somebody

PAGES = ["/", "/public", "/about", "/rules", "/privacy", "/login", "/signup", "/manifest.webmanifest", "/nothing/here"]


def put(app: Flask, *pairs: str) -> None:
    done = app.test_cli_runner().invoke(args=["site", "set", *pairs])
    assert done.exit_code == 0, done.output


@pytest.fixture
def other(app: Flask, settings: Settings) -> Iterator[Flask]:
    """Another process of the site."""
    made = create_app(settings)
    services_of(made).relay.work()
    yield made
    with made.app_context():
        services_of(made).close()


@pytest.mark.parametrize("address", PAGES)
def test_a_fresh_site_answers_before_anybody_has_set_it_up(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == (404 if "nothing" in address else 200)
    assert "feedapp" in answer.text


@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
@pytest.mark.parametrize("address", PAGES[:5])
def test_every_process_shows_the_new_name_at_the_next_read(
    app: Flask, other: Flask, people: Callable[..., Somebody], address: str, *, signed_in: bool
) -> None:
    session = people("ada").session if signed_in else None
    browsers = [Browser(each, session) for each in (app, other)]
    for _ in range(2):  # the second answer is the one that is kept
        assert all("Allotment" not in each.get(address).text for each in browsers)
    put(app, "name=The Allotment")
    for each in browsers:
        page = each.get(address)
        assert "The Allotment</bdi></a>" in page.text
        assert "The Allotment</title>" in page.text


@pytest.mark.parametrize("address", ["/public", "/about", "/", "/settings"])
def test_a_warm_page_takes_no_trip_and_no_sql_for_it(
    app: Flask, people: Callable[..., Somebody], services: Services, address: str
) -> None:
    put(app, "name=The Allotment")
    browser = Browser(app, people("ada").session)
    services.backend.clear()
    cold = browser.get(address)
    statements = cost_of(cold).sql_statements
    warm = cost_of(browser.get(address))
    assert (warm.sql_statements, warm.redis_trips) == (0, 1 if address != "/settings" else warm.redis_trips)
    assert warm.redis_trips <= 2
    assert statements <= (1 if address == "/about" else 4)


def test_without_a_cache_it_is_read_once_for_a_page(
    app: Flask, people: Callable[..., Somebody], services: Services
) -> None:
    browser = Browser(app, people("ada").session)
    services.backend.trust.lose("this test")
    try:
        assert cost_of(browser.get("/about")).sql_statements == 1
    finally:
        services.relay.work()


class TestTheCommand:
    def test_it_shows_what_was_set(self, app: Flask) -> None:
        put(app, "name= The   Allotment ", "rules=Be kind.\nWrite about plants.", "accent=#1A6B4F", "signup=closed")
        shown = app.test_cli_runner().invoke(args=["site", "show"]).output
        for line in ("name=The Allotment\n", "rules=\n  Be kind.\n  Write about plants.\n", "accent=#1a6b4f\n"):
            assert line in shown
        put(app, "rules=", "accent=")
        assert "rules=\n" in app.test_cli_runner().invoke(args=["site", "show"]).output

    @pytest.mark.parametrize(
        ("pair", "said"),
        [
            ("nome=x", "is no setting: they are name"),
            ("name=", "must not be empty"),
            ("name=" + "x" * 51, "at most 50"),
            ("signup=maybe", "must be one of"),
            ("accent=#ffff00", "too little contrast"),
            ("language=german please", "language tag"),
            ("name", "no KEY=VALUE"),
        ],
    )
    def test_what_is_wrong_is_said_in_a_line_and_changes_nothing(
        self, app: Flask, engine: Engine, pair: str, said: str
    ) -> None:
        done = app.test_cli_runner().invoke(args=["site", "set", "tagline=other", pair])
        assert done.exit_code != 0
        assert said in done.output
        with engine.connect() as connection:
            assert connection.execute(text("SELECT * FROM site_settings")).all() == []


def test_an_accent_is_a_style_sheet_of_its_own(app: Flask, client: FlaskClient) -> None:
    assert "/accent/" not in client.get("/public").text
    put(app, "accent=#7048e8")
    page = client.get("/public").text
    address = page.partition('href="/static/')[0] and next(
        part.partition('"')[0] for part in page.split('href="') if "/accent/" in part.partition('"')[0]
    )
    sheet = client.get(address)
    assert (sheet.status_code, sheet.mimetype) == (200, "text/css")
    assert "--pine-6: light-dark(#7048e8, #" in sheet.text
    assert "immutable" in sheet.headers["Cache-Control"]
    for wrong in ("zzzzzz", "ffff00", "fff", "7048E8;"):
        assert client.get(address.replace("7048e8", wrong)).status_code == 404


def test_a_closed_site_takes_nobody_in_but_by_its_operator(app: Flask, client: FlaskClient) -> None:
    newcomer = {"username": "ada", "password": "a good password"}
    put(app, "signup=closed")
    refused = client.post("/api/users", json=newcomer)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "signup_closed")
    assert client.post("/signup", data=newcomer).status_code == 403
    assert '<form method="post" action="/signup"' not in client.get("/signup").text
    made = app.test_cli_runner().invoke(args=["user", "create", "bob", "--password-stdin"], input="a good password\n")
    assert made.exit_code == 0
    put(app, "signup=open")
    assert client.post("/api/users", json=newcomer).status_code == 201
