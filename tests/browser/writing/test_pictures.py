"""Pictures of a post: chosen, described and taken out again, with scripts and without; axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.integration.media.samples import picture

if TYPE_CHECKING:
    from pathlib import Path


def test_a_post_with_pictures_is_written_on_its_page(visit: Any, scripts: bool, tmp_path: Path) -> None:  # noqa: FBT001
    (tmp_path / "beans.jpg").write_bytes(picture(size=(900, 600)))
    ada = visit("ada", scripts=scripts)
    page = ada.go("/posts/new")
    page.fill("[name=body]", "Look at these")
    page.locator("summary", has_text="Pictures").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "beans.jpg")
    if scripts:
        expect(page.locator(".sent-one")).to_have_count(1)
    page.get_by_label("What it shows").first.fill("A row of beans")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("img", name="A row of beans")).to_be_visible()
    assert not ada.mistakes


def test_a_picture_that_was_chosen_can_be_left_out_and_one_that_is_none_is_said(visit: Any, tmp_path: Path) -> None:
    (tmp_path / "beans.jpg").write_bytes(picture())
    (tmp_path / "nothing.png").write_bytes(b"<svg/>")
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "Only words")
    page.locator("summary", has_text="Pictures").click()
    page.locator(".compose input[type=file]").set_input_files([tmp_path / "beans.jpg", tmp_path / "nothing.png"])
    expect(page.locator(".sent-one")).to_have_count(1)
    expect(page.get_by_role("alert")).to_contain_text("JPEG, PNG")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".sent-one")).to_have_count(0)
    page.get_by_role("button", name="Publish").click()
    expect(ada.card("Only words")).to_be_visible()
    expect(ada.card("Only words").locator(".pictures")).to_have_count(0)
