"""/admin/webhooks: an admin without scripts makes one, sees its secret once, tests it, and reads its log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from tests.integration.webhooks.conftest import HookSite
    from tests.integration.webhooks.receiver import Receiver


def test_an_admin_makes_tests_changes_and_deletes_one(site: HookSite, receiver: Receiver) -> None:
    browser = Browser(site.app, site.admin.session)
    of = {f"of-{site.admin.id}": ""}
    form = {"url": receiver.url, "name": "The archive", "kinds": "post comment user"}
    refused = browser.post("/admin/webhooks", {**form, "url": "hook", **of})
    assert refused.status_code == 422
    assert "must be an address such as" in refused.text
    key = {"idempotency_key": "a-key-of-this-form-000001"}
    made = browser.post("/admin/webhooks", {**form, **of, **key})
    assert made.headers["Cache-Control"] == "private, no-store"
    found = re.search(r'id="secret">(whsec_[^<]+)<', made.text)
    assert found is not None
    again = browser.post("/admin/webhooks", {**form, **of, **key})
    assert (again.status_code, again.headers["Location"]) == (303, "/admin/webhooks/1"), "sent twice, made once"
    assert "whsec_" not in browser.get("/admin/webhooks/1").text
    assert browser.post("/admin/webhooks/1/ping", of).status_code == 303
    receiver.status = 500
    site.publish()
    site.deliver()
    (ping, *_) = receiver.take(found[1])
    assert ping["type"] == "ping"
    shown = browser.get("/admin/webhooks/1?done=sent").text
    assert "A message is on its way." in shown
    assert "Its receiver does not take what is sent." in shown
    assert "Failed" in shown
    assert "attempt 1" in shown
    assert browser.post("/admin/webhooks/1/state", {**of, "enabled": "0"}).status_code == 303
    assert "disabled" in browser.get("/admin/webhooks").text
    assert browser.post("/admin/webhooks/1", {**form, **of, "name": "Another"}).status_code == 303
    renewed = browser.post("/admin/webhooks/1/secret", of)
    assert "whsec_" in renewed.text
    assert found[1] not in renewed.text
    assert browser.post("/admin/webhooks/1/deletion", of).status_code == 303
    assert browser.get("/admin/webhooks/1").status_code == 404
    assert "There are none." in browser.get("/admin/webhooks?done=deleted").text
