"""Somebody with a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, BrowserContext, Locator, Page

PASSWORD = "correct horse"


class Visitor:
    """One person's browser with one page open. `name` is None for somebody who has no account."""

    def __init__(self, context: BrowserContext, name: str | None) -> None:
        self.context = context
        self.name = name
        self.page: Page = context.new_page()
        self.mistakes: list[str] = []

    def refuse_errors(self) -> None:
        """Note every error of a script, and everything that the content security policy kept from happening."""
        self.page.on("pageerror", lambda error: self.mistakes.append(str(error)))
        self.page.on(
            "console",
            lambda said: self.mistakes.append(said.text) if "Content Security Policy" in said.text else None,
        )

    def sign_up(self) -> None:
        """Make the account and sign this browser in, past the pages."""
        self.post("/signup", username=self.name or "", password=PASSWORD)

    def post(self, address: str, **form: str | float | bool) -> APIResponse:
        """Send a form past the page that is open, as another tab of this browser would."""
        answer = self.context.request.post(address, form=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.ok, answer.text()
        return answer

    def write(self, body: str) -> str:
        """Publish a post past the page that is open, and give its number."""
        address = self.post("/posts", body=body).text()
        numbers = [int(found) for found in re.findall(r'id="post-(\d+)"', address)]
        return str(max(numbers))

    def go(self, address: str) -> Page:
        """Open an address."""
        self.page.goto(address)
        return self.page

    def click_quickly(self) -> None:
        """Let all clicks on the page that is open be as soon after each other as those of a double click."""
        self.page.evaluate("() => { const now = performance.now(); performance.now = () => now; }")

    def stop_loading(self) -> None:
        """Keep lists from going on by themselves."""
        self.page.add_init_script("window.IntersectionObserver = class { observe() {} disconnect() {} }")

    def card(self, text: str) -> Locator:
        """Find the post or comment with this text."""
        return self.page.locator(".card").filter(has=self.page.locator(".text", has_text=text)).first

    def compose(self, text: str) -> None:
        """Write into the form on the page and press its button."""
        self.page.fill("#compose", text)
        self.page.locator(".compose .button").click()

    def skip(self) -> None:
        """Go past what a newcomer is shown after signing up, in the page that is open."""
        self.page.wait_for_url(lambda address: "/signup" not in address and "/invite" not in address, timeout=20_000)
        while "/welcome" in self.page.url:
            at = self.page.url
            self.page.locator(".onward a").click()
            self.page.wait_for_url(re.compile(f"^(?!{re.escape(at)}$)"))

    def choose(self, what: str, card: Locator | None = None, *, twice: bool = False) -> None:
        """Choose something in the menu of a card: of the first one of one's own, if none is named."""
        own = self.page.locator(".card").filter(has=self.page.locator(f".name[href='/@{self.name}']"))
        (card or own.first).locator("[data-menu]").click()
        self.page.locator(".options").get_by_text(what, exact=True).click(click_count=2 if twice else 1)
