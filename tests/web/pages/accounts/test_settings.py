from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.support.people import PASSWORD
from tests.web.pages.browsing import textarea


def test_name_and_words_about_oneself_are_changed(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    answer = ada.post("/settings/profile", {"display_name": "Ada L.", "bio": "I am\r\nhere"})
    assert (answer.status_code, answer.location) == (303, "/settings?saved=profile")
    page = ada.get(answer.location)
    assert "Your profile was saved." in page.text
    assert textarea(page, "bio") == "I am\nhere"
    assert "Ada L." in browser().get("/@ada").text
    assert ada.post("/settings/profile", {"display_name": "Ada L.", "bio": ""}).status_code == 303
    assert textarea(ada.get("/settings"), "bio") == ""


def test_the_username_is_changed(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    assert (
        ada.post("/settings/username", {"username": "Lovelace", "current_password": PASSWORD}).location
        == "/settings?saved=username"
    )
    assert browser().get("/@lovelace").status_code == 200
    assert browser().get("/@ada").status_code == 404


@pytest.mark.parametrize("given", [{}, {"current_password": ""}, {"current_password": "wrong password"}])
def test_the_username_is_not_changed_without_the_password(browser: Any, people: Any, given: dict[str, str]) -> None:
    answer = browser(people("ada")).post("/settings/username", {"username": "lovelace", **given})
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 1
    assert 'value="lovelace"' in answer.text
    assert "wrong password" not in answer.text
    assert browser().get("/@ada").status_code == 200


def test_each_form_shows_its_own_message(browser: Any, people: Any) -> None:
    """Two forms of the page have a field for the password that one has."""
    answer = browser(people("ada")).post("/settings/password", {"current_password": "x", "new_password": "long enough"})
    marked = [field for field in re.findall(r"<input[^>]*>", answer.text) if "aria-invalid" in field]
    assert ['id="current_password"' in each for each in marked] == [True]
    ids = re.findall(r'<input id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


def test_sending_the_form_twice_renames_once(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    version = re.search(r'name="version" value="([^"]+)"', ada.get("/settings").text)
    assert version
    sent = {"username": "lovelace", "current_password": PASSWORD, "version": version[1]}
    for _ in range(2):
        assert ada.post("/settings/username", sent).location == "/settings?saved=username"


def test_a_form_changes_only_its_own_fields(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    ada.post("/settings/username", {"username": "lovelace", "bio": "smuggled", "current_password": PASSWORD})
    ada.post("/settings/profile", {"display_name": "Ada", "bio": "", "username": "smuggled"})
    page = browser().get("/@lovelace").text
    assert "smuggled" not in page


def test_a_taken_username_is_refused(browser: Any, people: Any) -> None:
    people("bob")
    answer = browser(people("ada")).post("/settings/username", {"username": "bob", "current_password": PASSWORD})
    assert answer.status_code == 409
    assert "is taken" in answer.text
    assert 'value="bob"' in answer.text
    assert 'href="/@ada"' in answer.text


@pytest.mark.parametrize(
    ("part", "sent", "message"),
    [
        ("profile", {"display_name": "", "bio": "x"}, "must not be empty"),
        ("profile", {"display_name": "x" * 101, "bio": ""}, "at most 100"),
        ("profile", {"display_name": "a\x00", "bio": ""}, "control characters"),
        ("profile", {"display_name": "Ada", "bio": "x" * 2_001}, "at most 2,000"),
        ("profile", {"bio": "x"}, "is required"),
        ("profile", {}, "is required"),
        ("username", {"username": "<b>", "current_password": "a good password"}, "letters a to z"),
        ("username", {"username": "a\x00", "current_password": "a good password"}, "letters a to z"),
        ("username", {}, "is required"),
        ("password", {"current_password": "a good password", "new_password": "short"}, "8 to 128"),
        ("password", {"current_password": "wrong password", "new_password": "long enough"}, "not your password"),
        ("password", {}, "is required"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(
    browser: Any, people: Any, part: str, sent: dict[str, str], message: str
) -> None:
    ada = browser(people("ada", display_name="Ada L."))
    before = browser().get("/@ada").text
    answer = ada.post(f"/settings/{part}", sent)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "wrong password" not in answer.text
    if "bio" in sent:
        assert textarea(answer, "bio") == sent["bio"]
    assert browser().get("/@ada").text == before


def test_a_new_password_ends_every_other_session(browser: Any, people: Any, services: Any) -> None:
    somebody = people("ada")
    here, there = browser(somebody), browser()
    there.post("/login", {"username": "ada", "password": somebody.password})
    other = there.session
    sent = {"current_password": somebody.password, "new_password": "another password"}
    assert here.post("/settings/password", sent).location == "/settings?saved=password"
    assert here.get("/settings").status_code == 200
    assert services.viewers.identify(Credentials.of(other, kind="session")).viewer is None
    assert browser().post("/login", {"username": "ada", "password": somebody.password}).status_code == 401
    assert browser().post("/login", {"username": "ada", "password": "another password"}).status_code == 303


def test_only_words_of_ours_are_shown_as_news(browser: Any, people: Any) -> None:
    assert "You won" not in browser(people("ada")).get("/settings?saved=You+won").text


def test_the_addresses_of_the_forms_lead_to_the_settings(browser: Any, people: Any) -> None:
    for part in ("profile", "username", "password"):
        assert browser(people(f"ada_{part}")).get(f"/settings/{part}").location == f"/settings#{part}"
