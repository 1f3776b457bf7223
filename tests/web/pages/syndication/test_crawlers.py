from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest

from feedapp.repositories.site import sitemaps
from tests.integration.media.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from feedapp.wiring import Services
    from tests.support.people import Somebody

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def places(client: FlaskClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/xml"
    return [each.text or "" for each in ET.fromstring(answer.data).iter(f"{NAMESPACE}loc")]  # noqa: S314  (our own)


def test_the_sitemap_leads_to_every_post_and_person_once(
    client: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "RUN", 10)
    monkeypatch.setattr("feedapp.services.content.sitemaps.RUN", 10)
    ids = [client.post("/api/posts", headers=ada.headers, json={"body": "x"}).get_json()["id"] for _ in range(25)]
    client.delete(f"/api/posts/{ids[3]}", headers=ada.headers)
    found = [
        place
        for part in places(client, "/sitemap.xml")
        for place in places(client, part.removeprefix("http://localhost"))
    ]
    expected = [f"http://localhost/posts/{each}" for each in ids if each != ids[3]] + ["http://localhost/@ada"]
    assert sorted(found) == sorted(expected)


def test_an_empty_site_has_an_empty_sitemap(client: FlaskClient) -> None:
    assert places(client, "/sitemap.xml") == []


@pytest.mark.parametrize("part", ["posts-99999999", "posts--1", "tokens-0", "posts-x"])
def test_other_parts_there_are_none(client: FlaskClient, part: str) -> None:
    assert client.get(f"/sitemap/{part}.xml").status_code == 404


def test_robots_may_read_posts_and_nothing_of_ones_own(client: FlaskClient) -> None:
    answer = client.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    assert all(robots.can_fetch("any", path) for path in ("/", "/public", "/posts/1", "/@ada", "/about", "/feed.atom"))
    assert not any(robots.can_fetch("any", path) for path in ("/settings", "/search?q=x", "/admin/site", "/posts/new"))
    assert robots.site_maps() == ["http://localhost/sitemap.xml"]


def test_whom_to_tell_of_a_hole(client: FlaskClient, services: Services) -> None:
    def told() -> dict[str, str]:
        answer = client.get("/.well-known/security.txt")
        assert answer.mimetype == "text/plain"
        return dict(line.split(": ", 1) for line in answer.text.splitlines())

    for none in ("", "Ada, in the kitchen"):
        services.site_settings.set({"contact": none})
        assert told()["Contact"] == "http://localhost/about"
    services.site_settings.set({"contact": "help@example.org"})
    fields = told()
    assert fields["Contact"] == "mailto:help@example.org"
    assert datetime.now(UTC) < datetime.fromisoformat(fields["Expires"]) < datetime.now(UTC) + timedelta(days=366)


def test_a_post_can_be_embedded(client: FlaskClient, ada: Somebody) -> None:
    body = "Soup & <script>alert(1)</script> for @ada"
    post = client.post("/api/posts", headers=ada.headers, json={"body": body}).get_json()
    page = client.get(f"/posts/{post['id']}").text
    address = re.search(r'type="application/json\+oembed"[^>]* href="http://localhost([^"]+)"', page)
    assert address
    found = client.get(address[1].replace("&amp;", "&")).get_json(force=True)
    assert (found["version"], found["type"], found["author_name"]) == ("1.0", "rich", ada.username)
    assert "<script" not in found["html"]
    assert f"http://localhost/posts/{post['id']}" in found["html"]
    xml = client.get(f"/oembed?format=xml&url=http://localhost/posts/{post['id']}")
    assert ET.fromstring(xml.data).findtext("html") == found["html"]  # noqa: S314  (our own)


def test_the_address_of_a_comment_embeds_the_comment(client: FlaskClient, ada: Somebody) -> None:
    post = client.post("/api/posts", headers=ada.headers, json={"body": "Soup"}).get_json()["id"]
    comments = f"/api/posts/{post}/comments"
    comment = client.post(comments, headers=ada.headers, json={"body": "With *leeks*"}).get_json()["id"]
    address = f"http://localhost/posts/{post}/comments/{comment}"
    page = client.get(address).text
    assert f"oembed?url={quote(address, safe='')}" in page
    found = client.get(f"/oembed?url={address}").get_json(force=True)
    assert found["title"] == "With leeks"
    assert address in found["html"]
    assert "Soup" not in found["html"]
    other = client.post("/api/posts", headers=ada.headers, json={"body": "Bread"}).get_json()["id"]
    assert client.get(f"/oembed?url=http://localhost/posts/{other}/comments/{comment}").status_code == 404
    answer = {"body": "Salt", "in_reply_to": comment}
    assert client.post(comments, headers=ada.headers, json=answer).status_code == 201
    client.delete(f"{comments}/{comment}", headers=ada.headers)
    assert client.get(f"/oembed?url={address}").status_code == 404


def test_a_post_with_a_picture_is_embedded_with_it(client: FlaskClient, ada: Somebody) -> None:
    sent = {"file": (BytesIO(picture(size=(900, 600))), "a.jpg"), "alt": "A bean"}
    media = client.post("/api/media", headers=ada.headers, data=sent).get_json()
    post = {"body": "Beans", "media": [media["id"]]}
    number = client.post("/api/posts", headers=ada.headers, json=post).get_json()["id"]

    def embedded(query: str = "") -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/oembed?url=http://localhost/posts/{number}{query}").get_json(force=True)
        return found

    assert f'src="{media["preview_url"]}"' in embedded()["html"]
    assert embedded()["thumbnail_url"] == media["preview_url"]
    small = embedded("&maxwidth=500&maxheight=300")
    assert (small["thumbnail_width"], small["thumbnail_height"]) == (400, 267)
    assert client.get(small["thumbnail_url"]).content_type == "image/webp"
    for narrow in ("&maxwidth=399", "&maxheight=266"):
        assert "thumbnail_url" not in embedded(narrow)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("url=http://localhost/posts/1&format=yaml", 400),
        ("url=http://localhost/posts/1&maxwidth=-1", 400),
        ("url=http://elsewhere.example/posts/1", 404),
        ("url=http://localhost/posts/1", 404),
        ("url=http://localhost/posts/1/comments/0", 404),
        ("url=http://[", 404),
        ("url=//localhost/posts/1", 404),
    ],
)
def test_nothing_else_can(client: FlaskClient, query: str, status: int) -> None:
    assert client.get(f"/oembed?{query}").status_code == status


def test_a_shared_post_says_what_it_is(client: FlaskClient, ada: Somebody) -> None:
    post = client.post("/api/posts", headers=ada.headers, json={"body": 'Soup "hot" & good'}).get_json()
    page = client.get(f"/posts/{post['id']}").text
    assert f'<link rel="canonical" href="http://localhost/posts/{post["id"]}">' in page
    assert '<meta property="og:type" content="article">' in page
    title = re.search(r'<meta property="og:title" content="([^"]+)">', page)
    assert title
    assert title[1] == "ada: Soup &#34;hot&#34; &amp; good"
