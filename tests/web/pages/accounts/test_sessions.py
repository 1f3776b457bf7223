from __future__ import annotations

from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.web.pages.browsing import textarea

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\n/evil.example",
    "evil.example",
    "/a\r\nSet-Cookie: x=y",
    "",
]


def _log_in(browser: Any, somebody: Any, **more: str) -> Any:
    return browser.post("/login", {"username": somebody.username, "password": somebody.password, **more})


def test_logging_in_and_out(browser: Any, people: Any) -> None:
    ada, reader = people("ada"), browser()
    answer = _log_in(reader, ada, next="/settings?saved=profile")
    assert (answer.status_code, answer.location) == (303, "/settings?saved=profile")
    token = reader.session
    assert reader.get("/settings").status_code == 200
    assert reader.post("/logout").location == "/"
    assert reader.session is None
    reader.client.set_cookie(reader.name, token)
    assert reader.get("/settings").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Any, people: Any) -> None:
    ada, reader = people("ada"), browser()
    plain = _log_in(reader, ada).headers["Set-Cookie"]
    assert plain.startswith(f"{reader.name}=")
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=25919"):
        assert part in plain
    assert "Domain" not in plain
    secure = reader.client.post(
        "/login",
        data={"username": "ada", "password": ada.password},
        headers={"Origin": "https://localhost"},
        base_url="https://localhost",
    ).headers["Set-Cookie"]
    assert secure.startswith("__Host-feedapp_session_")
    assert "Secure" in secure


def test_logging_in_gives_a_new_session_and_ends_the_old_one(browser: Any, people: Any, services: Any) -> None:
    ada = people("ada")
    reader = browser(ada)
    _log_in(reader, ada)
    assert reader.session not in {None, ada.session}
    assert services.viewers.identify(Credentials.of(ada.session, kind="session")).viewer is None


@pytest.mark.parametrize("username", ["ada", "nobody", "a\x00", "\u202e", "x" * 10_000])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(browser: Any, people: Any, username: str) -> None:
    people("ada")
    reader = browser()
    answer = reader.post("/login", {"username": username, "password": "wrong password"})
    assert answer.status_code == 401
    assert "The username or the password is wrong." in answer.text
    assert "wrong password" not in answer.text
    assert reader.session is None


def test_missing_fields_are_named(browser: Any) -> None:
    answer = browser().post("/login", {})
    assert answer.status_code == 422
    assert answer.text.count("This is required.") == 2


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_logging_in(browser: Any, people: Any, target: str) -> None:
    ada = people("ada")
    assert _log_in(browser(), ada, next=target).location == "/"
    assert browser(ada).get("/login", query_string={"next": target}).location == "/"
    assert browser(ada).get("/signup", query_string={"next": target}).location == "/"
    assert 'name="next" value="/"' in browser().get("/login", query_string={"next": target}).text
    new = browser().post("/signup", {"username": "bob", "password": ada.password, "next": target})
    assert new.location == "/welcome"


@pytest.mark.parametrize("address", ["/settings", "/posts/new", "/posts/1/edit", "/posts/1/delete"])
def test_pages_for_the_signed_in_lead_through_the_login(browser: Any, people: Any, address: str) -> None:
    ada, reader = people("ada"), browser()
    answer = reader.get(address)
    assert (answer.status_code, answer.location) == (303, f"/login?next={address}")
    assert f'name="next" value="{address}"' in reader.get(answer.location).text
    assert _log_in(reader, ada, next=address).location == address


def test_a_session_that_is_no_longer_good_reads_as_anonymous_and_is_taken_away(browser: Any, people: Any) -> None:
    ada = people("ada")
    for session in ("nonsense", "", f"{ada.id}.{'x' * 43}", ada.token):
        reader = browser()
        reader.client.set_cookie(reader.name, session)
        page = reader.get("/")
        assert page.status_code == 200
        assert "Log in" in page.text
        assert page.headers["Cache-Control"] == "private, no-store"
        assert reader.session is None


@pytest.mark.parametrize("address", ["/posts", "/posts/1/edit", "/posts/1/comments", "/posts/1/comments/1/edit"])
@pytest.mark.parametrize("what", ["", "/preview"])
def test_a_text_survives_the_end_of_the_session(
    browser: Any, people: Any, services: Any, address: str, what: str
) -> None:
    ada = people("ada")
    sender = Credentials.of(ada.session, kind="session")
    services.posts.publish(sender, body="the post")
    services.comments.comment_on(sender, 1, body="the comment")
    services.accounts.log_out(sender)
    reader, text = browser(ada), "\n<b>long</b> thoughts\n& more"
    answer = reader.post(address + what, {"body": text})
    assert answer.status_code == 401
    assert textarea(answer, "kept") == text
    wrong = reader.post("/login", {"username": "ada", "password": "wrong", "next": address + what, "kept": text})
    assert textarea(wrong, "kept") == text
    resumed = _log_in(reader, ada, next=address + what, kept=text)
    assert resumed.status_code == 200
    assert textarea(resumed, "body") == text
    assert f'action="{address}"' in resumed.text
    assert reader.post(address, {"body": text}).status_code == 303


def test_so_does_what_one_says_of_oneself(browser: Any, people: Any) -> None:
    ada, reader = people("ada"), browser()
    answer = reader.post("/settings/profile", {"display_name": "Ada", "bio": "I am"})
    assert textarea(answer, "kept") == "I am"
    resumed = _log_in(reader, ada, next="/settings/profile", kept="I am")
    assert textarea(resumed, "bio") == "I am"
