from __future__ import annotations

from typing import Any

import pytest

PASSWORD = "a good password"


def test_signing_up_signs_in(browser: Any) -> None:
    new = browser()
    answer = new.post("/signup", {"username": "Ada", "password": PASSWORD, "display_name": "", "next": "/public"})
    assert (answer.status_code, answer.location) == (303, "/welcome?next=/public")
    assert "Your home feed is still empty" in new.get("/").text
    assert new.get("/@ada").status_code == 200


def test_sending_the_form_twice_signs_in_all_the_same(browser: Any) -> None:
    new = browser()
    for _ in range(2):
        assert new.post("/signup", {"username": "ada", "password": PASSWORD}).status_code == 303
    assert new.get("/settings").status_code == 200


def test_a_taken_name_is_refused_and_the_rest_of_the_form_kept(browser: Any, people: Any) -> None:
    people("ada")
    new = browser()
    answer = new.post("/signup", {"username": "ada", "password": "another password", "display_name": "<Ada>"})
    assert answer.status_code == 409
    assert "is taken" in answer.text
    assert 'value="&lt;Ada&gt;"' in answer.text
    assert "another password" not in answer.text
    assert new.session is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": ""}, "letters a to z"),
        ({"username": "a b"}, "letters a to z"),
        ({"username": "a\x00"}, "letters a to z"),
        ({"username": "a" * 31}, "letters a to z"),
        ({"password": "short"}, "8 to 128 characters"),
        ({"password": "x" * 129}, "8 to 128 characters"),
        ({"display_name": "x" * 101}, "at most 100"),
        ({"display_name": "a\x00b"}, "control characters"),
    ],
)
def test_what_is_wrong_stands_beside_the_field(browser: Any, changed: dict[str, str], message: str) -> None:
    new = browser()
    answer = new.post("/signup", {"username": "ada", "password": PASSWORD, **changed})
    assert answer.status_code == 422
    assert '<strong class="message">This ' in answer.text
    assert message in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    assert new.session is None


def test_missing_fields_are_named(browser: Any) -> None:
    answer = browser().post("/signup", {})
    assert answer.status_code == 422
    assert answer.text.count("This is required.") == 2


def test_somebody_signed_in_has_no_use_for_the_form(browser: Any, people: Any) -> None:
    assert browser(people("ada")).get("/signup").location == "/"
    assert browser().get("/signup").status_code == 200
