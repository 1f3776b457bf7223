from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def publish(client: FlaskClient, author: Somebody, body: str) -> str:
    return str(client.post("/api/posts", headers=author.headers, json={"body": body}).get_json()["id"])


def test_without_a_question_it_says_how_to_ask(client: FlaskClient) -> None:
    page = client.get("/search")
    assert page.status_code == 200
    assert '<input id="q" name="q" type="search"' in page.text
    assert "from:ada" in page.text
    assert "noindex" in page.text


def test_what_was_found_is_marked(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "Gardening <b>at</b> night, by @ada; gärden & gardener; gardenia")
    page = client.get("/search?q=garden")
    assert re.findall("<mark>(.*?)</mark>", page.text) == ["Gardening", "gärden", "gardener"]
    assert "&lt;b&gt;" in page.text
    assert '<a class="mention" href="/@ada"' in page.text


def test_of_a_long_post_the_part_with_the_word_is_shown(client: FlaskClient, ada: Somebody) -> None:
    publish(client, ada, "So it began. " * 300 + "Then came the walrus. " + "And so it ended. " * 300)
    page = client.get("/search?q=walrus")
    text = page.text[page.text.index('<div class="text') : page.text.index("Read the whole")]
    assert "<mark>walrus</mark>" in text
    assert len(text) < 1_200


@pytest.mark.parametrize(
    ("kind", "shown"), [("posts", "about soup"), ("comments", "with noodles"), ("people", "@soup")]
)
def test_each_kind_has_its_tab(
    client: FlaskClient, ada: Somebody, people: Callable[..., Somebody], kind: str, shown: str
) -> None:
    people("soup", display_name="Soup")
    post_id = publish(client, ada, "a post about soup")
    client.post(f"/api/posts/{post_id}/comments", headers=ada.headers, json={"body": "soup with noodles"})
    page = client.get(f"/search?q=soup&kind={kind}")
    plain = re.sub("</?mark>", "", page.text)
    assert [each for each in ("about soup", "with noodles", "@soup") if each in plain] == [shown]
    tabs = page.text.partition('aria-label="What was found"')[2].partition("</nav>")[0]
    assert tabs.count('aria-current="page"') == 1


def test_the_other_pages_keep_the_question(client: FlaskClient, ada: Somebody) -> None:
    for number in range(21):
        publish(client, ada, f"onion & garlic {number}")
    page = client.get("/search", query_string={"q": "onion & garlic"})
    following = re.search(r'rel="next" href="([^"]+)"', page.text)
    assert following
    address = following[1].replace("&amp;", "&")
    assert address.startswith("/search?q=onion+%26+garlic&cursor=")
    assert client.get(address).text.count('<article class="card post"') == 1
    assert client.get(address + "&fragment=1").text.count("<article") == 1
    assert "<html" not in client.get(address + "&fragment=1").text


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("-fox", "give a word"),
        ("fox before:yesterday", "write it as YYYY-MM-DD"),
        ("x" * 501, "at most 500 characters"),
    ],
)
def test_what_cannot_be_asked_stays_in_the_field_and_is_explained(client: FlaskClient, q: str, said: str) -> None:
    page = client.get("/search", query_string={"q": q})
    assert page.status_code == 400
    assert said in page.text
    assert f'value="{q}"' in page.text


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    assert "Nothing found" in client.get("/search?q=walrus").text


def test_hostile_words_are_text(app: Flask, ada: Somebody) -> None:
    page = Browser(app, ada.session).get("/search", query_string={"q": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_after_logging_in_one_is_back_at_what_was_found(client: FlaskClient) -> None:
    page = client.get("/search?q=onion&kind=people")
    assert "/login?next=/search?q%3Donion%26kind%3Dpeople" in page.text.replace("%3F", "?").replace("%2F", "/")


def test_browsers_are_told_how_to_search(client: FlaskClient) -> None:
    answer = client.get("/opensearch.xml")
    assert answer.mimetype == "application/opensearchdescription+xml"
    url = ET.fromstring(answer.data).find("{http://a9.com/-/spec/opensearch/1.1/}Url")  # noqa: S314  (our own)
    assert url is not None
    assert url.get("template") == "http://localhost/search?q={searchTerms}"
    assert "/opensearch.xml" in client.get("/search").text
