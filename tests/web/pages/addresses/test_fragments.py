"""What scripts ask for: more cards for the end of a list, and whether there is anything new at its start."""

from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.support.costs import Cost, cost_of


def top(text: str) -> str:
    """Read from where a page counts what is new."""
    found = re.search(r'data-top="([^"]+)" data-newer="([^"]+)"', text)
    assert found
    return f"{found[2]}?after={found[1]}"


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    credentials = Credentials.of(somebody.session, kind="session")
    for number in range(22):
        services.posts.publish(credentials, body=f"post {number}")
    for number in range(3):
        services.comments.comment_on(credentials, 1, body=f"comment {number}")
    return somebody


@pytest.mark.parametrize("address", ["/public", "/", "/@ada", "/posts/1"])
def test_a_fragment_is_the_cards_of_the_page_without_the_page(browser: Any, ada: Any, address: str) -> None:
    for who in (browser(), browser(ada)):
        whole, part = who.get(address), who.get(address + "?fragment=1")
        assert "<html" not in part.text
        cards = re.findall(r'id="((?:post|comment)-[0-9]+)"', part.text)
        assert cards == [each for each in re.findall(r'id="((?:post|comment)-[0-9]+)"', whole.text) if each in cards]
        assert len(cards) == (3 if address == "/posts/1" else 20)
        assert part.headers["Cache-Control"] == whole.headers["Cache-Control"]
        assert part.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"


def test_walking_by_fragments_shows_everything_once(browser: Any, ada: Any) -> None:
    address, seen = "/public?fragment=1", []
    while address:
        text = browser().get(address).text
        seen += re.findall(r'id="post-([0-9]+)"', text)
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        address = f"{onward[1]}&fragment=1" if onward else ""
    assert seen == [str(number) for number in range(22, 0, -1)]


@pytest.mark.parametrize("address", ["/", "/public"])
def test_new_posts_are_counted_and_can_be_fetched(browser: Any, people: Any, ada: Any, address: str) -> None:
    bob = browser(people("bob"))
    bob.post("/@ada/followers")
    ask = top(bob.get(address).text)
    assert (bob.get(ask).status_code, bob.get(ask).data) == (204, b"")
    browser(ada).post("/posts", {"body": "new one"})
    assert re.search(rf'href="{address}" data-count="1">1 new post</a>', bob.get(ask).text)
    browser(ada).post("/posts", {"body": "new two"})
    assert "2 new posts" in bob.get(ask).text
    fresh = bob.get(f"{address}?fragment=1&cursor={ask.partition('=')[2]}").text
    assert [text in fresh for text in ("new one", "new two", "post 21")] == [True, True, False]


def test_many_new_posts_are_not_all_counted(browser: Any, services: Any, ada: Any) -> None:
    ask = top(browser().get("/public").text)
    for number in range(21):
        services.posts.publish(Credentials.of(ada.session, kind="session"), body=f"more {number}")
    assert "20+ new posts" in browser().get(ask).text


def test_asking_for_new_posts_costs_no_sql_and_one_trip(browser: Any, ada: Any) -> None:
    for who, address in ((browser(), "/public"), (browser(ada), "/")):
        ask = top(who.get(address).text)
        who.get(ask)
        assert cost_of(who.get(ask)) == Cost(redis_trips=1, sql_statements=0)


def test_only_the_first_page_announces_what_is_new(browser: Any, ada: Any) -> None:
    onward = re.search(r'rel="next" href="([^"]+)"', browser().get("/public").text)
    assert onward
    assert "data-top" not in browser().get(onward[1]).text


@pytest.mark.parametrize("address", ["/newer", "/public/newer", "/newer?after=x", "/public/newer?after=x"])
def test_a_place_that_was_not_given_out_is_refused(browser: Any, ada: Any, address: str) -> None:
    assert browser(ada).get(address).status_code == 400


def test_a_signed_out_reader_has_no_home_to_ask_for(browser: Any, ada: Any) -> None:
    ask = top(browser().get("/public").text)
    assert browser().get(ask.replace("/public", "")).status_code == 303
