from __future__ import annotations

from typing import Any

import pytest

ANONYMOUS = ["/", "/public", "/posts/1", "/posts/1/comments/1", "/@ada", "/@ada/followers", "/login", "/signup"]


@pytest.fixture
def ada(browser: Any, people: Any) -> Any:
    who = browser(people("ada"))
    who.post("/posts", {"body": "the post"})
    who.post("/posts/1/comments", {"body": "the comment"})
    return who


@pytest.mark.parametrize("address", ANONYMOUS)
def test_an_anonymous_page_is_not_sent_twice(browser: Any, ada: Any, address: str) -> None:
    first = browser().get(address)
    etag = first.headers["ETag"]
    again = browser().get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    head = browser().client.head(address)
    assert (head.headers["ETag"], head.data) == (etag, b"")


def test_a_compressed_page_is_recognised_too(browser: Any, ada: Any) -> None:
    first = browser().get("/public", headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.headers["ETag"].startswith("W/")
    for encoding in ("gzip", "identity"):
        headers = {"If-None-Match": first.headers["ETag"], "Accept-Encoding": encoding}
        again = browser().get("/public", headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert "Accept-Encoding" in again.headers["Vary"]


def test_a_changed_page_is_sent_again(browser: Any, ada: Any) -> None:
    known = {address: browser().get(address).headers["ETag"] for address in ("/", "/posts/1", "/@ada")}
    ada.post("/posts/1/likes")
    for address, etag in known.items():
        assert browser().get(address, headers={"If-None-Match": etag}).status_code == 200, address


@pytest.mark.parametrize("address", ANONYMOUS[:6])
def test_a_page_for_one_person_is_never_said_to_be_the_same(browser: Any, ada: Any, address: str) -> None:
    page = ada.get(address, headers={"If-None-Match": "*"})
    assert page.status_code == 200
    assert "ETag" not in page.headers
    assert browser().get(address).headers["ETag"]


def test_errors_have_no_etag(browser: Any, ada: Any) -> None:
    for address in ("/nowhere", "/@nobody", "/posts/9"):
        page = browser().get(address, headers={"If-None-Match": "*"})
        assert (page.status_code, "ETag" in page.headers) == (404, False)
