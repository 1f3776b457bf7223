"""Hostile input to every form there is: a 4xx that says what to do, never a 5xx, and nothing changed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import text

from feedapp.reading.viewers import Credentials
from tests.conftest import empty
from tests.web.api.calls import nothing_changes
from tests.web.pages.browsing import ORIGIN
from tests.web.pages.forms.test_csrf import FORMS

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

URLENCODED = "application/x-www-form-urlencoded"
FIELDS: dict[str, dict[str, str]] = {
    "/posts": {"body": "text"},
    "/posts/preview": {"body": "text"},
    "/posts/1/edit": {"body": "text"},
    "/posts/1/edit/preview": {"body": "text"},
    "/posts/1/comments": {"body": "text"},
    "/posts/1/comments/preview": {"body": "text"},
    "/posts/1/comments/1/edit": {"body": "text"},
    "/posts/1/comments/1/edit/preview": {"body": "text"},
    "/settings/profile": {"display_name": "Ada", "bio": "text"},
    "/settings/language": {"locale": "de"},
    "/settings/username": {"username": "countess", "current_password": "a good password"},
    "/settings/password": {"current_password": "a good password", "new_password": "another password"},
    "/settings/tokens": {"name": "my script", "current_password": "a good password"},
    "/settings/delete": {"current_password": "a good password"},
    "/settings/words": {"words": "football"},
    "/notifications/read": {"until": "1-1"},
    "/settings/push": {
        "endpoint": "https://push.example.org/1",
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    "/login": {"username": "ada", "password": "a good password"},
    "/signup": {"username": "dee", "password": "a good password", "display_name": "Dee"},
    "/login/code": {"ticket": "a ticket", "code": "123456"},
    "/login/restore": {"ticket": "a ticket"},
    "/reset": {"username": "ada", "code": "abcd-efgh-ijkl-mnop", "new_password": "another password"},
    "/setup": {"code": "a code", "name": "The Allotment", "username": "dee", "password": "a good password"},
    "/settings/second-factor": {"current_password": "a good password"},
    "/settings/second-factor/code": {"code": "123456"},
    "/settings/second-factor/delete": {"current_password": "a good password"},
    "/settings/passkeys": {"name": "my phone", "current_password": "a good password"},
    "/settings/passkeys/new": {"name": "my phone", "credential": "{}"},
    "/settings/passkeys/delete": {"passkey": "1", "current_password": "a good password"},
    "/login/passkey": {"credential": "{}", "ticket": "a ticket"},
    "/admin/site": {"name": "The Allotment", "tagline": "Beans"},
    "/admin/invitations": {"uses": "1", "days": "7"},
    "/admin/people/roles": {"username": "ada", "role": "admin", "current_password": "a good password"},
    "/admin/people/links": {"username": "ada", "current_password": "a good password"},
    "/posts/1/report": {"reason": "spam", "note": "text"},
    "/posts/1/hiding": {"reason": "Advertising."},
    "/admin/reports/1/resolution": {"action": "hide", "note": "Advertising."},
    "/admin/filters": {"kind": "word", "pattern": "beans", "effect": "hold"},
    "/admin/webhooks": {"url": "https://example.org/hook", "name": "mirror", "kinds": "post user"},
    "/admin/webhooks/1": {"url": "https://example.org/hook", "name": "mirror", "kinds": "post user"},
    "/admin/people/sweeps/end": {"username": "ada"},
    "/admin/people/sweeps": {"username": "ada", "suspend": "1", "reason": "Advertising."},
    "/admin/people/sanctions": {"username": "ada", "kind": "silence", "reason": "Advertising."},
    "/suspended": {"text": "It was not me.", "ticket": "a ticket"},
    "/admin/reports/1/notes": {"note": "Seen before."},
    "/settings/email": {"email": "ada@example.org", "current_password": "a good password"},
    "/settings/email/delete": {"current_password": "a good password"},
    "/verify": {"link": "a link"},
    "/reset/mail": {"who": "ada"},
    "/admin/people/ada/refusal": {"refusal": "not now"},
}
"""What each form that has fields would accept."""
CASES = [(address, field) for address, fields in FIELDS.items() for field in fields]
HOSTILE = {
    "missing": None,
    "empty": "",
    "NUL": "a\x00b",
    "escape": "a\x1b[31mb",
    "long": "x" * 20_001,
    "huge": "x" * 10_000_000,
    "half a surrogate": "a\ud800b",
}
ANONYMOUS = {
    *("/suspended", "/login", "/login/code", "/login/restore", "/signup"),
    *("/reset", "/setup", "/verify", "/reset/mail"),
}
MAY_BE_EMPTY = {"bio", "display_name", "tagline", "locale"}
IS_NO_TEXT = {"password", "current_password", "new_password"}
OTHERS = ["/posts/1/edit", "/posts/1/delete", "/posts/1/comments/1/edit", "/posts/1/comments/1/delete"]


@pytest.fixture
def ada(people: Any, services: Any, snapshots: Any) -> Any:
    return snapshots.of("an admin", lambda: admin(people, services))


def admin(people: Any, services: Any) -> Any:
    """Make an admin with a post and a comment under it."""
    ada = people("ada")
    services.roles.assign(username="ada", role="admin")
    credentials = Credentials.of(ada.session, kind="session")
    post_id = services.posts.publish(credentials, body="hello").id
    services.comments.comment_on(credentials, post_id, body="and hello")
    return ada


def send(browser: Any, address: str, form: bytes | dict[str, str], kind: str = URLENCODED, **more: Any) -> TestResponse:
    headers = {"Origin": ORIGIN, "Accept": "text/html"}
    if isinstance(form, dict):
        form = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in form.items()}).encode()
    answer: TestResponse = browser.client.post(address, data=form, content_type=kind, headers=headers, **more)
    return answer


def refused(answer: TestResponse) -> None:
    """See that it is a page of ours that says no."""
    assert 400 <= answer.status_code < 500, f"{answer.status_code}: {answer.text[:300]}"
    assert answer.mimetype == "text/html"
    assert "<h1" in answer.text


def test_every_form_with_fields_is_in_the_list() -> None:
    buttons = {"/posts/1/delete", "/posts/1/likes", "/posts/1/likes/delete", "/posts/1/comments/1/delete"}
    buttons |= {"/posts/1/bookmarks", "/posts/1/bookmarks/delete", "/posts/1/pin", "/posts/1/pin/delete"}
    buttons |= {"/posts/1/comments/1/likes", "/posts/1/comments/1/likes/delete"}
    buttons |= {"/tags/beans/followers", "/tags/beans/followers/delete"}
    buttons |= {"/settings/tokens/delete", "/settings/tokens/1/delete"}
    buttons |= {"/@ada/blocks", "/@ada/blocks/delete", "/@ada/mutes", "/@ada/mutes/delete"}
    buttons |= {
        "/settings/email/link",
        "/settings/feed",
        "/settings/recovery",
        "/settings/archive",
        "/admin/counters/repair",
        "/admin/people/ada/approval",
        "/admin/invitations/1/revocation",
        "/admin/filters/1/removal",
        *(f"/admin/webhooks/1/{button}" for button in ("state", "secret", "ping", "deletion")),
    }
    buttons |= {"/posts/1/mutes", "/posts/1/mutes/delete", "/settings/notifications", "/unsubscribe"} | {
        "/settings/push/delete"
    }
    buttons |= {"/posts/1/hiding/delete", "/posts/1/comments/1/hiding/delete", "/admin/people/sanctions/end"}
    buttons |= {"/posts/1/comments/1/hiding", "/posts/1/comments/1/report", "/@ada/report"}  # the same as of a post
    buttons |= {"/media", "/settings/avatar", "/settings/avatar/delete"}  # files: see tests/web/pages/media
    buttons |= {"/admin/site/icon", "/admin/site/icon/delete"}
    buttons |= {"/@ada/followers", "/@ada/followers/delete", "/logout", "/theme"}
    assert set(FIELDS) == set(FORMS) - buttons


def may_be_taken(address: str, field: str, hostile: str) -> bool:
    """Tell whether that is a value like any other here."""
    if address == "/admin/site" and hostile == "missing":  # what is left out stays as it is
        return True
    if field == "words" and hostile == "empty":  # nothing is muted; a form without the field is refused all the same
        return True
    if field in MAY_BE_EMPTY and (address, field) != CASES[4]:
        return hostile in {"missing", "empty"}
    return field in IS_NO_TEXT and hostile in {"NUL", "escape"}


@pytest.mark.parametrize(("address", "field"), CASES)
def test_a_field_that_cannot_be_taken_is_refused_and_nothing_changes(
    browser: Any, ada: Any, engine: Any, address: str, field: str
) -> None:
    who = browser() if address in ANONYMOUS else browser(ada)
    for hostile, value in HOSTILE.items():
        if not may_be_taken(address, field, hostile):
            form = {name: given for name, given in {**FIELDS[address], field: value}.items() if given is not None}
            with nothing_changes(engine):
                refused(send(who, address, form))


@pytest.mark.parametrize("address", [each for each in FIELDS if each not in {"/login", "/signup", "/settings/delete"}])
@pytest.mark.parametrize("field", ["version", "idempotency_key"])
def test_a_hidden_field_that_is_odd_does_no_harm(
    browser: Any, people: Any, services: Any, snapshots: Any, engine: Any, address: str, field: str
) -> None:
    for value in HOSTILE.values():
        empty(engine)
        ada = snapshots.of("an admin", lambda: admin(people, services))
        answer = send(browser(ada), address, FIELDS[address] | {field: value or ""})
        assert answer.status_code < 500, answer.text[:300]
        assert "<h1" in answer.text or answer.status_code == 303


@pytest.mark.parametrize("address", FIELDS)
def test_what_is_no_form_is_refused(browser: Any, ada: Any, engine: Any, address: str) -> None:
    who = browser() if address in ANONYMOUS else browser(ada)
    for kind, form in (
        ("application/json", b'{"body": "text"}'),
        ("text/plain", b"body=text"),
        ("multipart/form-data", b"body=text"),
        ("multipart/form-data; boundary=x", b"--x"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n\xff\r\n--x--'),
        (URLENCODED, b"body=%ff&username=%ff&display_name=%ff&password=%ff&new_password=%ff"),
        (URLENCODED, b"&".join(b"body%d=x" % number for number in range(5_000))),
        (URLENCODED, b"=&&&;;%"),
    ):
        with nothing_changes(engine):
            refused(send(who, address, form, kind))


@pytest.mark.parametrize("address", FIELDS)
def test_a_form_that_comes_in_pieces_is_not_cut_at_the_limit_and_taken(
    browser: Any, ada: Any, engine: Any, address: str
) -> None:
    who = browser() if address in ANONYMOUS else browser(ada)
    form = urlencode(FIELDS[address]).encode() + b"&padding=" + b"x" * 600_000
    pieces = {"wsgi.input": BytesIO(form), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    with nothing_changes(engine):
        answer = send(who, address, b"", environ_overrides=pieces)
        refused(answer)
    assert answer.status_code == 413


@pytest.mark.parametrize("address", OTHERS)
def test_what_is_somebody_elses_stays_as_it_is(browser: Any, ada: Any, people: Any, engine: Any, address: str) -> None:
    cyd = browser(people("cyd"))
    with nothing_changes(engine):
        refused(send(cyd, address, {"body": "mine now"}))


@pytest.mark.parametrize("address", FORMS)
def test_a_form_to_what_is_not_there_is_not_found(browser: Any, ada: Any, engine: Any, address: str) -> None:
    for other in ("999", "0", "9" * 30, "%00", "%E2%80%AE1"):
        there = address.replace("/1", f"/{other}").replace("@ada", "@" + other)
        if there != address:
            with nothing_changes(engine):
                answer = send(browser(ada), there, {"body": "text"})
                assert answer.status_code == 404, (there, answer.status_code)


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "'; DROP TABLE posts; --", "\u202eabc", "{{ 7 * 7 }}", "%s%n", "a\ufeffb"]
)
def test_what_looks_dangerous_is_only_a_text(browser: Any, ada: Any, engine: Any, body: str) -> None:
    assert send(browser(ada), "/posts", {"body": body}).status_code == 303
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT body FROM posts WHERE id = 2")) == body
    assert "<script>alert" not in browser().get("/").text
    assert browser().get("/?cursor=" + quote(body)).status_code == 400
