from __future__ import annotations

import re
from typing import Any

import pytest

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def ada(people: Any) -> Any:
    return people("ada")


def token_in(text: str) -> str:
    found = re.search(r'<code id="token">([^<]+)</code>', text)
    assert found
    return found[1]


def test_a_token_is_made_and_shown_once(browser: Any, ada: Any) -> None:
    here = browser(ada)
    answer = here.post("/settings/tokens", {"name": "my script", "current_password": ada.password})
    token = token_in(answer.text)
    assert answer.headers["Cache-Control"] == "private, no-store"
    me = browser().client.get("/api/me", headers={"Authorization": f"Bearer {token}"})
    assert me.get_json()["username"] == "ada"
    page = here.get("/settings/tokens").text
    assert "my script" in page
    assert token.partition(".")[2] not in page


def test_a_double_click_makes_one_token(browser: Any, ada: Any) -> None:
    here = browser(ada)
    sent = {"name": "my script", "current_password": ada.password, "idempotency_key": "x"}
    tokens = {token_in(here.post("/settings/tokens", sent).text) for _ in range(2)}
    assert len(tokens) == 1
    assert here.get("/settings/tokens").text.count("<bdi>my script</bdi></b>") == 1
    other = here.post("/settings/tokens", {**sent, "name": "another"})
    assert other.status_code == 422
    assert "was already saved" in other.text


@pytest.mark.parametrize("given", [{}, {"current_password": ""}, {"current_password": "guessed wrong"}])
def test_a_token_takes_the_password(browser: Any, ada: Any, given: dict[str, str]) -> None:
    here = browser(ada)
    answer = here.post("/settings/tokens", {"name": "my script", **given})
    assert answer.status_code == 422
    assert 'value="my script"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert "guessed wrong" not in answer.text
    assert "You have none" not in answer.text
    assert "<bdi>my script</bdi>" not in answer.text


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_a_token_has_a_name(browser: Any, ada: Any, name: str) -> None:
    answer = browser(ada).post("/settings/tokens", {"name": name, "current_password": ada.password})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        (FIREFOX, "Firefox on Linux"),
        (CHROME, "Chrome on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("<b>", "A browser"),
        ("", "A browser"),
    ],
)
def test_sessions_are_known_by_their_browser(browser: Any, ada: Any, agent: str, shown: str) -> None:
    there = browser()
    there.post("/login", {"username": "ada", "password": ada.password}, **{"User-Agent": agent})
    assert f'<bdi>{shown}</bdi></b> <span class="badge">this one' in there.get("/settings/tokens").text


def test_a_session_is_ended_from_another(browser: Any, ada: Any) -> None:
    here, there = browser(ada), browser()
    there.post("/login", {"username": "ada", "password": ada.password})
    number = re.findall(r'id="token-(\w+)"', here.get("/settings/tokens").text)[0]
    assert here.post(f"/settings/tokens/{number}/delete").location == "/settings/tokens?ended=one"
    assert there.get("/settings").status_code == 303
    assert here.get("/settings").status_code == 200


def test_all_others_are_ended(browser: Any, ada: Any) -> None:
    here, there = browser(ada), browser()
    there.post("/login", {"username": "ada", "password": ada.password})
    answer = here.get(here.post("/settings/tokens/delete").location)
    assert "Everything but this session was ended." in answer.text
    assert there.get("/settings").status_code == 303
    assert len(re.findall(r'id="token-(\w+)"', answer.text)) == 1


def test_the_list_is_for_its_owner(browser: Any, ada: Any) -> None:
    assert browser().get("/settings/tokens").location == "/login?next=/settings/tokens"
    assert browser(ada).get("/settings/tokens/delete").location == "/settings/tokens"


class TestRotation:
    def test_logging_in_ends_the_session_before_and_makes_a_new_one(self, browser: Any, ada: Any) -> None:
        here = browser(ada)
        before = here.session
        here.post("/login", {"username": "ada", "password": ada.password})
        assert here.session != before
        assert browser_with(browser, before).get("/settings").status_code == 303

    def test_a_new_password_makes_a_new_session(self, browser: Any, ada: Any) -> None:
        here = browser(ada)
        before = here.session
        sent = {"current_password": ada.password, "new_password": "another password"}
        here.post("/settings/password", sent)
        assert here.session != before
        assert here.get("/settings").status_code == 200
        assert browser_with(browser, before).get("/settings").status_code == 303
        assert browser().client.get("/api/me", headers=ada.headers).status_code == 401


def browser_with(browser: Any, session: str) -> Any:
    other = browser()
    other.client.set_cookie(other.name, session)
    return other


class TestLeaving:
    def test_an_account_is_deleted_with_what_it_wrote(self, browser: Any, ada: Any) -> None:
        here = browser(ada)
        here.post("/posts", {"body": "mine"})
        assert here.get("/settings/delete").status_code == 200
        answer = here.post("/settings/delete", {"current_password": ada.password})
        assert answer.status_code == 200
        assert "Your account is out of sight" in answer.text
        assert not here.session
        assert browser().get("/@ada").status_code == 404
        assert "mine" not in browser().get("/public").text

    def test_a_wrong_password_keeps_it(self, browser: Any, ada: Any) -> None:
        answer = browser(ada).post("/settings/delete", {"current_password": "guessed wrong"})
        assert answer.status_code == 422
        assert "not your password" in answer.text
        assert "guessed wrong" not in answer.text
        assert browser().get("/@ada").status_code == 200
