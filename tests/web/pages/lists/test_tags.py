from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="of #Beans and #園芸")
    return somebody


def test_a_tag_is_a_link_to_its_page(browser: Any, ada: Any) -> None:
    text = browser().get("/posts/1").text
    assert '<a class="tag" href="/tags/beans" dir="auto">#Beans</a>' in text
    assert 'href="/tags/%E5%9C%92%E8%8A%B8"' in text
    page = browser().get("/tags/%E5%9C%92%E8%8A%B8")
    assert "<h1" in page.text
    assert "#園芸</h1>" in page.text
    assert "of <a" in page.text
    assert browser().get("/tags/BEANS").location == "/tags/beans"
    assert browser().get("/tags/2026").status_code == 404
    assert "Nobody has written about this yet" in browser().get("/tags/plums").text


def test_a_tag_is_followed_and_its_posts_are_at_home(browser: Any, people: Any, ada: Any) -> None:
    reader = browser(people("bob"))
    assert "of <a" not in reader.get("/").text
    assert reader.post("/tags/beans/followers").location == "/tags/beans"
    assert "Following" in reader.get("/tags/beans").text
    assert "of <a" in reader.get("/").text
    assert "Followed by you" in reader.get("/tags").text
    assert reader.post("/tags/beans/followers/delete", Referer="http://localhost/tags").location == "/tags"
    assert "Following" not in reader.get("/tags/beans").text


def test_a_script_gets_the_button_and_the_counts(browser: Any, people: Any, ada: Any) -> None:
    answer = browser(people("bob")).post("/tags/beans/followers?fragment=1")
    assert answer.status_code == 200
    assert "/tags/beans/followers/delete" in answer.text
    assert "<b>1</b> follower" in answer.text


def test_the_most_used_ones_stand_beside_the_feeds_and_on_a_page(browser: Any, ada: Any) -> None:
    for address in ("/public", "/"):
        assert 'href="/tags/beans"' in browser(ada).get(address).text.partition("Tags of the week")[2]
    assert "Tags of the week" not in browser().get("/public?cursor=").text
    assert "1 post" in browser().get("/tags").text


def test_who_is_not_signed_in_is_asked_to_log_in(browser: Any, ada: Any) -> None:
    assert "/login?next=/tags/beans" in browser().get("/tags/beans").text
    assert browser().post("/tags/beans/followers").location.startswith("/login")
    for address in ("/tags/beans/followers", "/tags/beans/followers/delete"):
        assert browser().get(address).location == "/tags/beans"


def test_search_shows_tags(browser: Any, ada: Any) -> None:
    assert 'href="/tags/beans"' in browser().get("/search?q=bean&kind=tags").text
