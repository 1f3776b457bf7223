from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from feedapp.reading.viewers import Credentials

PAGES = ["/public", "/login", "/signup", "/@ada", "/@ada/followers", "/posts/1", "/posts/1/comments/1", "/settings"]
NOWHERE = [
    "/nowhere/",
    "//evil.example/",
    "///evil.example//",
    "/%2Fevil.example/",
    "/\\evil.example/",
    "/api/",
    "/a//",
]


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    credentials = Credentials.of(somebody.session, kind="session")
    services.posts.publish(credentials, body="the post")
    services.comments.comment_on(credentials, 1, body="the comment")
    return somebody


@pytest.mark.parametrize("slashes", ["/", "//"])
@pytest.mark.parametrize("address", PAGES)
def test_a_trailing_slash_leads_to_the_page(browser: Any, ada: Any, address: str, slashes: str) -> None:
    answer = browser(ada).get(address + slashes)
    assert (answer.status_code, answer.headers["Location"]) == (308, address)


def test_it_costs_nothing_and_may_be_kept(browser: Any, ada: Any) -> None:
    answer = browser().get("/public/")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "0 trips" in answer.headers["Server-Timing"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "query", ["next=/posts/1&a=%C3%BC", "next=%2F%2Fevil.example", "a=b%0d%0aSet-Cookie:x", "&&", "q=ü"]
)
def test_the_query_stays(browser: Any, query: str) -> None:
    answer = browser().get(f"/login/?{query}")
    assert answer.headers["Location"] == f"/login?{query.replace('ü', '%C3%BC')}"


def test_names_of_every_script_and_case_are_led_on(browser: Any, ada: Any) -> None:
    assert browser().get("/@ADA/", follow_redirects=True).request.path == "/@ada"
    assert browser().get("/@ädä/").headers["Location"] == "/@%C3%A4d%C3%A4"


def test_a_form_that_was_sent_with_a_slash_is_carried_out(browser: Any, ada: Any) -> None:
    signed_in = browser(ada)
    answer = signed_in.post("/posts/", {"body": "by way of a slash"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/posts")
    done = signed_in.client.post(
        "/posts/", data={"body": "by way of a slash"}, headers={"Origin": "http://localhost"}, follow_redirects=True
    )
    assert "by way of a slash" in done.text


def test_a_method_that_the_page_has_not_got_is_still_refused(browser: Any) -> None:
    answer = browser().client.post("/public/", follow_redirects=True)
    assert answer.status_code in {403, 405}


@pytest.mark.parametrize("address", NOWHERE)
def test_what_is_no_page_without_the_slash_is_none_with_it_and_nobody_is_led_elsewhere(
    browser: Any, address: str
) -> None:
    answer = browser().get("/", environ_overrides={"PATH_INFO": address})
    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.parametrize("address", ["//", "/@ada//", "/@\\evil.example/", "//@ada/"])
def test_where_it_leads_is_on_this_site(browser: Any, ada: Any, address: str) -> None:
    location = browser().get("/", environ_overrides={"PATH_INFO": address}).headers.get("Location", "/")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
    assert not urlsplit(location).netloc
