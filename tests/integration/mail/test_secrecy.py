"""Whose an address is, is told to nobody else: by no page, no answer and no time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.costs import cost_of
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from tests.integration.mail.conftest import MailSite


def test_nobody_else_sees_it(site: MailSite) -> None:
    ada = site.verified("ada", "secret.address@example.org")
    bob = site.somebody("bob")
    client = site.app.test_client()
    post = client.post("/api/posts", headers=ada.headers, json={"body": "hello"}).get_json()["id"]
    browser = site.browser(bob.session)
    for address in ("/api/users/ada", f"/api/posts/{post}", "/api/posts", f"/api/users/by-id/{ada.id}"):
        assert "secret.address" not in client.get(address, headers=bob.headers).text
        assert "email" not in client.get(address, headers=bob.headers).get_json()
    for address in ("/@ada", f"/posts/{post}", "/public", "/search?q=secret.address&kind=people"):
        assert "secret.address@" not in browser.get(address).text
    assert client.get("/api/me", headers=bob.headers).get_json()["email"] is None


def test_whoever_verifies_an_address_has_it_for_themselves(site: MailSite) -> None:
    ada, bob = site.somebody("ada"), site.somebody("bob")
    mails = []
    for somebody, address in ((ada, "one@example.org"), (bob, "ONE@example.org")):
        assert site.give(somebody, address) == 200
        mails.append(site.one())
    assert site.browser().post("/verify", {"link": mails[0].code}).status_code == 200
    refused = site.browser().post("/verify", {"link": mails[1].code})
    assert refused.status_code == 403
    assert "another account" in refused.text
    assert (site.mail_of(ada), site.mail_of(bob)) == (("one@example.org", True), ("ONE@example.org", False))


def test_an_address_of_another_account_is_told_and_gets_no_link(site: MailSite) -> None:
    site.verified("ada", "ada@example.org")
    bob = site.somebody("bob")
    assert site.give(bob, "ADA@example.org") == 200
    mail = site.one()
    assert mail.mail["Subject"] == "feedapp: Your mail address was given by another account"
    assert "@bob" in mail.text
    assert "/verify" not in mail.text
    assert site.mail_of(bob) == ("ADA@example.org", False)


def test_an_address_that_somebody_has_gets_the_same_answer_by_the_same_work(site: MailSite) -> None:
    """The same answer, statements and trips; what differs happens when the mail leaves, outside of the request."""
    site.verified("ada", "known@example.org")
    bob = site.somebody("bob")
    client = site.app.test_client()
    answers, costs = [], []
    for address in ("warm@example.org", "known@example.org", "other@example.org"):
        change = {"email": address, "current_password": PASSWORD}
        answer = client.patch("/api/me", headers=bob.headers, json=change)
        answers.append((answer.status_code, answer.text.replace(address, "")))
        costs.append(cost_of(answer))
        site.sent()
    assert answers[1] == answers[2]
    assert costs[1] == costs[2]
