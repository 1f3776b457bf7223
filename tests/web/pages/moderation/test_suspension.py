"""A suspension on pages: its page, an appeal, the way back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.pages.browsing import textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody

    Browsing = Callable[..., Any]


@pytest.fixture
def site(browser: Browsing, people: Callable[..., Somebody], services: Services) -> dict[str, Any]:
    found = {name: browser(people(name)) for name in ("ada", "mod")}
    services.roles.assign(username="mod", role="moderator")
    found["ada"].post("/posts", {"body": "Buy beans"})
    return found


def ticket(page: Any) -> str:
    return str(re.findall(r'name="ticket" value="([^"]+)"', page.text)[0])


def test_from_a_suspension_by_an_appeal_and_back(site: dict[str, Any], browser: Browsing) -> None:
    ada, mod = site["ada"], site["mod"]
    done = mod.post(
        "/admin/people/sanctions", {"username": "ada", "kind": "suspension", "until": "7", "reason": "Beans again."}
    )
    assert done.headers["Location"] == "/admin/people/sanctions?saved=1"
    listed = mod.get("/admin/people/sanctions").text
    assert "@ada" in listed
    assert "Beans again." in listed
    for address in ("/", "/public", "/settings", "/posts/1"):
        told = ada.get(address)
        assert told.status_code == 403, address
        assert "Beans again." in told.text
    assert ada.post("/posts", {"body": "More beans"}).status_code == 403
    assert browser().get("/posts/1").status_code == 404
    assert "Buy beans" not in browser().get("/public").text
    empty = ada.post("/suspended", {"text": "", "ticket": ticket(told)})
    assert empty.status_code == 422
    sent = ada.post("/suspended", {"text": "They are good beans.", "ticket": ticket(empty)})
    assert "Your appeal was sent" in sent.text
    queue = mod.get("/admin/reports").text
    assert "An appeal by @ada" in queue
    case = mod.get("/admin/reports/1")
    assert "They are good beans." in case.text
    assert "Beans again." in case.text
    assert mod.post("/admin/reports/1/resolution", {"action": "hide", "note": ""}).status_code == 422
    assert mod.post("/admin/reports/1/resolution", {"action": "restore", "note": "Fair."}).status_code == 303
    assert ada.get("/").status_code == 200
    assert "Buy beans" in browser().get("/public").text


def test_a_log_in_is_told_and_can_appeal_too(site: dict[str, Any], browser: Browsing, services: Services) -> None:
    services.sanctions.begin(None, "suspension", "ada", reason="Beans again.")
    stranger = browser()
    told = stranger.post("/login", {"username": "ada", "password": "a good password"})
    assert told.status_code == 403
    assert "Beans again." in told.text
    assert "Set-Cookie" not in told.headers
    wrong = stranger.post("/login", {"username": "ada", "password": "not the password"})
    assert "Beans again." not in wrong.text
    assert "Your appeal was sent" in stranger.post("/suspended", {"text": "Why?", "ticket": ticket(told)}).text
    forged = stranger.post("/suspended", {"text": "Keep this", "ticket": "1.x"})
    assert forged.status_code == 403
    assert site["ada"].post("/logout").status_code == 303
    assert site["ada"].get("/public").status_code == 200


def test_what_cannot_be_done_keeps_what_was_typed(site: dict[str, Any]) -> None:
    mod = site["mod"]
    for name, status in (("nobody", 404), ("mod", 403)):
        answer = mod.post(
            "/admin/people/sanctions", {"username": name, "kind": "suspension", "reason": "Because of this."}
        )
        assert answer.status_code == status
        assert textarea(answer, "reason") == "Because of this."
    assert mod.post("/admin/people/sanctions/end", {"username": "ada", "kind": "suspension"}).status_code == 303
    assert site["ada"].get("/admin/people/sanctions").status_code == 403
