"""A small site in which Ada may go out of sight, each way in which she or what she wrote can; and two who read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.support.apps import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

State = Literal[
    "plain", "hidden post", "hidden comment", "for followers", "suspended", "leaving", "silenced",
    "blocks", "blocked", "mutes",
]  # fmt: skip
RELATIONS: tuple[State, ...] = ("blocks", "blocked", "mutes")
"""Between Ada and who reads: anonymous readers see everything."""
READERS = ("stranger", "follower")
ALL = " @stranger @follower"


@dataclass(frozen=True)
class World:
    """Ada's post, Bob's comment under it (`under`); Bob's post, Ada's comment under that (`comment`)."""

    client: FlaskClient
    everybody: dict[str, Somebody]
    post: str
    under: str
    others: str
    comment: str
    top: str

    def call(self, who: str, method: str, path: str, **body: str) -> None:
        answer = self.client.open(f"/api/{path}", method=method, headers=self.everybody[who].headers, json=body or None)
        assert answer.status_code < 300, answer.text

    def enter(self, state: State, reader: str) -> None:
        """Take out of sight what the state says."""
        why = {"reason": "Advertising."}
        match state:
            case "hidden post":
                self.call("mod", "POST", f"posts/{self.post}/hiding", **why)
            case "hidden comment":
                self.call("mod", "POST", f"posts/{self.others}/comments/{self.comment}/hiding", **why)
            case "suspended":
                self.call("mod", "POST", "users/ada/suspension", **why)
            case "silenced":
                self.call("mod", "POST", "users/ada/silence", **why)
            case "leaving":
                self.call("ada", "DELETE", "me", current_password=self.everybody["ada"].password)
            case "blocks":
                self.call(reader, "POST", "users/ada/blocks")
            case "blocked":
                self.call("ada", "POST", f"users/{reader}/blocks")
            case "mutes":
                self.call(reader, "POST", "users/ada/mutes")
            case "plain" | "for followers":
                pass


def build(app: Flask, client: FlaskClient, people: Callable[..., Somebody], *, visibility: str = "public") -> World:
    """Make it. The stranger follows Ada only as long as it takes to have bookmarked her post."""
    everybody = {name: people(name) for name in ("ada", "bob", "mod", *READERS)}
    with app.app_context():
        services(app).roles.assign(username="mod", role="moderator")

    def made(who: str, path: str, **body: str) -> str:
        answer = client.post(f"/api/{path}", headers=everybody[who].headers, json=body or None)
        assert answer.status_code < 300, answer.text
        return str(answer.get_json().get("id"))

    made("follower", "users/ada/followers")
    others = made("bob", "posts", body="daisywords")
    top = re.search(r'data-top="([^"]+)"', client.get("/public").text)
    assert top
    post = made("ada", "posts", body="tulipwords #bulbs" + ALL, visibility=visibility)
    made("ada", f"posts/{post}/pin")
    made("stranger", "users/ada/followers")
    made("bob", "users/ada/followers")
    for reader in (*READERS, "bob"):
        made(reader, f"posts/{post}/likes")
    for reader in READERS:
        made(reader, f"posts/{post}/bookmarks")
        made("ada", f"users/{reader}/followers")
    under = made("bob", f"posts/{post}/comments", body="oakwords" + ALL)
    comment = made("ada", f"posts/{others}/comments", body="rosewords" + ALL)
    made("ada", f"posts/{others}/likes")
    made("ada", "users/bob/followers")
    client.delete("/api/users/ada/followers", headers=everybody["stranger"].headers)
    return World(client, everybody, post, under, others, comment, top[1])
