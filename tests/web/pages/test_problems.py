from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from feedapp.reading.viewers import Credentials
from tests.web.pages.browsing import textarea

ANONYMOUS = ["/", "/public", "/posts/1", "/@ada", "/login", "/signup", "/nowhere", "/posts/9", "/@nobody", "/settings"]


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="the post")
    return somebody


@pytest.mark.parametrize("address", ANONYMOUS)
def test_a_page_for_anybody_sets_no_cookie_and_may_be_kept(browser: Any, ada: Any, address: str) -> None:
    page = browser().get(address)
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert page.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("address", ANONYMOUS)
def test_a_page_for_one_person_may_not(browser: Any, ada: Any, address: str) -> None:
    page = browser(ada).get(address)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert page.headers["Vary"] == "Cookie, Accept-Language, Accept-Encoding"
    assert "Set-Cookie" not in page.headers


def test_nothing_of_one_persons_is_in_what_another_gets(browser: Any, people: Any, ada: Any) -> None:
    browser(ada).post("/posts/1/likes")
    bob = people("bob")
    for address, own in (("/public", "act liked"), ("/posts/1/menu", "/posts/1/edit")):
        assert own in browser(ada).get(address).text
        assert own not in browser(bob).get(address).text
        assert own not in browser().get(address).text


@pytest.mark.parametrize("address", ["/", "/settings", "/posts/1", "/login", "/posts/1/edit", "/nowhere"])
def test_no_page_has_a_script_or_a_style_of_its_own(browser: Any, ada: Any, address: str) -> None:
    for who in (browser(), browser(ada)):
        text = who.get(address).text
        assert "<script>" not in text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text


def test_a_method_that_is_not_there_is_a_page_that_helps(browser: Any) -> None:
    for answer in (browser().get("/logout"), browser().post("/public")):
        assert answer.status_code == 405
        assert "Go to the home page" in answer.text
        assert answer.headers["Allow"]


def test_an_error_page_looks_signed_in_to_who_is(browser: Any, people: Any, ada: Any) -> None:
    browser(people("bob")).post("/posts", {"body": "not ada's"})
    signed_in, other = browser(ada), "http://evil.example"
    answers = [signed_in.get(address) for address in ("/nowhere", "/posts/9", "/@nobody", "/posts/2/edit", "/logout")]
    answers += [signed_in.get("/public?cursor=broken"), signed_in.post("/posts", {"body": "x"}, Origin=other)]
    answers += [signed_in.post("/posts/9/comments", {"body": "to a post that is gone"})]
    for answer in answers:
        assert answer.status_code >= 400
        assert 'href="/@ada"' in answer.text, answer.request.path
        assert ">Log in<" not in answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_error_page_looks_signed_out_to_who_is(browser: Any, ada: Any) -> None:
    for address in ("/nowhere", "/posts/9", "/@nobody"):
        answer = browser().get(address)
        assert answer.status_code == 404
        assert ">Log in</a>" in answer.text
        assert "ada" not in answer.text
    forgotten = browser()
    forgotten.client.set_cookie(forgotten.name, "1." + "x" * 43)
    answer = forgotten.get("/nowhere")
    assert ">Log in</a>" in answer.text
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


def test_an_error_page_does_not_mislead_while_nobody_can_say_who_reads(
    browser: Any, services: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("gone away"))

    services.backend.clear()
    monkeypatch.setattr(services.reading, "facts", away)
    monkeypatch.setattr(services.reading, "load_facts", away)
    for address in ("/nowhere", "/settings"):
        text = browser(ada).get(address).text
        assert ">Log in<" not in text
        assert "Your account" not in text
        assert 'href="/">Home</a>' in text


def test_a_text_is_given_back_when_the_database_is_away(
    browser: Any, services: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("gone away"))

    monkeypatch.setattr(services.posts, "_unit_of_work", away)
    answer = browser(ada).post("/posts", {"body": "long\nthoughts"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert textarea(answer, "body") == "long\nthoughts"
    assert "Send again" in answer.text


def test_a_mistake_of_ours_is_a_page_that_may_not_be_kept(
    browser: Any, services: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.feeds, "_viewers", None)
    page = browser().get("/")
    assert page.status_code == 500
    assert "Something went wrong on our side" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_static_files_are_kept_for_a_year_under_the_hash_of_what_they_hold(browser: Any) -> None:
    text = browser().get("/login").text
    address = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    kept = browser().get(address, buffered=True)
    assert kept.status_code == 200
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    version = address.split("/")[2]
    other = browser().get(address.replace(version, "000000000000"))
    assert (other.status_code, other.headers["Cache-Control"]) == (200, "no-cache")
    for missing in (f"/static/{version}/nothing.css", f"/static/{version}/../config.py", "/static/nothing.css"):
        assert browser().get(missing).status_code == 404
