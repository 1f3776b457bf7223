from __future__ import annotations

from typing import Any

import pytest

OWN = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"},
    {"Origin": "http://localhost"},
    {"Referer": "http://localhost/x"},
]
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "http://evil.example"},
    {"Origin": "http://localhost:81"},
    {"Origin": "https://localhost"},
    {"Origin": "https://localhost:80"},
    {"Origin": "ws://localhost"},
    {"Origin": "http://user@localhost"},
    {"Referer": "https://localhost/x"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": "null", "Referer": "http://localhost/x"},
    {"Referer": "http://evil.example/http://localhost/"},
]
FORMS = [
    "/posts",
    "/posts/preview",
    "/posts/1/edit",
    "/posts/1/edit/preview",
    "/posts/1/delete",
    "/posts/1/likes",
    "/posts/1/likes/delete",
    "/posts/1/bookmarks",
    "/posts/1/bookmarks/delete",
    "/posts/1/pin",
    "/posts/1/pin/delete",
    "/posts/1/comments",
    "/posts/1/comments/preview",
    "/posts/1/comments/1/edit",
    "/posts/1/comments/1/edit/preview",
    "/posts/1/comments/1/delete",
    "/posts/1/comments/1/likes",
    "/posts/1/comments/1/likes/delete",
    "/tags/beans/followers",
    "/tags/beans/followers/delete",
    "/@ada/followers",
    "/@ada/followers/delete",
    "/@ada/blocks",
    "/@ada/blocks/delete",
    "/@ada/mutes",
    "/@ada/mutes/delete",
    "/settings/words",
    "/notifications/read",
    "/settings/notifications",
    "/settings/push",
    "/settings/push/delete",
    "/posts/1/mutes",
    "/posts/1/mutes/delete",
    "/login",
    "/logout",
    "/signup",
    "/settings/profile",
    "/settings/language",
    "/settings/username",
    "/settings/password",
    "/settings/feed",
    "/settings/avatar",
    "/settings/avatar/delete",
    "/media",
    "/settings/tokens",
    "/settings/tokens/1/delete",
    "/settings/tokens/delete",
    "/settings/delete",
    "/theme",
    "/admin/people/roles",
    "/admin/site",
    "/admin/site/icon",
    "/admin/site/icon/delete",
    "/admin/counters/repair",
    "/admin/people/ada/approval",
    "/admin/people/ada/refusal",
    "/admin/invitations",
    "/admin/invitations/1/revocation",
    "/posts/1/report",
    "/posts/1/comments/1/report",
    "/@ada/report",
    "/posts/1/hiding",
    "/posts/1/hiding/delete",
    "/posts/1/comments/1/hiding",
    "/posts/1/comments/1/hiding/delete",
    "/admin/reports/1/resolution",
    "/admin/reports/1/notes",
    "/admin/filters",
    "/admin/filters/1/removal",
    "/admin/webhooks",
    "/admin/webhooks/1",
    "/admin/webhooks/1/state",
    "/admin/webhooks/1/secret",
    "/admin/webhooks/1/ping",
    "/admin/webhooks/1/deletion",
    "/admin/people/sweeps",
    "/admin/people/sweeps/end",
    "/admin/people/sanctions",
    "/admin/people/sanctions/end",
    "/suspended",
    "/setup",
    "/admin/people/links",
    "/settings/recovery",
    "/reset",
    "/login/code",
    "/login/restore",
    "/settings/archive",
    "/settings/second-factor",
    "/settings/second-factor/code",
    "/settings/second-factor/delete",
    "/settings/passkeys",
    "/settings/passkeys/new",
    "/settings/passkeys/delete",
    "/login/passkey",
    "/settings/email",
    "/settings/email/link",
    "/settings/email/delete",
    "/verify",
    "/unsubscribe",
    "/reset/mail",
]


@pytest.mark.parametrize("headers", OWN)
def test_a_form_of_ours_counts(browser: Any, people: Any, headers: dict[str, str]) -> None:
    ada = browser(people("ada"))
    assert ada.client.post("/posts", data={"body": "mine"}, headers=headers).status_code == 303


SAME = [
    ("Feed.Example", "http://feed.example"),
    ("feed.example", "http://FEED.example:80"),
    ("feed.example:80", "http://feed.example"),
    ("feed.example.", "http://feed.example"),
    ("feed_app:8203", "http://feed_app:8203"),
    ("[0:0::1]:8000", "http://[::1]:8000"),
    ("[::FFFF:1.2.3.4]", "http://[::ffff:102:304]"),
]


@pytest.mark.parametrize(("host", "origin"), SAME)
def test_one_host_may_be_written_in_many_ways(app: Any, people: Any, host: str, origin: str) -> None:
    ada = people("ada")
    sent = {"username": "ada", "password": ada.password}
    for name in ("Origin", "Referer"):
        headers = {"Host": host, name: origin if name == "Origin" else f"{origin}/login"}
        assert app.test_client().post("/login", data=sent, headers=headers).status_code == 303


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_form_of_another_site_is_refused(browser: Any, people: Any, headers: dict[str, str]) -> None:
    ada = browser(people("ada"))
    answer = ada.client.post("/posts", data={"body": "not mine"}, headers=headers)
    assert answer.status_code == 403
    assert "send the form again" in answer.text
    assert "not mine" not in ada.get("/").text


@pytest.mark.parametrize("address", FORMS)
def test_no_form_is_left_out(browser: Any, people: Any, address: str) -> None:
    for who in (browser(), browser(people("ada"))):
        for headers in FOREIGN:
            assert who.client.post(address, data={}, headers=headers).status_code == 403, headers


def test_the_list_of_forms_is_complete(app: Any) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("pages.") and "POST" in rule.methods]
    assert len(rules) == len(FORMS)


def test_a_program_may_leave_the_headers_out(client: Any, people: Any) -> None:
    ada = people("ada")
    assert client.post("/login", data={"username": "ada", "password": ada.password}).status_code == 303
    assert client.post("/posts", data={"body": "by a program"}).status_code == 303
    assert "by a program" in client.get("/").text
