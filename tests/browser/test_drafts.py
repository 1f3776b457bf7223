"""No text is lost, and none is posted twice: reloads, ended sessions, no connection, lost answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from .visitors import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def test_a_draft_survives_a_reload_and_can_be_discarded(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "Half a thought")
    page.goto("/public")
    expect(page.locator("#compose")).to_have_value("Half a thought")
    page.get_by_role("button", name="Discard it").click()
    page.reload()
    expect(page.locator("#compose")).to_have_value("")


def test_a_draft_of_an_edit_and_of_a_comment_are_kept_apart(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("The text")
    page = ada.go(f"/posts/{number}")
    page.fill("#compose", "Half a comment")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Your post").fill("Half an edit")
    page.goto("/")
    expect(page.locator("#compose")).to_have_value("")
    page.goto(f"/posts/{number}/edit")
    expect(page.get_by_label("Your post")).to_have_value("Half an edit")
    page.goto(f"/posts/{number}")
    expect(page.locator("#compose")).to_have_value("Half a comment")


def test_a_text_survives_a_session_that_ended(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/")
    page.fill("#compose", "Long thoughts")
    ada.context.clear_cookies()
    page.locator(".compose .button").click()
    expect(page.get_by_role("status").first).to_contain_text("You were signed out meanwhile")
    log_in(page, ada.name)
    expect(page.get_by_label("Your post")).to_have_value("Long thoughts")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".text", has_text="Long thoughts")).to_be_visible()
    page.goto("/")
    expect(page.locator(".feed .card")).to_have_count(1)
    expect(page.locator("#compose")).to_have_value("")
    assert not ada.mistakes


def test_a_text_survives_being_offline(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    ada.context.set_offline(True)
    ada.compose("Written in a tunnel")
    expect(page.get_by_role("alert")).to_contain_text("You are offline.", timeout=15_000)
    expect(page.locator("#compose")).to_have_value("Written in a tunnel")
    ada.context.set_offline(False)
    page.reload()
    expect(page.locator("#compose")).to_have_value("Written in a tunnel")
    page.locator(".compose .button").click()
    expect(ada.card("Written in a tunnel")).to_be_visible()
    expect(page.locator("#compose")).to_have_value("")


def test_a_lost_answer_never_posts_twice(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    lost: list[int] = []

    def lose(route: Route) -> None:
        """Let the site carry it out, and the browser not know."""
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route("**/posts?*", lose)
    ada.compose("Said once")
    expect(page.get_by_role("alert")).to_contain_text("not be posted twice", timeout=15_000)
    assert lost[0] == 201
    page.unroute("**/posts?*")
    page.reload()
    expect(page.locator("#compose")).to_have_value("Said once")
    page.locator(".compose .button").click()
    expect(page.locator("#compose")).to_have_value("")
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(1)


def test_a_slow_network_shows_that_it_works_and_takes_no_second_order(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.route("**/posts?*", lambda route: (page.wait_for_timeout(900), route.continue_()))
    page.fill("#compose", "Slowly")
    button = page.locator(".compose .button")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click()
    expect(ada.card("Slowly")).to_be_visible()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(1)


def test_without_scripts_a_form_sent_twice_posts_once(visit: Any) -> None:
    ada = visit("ada", scripts=False)
    page = ada.go("/")
    key = page.locator(".compose [name=idempotency_key]").get_attribute("value")
    for _ in range(2):
        ada.post("/posts", body="Sent twice", idempotency_key=key)
    page.reload()
    expect(page.locator(".feed .card")).to_have_count(1)
