from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


def _write(services: Any, somebody: Any, *bodies: str) -> list[int]:
    sender = Credentials.of(somebody.session, kind="session")
    return [services.posts.publish(sender, body=body).id for body in bodies]


def _shown(text: str) -> list[int]:
    return [int(found) for found in re.findall(r'id="post-(\d+)"', text)]


def _link(text: str, relation: str) -> str | None:
    found = re.search(rf'<a class="button quiet" rel="{relation}" href="([^"]+)"', text)
    return found[1] if found else None


def test_home_shows_ones_own_posts_and_those_of_whom_one_follows(browser: Any, people: Any, services: Any) -> None:
    ada, bob, cleo = people("ada"), people("bob"), people("cleo")
    own, followed, _other = (_write(services, who, "hi")[0] for who in (ada, bob, cleo))
    services.follows.follow(Credentials.of(ada.session, kind="session"), username="bob")
    page = browser(ada).get("/")
    assert page.status_code == 200
    assert _shown(page.text) == [followed, own]


def test_home_of_somebody_who_is_not_signed_in_is_everyones(browser: Any, people: Any, services: Any) -> None:
    written = _write(services, people("ada"), "one", "two")
    for address in ("/", "/public"):
        assert _shown(browser().get(address).text) == written[::-1]


def test_an_empty_home_says_what_to_do(browser: Any, people: Any) -> None:
    assert "Your home feed is still empty" in browser(people("ada")).get("/").text


def test_an_empty_site_says_what_to_do(browser: Any) -> None:
    assert "Nothing has been written yet" in browser().get("/").text


def test_links_lead_through_all_posts_and_back(browser: Any, people: Any, services: Any) -> None:
    ada = people("ada")
    written = _write(services, ada, *(f"number {n}" for n in range(45)))
    for who in (browser(), browser(ada)):
        address: str | None = "/public"
        seen, visited = [], []
        while address:
            page = who.get(address)
            visited.append(_shown(page.text))
            seen += visited[-1]
            address, last = _link(page.text, "next"), page
        assert seen == written[::-1]
        back = _link(last.text, "prev")
        assert back is not None
        assert _shown(who.get(back).text) == visited[-2]


def test_a_cursor_that_was_not_given_out_is_refused(browser: Any, people: Any) -> None:
    for who in (browser(), browser(people("ada"))):
        page = who.get("/?cursor=%00nonsense")
        assert page.status_code == 400
        assert "leave it out" in page.text


def test_a_long_post_is_shortened_in_a_feed_and_whole_on_its_own_page(browser: Any, people: Any, services: Any) -> None:
    (post_id,) = _write(services, people("ada"), "word " * 1_000 + "end")
    assert "Read the whole post" in browser().get("/").text
    assert "end</div>" in browser().get(f"/posts/{post_id}").text


@pytest.mark.parametrize("address", ["/", "/public", "/@ada", "/posts/1"])
def test_a_warm_page_costs_no_sql_and_at_most_two_redis_trips(
    browser: Any, people: Any, services: Any, address: str
) -> None:
    ada = people("ada")
    _write(services, ada, *(f"number {n}" for n in range(25)))
    services.comments.comment_on(Credentials.of(ada.session, kind="session"), 1, body="well")
    for who in (browser(), browser(ada)):
        for _ in range(3):
            timing = who.get(address).headers["Server-Timing"]
        trips, statements = re.findall(r'desc="(\d+) ', timing)
        assert int(statements) == 0
        assert int(trips) <= 2


def test_settings_cost_no_more(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    for _ in range(2):
        timing = ada.get("/settings").headers["Server-Timing"]
    trips, statements = re.findall(r'desc="(\d+) ', timing)
    assert (int(statements), int(trips) <= 2) == (0, True)
