"""Reporting and deciding on pages, without scripts."""

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
    """Ada with a post and a comment of hers, Bob, and Mod, who moderates."""
    found = {name: browser(people(name)) for name in ("ada", "bob", "mod")}
    services.roles.assign(username="mod", role="moderator")
    found["ada"].post("/posts", {"body": "Buy beans"})
    found["ada"].post("/posts/1/comments", {"body": "Cheap beans"})
    return found


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("/posts/1/menu", "/posts/1/report"),
        ("/posts/1/comments/1/menu", "/posts/1/comments/1/report"),
        ("/@ada", "/@ada/report"),
    ],
)
def test_whatever_others_wrote_can_be_reported_from_where_it_stands(
    site: dict[str, Any], browser: Browsing, page: str, link: str
) -> None:
    assert f'href="{link}"' in site["bob"].get(page).text
    assert f'href="{link}"' not in site["ada"].get(page).text
    assert browser().get(link).headers["Location"].startswith("/login?next=")
    form = site["bob"].get(link)
    assert 'name="reason"' in form.text
    assert "beans" in form.text or link == "/@ada/report"
    sent = site["bob"].post(link, {"reason": "spam", "note": "Every day."})
    assert sent.status_code == 303
    assert "A moderator will look at it" in site["bob"].get(sent.headers["Location"]).text
    queue = site["mod"].get("/admin/reports").text
    assert queue.count('href="/admin/reports/') == 1
    assert "by @ada" in queue or "A person @ada" in queue


def test_what_is_wrong_with_a_report_keeps_what_was_typed(site: dict[str, Any]) -> None:
    answer = site["bob"].post("/posts/1/report", {"reason": "ugly", "note": "Look at it"})
    assert answer.status_code == 422
    assert textarea(answer, "note") == "Look at it"
    assert " checked" not in answer.text.partition("</main>")[0], "nobody reports anything as spam by leaving it out"
    assert 'value="spam" required autofocus' in answer.text
    assert "is yours" in site["ada"].get("/posts/1/report").text
    assert site["ada"].post("/posts/1/report", {"reason": "spam"}).status_code == 422


def test_a_form_that_is_sent_twice_is_one_report(site: dict[str, Any]) -> None:
    form = site["bob"].get("/posts/1/report").text
    key = re.findall(r'name="idempotency_key" value="([^"]+)"', form)[0]
    for _ in range(2):
        sent = site["bob"].post("/posts/1/report", {"reason": "spam", "idempotency_key": key})
        assert sent.headers["Location"] == "/posts/1/report?sent=1"


def test_from_a_report_to_its_resolution(site: dict[str, Any], browser: Browsing) -> None:
    ada, bob, mod = site["ada"], site["bob"], site["mod"]
    bob.post("/posts/1/report", {"reason": "spam", "note": "Every day."})
    ada.post("/posts/1/edit", {"body": "Only a question"})
    case = mod.get("/admin/reports/1").text
    for shown in ("Buy beans", "Only a question", "Every day.", "@bob", "1 report", "None yet.", "Nothing."):
        assert shown in case
    assert mod.post("/admin/reports/1/notes", {"note": "Asked her first."}).status_code == 303
    assert "Asked her first." in mod.get("/admin/reports/1").text
    decided = mod.post("/admin/reports/1/resolution", {"action": "hide", "note": "No advertising."})
    assert decided.headers["Location"] == "/admin/reports/1?saved=1"
    after = mod.get(decided.headers["Location"]).text
    assert "It is hidden" in after
    assert "That was done" in after
    assert "Nothing waits" in mod.get("/admin/reports").text
    assert "/admin/reports/1" in mod.get("/admin/reports?state=resolved").text
    for reader in (bob, browser()):
        assert reader.get("/posts/1").status_code == 404
        assert "Only a question" not in reader.get("/public").text
        assert "Only a question" not in reader.get("/@ada").text
    own = ada.get("/posts/1").text
    assert "A moderator hid this post" in own
    assert "No advertising." in own
    told = ada.get("/settings/moderation").text
    assert "No advertising." in told
    assert "@mod" not in told
    assert "No advertising." not in bob.get("/settings/moderation").text
    log = mod.get("/admin/log").text
    for line in ("@mod", "hid", "decided", "wrote a note on", "Asked her first."):
        assert line in log
    again = mod.post("/admin/reports/1/resolution", {"action": "delete", "note": "Now!"})
    assert again.status_code == 409
    assert "has decided this meanwhile" in again.text
    shown = mod.post("/posts/1/hiding/delete")
    assert shown.status_code == 303
    assert "Only a question" in browser().get("/posts/1").text


def test_a_moderator_hides_a_comment_at_once(site: dict[str, Any], browser: Browsing) -> None:
    mod, address = site["mod"], "/posts/1/comments/1/hiding"
    assert f'action="{address}"' in mod.get("/posts/1/comments/1/report").text
    assert f'action="{address}"' not in site["bob"].get("/posts/1/comments/1/report").text
    empty = mod.post(address, {"reason": ""})
    assert empty.status_code == 422
    assert mod.post(address, {"reason": "Beside the point."}).status_code == 303
    for reader in (site["bob"], browser()):
        page = reader.get("/posts/1").text
        assert "A moderator hid this comment." in page
        assert "Cheap beans" not in page
        assert reader.get("/posts/1/comments/1").status_code == 404
    for reader in (site["ada"], mod):
        assert "Beside the point." in reader.get("/posts/1").text


def test_those_who_run_the_site_find_the_queue_in_the_menu(site: dict[str, Any]) -> None:
    assert 'href="/admin/reports"' in site["mod"].get("/public").text
    assert 'href="/admin/reports"' not in site["bob"].get("/public").text


def test_moderators_are_told_of_reports_and_see_how_many_wait(site: dict[str, Any]) -> None:
    for address in ("/admin/reports", "/admin/people", "/admin/people/sanctions", "/admin/log"):
        assert "open</span>" not in site["mod"].get(address).text
    site["bob"].post("/posts/1/report", {"reason": "spam"})
    site["bob"].post("/@ada/report", {"reason": "abuse"})
    notices = site["mod"].get("/notifications").text
    assert '2 things were <a href="/admin/reports">reported</a>' in notices
    for address in ("/admin/reports", "/admin/people", "/admin/people/sanctions", "/admin/log"):
        assert '<span class="count">2<span class="unseen"> open</span></span>' in site["mod"].get(address).text
    site["mod"].post("/admin/reports/1/resolution", {"action": "none", "until": ""})
    assert '<span class="count">1<span' in site["mod"].get("/admin/log").text
