"""The answers to a comment fold away and come back, with scripts and without."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest
from playwright.sync_api import expect


def say(who: Any, post: str, body: str, answered: str = "") -> str:
    """Write a comment past the page that is open, and give its number."""
    sent = {"body": body, **({"in_reply_to": answered} if answered else {})}
    found = re.search(r'id="comment-(\d+)"', who.post(f"/posts/{post}/comments?fragment=1", **sent).text())
    assert found
    return found[1]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_answers_fold_away_and_come_back(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada", scripts=scripts)
    post = bob.write("What do you plant first?")
    first, other = say(bob, post, "Beans, always."), say(bob, post, "It depends.")
    for text in ("Too early here.", "Peas for me."):
        say(ada, post, text, first)
    for width, scheme in ((390, "light"), (1280, "dark")):
        ada.page.set_viewport_size({"width": width, "height": 900})
        ada.page.emulate_media(color_scheme=scheme)
        page = ada.go(f"/posts/{post}")
        fold = page.locator(f"#answers-{first} > summary")
        expect(fold).to_have_text("2 replies")
        expect(ada.card("Peas for me.")).to_be_visible()
        fold.click()
        expect(ada.card("Peas for me.")).to_be_hidden()
        expect(page.locator(f"#comment-{other}")).to_be_visible()
        if into := os.environ.get("SHOTS"):
            page.locator("#comments").screenshot(path=f"{into}/fold-{width}-{scheme}.png")
        fold.press("Enter")
        expect(ada.card("Peas for me.")).to_be_visible()
        if into := os.environ.get("SHOTS"):
            page.locator("#comments").screenshot(path=f"{into}/open-{width}-{scheme}.png")
    expect(page.locator(f"#answers-{other}")).to_have_count(0)
    assert not ada.mistakes


def test_what_goes_on_and_what_comes_meanwhile_stands_in_its_thread(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    post = bob.write("Many answers")
    first, second = say(bob, post, "root"), say(bob, post, "second root")
    for number in range(52):
        say(bob, post, f"answer {number}", first)
    page = ada.go(f"/posts/{post}")
    answers = page.locator(f"#answers-{first} .card")
    expect(answers).to_have_count(49)
    page.get_by_role("link", name="Later comments").click()
    expect(answers).to_have_count(52)
    expect(page.locator(f"#answers-{first} + #comment-{second}")).to_be_visible()
    assert page.locator(".answers").count() == 1
    say(bob, post, "come meanwhile", second)
    ada.compose("mine")
    expect(ada.card("mine")).to_be_visible()
    expect(page.locator(f"#answers-{second} .card")).to_have_count(1)
    order = page.evaluate("[...document.querySelectorAll('.comments .comment')].map(each => each.id)")
    assert len(order) == len(set(order)) == 56
    assert not ada.mistakes


def test_keys_pass_over_what_is_folded(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    post = bob.write("Keys")
    first, last = say(bob, post, "root"), say(bob, post, "last")
    say(bob, post, "folded", first)
    page = ada.go(f"/posts/{post}")
    page.locator(f"#answers-{first} > summary").click()
    page.locator(f"#comment-{first}").focus()
    page.keyboard.press("j")
    expect(page.locator(f"#comment-{last}")).to_be_focused()
