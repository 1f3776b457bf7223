"""Digests leave once, whatever dies or is down, to nobody who is out of sight, and a link ends them."""

from __future__ import annotations

import re
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.services.notifications import digests
from feedapp.writing.mail.links import MailLinks
from tests.integration.mail.digesting import digests_of, do, later, run, wanting
from tests.integration.mail.test_sending import make_due, waiting

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tests.integration.mail.conftest import MailSite
    from tests.support.people import Somebody


@pytest.fixture
def ada(site: MailSite) -> Somebody:
    return wanting(site)


@pytest.fixture
def bob(site: MailSite) -> Somebody:
    return site.somebody("bob")


@pytest.mark.parametrize("how", ["suspended", "leaves"])
def test_who_is_out_of_sight_gets_none(site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, how: str) -> None:
    do(site, bob, "POST", "posts/1/likes")
    if how == "leaves":
        do(site, ada, "DELETE", "me", current_password=ada.password)
    else:
        done = site.app.test_cli_runner().invoke(args=["user", "suspend", "ada", "--reason", "Advertising."])
        assert done.exit_code == 0, done.output
    site.sent()
    assert digests_of(site, engine) == []


def test_each_is_sent_once_by_however_many_processes(site: MailSite, engine: Engine, bob: Somebody) -> None:
    names = ["ada", "cyd", "dee", "eve"]
    for number, name in enumerate(names, 1):
        wanting(site, name)
        do(site, bob, "POST", f"posts/{number}/likes")
    later(site, engine)
    counts: list[int] = []
    threads = [Thread(target=lambda: counts.append(run(site))) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(counts) == len(names)
    assert sorted(each.recipients[0] for each in site.sent()) == [f"{name}@example.org" for name in names]
    assert run(site) == 0


def test_one_that_dies_in_the_middle_sends_nothing_and_the_next_sends_it(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    do(site, bob, "POST", "posts/1/likes")
    later(site, engine)
    with monkeypatch.context() as dying:
        dying.setattr(site.services.unit_of_work, "_commit", _dies)
        with pytest.raises(SystemExit):
            run(site)
    assert waiting(engine) == []
    assert run(site) == 1
    assert len(site.sent()) == 1
    assert run(site) == 0


def _dies(_deadline: object) -> None:
    raise SystemExit


def test_a_mail_server_that_is_down_delays_it(site: MailSite, engine: Engine, ada: Somebody, bob: Somebody) -> None:
    do(site, bob, "POST", "posts/1/likes")
    site.server.handler.verdicts[:] = ["451 not now", "452 full"]
    assert digests_of(site, engine) == []
    for _ in range(2):
        assert len(waiting(engine)) == 1
        make_due(engine)
        sent = site.sent()
    assert [each.recipients for each in sent] == [["ada@example.org"]]


def test_a_site_that_stood_still_for_days_sends_one(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody
) -> None:
    do(site, bob, "POST", "posts/1/likes")
    later(site, engine, days=5)
    assert [run(site) for _ in range(3)] == [1, 0, 0]
    with engine.connect() as connection:
        wait = connection.scalar(text("SELECT due_at - now() FROM notification_digests"))
    assert 0 < wait.total_seconds() <= 86_400


def test_a_round_has_a_bound(site: MailSite, engine: Engine, bob: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, name in enumerate(("ada", "cyd", "dee"), 1):
        wanting(site, name)
        do(site, bob, "POST", f"posts/{number}/likes")
    later(site, engine)
    monkeypatch.setattr(digests, "PORTION", 1)
    monkeypatch.setattr(digests, "ROUND", 2)
    assert [run(site) for _ in range(3)] == [2, 1, 0]


def test_one_click_ends_them_without_a_log_in_and_a_look_does_not(
    site: MailSite, engine: Engine, ada: Somebody, bob: Somebody
) -> None:
    do(site, bob, "POST", "posts/1/likes")
    (mail,) = digests_of(site, engine)
    link = re.fullmatch(r"<http://localhost(/unsubscribe\?link=\S+)>", mail.mail["List-Unsubscribe"])
    assert link
    assert link[1] in mail.text.splitlines()[-1]
    seen = site.browser().get(link[1])
    assert (seen.status_code, "@ada" in seen.text, seen.headers["Cache-Control"]) == (200, True, "private, no-store")
    assert do(site, ada, "GET", "notifications/settings")["digest"] == "daily"
    for _ in range(2):  # a mail program may send it again
        sent = site.app.test_client().post(link[1], data={"List-Unsubscribe": "One-Click"})
        assert (sent.status_code, "No more" in sent.text) == (200, True)
    assert do(site, ada, "GET", "notifications/settings")["digest"] == "never"
    assert digests_of(site, engine, days=30) == []


def test_the_link_of_an_account_that_is_gone_is_nobodys_who_has_its_id(site: MailSite, ada: Somebody) -> None:
    links = MailLinks(str(site.app.config["SECRET_KEY"]))
    code = links.ending(ada.id, user_key="another account's")
    assert site.browser().post(f"/unsubscribe?link={code}").status_code == 403
    assert do(site, ada, "GET", "notifications/settings")["digest"] == "daily"


@pytest.mark.parametrize("code", ["", "x", "WzEsImEiXQ.AAAA"])
def test_a_link_that_is_none_of_ours_ends_nothing(site: MailSite, ada: Somebody, code: str) -> None:
    for answer in (
        site.browser().get(f"/unsubscribe?link={code}"),
        site.app.test_client().post(f"/unsubscribe?link={code}"),
    ):
        assert answer.status_code == 403
    assert do(site, ada, "GET", "notifications/settings")["digest"] == "daily"


def test_the_page_of_settings_offers_it_to_who_has_an_address(site: MailSite, bob: Somebody) -> None:
    page = site.browser(bob.session).get("/settings/notifications").text
    assert "Confirm a mail address" in page
    assert 'name="digest"' not in page
    ada = site.verified("ada", "ada@example.org")
    browser = site.browser(ada.session)
    page = browser.get("/settings/notifications").text
    assert re.search('value="never" checked', page)
    assert browser.post("/settings/notifications", {"like": "1", "digest": "weekly"}).status_code == 303
    page = browser.get("/settings/notifications").text
    assert re.search('value="weekly" checked', page)
    assert do(site, ada, "GET", "notifications/settings")["comment"] is False
    assert browser.post("/settings/notifications", {"digest": "hourly"}).status_code == 422
