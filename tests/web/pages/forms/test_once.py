"""Forms that are sent twice count once; stale ones keep both texts."""

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from feedapp.blueprints.pages.kit.form_keys import PLACEHOLDER
from feedapp.web.compression import joined
from tests.support.people import PASSWORD
from tests.web.pages.browsing import textarea

FORMS = {"/posts/new": "/posts", "/": "/posts", "/public": "/posts", "/posts/1": "/posts/1/comments"}


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', text)
    assert found, f"there is no field {name}"
    return found[1]


@pytest.fixture
def ada(browser: Any, people: Any) -> Any:
    who = browser(people("ada"))
    who.post("/posts", {"body": "the post"})
    who.post("/posts/1/comments", {"body": "the comment"})
    return who


@pytest.mark.parametrize("page", FORMS)
def test_a_double_click_writes_once(ada: Any, page: str) -> None:
    sent = {"body": "said once", "idempotency_key": hidden(ada.get(page).text, "idempotency_key")}
    answers = [ada.post(FORMS[page], sent) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    where = "/posts/1" if "comments" in FORMS[page] else "/"
    assert ada.get(where).text.count('dir="auto">said once</div>') == 1
    for answer in answers:
        assert "said once" in ada.get(answer.location.partition("#")[0]).text


@pytest.mark.parametrize("page", FORMS)
def test_each_form_has_a_key_of_its_own_and_anonymous_pages_have_none(browser: Any, ada: Any, page: str) -> None:
    assert hidden(ada.get(page).text, "idempotency_key") != hidden(ada.get(page).text, "idempotency_key")
    assert "idempotency_key" not in browser().get(page).text


@pytest.mark.parametrize("page", FORMS)
def test_a_compressed_page_has_fresh_keys_as_well(ada: Any, page: str) -> None:
    keys = set()
    for _ in range(3):
        answer = ada.get(page, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.content_length == len(answer.data)
        text = gzip.decompress(answer.data).decode()
        keys.add(hidden(text, "idempotency_key"))
        plain = ada.get(page).text
        assert text.replace(hidden(text, "idempotency_key"), "") == plain.replace(hidden(plain, "idempotency_key"), "")
    assert len(keys) == 3


@pytest.mark.parametrize("sizes", [(1, 22, 1), (0, 22, 0), (100_000, 22, 70_000, 1, 5), (5,)])
def test_parts_compressed_apart_are_the_whole(sizes: tuple[int, ...]) -> None:
    parts = [bytes(n % 251 for n in range(size)) for size in sizes]
    for _ in range(2):
        assert gzip.decompress(joined(parts)) == b"".join(parts)


@pytest.mark.parametrize("page", FORMS)
def test_a_form_without_a_key_works(ada: Any, page: str) -> None:
    for key in ({}, {"idempotency_key": ""}, {"idempotency_key": "x" * 300}):
        assert ada.post(FORMS[page], {"body": "again", **key}).status_code == 303
    assert ada.get("/posts/1" if "comments" in FORMS[page] else "/").text.count(">again</div>") == 3


@pytest.mark.parametrize("page", ["/", "/posts/1"])
def test_another_text_in_a_form_that_was_sent_is_not_lost(ada: Any, page: str) -> None:
    sent = {"body": "first", "idempotency_key": hidden(ada.get(page).text, "idempotency_key")}
    ada.post(FORMS[page], sent)
    answer = ada.post(FORMS[page], {**sent, "body": "second"})
    assert answer.status_code == 409
    assert "was already saved" in answer.text
    assert textarea(answer, "body") == "second"
    again = {"body": "second", "idempotency_key": hidden(answer.text, "idempotency_key")}
    assert ada.post(FORMS[page], again).status_code == 303
    assert [ada.get(page).text.count(f">{text}</div>") for text in ("first", "second")] == [1, 1]


def test_what_is_sent_again_after_an_error_has_the_same_key(
    ada: Any, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any, **_more: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("gone away"))

    with monkeypatch.context() as broken:
        broken.setattr(services.posts, "_unit_of_work", away)
        answer = ada.post("/posts", {"body": "thoughts", "idempotency_key": "the key"})
    assert answer.status_code == 503
    assert hidden(answer.text, "idempotency_key") == "the key"


@pytest.mark.parametrize("page", ["/", "/posts/1"])
def test_a_script_that_sends_twice_gets_the_same_card(ada: Any, page: str) -> None:
    sent = {"body": "by script", "idempotency_key": "x"}
    first = ada.post(f"{FORMS[page]}?fragment=1", sent)
    assert first.status_code == 201
    card = re.search(r'<article[^>]* id="([a-z]+-\d+)"', first.text)
    assert card
    again = ada.post(f"{FORMS[page]}?fragment=1", sent)
    assert again.status_code == 303
    found = re.search(r'<article[^>]* id="([a-z]+-\d+)"', ada.get(again.location).text)
    assert found
    assert found[1] == card[1]
    assert ada.post(FORMS[page], sent).status_code == 303


def test_a_text_kept_through_a_login_is_published_once(browser: Any, ada: Any) -> None:
    new = browser()
    page = new.post("/login", {"username": "ada", "password": "a good password", "next": "/posts", "kept": "kept"})
    key = hidden(page.text, "idempotency_key")
    assert key != PLACEHOLDER
    for _ in range(2):
        assert new.post("/posts", {"body": "kept", "idempotency_key": key}).status_code == 303
    assert new.get("/").text.count(">kept</div>") == 1


def test_signing_up_twice_makes_one_account(browser: Any) -> None:
    sent = {"username": "dee", "password": "a good password"}
    new = browser()
    assert [new.post("/signup", sent).status_code for _ in range(2)] == [303, 303]
    assert new.get("/settings").status_code == 200


EDITS = {"/posts/1": "the post", "/posts/1/comments/1": "the comment"}


@pytest.mark.parametrize("address", EDITS)
class TestEditing:
    def test_a_stale_tab_is_told_and_shows_both_texts(self, ada: Any, address: str) -> None:
        edit = f"{address}/edit"
        stale = {"body": "mine", "version": hidden(ada.get(edit).text, "version")}
        assert ada.post(edit, {"body": "theirs", "version": stale["version"]}).status_code == 303
        answer = ada.post(edit, stale)
        assert answer.status_code == 409
        assert "changed elsewhere" in answer.text
        assert re.search(r"<blockquote[^>]*>theirs</blockquote>", answer.text)
        assert textarea(answer, "body") == "mine"
        assert ">theirs</div>" in ada.get(address).text
        again = {"body": "mine", "version": hidden(answer.text, "version")}
        assert ada.post(edit, again).status_code == 303
        assert ">mine</div>" in ada.get(address).text

    def test_a_text_that_is_sent_twice_is_saved_and_no_conflict(self, ada: Any, address: str) -> None:
        sent = {"body": "better", "version": hidden(ada.get(f"{address}/edit").text, "version")}
        answers = [ada.post(f"{address}/edit", sent) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [303] * 3
        assert len({answer.location for answer in answers}) == 1
        assert ">better</div>" in ada.get(address).text

    def test_a_refused_text_keeps_the_version_it_was_made_from(self, ada: Any, address: str) -> None:
        edit = f"{address}/edit"
        version = hidden(ada.get(edit).text, "version")
        ada.post(edit, {"body": "theirs", "version": version})
        answer = ada.post(edit, {"body": "x" * 20_001, "version": version})
        assert answer.status_code == 422
        assert hidden(answer.text, "version") == version

    def test_what_was_changed_is_not_deleted_unseen(self, ada: Any, address: str) -> None:
        delete = f"{address}/delete"
        version = hidden(ada.get(delete).text, "version")
        ada.post(f"{address}/edit", {"body": "better", "version": version})
        answer = ada.post(delete, {"version": version})
        assert answer.status_code == 409
        assert ">better</blockquote>" in answer.text
        assert ada.get(address).status_code == 200
        assert ada.post(delete, {"version": hidden(answer.text, "version")}).status_code == 303
        assert ada.get(address).status_code == 404

    def test_a_form_without_a_version_changes_what_is_there(self, ada: Any, address: str) -> None:
        assert ada.post(f"{address}/edit", {"body": "simple"}).status_code == 303
        assert ">simple</div>" in ada.get(address).text


def test_a_stale_profile_form_keeps_both(ada: Any) -> None:
    version = hidden(ada.get("/settings").text, "version")
    sent = {"display_name": "Ada", "bio": "theirs", "version": version}
    assert ada.post("/settings/profile", sent).status_code == 303
    answer = ada.post("/settings/profile", {**sent, "bio": "mine"})
    assert answer.status_code == 409
    assert "theirs" in answer.text
    assert textarea(answer, "bio") == "mine"
    again = {**sent, "bio": "mine", "version": hidden(answer.text, "version")}
    assert ada.post("/settings/profile", again).status_code == 303
    assert textarea(ada.get("/settings"), "bio") == "mine"
    rename = {"username": "lovelace", "current_password": PASSWORD, "version": version}
    assert ada.post("/settings/username", rename).status_code == 409


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ("profile", {"display_name": "Ada", "bio": "new"}),
        ("username", {"username": "lovelace", "current_password": PASSWORD}),
    ],
)
def test_settings_that_are_sent_twice_are_saved_and_no_conflict(ada: Any, form: str, sent: dict[str, str]) -> None:
    version = hidden(ada.get("/settings").text, "version")
    answers = [ada.post(f"/settings/{form}", {**sent, "version": version}) for _ in range(3)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, f"/settings?saved={form}")] * 3


def test_a_password_that_is_changed_twice_leaves_one_signed_in(browser: Any, ada: Any, people: Any) -> None:
    """A browser that sends a form twice sends both with the old session, and keeps what either answer sets."""
    bea = people("bea")
    sent = {"current_password": bea.password, "new_password": "another password"}
    here, twice = browser(bea), browser(bea)
    assert here.post("/settings/password", sent).location == "/settings?saved=password"
    again = twice.post("/settings/password", sent)
    assert (again.status_code, "Set-Cookie" in again.headers) == (303, False)
    assert "session" in twice.get("/login").headers["Set-Cookie"]  # a dead one is taken away when a page is shown
    assert here.get("/settings").status_code == 200
