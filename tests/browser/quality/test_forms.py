"""Forms: what failed is marked and has the focus, a text has room, and the focus can be seen in every colour."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

SPACES = ["   ", "\t \n"]
LINES = "\n".join(f"Line {number}" for number in range(8))
LONGER_THAN_THE_WINDOW = "\n".join(f"Line {number}" for number in range(120))


@pytest.mark.parametrize("text", SPACES, ids=repr)
@pytest.mark.parametrize("form", ["post", "comment", "edit"])
def test_a_text_of_spaces_is_marked_and_has_the_focus(visit: Any, scripts: bool, form: str, text: str) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    number = ada.write("Something")
    page = ada.go("/" if form == "post" else f"/posts/{number}")
    if form == "edit":
        ada.choose("Edit")
        page.get_by_label("Your post").fill(text)
        page.get_by_role("button", name="Save").click()
    else:
        ada.compose(text)
    field = page.locator("textarea[aria-invalid=true]")
    expect(field).to_be_visible()
    expect(field).to_be_focused()
    described = page.locator(f"[id='{(field.get_attribute('aria-describedby') or '').split()[0]}']")
    expect(described).to_contain_text(re.compile(r"at least|empty|required|blank|characters"))
    expect(described).to_be_visible()
    field.fill("Words at last")
    if scripts:
        expect(page.locator("[aria-invalid]")).to_have_count(0)
    page.locator("form[data-writes]", has=page.locator("textarea:focus")).locator("button.button:not(.quiet)").click()
    expect(ada.card("Words at last")).to_be_visible()
    assert not ada.mistakes


def test_a_text_that_is_too_long_is_marked(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    ada.compose("x" * 20_001)
    expect(page.locator("#compose")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#compose")).to_be_focused()


def test_forms_that_failed_have_the_focus_on_what_is_wrong(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/settings")
    page.locator("#new_password").fill("another password")
    page.locator("#current_password").fill("wrong password")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#current_password")).to_be_focused()
    expect(page.locator("#current_password")).to_be_in_viewport()
    page.locator("#username").fill("not a name")
    page.locator("#username-password").fill("any password")
    page.get_by_role("button", name="Change username").click()
    expect(page.locator("#username")).to_be_focused()
    stranger = visit(scripts=scripts)
    page = stranger.go("/login")
    page.get_by_label("Username").fill(ada.name)
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Username")).to_be_focused()
    page = stranger.go("/signup")
    page.get_by_label("Username").fill(ada.name)
    page.get_by_label("Password").fill("a fine password")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_label("Username")).to_be_focused()


@pytest.mark.parametrize("without", ["styles", "support"])
@pytest.mark.parametrize("address", ["/", "/posts/new", "/settings", "edit in place"])
def test_a_text_has_room_in_browsers_that_do_not_size_fields(visit: Any, address: str, without: str) -> None:
    ada = visit("ada")
    number = ada.write("Something")
    forget_sizing(ada.page, without)
    page = ada.go(f"/posts/{number}" if address == "edit in place" else address)
    if address == "edit in place":
        ada.choose("Edit")
        expect(page.locator(".in-place textarea")).to_be_focused()
    field = page.locator(".in-place textarea" if address == "edit in place" else "main textarea").first
    before = field.bounding_box()
    field.fill(LINES)
    assert field.evaluate("text => text.scrollHeight - text.clientHeight") <= 1
    field.fill(LONGER_THAN_THE_WINDOW)
    box = field.bounding_box()
    assert box
    assert 400 < box["height"] < page.evaluate("innerHeight")
    field.fill("")
    assert field.bounding_box() == before


def test_without_scripts_it_has_some_room_too(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    forget_sizing(ada.page, "support")
    box = ada.go("/").locator("#compose").bounding_box()
    assert box
    assert box["height"] >= 90


def forget_sizing(page: Page, without: str) -> None:
    """Take `field-sizing` from the style sheets, or only what it does."""

    def older(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        text = text.replace("field-sizing: content", "unknown: x") if without == "support" else text
        route.fulfill(response=answer, body=text + "\ntextarea { field-sizing: fixed !important; }")

    page.route("**/*.css", older)


def test_the_focus_can_be_seen_in_forced_colours_on_every_control(visit: Any, furnished: Any) -> None:
    ada, stops = furnished
    stranger = visit()
    found = []
    for each in (ada, stranger):
        each.page.emulate_media(forced_colors="active", reduced_motion="reduce")
        for stop in stops:
            if stop.signed_in == (each is ada):
                page = each.go(stop.address)
                found += [f"{stop.name}: {control}" for control in page.evaluate(UNSEEN)]
    assert not found, "\n".join(sorted(set(found)))


UNSEEN = """() => {
    document.querySelectorAll('details').forEach(each => each.open = true);
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), textarea, summary')]
        .filter(each => each.checkVisibility()).filter(each => {
            each.focus({focusVisible: true});
            const {outlineStyle, outlineWidth} = getComputedStyle(each);
            return document.activeElement !== each || outlineStyle === 'none' || parseFloat(outlineWidth) < 1;
        }).map(each => each.outerHTML.slice(0, 90)); }"""


def test_the_whole_way_from_log_in_on_a_post_leads_back_to_it(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada")
    number = bob.write(f"A post of {bob.name}")
    for way, ends in (("header", f"/posts/{number}"), ("like", f"/public#post-{number}"), ("invite", "#compose")):
        stranger = visit(scripts=scripts)
        page = stranger.go("/public" if way == "like" else f"/posts/{number}")
        link = {
            "header": page.locator(".account").get_by_role("link", name="Log in"),
            "like": page.locator(f"#post-{number} .like a"),
            "invite": page.locator(".invite").get_by_role("link", name="Log in"),
        }[way]
        link.click()
        page.get_by_label("Username").fill(ada.name)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(f"#post-{number}")).to_be_in_viewport()
        assert page.url.endswith(ends)
        if way == "invite":
            expect(page.locator("#compose")).to_be_focused()
