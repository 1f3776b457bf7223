"""Nothing is shown of somebody who is out of sight, wherever it stands, and everything again when they are back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.web.api.calls import comment, data, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from tests.support.people import Somebody

Site = dict[str, Any]
COLUMNS = ("deletion_at", "leaving_since", "suspended_at")


@pytest.fixture
def site(client: FlaskClient, people: Callable[..., Somebody]) -> Site:
    """Ada and Bob, who do everything with each other; Cyd, who reads."""
    ada, bob, cyd = (people(name) for name in ("ada", "bob", "cyd"))
    hers, his = publish(client, ada, "tulips of mine"), publish(client, bob, "tulips by @ada")
    for who in (ada, bob):
        for post in (hers, his):
            client.post(f"/api/posts/{post}/likes", headers=who.headers)
    site = {"ada": ada, "bob": bob, "cyd": cyd, "hers": hers, "his": his}
    site["of_ada"] = comment(client, ada, his, "roses of ada")
    site["of_bob"] = comment(client, bob, hers, "roses of bob")
    for follower, followee in ((ada, "bob"), (bob, "ada"), (cyd, "ada")):
        client.post(f"/api/users/{followee}/followers", headers=follower.headers)
    return site


def put(app: Flask, engine: Engine, column: str, moment: str) -> None:
    """Change the state past the application, and drop all copies."""
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE users SET {column} = {moment} WHERE username = 'ada'"))
    assert app.test_cli_runner().invoke(args=["cache", "clear"]).exit_code == 0


def shown(client: FlaskClient, site: Site) -> str:
    """Read everything where Ada may stand, as Cyd and as nobody, into one text."""
    addresses = (
        *("/api/posts", "/api/posts?feed=home", "/api/suggestions", "/public", f"/posts/{site['his']}"),
        *(f"/api/posts/{site['his']}/{what}" for what in ("comments", "likes")),
        *(f"/api/users/bob/{side}" for side in ("followers", "following")),
        *(f"/api/search?q=tulips&kind={kind}" for kind in ("posts", "people")),
        *("/api/search?q=roses&kind=comments", "/api/search?q=ada&kind=people", "/@bob", "/@bob/followers"),
        *("/feed.atom", "/feed.json", "/sitemap/posts-0.xml", "/sitemap/people-0.xml"),
    )
    readers: tuple[dict[str, str], ...] = ({}, site["cyd"].headers)
    answers = [client.get(each, headers=headers).text for headers in readers for each in addresses]
    return "\n".join(answers).replace("tulips by @ada", "").replace("tulips by <", "")


@pytest.mark.parametrize("column", COLUMNS)
def test_nothing_of_theirs_is_shown(app: Flask, client: FlaskClient, engine: Engine, site: Site, column: str) -> None:
    before = shown(client, site)
    assert "of ada" in before
    assert "tulips of mine" in before
    put(app, engine, column, "now()")
    during = shown(client, site)
    for trace in ('"ada"', "@ada", "of ada", "tulips of mine", "/@ada"):
        assert trace not in during, f"{trace} is still shown"
    for address in (
        *("/api/users/ada", f"/api/users/by-id/{site['ada'].id}", "/@ada", "/api/posts?feed=user&username=ada"),
        *("/api/users/ada/followers", "/api/users/ada/following", f"/posts/{site['hers']}"),
        *(f"/api/posts/{site['hers']}{rest}" for rest in ("", "/comments", "/likes", f"/comments/{site['of_bob']}")),
        f"/api/posts/{site['his']}/comments/{site['of_ada']}",
    ):
        assert client.get(address).status_code == 404, address
    put(app, engine, column, "NULL")
    assert shown(client, site) == before


@pytest.mark.parametrize("column", COLUMNS)
def test_nobody_can_do_anything_with_it(
    app: Flask, client: FlaskClient, engine: Engine, site: Site, column: str
) -> None:
    put(app, engine, column, "now()")
    for address, body in (
        (f"/api/posts/{site['hers']}/likes", None),
        (f"/api/posts/{site['hers']}/comments", {"body": "still there?"}),
        ("/api/users/ada/followers", None),
    ):
        for who in ("bob", "cyd"):
            problem(client.post(address, headers=site[who].headers, json=body), 404)


@pytest.mark.parametrize(("column", "less"), [("deletion_at", 1), ("leaving_since", 1), ("suspended_at", 0)])
def test_who_leaves_is_not_counted(
    app: Flask, client: FlaskClient, engine: Engine, site: Site, column: str, less: int
) -> None:
    put(app, engine, column, "now()")
    post, bob = data(client.get(f"/api/posts/{site['his']}")), data(client.get("/api/users/bob"))
    assert (post["likes_count"], post["comments_count"]) == (2 - less, 1 - less)
    assert (bob["followers_count"], bob["following_count"]) == (1 - less, 1 - less)
    liked = client.post(f"/api/posts/{site['his']}/likes", headers=site["cyd"].headers).get_json()
    again = client.post(f"/api/posts/{site['his']}/likes", headers=site["cyd"].headers).get_json()
    followed = client.post("/api/users/bob/followers", headers=site["cyd"].headers).get_json()
    assert (liked["likes_count"], again["likes_count"], followed["followers_count"]) == (3 - less, 3 - less, 2 - less)
    put(app, engine, column, "NULL")
    assert data(client.get(f"/api/posts/{site['his']}"))["likes_count"] == 3
