"""Every page there is, with something on it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.browser.visitors import PASSWORD
from tests.consistency.sites.site import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import ViewportSize

    from tests.browser.visitors import Visitor
    from tests.consistency.sites.site import Site

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
TONGUES = ("de", "ar")
"""Beside English: one that is whole, and one that is written from the right."""
LONG = "A longer text, of which a feed shows the beginning only. " * 40


@dataclass(frozen=True)
class Stop:
    """A page: its name, its address, and whether it is visited signed in."""

    name: str
    address: str
    signed_in: bool = True


def furnish(visit: Callable[..., Visitor], site: Site) -> tuple[Visitor, list[Stop]]:
    """Make people and posts, and give somebody who sees them, an admin of the site, with all pages."""
    bob, ada, cyd = visit("bob"), visit("ada"), visit("cyd")
    _run_by(site, ada)
    ada.post(f"/@{bob.name}/followers")
    ada.post(f"/@{cyd.name}/blocks")
    ada.post(f"/@{cyd.name}/mutes")
    bob.post(f"/@{ada.name}/followers")
    bob.post("/settings/profile", display_name="Bob von und zu Beispiel", bio="Likes https://example.com and tea.")
    texts = ["Two words", LONG, f"Hello @{ada.name}, see https://example.com/{'long' * 30}", "שלום, עולם", "x" * 300]
    texts.append("Two #tags and #園芸")
    for text in texts:
        ada.write(text)
    number = ada.write("A post with comments, likes and an edit")
    ada.post(f"/posts/{number}/edit", body="A post with comments, likes and an edit, edited")
    bob.post(f"/posts/{number}/likes")
    ada.post(f"/posts/{number}/bookmarks")
    ada.post(f"/posts/{number}/pin")
    bob.post(f"/posts/{number}/comments", body="A comment by somebody else")
    ada.post(f"/posts/{number}/comments", body="A comment of one's own. " * 30)
    comment = f"/posts/{number}/comments/{_last_comment(ada, number)}"
    return ada, [
        Stop("home", "/"),
        Stop("everyone", "/public"),
        Stop("everyone, signed out", "/public", signed_in=False),
        Stop("active", "/active"),
        Stop("post", f"/posts/{number}"),
        Stop("post, signed out", f"/posts/{number}", signed_in=False),
        Stop("menu of a post", f"/posts/{number}/menu"),
        Stop("menu of a comment, signed out", f"{comment}/menu", signed_in=False),
        Stop("comment", comment),
        Stop("write", "/posts/new"),
        Stop("edit", f"/posts/{number}/edit"),
        Stop("delete", f"/posts/{number}/delete"),
        Stop("edit comment", f"{comment}/edit"),
        Stop("delete comment", f"{comment}/delete"),
        Stop("own profile", f"/@{ada.name}"),
        Stop("profile", f"/@{bob.name}"),
        Stop("profile, signed out", f"/@{bob.name}", signed_in=False),
        Stop("comments of a person", f"/@{bob.name}/comments"),
        Stop("likes of a person", f"/@{bob.name}/likes"),
        Stop("likes of a person, signed out", f"/@{bob.name}/likes", signed_in=False),
        Stop("tags", "/tags"),
        Stop("tag", "/tags/tags"),
        Stop("tag, signed out", "/tags/tags", signed_in=False),
        Stop("bookmarks", "/bookmarks"),
        Stop("followers", f"/@{ada.name}/followers"),
        Stop("following", f"/@{ada.name}/following"),
        Stop("suggestions", "/suggestions"),
        Stop("settings", "/settings"),
        Stop("blocked", "/settings/blocks"),
        Stop("blocked profile", f"/@{cyd.name}"),
        Stop("muted", "/settings/mutes"),
        Stop("muted-words", "/settings/words"),
        Stop("tokens", "/settings/tokens"),
        Stop("leave", "/settings/delete"),
        Stop("archive", "/settings/archive"),
        Stop("operator's desk", "/admin"),
        Stop("people and roles", "/admin/people"),
        Stop("reports", "/admin/reports"),
        Stop("report", _reported(bob, ada, number)),
        Stop("report of a post", f"/posts/{number}/report"),
        Stop("members", "/admin/people/members"),
        Stop("members who wrote last", "/admin/people/members?by=activity"),
        Stop("sanctions", "/admin/people/sanctions"),
        Stop("sweeps", "/admin/people/sweeps"),
        Stop("filters", "/admin/filters"),
        Stop("webhooks", "/admin/webhooks"),
        Stop("webhook", _webhook(ada)),
        Stop("log of moderation", "/admin/log"),
        Stop("invitations", "/admin/invitations"),
        Stop("settings of the site", "/admin/site"),
        Stop("help somebody back in", "/admin/people/links"),
        Stop("recovery codes", "/settings/recovery"),
        Stop("mail address", "/settings/email"),
        Stop("authenticator", "/settings/second-factor"),
        Stop("passkeys", "/settings/passkeys"),
        Stop("reset", "/reset", signed_in=False),
        Stop("about", "/about"),
        Stop("about, signed out", "/about", signed_in=False),
        Stop("rules", "/rules", signed_in=False),
        Stop("what moderators did", "/moderation", signed_in=False),
        Stop("privacy", "/privacy", signed_in=False),
        Stop("waiting", "/signup/waiting", signed_in=False),
        Stop("invited", _invited(ada), signed_in=False),
        Stop("log in", "/login", signed_in=False),
        Stop("sign up", "/signup", signed_in=False),
        Stop("first topics", "/welcome"),
        Stop("first people", "/welcome/people"),
        Stop("not found", "/nothing/here", signed_in=False),
    ]


def _reported(visitor: Visitor, admin: Visitor, number: str) -> str:
    """Let somebody report a post, and give the page of that."""
    visitor.post(f"/posts/{number}/report", reason="spam", note="The same every day.")
    queue = admin.context.request.get("/admin/reports").text()
    return "/admin/reports/" + queue.partition('href="/admin/reports/')[2].partition('"')[0]


def _webhook(admin: Visitor) -> str:
    """Make a webhook, and give the page of it."""
    admin.post("/admin/webhooks", url="https://example.org/hook", name="The archive", kinds="post comment user")
    found = admin.context.request.get("/admin/webhooks").text()
    return "/admin/webhooks/" + found.partition('href="/admin/webhooks/')[2].partition('"')[0]


def _last_comment(visitor: Visitor, number: str) -> str:
    text = visitor.context.request.get(f"/posts/{number}").text()
    return text.rpartition('id="comment-')[2].partition('"')[0]


def _run_by(site: Site, admin: Visitor) -> None:
    """Make somebody an admin, with settings, invitations and people who wait."""
    flask(site, "user", "role", str(admin.name), "admin")
    form = {
        "name": "The Allotment",
        "tagline": "For whoever has a spade",
        "description": "A place for gardeners.\n\nSee https://example.com/plants",
        "rules": "1. Be kind.\n2. Write about plants.",
        "privacy": "Nothing is sold.",
        "contact": "hello@example.com",
        "language": "en",
        "accent": "#7048e8",
        "announcement": "The harvest is on Sunday: https://example.com/harvest",
    }
    stranger = admin.context.request
    admin.post("/admin/site", **form, signup="approval")
    number = str(admin.name).rpartition("_")[2]
    stranger.post(
        "/signup",
        form={"username": f"asker_{number}", "password": PASSWORD, "reason": LONG[:400], "accept_rules": "on"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    admin.post("/admin/site", **{**form, "rules": ""}, signup="open", moderation_log="public")


def _invited(admin: Visitor) -> str:
    made = admin.post("/admin/invitations", uses=3, days=7).text()
    return "/invite/" + made.partition("/invite/")[2].partition("<")[0]


def flask(site: Site, *args: str) -> None:
    """Run a command of the site."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *args]
    subprocess.run(command, cwd=ROOT, env=site.environment(), check=True, capture_output=True)
