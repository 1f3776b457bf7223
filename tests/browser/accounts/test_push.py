"""Notifications on a device: asked for by a button, shown by the worker, and opened by a click.

No push service is reached from here: the browser is told what one would send, and what it asks one for is replaced.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from playwright.sync_api import expect

from tests.browser.quality.test_accessibility import violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.visitors import Visitor

SETTINGS = "/settings/notifications"
BUTTON = "Tell me on this device"
SERVICE = """
  let made = null;
  const keys = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  };
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (options) => {
    window.asked = { visible: options.userVisibleOnly, bytes: options.applicationServerKey.length };
    made = {
      toJSON: () => ({ endpoint: 'https://push.example.org/1', keys }), unsubscribe: async () => { made = null; },
    };
    return made;
  };
"""

CLICK = """async () => {
  const places = [];
  self.clients.openWindow = async (address) => { places.push(address); };
  for (const notification of await self.registration.getNotifications()) {
    let done;
    const event = new NotificationEvent('notificationclick', { notification });
    event.waitUntil = (promise) => { done = promise; };
    self.dispatchEvent(event);
    await done;
  }
  return [places, (await self.registration.getNotifications()).length];
}"""
"""Run in the worker: click what is shown, and give what that opened, and how many are shown still."""


def worker_of(page: Page) -> tuple[Any, str]:
    """Give a session of the browser's own protocol, and the id of the worker's registration."""
    protocol = page.context.new_cdp_session(page)
    found: list[str] = []
    protocol.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(each["registrationId"] for each in said["registrations"]),
    )
    protocol.send("ServiceWorker.enable")
    for _ in range(400):
        if found:
            break
        page.wait_for_timeout(50)
    return protocol, found[-1]


def test_a_device_is_told_and_leads_to_what_it_tells_of(visit: Callable[..., Visitor], base_url: str) -> None:
    ada = visit("ada")
    number = ada.write("the post")
    ada.context.grant_permissions(["notifications"], origin=base_url)
    ada.page.add_init_script(SERVICE)
    page = ada.go(SETTINGS)
    with page.expect_request(lambda sent: sent.method == "POST") as sent:
        page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("You are told on this device from now on.")).to_be_visible()
    form = parse_qs(sent.value.post_data or "")
    assert (form["endpoint"], set(form)) == (["https://push.example.org/1"], {"endpoint", "p256dh", "auth"})
    assert page.evaluate("window.asked") == {"visible": True, "bytes": 65}
    expect(page.get_by_role("button", name=f"{BUTTON} no more")).to_be_visible()

    protocol, registration = worker_of(page)
    told = {"title": "Bob likes your post", "body": "the post", "path": f"/posts/{number}", "tag": "7"}
    sent_to = {"origin": base_url, "registrationId": registration, "data": json.dumps(told)}
    protocol.send("ServiceWorker.deliverPushMessage", sent_to)
    shown = "navigator.serviceWorker.ready.then((here) => here.getNotifications())"
    page.wait_for_function(f"async () => (await {shown}).length === 1")
    first = page.evaluate(f"{shown}.then(([each]) => [each.title, each.body, each.tag, each.data.path])")
    assert first == [told["title"], told["body"], told["tag"], told["path"]]
    (worker,) = ada.context.service_workers
    assert worker.evaluate(CLICK) == [[f"{base_url}/posts/{number}"], 0]
    protocol.send("ServiceWorker.deliverPushMessage", {**sent_to, "data": "no JSON"})
    page.wait_for_function(f"async () => (await {shown}).length === 1")
    assert worker.evaluate(CLICK) == [[f"{base_url}/notifications"], 0]

    with page.expect_request(lambda ended: ended.url.endswith("/settings/push/delete?fragment=1")):
        page.get_by_role("button", name=f"{BUTTON} no more").click()
    expect(page.get_by_text("You are told on this device no more.")).to_be_visible()
    assert not ada.mistakes


def test_what_the_browser_does_not_allow_is_said(visit: Callable[..., Visitor], node_modules: Path) -> None:
    ada = visit("ada")
    ada.page.add_init_script("Notification.requestPermission = async () => 'denied'")
    page = ada.go(SETTINGS)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_text("Your browser does not allow notifications of this site.")).to_be_visible()
    expect(page.get_by_role("button", name=BUTTON, exact=True)).to_be_enabled()
    assert violations(page, node_modules) == []
    assert not ada.mistakes


def test_it_is_not_offered_where_it_does_not_work(visit: Callable[..., Visitor]) -> None:
    without = visit("ada", scripts=False).go(SETTINGS)
    expect(without.get_by_role("heading", name="On this device")).to_be_hidden()
    old = visit("bob")
    old.page.add_init_script("delete window.PushManager")
    page = old.go(SETTINGS)
    expect(page.get_by_role("heading", name="On this device")).to_have_count(0)
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert not old.mistakes
