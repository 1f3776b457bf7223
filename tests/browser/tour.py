"""Every page there is, with something on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import ViewportSize

    from tests.browser.visitors import Visitor

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIZES: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
LONG = "A longer text, of which a feed shows the beginning only. " * 40


@dataclass(frozen=True)
class Stop:
    """A page: its name, its address, and whether it is visited signed in."""

    name: str
    address: str
    signed_in: bool = True


def furnish(visit: Callable[..., Visitor]) -> tuple[Visitor, list[Stop]]:
    """Make people and posts, and give somebody who sees them, with all pages."""
    bob, ada = visit("bob"), visit("ada")
    ada.post(f"/@{bob.name}/followers")
    bob.post(f"/@{ada.name}/followers")
    bob.post("/settings/profile", display_name="Bob von und zu Beispiel", bio="Likes https://example.com and tea.")
    texts = ["Two words", LONG, f"Hello @{ada.name}, see https://example.com/{'long' * 30}", "שלום, עולם", "x" * 300]
    for text in texts:
        ada.write(text)
    number = ada.write("A post with comments, likes and an edit")
    ada.post(f"/posts/{number}/edit", body="A post with comments, likes and an edit, edited")
    bob.post(f"/posts/{number}/likes")
    bob.post(f"/posts/{number}/comments", body="A comment by somebody else")
    ada.post(f"/posts/{number}/comments", body="A comment of one's own. " * 30)
    comment = f"/posts/{number}/comments/{_last_comment(ada, number)}"
    return ada, [
        Stop("home", "/"),
        Stop("everyone", "/public"),
        Stop("everyone, signed out", "/public", signed_in=False),
        Stop("post", f"/posts/{number}"),
        Stop("post, signed out", f"/posts/{number}", signed_in=False),
        Stop("comment", comment),
        Stop("write", "/posts/new"),
        Stop("edit", f"/posts/{number}/edit"),
        Stop("delete", f"/posts/{number}/delete"),
        Stop("edit comment", f"{comment}/edit"),
        Stop("delete comment", f"{comment}/delete"),
        Stop("own profile", f"/@{ada.name}"),
        Stop("profile", f"/@{bob.name}"),
        Stop("profile, signed out", f"/@{bob.name}", signed_in=False),
        Stop("followers", f"/@{ada.name}/followers"),
        Stop("following", f"/@{ada.name}/following"),
        Stop("suggestions", "/suggestions"),
        Stop("settings", "/settings"),
        Stop("tokens", "/settings/tokens"),
        Stop("leave", "/settings/delete"),
        Stop("log in", "/login", signed_in=False),
        Stop("sign up", "/signup", signed_in=False),
        Stop("not found", "/nothing/here", signed_in=False),
    ]


def _last_comment(visitor: Visitor, number: str) -> str:
    text = visitor.context.request.get(f"/posts/{number}").text()
    return text.rpartition('id="comment-')[2].partition('"')[0]
