"""Deleting, editing and following in place leave the page as the site would make it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

LONG = "Long words. " * 200 + "END"
TALL = "\n".join(f"Line {number}" for number in range(300))


def delete(page: Any, nth: int = 0) -> None:
    page.locator(".feed .card").nth(nth).locator("[data-menu]").click()
    page.locator(".options").get_by_text("Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_deleting_one_s_only_post_leaves_an_empty_home(visit: Any) -> None:
    ada = visit("ada")
    ada.write("The only one")
    page = ada.go("/")
    delete(page)
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()
    ada.compose("Another one")
    expect(ada.card("Another one")).to_be_visible()
    expect(page.locator(".empty")).to_have_count(0)
    delete(page)
    expect(page.get_by_role("heading", name="Your home feed is still empty")).to_be_visible()
    assert not ada.mistakes


@pytest.mark.parametrize("count", [1, 2, 3])
def test_deleting_on_one_s_profile_counts(visit: Any, count: int) -> None:
    ada = visit("ada")
    for number in range(count):
        ada.write(f"Post {number}")
    page = ada.go(f"/@{ada.name}")
    delete(page)
    left = count - 1
    expect(page.locator(".counts li").first).to_have_text(f"{left} post{'' if left == 1 else 's'}")
    expect(page.locator(".empty")).to_have_count(0 if left else 1)
    if not left:
        expect(page.locator(".empty")).to_contain_text("You have not written anything yet")


def test_deleting_all_that_is_shown_shows_what_comes_next(visit: Any) -> None:
    ada = visit("ada")
    for number in range(22):
        ada.post("/posts?fragment=1", body=f"Post {number}.")
    ada.stop_loading()
    page = ada.go(f"/@{ada.name}")
    for number in range(21, 1, -1):
        ada.post(f"/posts/{card_number(page, f'Post {number}.')}/delete?fragment=1") if number > 2 else delete(page)
        if number > 2:
            page.locator(".card", has_text=f"Post {number}.").evaluate("card => card.remove()")
    expect(page.locator(".feed .card")).to_have_count(2)
    expect(page.locator(".empty")).to_have_count(0)
    expect(page.get_by_role("link", name="Older posts")).to_have_count(0)


def card_number(page: Any, text: str) -> str:
    return str(page.locator(".card", has_text=text).first.get_attribute("id")).partition("-")[2]


@pytest.mark.parametrize("height", [320, 480])
@pytest.mark.parametrize("text", [TALL, LONG, "x" * 2_000], ids=["tall", "long", "one word"])
def test_the_question_before_deleting_is_in_sight_whatever_is_deleted(visit: Any, text: str, height: int) -> None:
    ada = visit("ada")
    ada.write(text)
    ada.page.set_viewport_size({"width": 390, "height": height})
    page = ada.go("/")
    ada.choose("Delete")
    dialog = page.get_by_role("dialog")
    for part in (
        dialog.get_by_role("heading", name="Delete this post?"),
        dialog.get_by_role("button", name="Delete"),
        dialog.get_by_role("link", name="Keep it"),
    ):
        expect(part).to_be_in_viewport(ratio=1)
    expect(dialog.get_by_role("link", name="Keep it")).to_be_focused()
    assert page.evaluate("document.querySelector('dialog[open]').scrollTop") == 0


@pytest.mark.parametrize("height", [400, 560])
def test_the_title_of_the_list_of_keys_is_in_sight(visit: Any, height: int) -> None:
    ada = visit("ada")
    ada.page.set_viewport_size({"width": 320, "height": height})
    page = ada.go("/")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keyboard shortcuts")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("unfolded", [False, True], ids=["folded", "unfolded"])
def test_a_post_that_is_edited_stays_as_it_was(visit: Any, unfolded: bool) -> None:  # noqa: FBT001
    ada = visit("ada")
    ada.write(LONG)
    page = ada.go("/")
    if unfolded:
        page.get_by_role("link", name="Read the whole post").click()
        expect(page.locator(".feed .card")).to_contain_text("END")
    ada.choose("Edit")
    page.locator(".in-place textarea").fill(f"Edited. {LONG}")
    page.get_by_role("button", name="Save").click()
    card = page.locator(".feed .card")
    expect(card).to_contain_text("Edited. Long")
    expect(page.get_by_role("link", name="Read the whole post")).to_have_count(0 if unfolded else 1)
    assert ("END" in card.inner_text()) is unfolded
    if not unfolded:
        page.get_by_role("link", name="Read the whole post").click()
        expect(card).to_contain_text("END")


def test_a_short_post_that_becomes_long_is_folded_and_one_on_its_own_page_is_whole(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("Short")
    page = ada.go("/")
    ada.choose("Edit")
    page.locator(".in-place textarea").fill(TALL)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Read the whole post")).to_be_visible()
    page.goto(f"/posts/{number}")
    ada.choose("Edit")
    page.locator(".in-place textarea").fill(TALL + "\nEND")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".whole")).to_contain_text("END")
    assert not ada.mistakes


def test_what_is_being_edited_or_was_unfolded_stays_when_new_posts_come(visit: Any) -> None:
    bob, ada = visit("bob"), visit("ada")
    ada.post(f"/@{bob.name}/followers")
    ada.write("To be edited")
    bob.write(LONG)
    page = ada.go("/")
    page.get_by_role("link", name="Read the whole post").click()
    expect(ada.card("Long words")).to_contain_text("END")
    ada.choose("Edit")
    page.locator(".in-place textarea").fill("Half an edit")
    ada.compose("News")
    expect(ada.card("News")).to_be_visible()
    bob.write("More news")
    page.evaluate("dispatchEvent(new Event('online'))")
    page.locator(".fresh .newer").click()
    expect(ada.card("More news")).to_be_visible()
    expect(page.locator(".in-place textarea")).to_have_value("Half an edit")
    expect(ada.card("Long words")).to_contain_text("END")
    assert not ada.mistakes


def test_following_in_one_s_own_list_counts(visit: Any) -> None:
    ada, others = visit("ada"), [visit(name) for name in ("bob", "cyd")]
    for each in others:
        ada.post(f"/@{each.name}/followers")
    page = ada.go(f"/@{ada.name}/following")
    page.locator(".follow button").first.click()
    expect(page.locator(".tabs [aria-current]")).to_have_text("1 following")
    page.locator(".follow button").first.click()
    expect(page.locator(".tabs [aria-current]")).to_have_text("2 following")
    assert not ada.mistakes


@pytest.mark.parametrize(("count", "then"), [(1, "main"), (2, "card comment")])
def test_after_a_deletion_the_focus_is_on_what_comes_next(visit: Any, count: int, then: str) -> None:
    ada = visit("ada")
    number = ada.write("A post")
    for each in range(count):
        ada.post(f"/posts/{number}/comments?fragment=1", body=f"Comment {each}")
    page = ada.go(f"/posts/{number}")
    ada.choose("Delete", page.locator(".comment").first)
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator(".comment")).to_have_count(count - 1)
    expect(page.locator("dialog[open]")).to_have_count(0)
    focused = page.evaluate("document.activeElement.className || document.activeElement.id")
    assert focused == then
