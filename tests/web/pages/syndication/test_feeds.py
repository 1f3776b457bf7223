from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
import pytest

from tests.integration.media.samples import picture
from tests.support.costs import cost_of
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ROOT = "http://localhost/"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada", display_name="Ada & <Co>")


def publish(client: FlaskClient, author: Somebody, body: str) -> dict[str, Any]:
    post: dict[str, Any] = client.post("/api/posts", headers=author.headers, json={"body": body}).get_json()
    return post


def read(client: FlaskClient, address: str) -> Any:
    """Read it as a feed reader does."""
    answer = client.get(address)
    assert answer.status_code == 200
    ET.fromstring(answer.data)  # noqa: S314  (our own)
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_feed_reader_reads_everyones_posts(client: FlaskClient, ada: Somebody) -> None:
    post = publish(client, ada, "Soup & <b>bread</b>\nfor @ada and https://example.org/?a=1&b=2")
    found = read(client, "/feed.atom")
    assert found.feed.title == "feedapp"
    assert found.feed.link == ROOT + "public"
    [entry] = found.entries
    assert entry.id == entry.link == f"{ROOT}posts/{post['id']}"
    assert entry.author == "Ada & <Co>"
    assert entry.author_detail.href == f"{ROOT}@ada"
    assert entry.title == "Soup & <b>bread</b> for @ada and https://example.org/?a=1&b=2"
    html = entry.content[0].value
    assert "Soup &amp; &lt;b&gt;bread&lt;/b&gt;<br" in html
    assert f'href="{ROOT}@ada"' in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html


def test_the_json_feed_says_the_same(client: FlaskClient, ada: Somebody) -> None:
    post = publish(client, ada, "Soup & <b>bread</b>\nfor @ada")
    answer = client.get("/feed.json")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    document = answer.get_json(force=True)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["feed_url"] == f"{ROOT}feed.json"
    assert document["home_page_url"] == f"{ROOT}public"
    [item] = document["items"]
    assert item["id"] == item["url"] == f"{ROOT}posts/{post['id']}"
    assert item["content_text"] == "Soup & <b>bread</b>\nfor @ada"
    assert "&lt;b&gt;" in item["content_html"]
    assert f'href="{ROOT}@ada"' in item["content_html"]
    assert item["authors"] == [{"name": "Ada & <Co>", "url": f"{ROOT}@ada"}]
    assert item["date_published"] == post["created_at"]
    assert "date_modified" not in item


@pytest.mark.parametrize("form", ["atom", "json"])
def test_each_page_leads_to_what_is_older(client: FlaskClient, ada: Somebody, form: str) -> None:
    ids = [publish(client, ada, f"post {number}")["id"] for number in range(45)]
    address, seen = f"/@ada/feed.{form}", []
    while address:
        if form == "atom":
            found = read(client, address)
            seen += [entry.id.rpartition("/")[2] for entry in found.entries]
            following = [link.href for link in found.feed.links if link.rel == "next"]
            address = following[0].removeprefix("http://localhost") if following else ""
        else:
            document = client.get(address).get_json(force=True)
            seen += [item["id"].rpartition("/")[2] for item in document["items"]]
            address = document.get("next_url", "").removeprefix("http://localhost")
    assert seen == ids[::-1]


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_tag_has_a_feed(client: FlaskClient, ada: Somebody, form: str) -> None:
    publish(client, ada, "with #Suppe")
    publish(client, ada, "without")
    address = f"/tags/suppe/feed.{form}"
    if form == "atom":
        found = read(client, address)
        assert (found.feed.title, found.feed.link) == ("#suppe · feedapp", ROOT + "tags/suppe")
        assert [entry.title for entry in found.entries] == ["with #Suppe"]
    else:
        [item] = client.get(address).get_json(force=True)["items"]
        assert f'href="{ROOT}tags/suppe"' in item["content_html"]
    assert client.get(f"/tags/Suppe/feed.{form}").location == address
    assert f'href="{address}"' in client.get("/tags/suppe").text
    assert client.get(f"/tags/1/feed.{form}").status_code == 404
    client.get(address)
    warm = client.get(address)
    assert (cost_of(warm).sql_statements, cost_of(warm).redis_trips) == (0, 1)


def test_an_edit_is_an_update(client: FlaskClient, ada: Somebody) -> None:
    post = publish(client, ada, "first")
    before = read(client, "/feed.atom").feed.updated
    edited = client.patch(f"/api/posts/{post['id']}", headers=ada.headers, json={"body": "second"}).get_json()
    found = read(client, "/feed.atom")
    assert found.entries[0].title == "second"
    assert found.entries[0].updated == edited["edited_at"] == found.feed.updated > before
    assert found.entries[0].published == post["created_at"]
    assert client.get("/feed.json").get_json(force=True)["items"][0]["date_modified"] == edited["edited_at"]


def test_a_posts_comments_come_the_newest_first(client: FlaskClient, ada: Somebody) -> None:
    post = publish(client, ada, "What do you think?")
    for number in range(25):
        client.post(f"/api/posts/{post['id']}/comments", headers=ada.headers, json={"body": f"comment {number}"})
    found = read(client, f"/posts/{post['id']}/feed.atom")
    assert found.feed.title == "Comments on Ada & <Co>: What do you think?"
    assert found.entries[0].title == "Ada & <Co>: comment 24"
    assert len(found.entries) == 20
    following = next(link.href for link in found.feed.links if link.rel == "next")
    older = read(client, following.removeprefix("http://localhost"))
    assert [entry.title.rpartition(" ")[2] for entry in older.entries] == ["4", "3", "2", "1", "0"]
    assert not [link for link in older.feed.links if link.rel == "next"]
    assert client.get(older.entries[0].link.removeprefix("http://localhost")).status_code in {200, 303}


def test_a_feed_of_nothing_is_a_feed(client: FlaskClient, ada: Somebody) -> None:
    assert read(client, "/feed.atom").entries == []
    assert client.get("/@ada/feed.json").get_json(force=True)["items"] == []


@pytest.mark.parametrize(
    "address", ["/@nobody/feed.atom", "/posts/77/feed.json", "/@a b/feed.atom", "/posts/x/feed.atom"]
)
def test_of_what_is_not_there_is_no_feed(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_name_in_capitals_leads_to_the_feed(client: FlaskClient, ada: Somebody) -> None:
    answer = client.get("/@ADA/feed.atom")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/@ada/feed.atom"


def test_a_forged_cursor_is_refused(client: FlaskClient) -> None:
    assert client.get("/feed.atom?cursor=x").status_code == 400


def test_a_reader_who_comes_again_is_told_that_nothing_is_new(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "one")
    first = client.get("/feed.atom")
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    publish(client, ada, "two")
    assert client.get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("address", ["/feed.atom", "/feed.json", "/@ada/feed.atom", "/posts/1/feed.json"])
def test_a_warm_feed_costs_no_sql_and_one_trip(
    client: FlaskClient, services: Services, ada: Somebody, address: str
) -> None:
    publish(client, ada, "hello @ada")
    services.backend.clear()
    cold, _, warm = client.get(address), client.get(address), client.get(address)  # the second looks at what is new
    assert cost_of(cold).sql_statements <= 4
    assert warm.data == cold.data
    assert (cost_of(warm).sql_statements, cost_of(warm).redis_trips) == (0, 1)


def test_whoever_is_signed_in_gets_what_anybody_gets(app: Flask, client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "one")
    answer = Browser(app, ada.session).get("/feed.atom")
    assert answer.data == client.get("/feed.atom").data
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/public", ["/feed.atom", "/feed.json"]),
        ("/@ada", ["/@ada/feed.atom", "/@ada/feed.json"]),
        ("/posts/1", ["/posts/1/feed.atom", "/posts/1/feed.json"]),
    ],
)
def test_pages_say_where_their_feeds_are(client: FlaskClient, ada: Somebody, page: str, feeds: list[str]) -> None:
    publish(client, ada, "one")
    kinds = r"application/(?:atom\+xml|feed\+json)"
    found = re.findall(rf'<link rel="alternate" type="{kinds}"[^>]* href="([^"]+)"', client.get(page).text)
    assert found == feeds
    assert all(client.get(each).status_code == 200 for each in feeds)


def test_each_entry_says_its_language_where_it_is_clear(client: FlaskClient, ada: Somebody) -> None:
    for body in ("Ich habe die Bohnen nicht gesehen.", "Beans"):
        client.post("/api/posts", headers=ada.headers, json={"body": body})
    atom, feed = client.get("/feed.atom").text, client.get("/feed.json").get_json()
    assert re.findall(r'<content type="html"( xml:lang="[^"]*")?>', atom) == ["", ' xml:lang="de"']
    assert [each.get("language") for each in feed["items"]] == [None, "de"]
    assert [each["language"] for each in client.get("/api/posts").get_json()["items"]] == [None, "de"]
    assert 'lang="de" dir="auto">Ich' in client.get("/posts/1").text
    assert re.search(r'<div class="text" dir="auto">Beans', client.get("/posts/2").text)


def with_pictures(client: FlaskClient, author: Somebody) -> list[dict[str, Any]]:
    """Publish a post with two pictures, and give these."""
    sent = [{"file": (BytesIO(picture(size=(900, 600))), "a.jpg"), "alt": alt} for alt in ("A <bean>", "")]
    media = [client.post("/api/media", headers=author.headers, data=each).get_json() for each in sent]
    post = {"body": "Beans", "media": [each["id"] for each in media]}
    assert client.post("/api/posts", headers=author.headers, json=post).status_code == 201
    return media


def test_pictures_of_a_post_are_shown(client: FlaskClient, ada: Somebody) -> None:
    media = with_pictures(client, ada)
    [entry] = read(client, "/feed.atom").entries
    assert [(each.href, each.type) for each in entry.enclosures] == [(each["url"], "image/webp") for each in media]
    html = entry.content[0].value
    for each in media:
        assert f'href="{each["url"]}"' in html
        assert re.search(rf'<img [^>]*src="{each["preview_url"]}"', html)
    assert 'alt="A &lt;bean&gt;"' in html
    assert 'width="800"' in html
    assert 'height="533"' in html
    [item] = client.get("/feed.json").get_json(force=True)["items"]
    assert item["image"] == media[0]["url"]
    described = [{"title": "A <bean>"}, {}]
    assert item["attachments"] == [
        {"url": each["url"], "mime_type": "image/webp"} | title for each, title in zip(media, described, strict=True)
    ]
    assert item["content_html"].count("<img") == len(media)
    for each in media:
        assert client.get(each["url"]).content_type == "image/webp"
