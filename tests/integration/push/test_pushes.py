"""Web push: devices are told at once of what their owners are told, encrypted, and of nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient

from feedapp.app import create_app
from feedapp.writing.targets.web_push import LONGEST, VapidKeys, decoded
from tests.integration.push.push_service import Device

if TYPE_CHECKING:
    from tests.integration.push.conftest import PushSite


def test_a_device_is_told_at_once(site: PushSite, phone: Device) -> None:
    site.do(site.bob, "POST", "posts/1/comments", body="**well** said")
    ((path, headers, body),) = site.deliver()
    shown = phone.read(body)
    assert shown == {
        "title": "bob commented on your post",
        "body": "well said",
        "path": "/posts/1/comments/1",
        "tag": "1",
    }
    assert (path, headers["content-encoding"], headers["ttl"]) == ("/phone", "aes128gcm", "86400")
    assert len(headers["topic"]) == 32
    claims = json.loads(decoded(headers["authorization"].split(".")[1]))
    assert claims["aud"] == site.server.root
    assert claims["sub"].startswith("mailto:")
    assert b"well" not in body
    assert site.waiting() == 0


def test_a_device_is_told_in_the_language_of_its_owner(site: PushSite, phone: Device) -> None:
    site.do(site.ada, "PATCH", "me", locale="de")
    site.do(site.bob, "POST", "users/ada/followers")
    ((_, _, body),) = site.deliver()
    assert phone.read(body)["title"] == "bob folgt dir"


def test_what_grows_while_it_is_unread_is_told_once(site: PushSite, phone: Device, people: Any) -> None:
    for who in (site.bob, people("cyd"), people("dee")):
        site.do(who, "POST", "posts/1/likes")
    ((_, _, body),) = site.deliver()
    assert phone.read(body)["title"] == "dee and 2 others like your post"
    site.do(site.ada, "POST", "notifications/read", until=site.do(site.ada, "GET", "notifications")["items"][0]["id"])
    site.do(people("eve"), "POST", "posts/1/likes")
    assert len(site.deliver()) == 1


def test_each_device_is_told_and_nobody_else(site: PushSite, phone: Device) -> None:
    desk = Device("/desk")
    session = site.services.accounts
    with site.app.app_context():
        second = session.issue(site.ada.id, "session").token
    answer = type(site.browser(site.ada))(site.app, second).post("/settings/push?fragment=1", desk.form(site.server))
    assert answer.status_code == 204
    site.do(site.bob, "POST", "users/ada/followers")
    site.do(site.ada, "POST", "users/bob/followers")
    assert site.waiting() == 2, "Bob has no device"
    sent = {path: body for path, _, body in site.deliver()}
    assert {
        path: each.read(sent[path])["title"] for path, each in (("/phone", phone), ("/desk", desk))
    } == dict.fromkeys(("/phone", "/desk"), "bob follows you")
    assert len(sent) == 2


def _reads(site: PushSite) -> None:
    site.do(site.ada, "POST", "notifications/read", until=site.do(site.ada, "GET", "notifications")["items"][0]["id"])


def _blocks(site: PushSite) -> None:
    site.do(site.ada, "POST", "users/bob/blocks")


def _deletes(site: PushSite) -> None:
    site.do(site.bob, "DELETE", "posts/1/comments/1")


def _mutes(site: PushSite) -> None:
    site.do(site.ada, "POST", "posts/1/mutes")


def _switches_off(site: PushSite) -> None:
    site.do(site.ada, "PATCH", "notifications/settings", comment=False)


def _logs_out(site: PushSite) -> None:
    assert site.browser(site.ada).post("/logout").status_code == 303
    assert site.subscriptions() == 0


def _unsubscribes(site: PushSite) -> None:
    assert site.browser(site.ada).post("/settings/push/delete").status_code == 303
    assert site.subscriptions() == 0


def _suspends(site: PushSite) -> None:
    done = site.app.test_cli_runner().invoke(args=["user", "suspend", "ada", "--reason", "Advertising."])
    assert done.exit_code == 0, done.output


def _leaves(site: PushSite) -> None:
    site.do(site.ada, "DELETE", "me", current_password=site.ada.password)


@pytest.mark.parametrize(
    "change", [_reads, _blocks, _deletes, _mutes, _switches_off, _logs_out, _unsubscribes, _suspends, _leaves]
)
def test_what_is_not_to_be_told_any_more_when_it_leaves_is_not_told(site: PushSite, phone: Device, change: Any) -> None:
    site.do(site.bob, "POST", "posts/1/comments", body="said")
    assert site.waiting() == 1
    change(site)
    assert site.deliver() == []
    assert site.waiting() == 0
    assert phone.path == "/phone"


def test_a_kind_that_is_switched_off_is_not_told(site: PushSite, phone: Device) -> None:
    _switches_off(site)
    site.do(site.bob, "POST", "posts/1/comments", body="said")
    assert site.waiting() == 0
    assert phone.path == "/phone"


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_its_service_does_not_know_is_forgotten(site: PushSite, phone: Device, status: int) -> None:
    site.server.statuses[phone.path] = status
    site.do(site.bob, "POST", "posts/1/likes")
    assert len(site.deliver()) == 1
    assert (site.subscriptions(), site.waiting()) == (0, 0)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_not_able_to_take_it_now_is_asked_again_later(
    site: PushSite, phone: Device, status: int
) -> None:
    site.server.statuses[phone.path] = status
    site.do(site.bob, "POST", "posts/1/likes")
    assert len(site.deliver()) == 1
    assert site.deliver() == [], "not at once"
    site.server.statuses.clear()
    site.later()
    assert len(site.deliver()) == 1
    assert (site.subscriptions(), site.waiting()) == (1, 0)


def test_what_is_refused_for_good_is_dropped(site: PushSite, phone: Device) -> None:
    site.server.statuses[phone.path] = 413
    site.do(site.bob, "POST", "posts/1/likes")
    assert len(site.deliver()) == 1
    assert (site.subscriptions(), site.waiting()) == (1, 0)


def test_nothing_is_told_of_what_was_not_committed(
    site: PushSite, phone: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_deadline: object) -> None:
        raise RuntimeError(phone.path)

    monkeypatch.setattr(site.services.unit_of_work, "_commit", dies)
    assert FlaskClient(site.app).post("/api/posts/1/likes", headers=site.bob.headers).status_code == 500
    assert (site.waiting(), site.deliver()) == (0, [])


def test_the_same_session_has_one_subscription_and_a_person_ten(site: PushSite, phone: Device) -> None:
    for _ in range(2):
        site.subscribe(site.ada, phone)
    assert site.subscriptions() == 1
    for number in range(11):
        with site.app.app_context():
            session = site.services.accounts.issue(site.ada.id, "session").token
        form = Device(f"/{number}").form(site.server)
        type(site.browser(site.ada))(site.app, session).post("/settings/push", form)
    assert site.subscriptions() == 10
    site.do(site.bob, "POST", "posts/1/likes")
    site.later()
    assert {path for path, _, _ in site.deliver()} == {f"/{number}" for number in range(1, 11)}


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("endpoint", each) for each in ("", "push", "ftp://push.example", "https://", "https://a@push.example/")),
        ("endpoint", "https://push.example/" + "x" * 1_000),
        *(("p256dh", each) for each in ("", "AAAA", "A" * 87, "!")),
        *(("auth", each) for each in ("", "AAAA", "\u00e4")),
    ],
)
def test_what_is_no_subscription_is_refused(site: PushSite, field: str, wrong: str) -> None:
    form = {**Device("/phone").form(site.server), field: wrong}
    assert site.browser(site.ada).post("/settings/push?fragment=1", form).status_code == 422
    assert site.subscriptions() == 0


def test_nobody_subscribes_who_is_not_signed_in(site: PushSite) -> None:
    answer = type(site.browser(site.ada))(site.app).post("/settings/push", Device("/phone").form(site.server))
    assert answer.location == "/login?next=/"
    assert site.subscriptions() == 0


def test_a_push_service_in_a_network_of_ours_is_not_reached(site: PushSite, settings: Any, phone: Device) -> None:
    """It is the setting of a public site: an http address is not taken, an https one leads nowhere."""
    public = create_app(settings)
    browser = type(site.browser(site.ada))(public, site.ada.session)
    assert browser.post("/settings/push", phone.form(site.server)).status_code == 422
    form = {**phone.form(site.server), "endpoint": f"https://127.0.0.1:{site.server.port}/phone"}
    assert browser.post("/settings/push?fragment=1", form).status_code == 204
    site.do(site.bob, "POST", "posts/1/likes")
    public.extensions["feedapp"].courier.work()
    assert site.server.sent == []
    assert not public.extensions["feedapp"].courier._targets["push"]._http.private, "test_networks.py says what follows"
    assert site.waiting() == 1, "tried again later, like what cannot be reached"
    with public.app_context():
        public.extensions["feedapp"].close()


def test_the_worker_is_above_all_pages_and_is_looked_for_anew(site: PushSite) -> None:
    answer = site.app.test_client().get("/push.js")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "text/javascript",
        "no-cache",
    )
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_the_page_has_the_key_of_the_site(site: PushSite) -> None:
    page = site.browser(site.ada).get("/settings/notifications").text
    assert f'data-key="{VapidKeys(str(site.app.config["SECRET_KEY"])).public}"' in page
    assert VapidKeys("one").public != VapidKeys("another").public


def test_the_longest_that_is_told_fits(site: PushSite, phone: Device) -> None:
    with site.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE users SET display_name = repeat('\U0001f331', 50) WHERE id = %s", (site.bob.id,)
        )
    assert site.app.test_cli_runner().invoke(args=["cache", "clear"]).exit_code == 0
    site.do(site.bob, "POST", "posts/1/comments", body="\U0001f331" * 5_000)
    ((_, _, body),) = site.deliver()
    assert len(json.dumps(phone.read(body), ensure_ascii=False).encode()) <= LONGEST
    assert len(body) <= 4_096
