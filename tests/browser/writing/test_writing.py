"""Writing, editing and deleting, with scripts and without."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect


def test_a_post_is_sent_by_keyboard_once_however_often_the_key_is_pressed(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.route("**/posts?*", lambda route: (page.wait_for_timeout(250), route.continue_()))
    page.fill("#compose", "By keyboard")
    for _ in range(3):
        page.keyboard.press("Control+Enter")
    expect(ada.card("By keyboard")).to_be_visible()
    expect(page.locator("#compose")).to_have_value("")
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(1)
    assert not ada.mistakes


def test_two_posts_in_a_row_are_two(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    for text in ("Number one", "Number two"):
        ada.compose(text)
        expect(ada.card(text)).to_be_visible()
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(2)


def test_characters_are_counted_as_the_site_counts_them(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "  naïve 👩‍💻  ")
    expect(page.locator(".count")).to_have_text("9 / 20,000")
    page.fill("#compose", "x" * 20_001)
    expect(page.locator(".count")).to_have_class("count over")
    page.locator(".compose .button").click()
    expect(page.get_by_role("alert")).to_contain_text("too long")
    expect(page.locator("#compose")).to_have_value("x" * 20_001)


def test_comments_can_be_written_and_linked_one_by_one(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob = visit("bob")
    ada = visit("ada", scripts=scripts)
    number = bob.write("Comment on this")
    page = ada.go(f"/posts/{number}")
    ada.compose(f"Well said, @{bob.name}! See https://example.com/a.")
    comment = ada.card("Well said")
    expect(comment).to_be_visible()
    expect(page.locator("#comments-title")).to_have_text("1 comment")
    expect(comment.get_by_role("link", name=f"@{bob.name}", exact=True)).to_have_attribute("href", f"/@{bob.name}")
    expect(comment.get_by_role("link", name="https://example.com/a")).to_have_attribute("href", "https://example.com/a")
    comment.locator(".when").click()
    expect(page.get_by_role("heading", name="A comment")).to_be_visible()
    expect(ada.card("Well said")).to_be_visible()
    assert not ada.mistakes


def test_a_post_is_edited_in_place(visit: Any) -> None:
    ada = visit("ada")
    ada.write("First words")
    page = ada.go("/")
    card = ada.card("First words")
    ada.choose("Edit", card)
    page.locator(".in-place textarea").fill("Better words")
    page.get_by_role("button", name="Save").click()
    expect(ada.card("Better words")).to_contain_text("Edited")
    assert page.url.endswith("/")
    ada.choose("Edit", ada.card("Better words"))
    page.get_by_role("link", name="Cancel").click()
    expect(ada.card("Better words")).to_be_visible()
    assert not ada.mistakes


def test_a_post_is_edited_without_scripts(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    ada.write("First words")
    page = ada.go("/")
    ada.choose("Edit")
    page.get_by_label("Your post").fill("Better words")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".whole .text")).to_have_text("Better words")


def test_deleting_asks_first(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    ada.write("Words to regret")
    page = ada.go("/")
    ada.choose("Delete")
    expect(page.get_by_role("heading", name="Delete this post?")).to_be_visible()
    page.get_by_role("link", name="Keep it").click()
    page.goto("/")
    expect(ada.card("Words to regret")).to_be_visible()
    ada.choose("Delete")
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".feed .card")).to_have_count(0)
    assert not ada.mistakes


def test_an_edit_from_a_stale_tab_shows_both_texts(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    number = ada.write("The first state")
    page = ada.go(f"/posts/{number}")
    ada.choose("Edit")
    page.get_by_label("Your post").fill("What this tab says")
    ada.post(f"/posts/{number}/edit", body="What another tab said")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("changed elsewhere")
    expect(page.locator("main")).to_contain_text("What another tab said")
    expect(page.get_by_label("Your post")).to_have_value("What this tab says")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".whole .text")).to_have_text("What this tab says")
    assert not ada.mistakes
