"""No text is lost, and none is posted twice: reloads, ended sessions, no connection, lost answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD

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
    ada.choose("Edit")
    page.get_by_label("Your post").fill("Half an edit")
    page.goto("/")
    expect(page.locator("#compose")).to_have_value("")
    page.goto(f"/posts/{number}/edit")
    expect(page.get_by_label("Your post")).to_have_value("Half an edit")
    page.goto(f"/posts/{number}")
    expect(page.locator("#compose")).to_have_value("Half a comment")


def test_a_draft_goes_at_log_out(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("The post")
    page = ada.go(f"/posts/{number}")
    page.fill("#compose", "A secret comment")
    page.goto("/")
    page.fill("#compose", "A secret post")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in", exact=True)).to_be_visible()
    assert not secrets(page)
    for name in (ada.name, f"{ada.name}_other"):
        if name != ada.name:
            ada.post("/signup", username=name, password=PASSWORD)
        else:
            ada.post("/login", username=name, password=PASSWORD)
        for address in ("/", f"/posts/{number}"):
            expect(ada.go(address).locator("#compose")).to_have_value("")
        ada.post("/logout")


def test_a_draft_is_for_nobody_who_takes_the_name(visit: Any) -> None:
    ada, name = visit("ada"), "a_name_to_take"
    ada.post("/settings/username", username=name, current_password=PASSWORD)
    page = ada.go("/")
    page.fill("#compose", "A secret")
    ada.post("/settings/username", username=f"{name}_2", current_password=PASSWORD)
    expect(ada.go("/").locator("#compose")).to_have_value("A secret")  # it is hers whatever she is called
    ada.context.clear_cookies()
    answer = ada.context.request.post(
        "/signup", form={"username": name, "password": PASSWORD}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    if answer.status != 200 or name not in answer.text():  # names just given up may be reserved
        ada.post("/signup", username="another_name", password=PASSWORD)
    expect(ada.go("/").locator("#compose")).to_have_value("")


def test_a_draft_goes_with_the_account(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "A secret")
    page.goto("/settings/delete")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert secrets(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Your account is out of sight")).to_be_visible()
    assert not secrets(page)


def test_another_tab_keeps_no_draft_of_who_has_left(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "A secret")
    other = ada.context.new_page()
    other.goto("/")
    expect(other.locator("#compose")).to_have_value("A secret")
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in", exact=True)).to_be_visible()
    other.locator("#compose").press_sequentially(", and more")
    assert not secrets(page)
    bob = f"{ada.name}_bob"
    ada.post("/signup", username=bob, password=PASSWORD)
    expect(ada.go("/").locator("#compose")).to_have_value("")
    other.locator("#compose").press_sequentially(", and more")
    assert not secrets(page)
    ada.post("/login", username=ada.name, password=PASSWORD)
    ada.go("/").fill("#compose", "Hers again")
    assert secrets(page)


def test_a_log_out_that_failed_loses_no_draft(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "Half a thought")
    page.locator(".menu summary").click()
    page.route(
        "**/logout", lambda route: route.fulfill(status=503, body="<main>not now</main>", content_type="text/html")
    )
    page.get_by_role("button", name="Log out").click()
    expect(page.locator("main")).to_have_text("not now")
    page.unroute("**/logout")
    page.goto("/")
    expect(page.locator("#compose")).to_have_value("Half a thought")
    page.fill("#compose", "Half a thought more")
    page.reload()
    expect(page.locator("#compose")).to_have_value("Half a thought more")


def test_a_draft_of_a_session_that_ended_elsewhere_waits_for_its_owner_alone(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/")
    page.fill("#compose", "Half a thought")
    ada.context.clear_cookies()
    expect(ada.go("/").get_by_role("link", name="Log in", exact=True)).to_be_visible()
    ada.post("/signup", username=f"{ada.name}_bob", password=PASSWORD)
    expect(ada.go("/").locator("#compose")).to_have_value("")
    ada.context.clear_cookies()
    log_in(ada.go("/login"), ada.name)
    expect(page.locator("#compose")).to_have_value("Half a thought")


def test_drafts_of_before_and_old_ones_are_swept(visit: Any) -> None:
    ada = visit("ada")
    page = ada.go("/public")
    page.fill("#compose", "New")
    page.evaluate(
        """() => { localStorage.setItem('draft:ada:/posts', JSON.stringify({text: 'by name'}));
        for (const [key, kept] of Object.entries(localStorage)) if (kept.includes('New'))
            localStorage.setItem(key.replace(/[0-9]+/, '999999'), kept.replace(/"at":[0-9]+/, '"at":1')); }"""
    )
    page.goto("/")
    assert page.evaluate("Object.values(localStorage).filter(kept => /by name|New/.test(kept)).length") == 1
    expect(page.locator("#compose")).to_have_value("New")


def secrets(page: Page) -> list[str]:
    """Give what a person with the developer tools of a shared computer would find."""
    found: list[str] = page.evaluate("Object.values(localStorage).filter(kept => /secret|Hers/.test(kept))")
    return found


def test_a_text_survives_a_session_that_ended(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    ada = visit("ada", scripts=scripts)
    page = ada.go("/")
    page.fill("#compose", "Long thoughts")
    ada.context.clear_cookies()
    page.locator(".compose .button").click()
    expect(page.get_by_role("status").first).to_contain_text("You were signed out")
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
