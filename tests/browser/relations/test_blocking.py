"""Blocking and muting from the menu of a profile, and undoing both, with and without scripts."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

EVERYWHERE = (
    *("/", "/public", "/public?fragment=1", "/newer", "/suggestions", "/notifications", "/search?q=Written"),
    *("/posts/{commented}", "/posts/{commented}?fragment=1", "/posts/{commented}/likes"),
)


def test_a_block_from_both_sides(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada, bob, cyd = visit("ada", scripts=scripts), visit("bob", scripts=scripts), visit("cyd")
    ada.write(f"Written by {ada.name}")
    number = bob.write(f"Written by {bob.name}")
    ada.post(f"/@{bob.name}/followers")
    commented = cyd.write(f"Written by {cyd.name}")
    for who in (ada, bob):
        who.post(f"/posts/{commented}/comments", body="A comment")
        who.post(f"/posts/{commented}/likes")
        who.post(f"/@{cyd.name}/followers")
        assert f"@{who.name}" in cyd.context.request.get(f"/posts/{commented}/likes").text()
    page = ada.go("/public")
    expect(ada.card(f"Written by {bob.name}")).to_be_visible()
    page = ada.go(f"/@{bob.name}")
    page.get_by_text("More about").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name=f"Block @{bob.name}").click()
    expect(page.get_by_text(f"You block @{bob.name}")).to_be_visible()
    expect(page.get_by_role("button", name="Unblock")).to_be_visible()
    for who, text in ((ada, f"Written by {bob.name}"), (bob, f"Written by {ada.name}")):
        who.go("/public")
        expect(who.card(text)).to_have_count(0)
    assert ada.page.goto(f"/posts/{number}").status == 404
    assert bob.page.goto(f"/@{ada.name}").status == 404
    for who, other in ((ada, bob), (bob, ada)):
        for address in EVERYWHERE:
            shown = who.context.request.get(address.format(commented=commented))
            assert f"@{other.name}" not in shown.text(), (who.name, address)
    page = ada.go("/settings")
    page.get_by_role("link", name="People you block").click()
    page.get_by_role("button", name="Unblock").click()
    expect(page.get_by_text("You block nobody")).to_be_visible()
    bob.go("/public")
    expect(bob.card(f"Written by {ada.name}")).to_be_visible()
    assert not ada.mistakes + bob.mistakes


def test_muting_and_a_post_for_followers(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada, bob = visit("ada", scripts=scripts), visit("bob", scripts=scripts)
    page = bob.go("/")
    page.fill("#compose", f"For followers of {bob.name}")
    page.select_option("#compose-visibility", "followers")
    page.get_by_role("button", name="Publish").click()
    expect(bob.card(f"For followers of {bob.name}").get_by_text("For followers only")).to_be_visible()
    ada.go("/public")
    expect(ada.card(f"For followers of {bob.name}")).to_have_count(0)
    ada.post(f"/@{bob.name}/followers")
    ada.go("/")
    expect(ada.card(f"For followers of {bob.name}")).to_be_visible()
    page = ada.go(f"/@{bob.name}")
    page.get_by_text("More about").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name=f"Mute @{bob.name}").click()
    expect(page.get_by_text(f"You mute @{bob.name}")).to_be_visible()
    ada.go("/")
    expect(ada.card(f"For followers of {bob.name}")).to_have_count(0)
    assert not ada.mistakes + bob.mistakes
