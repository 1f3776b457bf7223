"""A form that failed comes back with the focus on its first field at fault, or on what is wrong with the whole."""

from __future__ import annotations

import re
from typing import Any

import pytest

from feedapp.reading.viewers import Credentials

FOCUSED = re.compile(r"<(\w+)([^>]*) autofocus[^>]*>")
CASES: list[tuple[str, dict[str, str], str]] = [
    ("/posts", {"body": "   "}, "body"),
    ("/posts/1/edit", {"body": " \n "}, "body"),
    ("/posts/1/comments", {"body": "\t"}, "body"),
    ("/posts/1/comments/1/edit", {"body": ""}, "body"),
    ("/settings/profile", {"display_name": "x" * 101, "bio": "x" * 2001}, "display_name"),
    ("/settings/profile", {"display_name": "Ada", "bio": "x" * 2001}, "bio"),
    ("/settings/username", {"username": "not a name", "current_password": "a good password"}, "username"),
    ("/settings/username", {"username": "countess", "current_password": "wrong"}, "current_password"),
    ("/settings/password", {"current_password": "a good password", "new_password": "short"}, "new_password"),
    ("/settings/password", {"current_password": "wrong", "new_password": "a better password"}, "current_password"),
    ("/settings/tokens", {"name": "x" * 200}, "name"),
    ("/settings/delete", {"current_password": "wrong"}, "current_password"),
]
SIGNED_OUT: list[tuple[str, dict[str, str], str]] = [
    ("/signup", {"username": "ada", "password": "another password"}, "username"),
    ("/signup", {"username": "dee", "display_name": "x" * 101, "password": "short"}, "display_name"),
    ("/signup", {"username": "dee", "display_name": "Dee", "password": "short"}, "password"),
    ("/login", {"username": "ada"}, "password"),
]


@pytest.fixture
def ada(people: Any, services: Any) -> Any:
    somebody = people("ada")
    credentials = Credentials.of(somebody.session, kind="session")
    services.posts.publish(credentials, body="the post")
    services.comments.comment_on(credentials, 1, body="the comment")
    return somebody


def focused(answer: Any) -> tuple[str, str]:
    """Give the element that gets the focus and its attributes: there is one, as HTML wants it."""
    found: list[tuple[str, str]] = FOCUSED.findall(re.sub(r"<dialog.*?</dialog>", "", answer.text, flags=re.DOTALL))
    assert len(found) == 1, answer.text
    return found[0]


@pytest.mark.parametrize(("address", "form", "field"), CASES)
def test_the_first_field_at_fault_has_the_focus(
    browser: Any, ada: Any, address: str, form: dict[str, str], field: str
) -> None:
    answer = browser(ada).post(address, form)
    assert answer.status_code in {409, 422}
    tag, attributes = focused(answer)
    assert f' name="{field}"' in attributes
    assert ' aria-invalid="true"' in attributes
    assert tag in {"input", "textarea"}


@pytest.mark.parametrize(("address", "form", "field"), SIGNED_OUT)
def test_so_it_is_for_who_is_signed_out(browser: Any, ada: Any, address: str, form: dict[str, str], field: str) -> None:
    assert f' name="{field}"' in focused(browser().post(address, form))[1]


def test_what_is_wrong_with_the_whole_form_has_it_otherwise(browser: Any, ada: Any) -> None:
    signed_in, key = browser(ada), "k" * 24
    signed_in.post("/posts", {"body": "one", "idempotency_key": key})
    for answer in (
        browser().post("/login", {"username": "ada", "password": "wrong password"}),
        browser().post("/posts", {"body": "kept"}),
        signed_in.post("/posts", {"body": "two", "idempotency_key": key}),
        signed_in.post("/posts/1/edit", {"body": "mine", "version": "of before"}),
        signed_in.post("/posts/1/delete", {"version": "of before"}),
        signed_in.post("/posts/1/comments/1/edit", {"body": "mine", "version": "of before"}),
        signed_in.post("/settings/profile", {"display_name": "Ada", "bio": "mine", "version": "of before"}),
    ):
        assert answer.status_code in {401, 409, 412}
        tag, attributes = focused(answer)
        assert ' tabindex="-1"' in attributes
        assert tag == "p"


def test_a_page_that_says_what_went_wrong_with_a_form_has_it_on_its_title(browser: Any, ada: Any) -> None:
    signed_in = browser(ada)
    for answer in (
        signed_in.post("/posts/9/comments", {"body": "too late"}),
        signed_in.post("/posts/9/edit", {"body": "too late"}),
        signed_in.post("/posts", {"body": "foreign"}, Origin="http://evil.example"),
        signed_in.post("/public", {"body": "no such form"}),
    ):
        assert answer.status_code in {403, 404, 405}
        assert focused(answer)[0] == "h1"


@pytest.mark.parametrize("address", ["/", "/settings", "/posts/new", "/settings/tokens", "/nowhere", "/posts/1/delete"])
def test_a_page_that_was_only_opened_moves_no_focus(browser: Any, ada: Any, address: str) -> None:
    text = re.sub(r"<dialog.*?</dialog>", "", browser(ada).get(address).text, flags=re.DOTALL)
    assert " autofocus" not in text
