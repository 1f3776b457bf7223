"""Two people, one browser: what one of them writes is neither shown to the other nor saved as theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import PASSWORD

if TYPE_CHECKING:
    from tests.browser.visitors import Visitor

PLACES = {"/": "body", "/posts/new": "body", "/settings": "bio"}


def another_signs_in(ada: Visitor, bob: Visitor) -> None:
    ada.post("/logout")
    ada.post("/login", username=bob.name or "", password=PASSWORD)


@pytest.mark.parametrize("address", PLACES)
def test_going_back_does_not_show_what_somebody_else_typed(visit: Any, address: str, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada", scripts=scripts)
    page = ada.go(address)
    field = page.locator(f"main [name={PLACES[address]}]").first
    field.fill("what ada typed")
    page.goto("/public")
    page.go_back()
    expect(field).to_have_value("what ada typed")
    page.goto("/public")
    if scripts:
        page.locator(".menu summary").click()
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    another_signs_in(ada, bob)
    page.goto("/public")
    for _ in range(3 if scripts else 1):
        page.go_back()
    expect(page).to_have_url(address)
    expect(field).to_be_visible()
    expect(field).not_to_have_value("what ada typed")


def test_what_was_written_in_one_account_is_not_published_by_another(visit: Any, scripts: bool) -> None:  # noqa: FBT001
    bob, ada = visit("bob"), visit("ada", scripts=scripts)
    page = ada.go("/posts/new")
    page.locator("#body").fill("In the name of ada")
    another_signs_in(ada, bob)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This form belongs to another account")
    expect(page.locator("#kept")).to_have_value("In the name of ada")
    page.goto(f"/@{bob.name}")
    expect(page.locator(".empty")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/posts", {"body": "x"}),
        ("/settings/profile", {"display_name": "x", "bio": "x"}),
        ("/settings/username", {"username": "x", "current_password": PASSWORD}),
        ("/settings/password", {"current_password": PASSWORD, "new_password": "another phrase"}),
        ("/settings/tokens", {"name": "x", "current_password": PASSWORD}),
        ("/settings/delete", {"current_password": PASSWORD}),
    ],
)
def test_no_form_counts_for_another_account(visit: Any, address: str, form: dict[str, str]) -> None:
    bob, ada = visit("bob"), visit("ada")
    page = ada.go("/settings" if address != "/settings/tokens" else address)
    owner = page.locator("main input[name^=of-]").first.get_attribute("name")
    another_signs_in(ada, bob)
    answer = ada.context.request.post(
        address, form={owner: "", **form}, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0
    )
    assert answer.status == 409
