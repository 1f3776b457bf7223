"""Comments in place: in the order of the site, whatever is not shown yet and whoever writes meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

ORDER = """() => [...document.querySelectorAll('.comments .comment, .comments [rel=next]')]
    .map(each => each.matches('a') ? '…' : each.querySelector('.text').textContent.trim())"""


def commented(visit: Any, count: int) -> tuple[Any, str]:
    """Make a post with so many comments by somebody."""
    bob = visit("bob")
    number = bob.write("Comment on this")
    for each in range(count):
        bob.post(f"/posts/{number}/comments?fragment=1", body=f"c{each}")
    return bob, number


def named(*ranges: range) -> list[str]:
    return [f"c{number}" for each in ranges for number in each]


@pytest.mark.parametrize("count", [56, 103, 50])
def test_one_s_own_comment_stands_after_all_older_ones(visit: Any, count: int) -> None:
    _, number = commented(visit, count)
    ada = visit("ada")
    page = ada.go(f"/posts/{number}")
    ada.compose("mine")
    expect(ada.card("mine")).to_be_visible()
    expect(page.locator("#comments-title")).to_have_text(f"{count + 1} comments")
    assert page.evaluate(ORDER) == [*named(range(50)), "…", "mine"]
    ada.compose("mine too")
    expect(ada.card("mine too")).to_be_visible()
    assert page.evaluate(ORDER) == [*named(range(50)), "…", "mine", "mine too"]
    for loaded in range(50, count, 50):
        page.get_by_role("link", name="Later comments").click()
        expect(ada.card(f"c{loaded}")).to_be_visible()
    if count == 50:
        page.get_by_role("link", name="Later comments").click()
    expect(page.locator("[rel=next]")).to_have_count(0)
    assert page.evaluate(ORDER) == [*named(range(count)), "mine", "mine too"]
    assert not ada.mistakes


def test_what_others_wrote_meanwhile_stands_before_it(visit: Any) -> None:
    bob, number = commented(visit, 2)
    ada = visit("ada")
    page = ada.go(f"/posts/{number}")
    for each in (2, 3):
        bob.post(f"/posts/{number}/comments?fragment=1", body=f"c{each}")
    ada.compose("mine")
    expect(ada.card("c3")).to_be_visible()
    assert page.evaluate(ORDER) == [*named(range(4)), "mine"]
    assert not ada.mistakes


def test_so_it_is_when_they_fill_the_page_and_when_later_ones_were_loaded(visit: Any) -> None:
    bob, number = commented(visit, 49)
    ada = visit("ada")
    page = ada.go(f"/posts/{number}")
    for each in (49, 50, 51):
        bob.post(f"/posts/{number}/comments?fragment=1", body=f"c{each}")
    ada.compose("mine")
    expect(ada.card("c49")).to_be_visible()
    assert page.evaluate(ORDER) == [*named(range(50)), "…", "mine"]
    page.get_by_role("link", name="Later comments").click()
    expect(ada.card("c51")).to_be_visible()
    bob.post(f"/posts/{number}/comments?fragment=1", body="c52")
    ada.compose("mine again")
    expect(ada.card("c52")).to_be_visible()
    assert page.evaluate(ORDER) == [*named(range(52)), "mine", "c52", "mine again"]


def test_a_comment_is_there_even_if_nothing_else_can_be_asked_for(visit: Any) -> None:
    _, number = commented(visit, 51)
    ada = visit("ada")
    page = ada.go(f"/posts/{number}")
    page.route(f"**/posts/{number}", lambda route: route.abort())
    ada.compose("mine")
    expect(ada.card("mine")).to_be_visible()
    expect(page.locator("#compose")).to_have_value("")
    assert page.evaluate(ORDER) == [*named(range(50)), "…", "mine"]


def test_the_count_follows_what_is_deleted_here(visit: Any) -> None:
    _, number = commented(visit, 1)
    ada = visit("ada")
    page = ada.go(f"/posts/{number}")
    ada.compose("mine")
    expect(page.locator("#comments-title")).to_have_text("2 comments")
    ada.choose("Delete", ada.card("mine"))
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#comments-title")).to_have_text("1 comment")
    expect(page.locator(".whole .acts > .act span").first).to_have_text("1")


@pytest.mark.parametrize("where", ["post", "comment"])
def test_deleting_the_only_comment_says_that_there_is_none(visit: Any, where: str) -> None:
    ada = visit("ada")
    number = ada.write("Comment on this")
    ada.post(f"/posts/{number}/comments", body="mine")
    page = ada.go(f"/posts/{number}")
    if where == "comment":
        page.locator(".comment .when").click()
        expect(page.get_by_role("heading", name="A comment")).to_be_visible()
    ada.choose("Delete", page.locator(".comment"))
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#comments-title")).to_have_text("No comments yet")
    expect(page.locator(".whole .acts > .act span").first).to_have_text("0")
    assert not ada.mistakes
