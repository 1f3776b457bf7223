from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="the post")
    return somebody


def test_liking_twice_counts_once_and_is_taken_back(browser: Any, services: Any, ada: Any) -> None:
    reader = browser(ada)
    for _ in range(2):
        assert reader.post("/posts/1/likes").location == "/posts/1#post-1"
    assert 'class="act liked"' in reader.get("/").text
    assert '<span>1</span><span class="unseen"> like' in browser().get("/").text
    for _ in range(2):
        assert reader.post("/posts/1/likes/delete").status_code == 303
    assert 'class="act liked"' not in reader.get("/").text


def test_it_leads_back_to_the_page_where_it_was_done(browser: Any, ada: Any) -> None:
    answer = browser(ada).post("/posts/1/likes", Referer="http://localhost/public?cursor=abc")
    assert answer.location == "/public?cursor=abc#post-1"


@pytest.mark.parametrize("referer", ["http://evil.example/x", "http://[", "http://localhost//evil.example", "nonsense"])
def test_it_never_leads_elsewhere(browser: Any, ada: Any, referer: str) -> None:
    assert browser(ada).post("/posts/1/likes", Referer=referer).location == "/posts/1#post-1"


def test_somebody_who_is_not_signed_in_is_asked_to_log_in(browser: Any, ada: Any) -> None:
    assert '/login?next=/public%23post-1"' in browser().get("/").text
    answer = browser().post("/posts/1/likes", Referer="http://localhost/public")
    assert (answer.status_code, answer.location) == (303, "/login?next=/public")


def test_the_address_of_the_form_leads_to_the_post(browser: Any, ada: Any) -> None:
    for address in ("/posts/1/likes", "/posts/1/likes/delete"):
        assert browser(ada).get(address).location == "/posts/1"
