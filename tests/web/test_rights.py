"""Every right of `policy.py`, by every role, over pages and API: each is allowed or refused as declared.

A right that is in the table and not here, or the other way round, turns this red.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from feedapp.models import ROLES
from feedapp.services import policy
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer
from tests.integration.media.samples import form, picture
from tests.support.apps import services
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.test import TestResponse

    from feedapp.services.policy import Action, Kind
    from tests.support.copies import Snapshots
    from tests.support.people import Somebody


class Way(NamedTuple):
    """A request that uses a right; `{post}` and `{comment}` are of who is named as the owner."""

    method: str
    address: str
    sent: dict[str, Any] = {}  # noqa: RUF012  (never changed)


POST, COMMENT = "/api/posts/{post}", "/api/posts/{post}/comments/{comment}"
WHY = {"reason": "Advertising."}
HOOK = {"url": "https://example.org/hook", "name": "mirror"}
ROLE = {"username": "somebody", "role": "moderator", "current_password": PASSWORD}
WAYS: dict[tuple[Action, Kind], tuple[Way, ...]] = {
    ("edit", "post"): (Way("PATCH", POST, {"body": "other"}), Way("POST", "/posts/{post}/edit", {"body": "other"})),
    ("pin", "post"): (Way("POST", f"{POST}/pin"), Way("POST", "/posts/{post}/pin"), Way("DELETE", f"{POST}/pin")),
    ("delete", "post"): (Way("DELETE", POST), Way("POST", "/posts/{post}/delete")),
    ("edit", "comment"): (
        Way("PATCH", COMMENT, {"body": "other"}),
        Way("POST", "/posts/{post}/comments/{comment}/edit", {"body": "other"}),
    ),
    ("delete", "comment"): (Way("DELETE", COMMENT), Way("POST", "/posts/{post}/comments/{comment}/delete")),
    ("edit", "picture"): (Way("PATCH", "/api/media/{picture}", {"alt": "other"}),),
    ("delete", "picture"): (Way("DELETE", "/api/media/{picture}"),),
    ("hide", "post"): (
        Way("POST", f"{POST}/hiding", WHY),
        Way("DELETE", f"{POST}/hiding"),
        Way("POST", "/posts/{post}/hiding", WHY),
        Way("POST", "/posts/{post}/hiding/delete"),
    ),
    ("hide", "comment"): (
        Way("POST", f"{COMMENT}/hiding", WHY),
        Way("DELETE", f"{COMMENT}/hiding"),
        Way("POST", "/posts/{post}/comments/{comment}/hiding", WHY),
        Way("POST", "/posts/{post}/comments/{comment}/hiding/delete"),
    ),
    ("suspend", "user"): (
        Way("POST", "/api/users/somebody/suspension", WHY),
        Way("DELETE", "/api/users/somebody/suspension"),
        Way("GET", "/admin/people/sanctions"),
        Way("POST", "/admin/people/sanctions", {**WHY, "username": "somebody", "kind": "suspension"}),
        Way("POST", "/admin/people/sanctions/end", {"username": "somebody", "kind": "suspension"}),
        Way("GET", "/admin/people/members"),
        Way("GET", "/admin/people/members?by=activity"),
    ),
    ("sweep", "user"): (
        Way("POST", "/api/users/somebody/sweep", WHY),
        Way("DELETE", "/api/users/somebody/sweep"),
        Way("GET", "/admin/people/sweeps"),
        Way("POST", "/admin/people/sweeps", {**WHY, "username": "somebody"}),
        Way("POST", "/admin/people/sweeps/end", {"username": "somebody"}),
    ),
    ("silence", "user"): (
        Way("POST", "/api/users/somebody/silence", WHY),
        Way("DELETE", "/api/users/somebody/silence"),
        Way("POST", "/admin/people/sanctions", {**WHY, "username": "somebody", "kind": "silence"}),
    ),
    ("see", "report"): (
        Way("GET", "/api/reports"),
        Way("GET", "/api/reports/{report}"),
        Way("GET", "/admin/reports"),
        Way("GET", "/admin/reports/{report}"),
    ),
    ("resolve", "report"): (
        Way("POST", "/api/reports/{report}/resolution", {"action": "hide"}),
        Way("POST", "/admin/reports/{report}/resolution", {"action": "hide"}),
        Way("POST", "/admin/reports/{report}/notes", {"note": "Seen before."}),
    ),
    ("edit", "filter"): (
        Way("GET", "/admin/filters"),
        Way("POST", "/admin/filters", {"kind": "word", "pattern": "beans", "effect": "hold"}),
        Way("POST", "/admin/filters/1/removal"),
    ),
    ("see", "log"): (Way("GET", "/api/moderation/log"), Way("GET", "/admin/log")),
    ("see", "role"): (Way("GET", "/admin/people"),),
    ("edit", "role"): (Way("POST", "/admin/people/roles", ROLE),),
    ("edit", "invitation"): (
        Way("GET", "/admin/invitations"),
        Way("POST", "/admin/invitations", {"uses": "1", "days": "1"}),
        Way("POST", "/admin/invitations/{invitation}/revocation"),
    ),
    ("edit", "application"): (
        Way("POST", "/admin/people/asker/approval"),
        Way("POST", "/admin/people/asker/refusal", {"refusal": "No."}),
    ),
    ("edit", "password"): (Way("POST", "/admin/people/links", {"username": "somebody", "current_password": PASSWORD}),),
    ("see", "desk"): (Way("GET", "/admin"),),
    ("edit", "desk"): (Way("POST", "/admin/counters/repair"),),
    ("edit", "webhook"): (
        Way("GET", "/api/webhooks"),
        Way("POST", "/api/webhooks", HOOK),
        Way("GET", "/api/webhooks/{webhook}"),
        Way("PATCH", "/api/webhooks/{webhook}", {"enabled": False}),
        Way("DELETE", "/api/webhooks/{webhook}"),
        Way("POST", "/api/webhooks/{webhook}/secret"),
        Way("POST", "/api/webhooks/{webhook}/ping"),
        Way("GET", "/api/webhooks/{webhook}/deliveries"),
        Way("GET", "/admin/webhooks"),
        Way("POST", "/admin/webhooks", {**HOOK, "kinds": "post"}),
        Way("GET", "/admin/webhooks/{webhook}"),
        Way("POST", "/admin/webhooks/{webhook}", {**HOOK, "kinds": "post"}),
        Way("POST", "/admin/webhooks/{webhook}/state", {"enabled": "0"}),
        Way("POST", "/admin/webhooks/{webhook}/secret"),
        Way("POST", "/admin/webhooks/{webhook}/ping"),
        Way("POST", "/admin/webhooks/{webhook}/deletion"),
    ),
    ("edit", "site"): (
        Way("GET", "/admin/site"),
        Way("POST", "/admin/site", {"name": "Other"}),
        Way("POST", "/admin/site/icon/delete"),
    ),
}
CASES = [(action, kind, way) for (action, kind), ways in WAYS.items() for way in ways]


def test_every_right_is_tried() -> None:
    assert set(WAYS) == set(policy.RULES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("own", [True, False], ids=["one's own", "another's"])
@pytest.mark.parametrize(("action", "kind", "way"), CASES, ids=lambda each: getattr(each, "address", each))
def test_a_right_is_used_as_the_table_says(
    app: Flask,
    people: Callable[..., Somebody],
    snapshots: Snapshots,
    action: Action,
    kind: Kind,
    way: Way,
    own: bool,  # noqa: FBT001
    role: str,
) -> None:
    def make() -> tuple[Somebody, dict[str, str]]:
        ada, bob = people("ada"), people("bob")
        return ada, things_of(app, ada if own else bob, reporter=people("somebody"))

    ada, made = snapshots.of(f"rights, {own}", make)
    given = app.test_cli_runner().invoke(args=["user", "role", "ada", role])
    assert given.exit_code == 0, given.output
    answer = asked(app, ada, way, made)
    allowed = policy.RULES[action, kind].allows(role=role, is_author=own)
    assert answer.status_code == (403 if not allowed else answer.status_code), answer.text
    assert (answer.status_code < 400) is allowed, answer.text


@pytest.mark.parametrize(("action", "kind", "way"), CASES, ids=lambda each: getattr(each, "address", each))
def test_nobody_uses_one_without_being_signed_in(
    app: Flask, people: Callable[..., Somebody], snapshots: Snapshots, action: Action, kind: Kind, way: Way
) -> None:
    del action, kind
    made = snapshots.of("rights", lambda: things_of(app, people("ada"), reporter=people("somebody")))
    answer = asked(app, None, way, made)
    assert answer.status_code in {401, 303}
    assert answer.status_code == 401 or answer.headers["Location"].startswith("/login")


def has(way: Way, *, api: bool) -> bool:
    return way.address.startswith("/api") is api


PAGES_ALONE: set[tuple[Action, Kind]] = {
    *(("edit", "filter"), ("see", "role"), ("edit", "role"), ("edit", "invitation"), ("edit", "application")),
    *(("edit", "password"), ("see", "desk"), ("edit", "desk"), ("edit", "site")),
}
API_ALONE: set[tuple[Action, Kind]] = {("edit", "picture"), ("delete", "picture")}
"""What the API has no call for, and pages no form."""


def test_every_right_is_tried_over_the_api_and_over_pages() -> None:
    assert {right for right, ways in WAYS.items() if not any(has(way, api=True) for way in ways)} == PAGES_ALONE
    assert {right for right, ways in WAYS.items() if not any(has(way, api=False) for way in ways)} == API_ALONE


def things_of(app: Flask, owner: Somebody, *, reporter: Somebody) -> dict[str, str]:
    client = app.test_client()
    sent = client.post("/api/media", headers=owner.headers, **form(picture())).get_json()["id"]
    wanted = {"body": "text", "media": [sent]}
    post = client.post("/api/posts", headers=owner.headers, json=wanted).get_json()["id"]
    address = f"/api/posts/{post}/comments"
    comment = client.post(address, headers=owner.headers, json={"body": "text"}).get_json()["id"]
    told = {"post_id": post, "reason": "spam"}
    report = client.post("/api/reports", headers=reporter.headers, json=told).get_json()["id"]
    with app.app_context():
        parts = services(app)
        parts.joining.invitations.invite(uses=1, days=1, by=None)
        parts.filters.add(None, kind="word", pattern="lentils", effect="hold")
        parts.webhooks.add(None, url="https://example.org/hook", name="mirror", kinds=["post"])
        parts.site_settings.set({"signup": "approval"})
        parts.joining.sign_ups.join(Newcomer("asker", PASSWORD), Knock(reason="I like plants."))
    one = {"invitation": "1", "webhook": "1"}
    return {"post": post, "comment": comment, "picture": sent, "report": report, **one}


def asked(app: Flask, sender: Somebody | None, way: Way, made: dict[str, str]) -> TestResponse:
    address = way.address.format(**made)
    if address.startswith("/api"):
        headers = sender.headers if sender else {}
        return app.test_client().open(address, method=way.method, headers=headers, json=way.sent or None)
    browser = Browser(app, sender.session if sender else None)
    if way.method == "GET":
        return browser.get(address)
    return browser.post(address, {**way.sent, **({f"of-{sender.id}": ""} if sender else {})})
