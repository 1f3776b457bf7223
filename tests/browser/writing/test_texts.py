"""Long comments fold, and names are cut at their own end."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

LONG = "line of a comment\n" * 1_000 + "END"
NAME = "عبد الرحمن بن محمد بن عبد العزيز آل سعود الكبير"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_long_comment_is_read_edited_and_deleted_where_it_is_whole(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    number = ada.write("A post")
    ada.post(f"/posts/{number}/comments", body=LONG)
    page = ada.go(f"/posts/{number}")
    assert page.evaluate("document.documentElement.scrollHeight") < 3_000
    page.get_by_role("link", name="Read the whole comment").click()
    expect(page.locator(".comment .text")).to_contain_text("END")
    page.locator(".comment .when").click()
    expect(page.locator(".comment.whole .text")).to_contain_text("END")
    ada.choose("Edit")
    page.locator("textarea#body").fill(LONG + " OF IT")
    page.get_by_role("button", name="Save").click()
    if not scripts:
        page.get_by_role("link", name="Read the whole comment").click()
    expect(page.locator(".comment.whole .text")).to_contain_text("END OF IT")
    ada.choose("Delete")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="No comments yet")).to_be_visible()
    assert page.url.partition("#")[0].endswith(f"/posts/{number}")
    assert not ada.mistakes


def test_a_name_written_from_right_to_left_is_cut_at_its_end(visit: Any) -> None:
    ada = visit("ada", viewport={"width": 320, "height": 700})
    ada.post("/settings/profile", display_name=NAME, bio="")
    ada.write("A post")
    page = ada.go("/")
    name = page.locator(".feed .name bdi").first
    expect(name).to_have_css("direction", "rtl")
    expect(name).to_have_css("text-overflow", "ellipsis")
    first_letter_is_inside = """(name) => {
        const range = document.createRange();
        range.setStart(name.firstChild, 0);
        range.setEnd(name.firstChild, 1);
        const letter = range.getBoundingClientRect(), box = name.closest('.name').getBoundingClientRect();
        return name.scrollWidth > name.clientWidth && letter.right <= box.right + 1 && letter.left >= box.left - 1;
    }"""
    assert name.evaluate(first_letter_is_inside)
