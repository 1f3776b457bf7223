from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import feedparser  # type: ignore[import-untyped]
import pytest

from feedapp.reading.viewers import Credentials
from tests.support.apps import services as of_app
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

ROOT = "http://localhost"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def bob(people: Callable[..., Somebody], client: FlaskClient, ada: Somebody) -> Somebody:
    bob: Somebody = people("bob")
    assert client.post("/api/users/ada/followers", headers=bob.headers).status_code == 201
    return bob


def publish(client: FlaskClient, author: Somebody, body: str, **more: object) -> dict[str, Any]:
    answer = client.post("/api/posts", headers=author.headers, json={"body": body, **more})
    assert answer.status_code == 201
    post: dict[str, Any] = answer.get_json()
    return post


def address_of(app: Flask, somebody: Somebody, form: str = "atom") -> str:
    found = re.search(r'href="(/home/[^"/]+/feed\.)atom"', Browser(app, somebody.session).get("/settings").text)
    assert found
    return found[1] + form


def bodies(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [item["content_text"] for item in answer.get_json(force=True)["items"]]


def test_a_feed_reader_reads_ones_home_without_a_session(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, people: Callable[..., Somebody]
) -> None:
    publish(client, ada, "for all")
    publish(client, ada, "for followers", visibility="followers")
    publish(client, people("cyd"), "of a stranger")
    publish(client, bob, "my own")
    address = address_of(app, bob)
    answer = client.get(address)
    found = feedparser.parse(answer.data)
    assert not found.bozo
    assert [entry.title for entry in found.entries] == ["my own", "for followers", "for all"]
    assert {link.href for link in found.feed.links if link.rel == "self"} == {ROOT + address}
    assert bodies(client, address_of(app, bob, "json")) == ["my own", "for followers", "for all"]
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Set-Cookie" not in answer.headers
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_each_page_leads_to_what_is_older(app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    for number in range(25):
        publish(client, ada, str(number))
    address, seen = address_of(app, bob, "json"), []
    while address:
        document = client.get(address).get_json(force=True)
        seen += [int(item["content_text"]) for item in document["items"]]
        address = document.get("next_url", "").removeprefix(ROOT)
    assert seen == list(range(25))[::-1]


def test_whoever_renews_the_address_shuts_the_one_before(app: Flask, client: FlaskClient, bob: Somebody) -> None:
    before = address_of(app, bob)
    assert client.get(before).status_code == 200
    answer = Browser(app, bob.session).post("/settings/feed")
    assert (answer.status_code, answer.location) == (303, "/settings?saved=feed#feed")
    assert client.get(before).status_code == 404
    after = address_of(app, bob)
    assert after != before
    assert client.get(after).status_code == 200


@pytest.mark.parametrize("by", ["its owner", "an operator"])
def test_so_does_a_new_password(app: Flask, client: FlaskClient, bob: Somebody, by: str) -> None:
    before = address_of(app, bob)
    assert client.get(before).status_code == 200
    if by == "an operator":
        run = app.test_cli_runner().invoke(args=["user", "password", "bob", "--password-stdin"], input="another one\n")
        assert run.exit_code == 0, run.output
    else:
        sent = {"current_password": PASSWORD, "new_password": "another one"}
        assert client.put("/api/me/password", headers=bob.headers, json=sent).status_code == 200
    assert client.get(before).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["of another", "a letter", "no secret", "another id", "nobody's", "a session", "an API token"]
)
def test_no_other_secret_opens_it(app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, wrong: str) -> None:
    secret = address_of(app, bob).split("/")[2]
    number, _, signed = secret.partition(".")
    of_ada = address_of(app, ada).split("/")[2]
    given = {
        "of another": f"{number}.{of_ada.partition('.')[2]}",
        "a letter": f"{number}.{'B' if signed[0] == 'A' else 'A'}{signed[1:]}",
        "no secret": number,
        "another id": f"{of_ada.partition('.')[0]}.{signed}",
        "nobody's": f"999.{signed}",
        "a session": bob.session,
        "an API token": bob.token,
    }[wrong]
    assert client.get(f"/home/{given}/feed.atom").status_code == 404
    assert client.get(f"/home/{secret}/feed.atom").status_code == 200


def test_the_secret_is_no_token_and_no_session(app: Flask, client: FlaskClient, bob: Somebody) -> None:
    secret = address_of(app, bob).split("/")[2]
    assert client.get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert Browser(app, secret).get("/settings").status_code == 303
    assert len(client.get("/api/tokens", headers=bob.headers).get_json()["items"]) == 2
    with app.app_context():
        parts = of_app(app)
        parts.viewers.begin_request()
        feed = Credentials.of(secret, kind="feed")
        with pytest.raises(Exception, match="ended"):
            parts.profiles.edit_own(feed, bio="by who reads the feed")
        parts.viewers.end_request()


def test_what_its_owner_does_not_see_is_not_there(
    app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, people: Callable[..., Somebody]
) -> None:
    publish(client, ada, "of ada")
    cyd = people("cyd")
    client.post("/api/users/cyd/followers", headers=bob.headers)
    publish(client, cyd, "of cyd")
    address = address_of(app, bob, "json")
    assert bodies(client, address) == ["of cyd", "of ada"]
    client.post("/api/users/ada/mutes", headers=bob.headers)
    assert bodies(client, address) == ["of cyd"]
    client.post("/api/users/bob/blocks", headers=cyd.headers)
    assert bodies(client, address) == []


def test_a_moderators_feed_has_nothing_hidden(app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    post = publish(client, ada, "of ada")
    with app.app_context():
        of_app(app).roles.assign(username="bob", role="moderator")
    address = address_of(app, bob, "json")
    assert bodies(client, address) == ["of ada"]
    hiding = client.post(f"/api/posts/{post['id']}/hiding", headers=bob.headers, json={"reason": "No."})
    assert hiding.status_code == 201
    assert bodies(client, address) == []


def test_whoever_is_out_of_sight_has_none(app: Flask, client: FlaskClient, bob: Somebody) -> None:
    address = address_of(app, bob)
    assert client.get(address).status_code == 200
    assert app.test_cli_runner().invoke(args=["user", "delete", "bob", "--yes"]).exit_code == 0
    assert client.get(address).status_code == 404
    assert app.test_cli_runner().invoke(args=["user", "restore", "bob"]).exit_code == 0
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_warm_read_costs_one_trip(app: Flask, client: FlaskClient, ada: Somebody, bob: Somebody, form: str) -> None:
    publish(client, ada, "for @bob")
    address = address_of(app, bob, form)
    client.get(address)
    client.get(address)
    warm = client.get(address)
    assert warm.headers["Cache-Status"] == "feedapp; hit"
    assert (cost_of(warm).sql_statements, cost_of(warm).redis_trips) == (0, 1)
    publish(client, ada, "new")
    assert "new" in client.get(address).text


def test_the_log_does_not_have_the_secret(
    app: Flask, client: FlaskClient, bob: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    address = address_of(app, bob)
    logger = logging.getLogger("feedapp")
    logger.addHandler(caplog.handler)
    try:
        with caplog.at_level(logging.DEBUG, logger="feedapp"):
            for _ in range(3):
                assert client.get(address).status_code == 200
            assert client.get(f"{address}/").status_code in {308, 404}
    finally:
        logger.removeHandler(caplog.handler)
    assert "GET /home/<secret> 200" in caplog.text
    assert address.split("/")[2] not in caplog.text
