"""A mention leads to whom it meant when it was written, whatever they are called now, and whoever has the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.support.touring import stale

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

ADDRESSES = ["/", "/public", "/posts/1", "/posts/1/comments/1", "/@ada", "/tags/beans", "/search?q=hello"]
FEEDS = ["/feed.atom", "/feed.json", "/@ada/feed.json", "/posts/1/feed.atom"]


def led(shown: str, to: str, name: str = "dee") -> bool:
    """Tell whether a page has the name in a text as a link to somebody."""
    return f'<a class="mention" href="/@{to}" dir="ltr">@{name}</a>' in shown


def rename(client: FlaskClient, who: Somebody, new: str) -> None:
    wanted = {"username": new, "current_password": PASSWORD}
    assert client.patch("/api/me", headers=who.headers, json=wanted).status_code == 200


def free(engine: Engine) -> None:
    """Let the 90 days pass for which names are reserved."""
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM former_usernames"))


@pytest.fixture
def dee(people: Callable[..., Somebody]) -> Somebody:
    return people("dee")


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody], dee: Somebody) -> Somebody:
    """Write of Dee."""
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "hello @dee **of** #beans"})
    client.post("/api/posts/1/comments", headers=ada.headers, json={"body": "hello again, @Dee"})
    return ada


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_old_mention_leads_to_them_by_their_new_name_and_the_one_after(
    browser: Any, client: FlaskClient, ada: Somebody, dee: Somebody, address: str
) -> None:
    reader = browser(ada)
    name = "Dee" if "comments" in address else "dee"
    assert led(reader.get(address).text, "dee", name)
    for new in ("dee_2", "dee_3"):
        rename(client, dee, new)
        assert led(reader.get(address).text, new, name)


@pytest.mark.parametrize("address", FEEDS)
def test_so_does_one_in_a_feed(client: FlaskClient, ada: Somebody, dee: Somebody, address: str) -> None:
    rename(client, dee, "dee_2")
    assert "http://localhost/@dee_2" in client.get(address).text


def test_whoever_has_the_name_now_is_meant_by_what_was_written_since(
    browser: Any, client: FlaskClient, people: Any, engine: Engine, ada: Somebody, dee: Somebody
) -> None:
    reader = browser(ada)
    assert led(reader.get("/posts/1").text, "dee")
    rename(client, dee, "dee_2")
    client.post("/api/posts", headers=ada.headers, json={"body": "who is @dee now?"})
    assert not led(reader.get("/posts/2").text, "dee_2"), "nobody's when it was written"
    free(engine)
    people("dee")
    client.post("/api/posts", headers=ada.headers, json={"body": "welcome @dee"})
    assert [led(reader.get(f"/posts/{n}").text, who) for n, who in ((1, "dee_2"), (3, "dee"))] == [True, True]
    shown = reader.get("/public").text
    assert led(shown, "dee_2")
    assert led(shown, "dee")
    client.patch("/api/posts/1", headers=ada.headers, json={"body": "hello @dee, edited"})
    assert led(reader.get("/posts/1").text, "dee_2"), "an edit does not change whom it means"


def test_who_takes_the_old_name_back_has_it_everywhere(
    browser: Any, client: FlaskClient, ada: Somebody, dee: Somebody
) -> None:
    reader = browser(ada)
    for new in ("dee_2", "dee"):
        rename(client, dee, new)
    assert led(reader.get("/posts/1").text, "dee")
    assert not led(reader.get("/posts/1").text, "dee_2")


def test_nobody_is_led_to_somebody_who_is_not_there(
    browser: Any, client: FlaskClient, app: Flask, ada: Somebody, dee: Somebody, engine: Engine, services: Any
) -> None:
    reader, run = browser(ada), app.test_cli_runner().invoke
    rename(client, dee, "dee_2")
    assert led(reader.get("/posts/1").text, "dee_2")
    run(args=["user", "suspend", "dee_2", "--reason", "Rude."])
    assert "mention" not in reader.get("/posts/1").text
    run(args=["user", "restore", "dee_2"])
    assert led(reader.get("/posts/1").text, "dee_2")
    assert run(args=["user", "delete", "dee_2", "--yes", "--now"]).exit_code == 0
    assert "mention" not in reader.get("/posts/1").text
    assert stale(services) == []
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM held_names")) == 0


@pytest.mark.parametrize("address", ["/", "/posts/1", "/@ada"])
def test_a_page_with_an_old_mention_costs_no_more_when_it_is_warm(
    browser: Any, client: FlaskClient, services: Any, ada: Somebody, dee: Somebody, address: str
) -> None:
    rename(client, dee, "dee_2")
    reader = browser(ada)
    services.backend.clear()
    costs = [cost_of(reader.get(address)) for _ in range(3)]
    assert costs[0].sql_statements <= 6
    assert (costs[2].sql_statements, costs[2].redis_trips) == (0, 1)


def test_what_somebody_was_called_is_part_of_their_archive(
    client: FlaskClient, app: Flask, ada: Somebody, dee: Somebody, tmp_path: Any, browser: Any
) -> None:
    rename(client, dee, "dee_2")
    run, file = app.test_cli_runner().invoke, tmp_path / "all.jsonl"
    assert run(args=["export", str(file)]).exit_code == 0
    assert '"held_name"' in file.read_text()
    with app.app_context():
        app.extensions["feedapp"].grace.delete("dee_2", now=True)
    assert "mention" not in browser(ada).get("/posts/1").text
    assert run(args=["import", str(file)]).exit_code == 0
    assert led(browser(ada).get("/posts/1").text, "dee_2")
