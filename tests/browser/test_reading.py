"""The feed: going on, coming back, what is new, and long posts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

TOP = """() => { const card = [...document.querySelectorAll('.card')].find(c => c.getBoundingClientRect().bottom > 60);
    return [card.id, Math.round(card.getBoundingClientRect().top)]; }"""
BOTTOM = "scrollTo(0, document.body.scrollHeight)"


@pytest.fixture
def writer(visit: Any) -> Any:
    """Somebody who wrote a hundred and ten posts."""
    somebody = visit("writer")
    for number in range(110):
        somebody.post("/posts?fragment=1", body=f"Post {number} of {somebody.name}, with a few words more to read.")
    return somebody


def test_a_feed_goes_on_by_itself_then_by_its_button_and_its_footer_can_be_reached(visit: Any, writer: Any) -> None:
    reader = visit()
    page = reader.go(f"/@{writer.name}")
    cards = page.locator(".feed .card")
    expect(cards).to_have_count(20)
    for loaded in (40, 60, 80):
        page.evaluate(BOTTOM)
        expect(cards).to_have_count(loaded)
    page.evaluate(BOTTOM)
    page.wait_for_timeout(500)
    expect(cards).to_have_count(80)
    expect(page.locator(".foot")).to_be_in_viewport()
    page.get_by_role("link", name="Older posts").click()
    expect(cards).to_have_count(100)
    page.get_by_role("link", name="Older posts").click()
    expect(cards).to_have_count(110)
    expect(page.get_by_role("link", name="Older posts")).to_have_count(0)
    numbers = [int(found) for found in re.findall(r"Post (\d+) of", " ".join(cards.all_inner_texts()))]
    assert numbers == list(range(109, -1, -1))
    positions = cards.evaluate_all("all => all.map(card => [card.ariaPosInSet, card.ariaSetSize])")
    assert positions == [[str(n), "110"] for n in range(1, 111)]
    assert not reader.mistakes


def test_without_scripts_links_lead_on_and_back(visit: Any, writer: Any) -> None:
    page = visit(scripts=False).go(f"/@{writer.name}")
    page.get_by_role("link", name="Older posts").click()
    expect(page.locator(".feed .card").first).to_contain_text("Post 89 of")
    page.get_by_role("link", name="Newer posts").click()
    expect(page.locator(".feed .card").first).to_contain_text("Post 109 of")


def test_going_back_leads_to_the_same_place(visit: Any, writer: Any) -> None:
    page = visit().go(f"/@{writer.name}")
    for loaded in (40, 60):
        page.evaluate(BOTTOM)
        expect(page.locator(".feed .card")).to_have_count(loaded)
    page.evaluate("scrollTo(0, document.querySelectorAll('.card')[47].offsetTop - 200)")
    page.wait_for_timeout(400)
    place = page.evaluate(TOP)
    page.evaluate("document.querySelectorAll('.card')[48].querySelector('.when').click()")
    page.wait_for_url("**/posts/*")
    writer.write("Something new on top, meanwhile")
    page.go_back()
    expect(page.locator(f"#{place[0]}")).to_be_in_viewport()
    is_there = f"([id, top]) => {{ const [seen, at] = ({TOP})(); return seen === id && Math.abs(at - top) <= 2; }}"
    page.wait_for_function(is_there, arg=place)


def test_a_page_that_cannot_be_loaded_can_be_asked_for_again(visit: Any, writer: Any) -> None:
    reader = visit()
    page = reader.go(f"/@{writer.name}")
    reader.context.set_offline(True)
    page.evaluate(BOTTOM)
    link = page.get_by_role("link", name="Older posts")
    link.click()
    expect(page.get_by_role("status").filter(has_text="You are offline.")).to_be_visible()
    reader.context.set_offline(False)
    link.click()
    expect(page.locator(".feed .card")).to_have_count(40)


def test_new_posts_are_announced_without_moving_what_is_read(visit: Any) -> None:
    bob = visit("bob")
    for number in range(12):
        bob.write(f"Old post {number} of {bob.name}")
    ada = visit("ada")
    ada.post(f"/@{bob.name}/followers")
    page = ada.go("/")
    page.evaluate("scrollTo(0, 500)")
    before = page.evaluate(TOP)
    bob.write("News one")
    page.evaluate("dispatchEvent(new Event('online'))")
    announced = page.locator(".fresh .newer")
    expect(announced).to_have_text("1 new post")
    bob.write("News two")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(announced).to_have_text("2 new posts")
    assert page.evaluate(TOP) == before
    expect(page.locator(".feed")).not_to_contain_text("News one")
    announced.click()
    expect(page.locator(".feed .card").first).to_contain_text("News two")
    expect(page.locator(".feed .card").nth(1)).to_contain_text("News one")
    expect(announced).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent").count("News two")
    assert not ada.mistakes


def test_looking_for_new_posts_is_cheap(visit: Any) -> None:
    ada = visit("ada")
    ada.write("Something")
    page = ada.go("/")

    def look() -> str:
        with page.expect_response("**/newer*") as asked:
            page.evaluate("dispatchEvent(new Event('online'))")
        assert asked.value.status == 204
        return str(asked.value.headers["server-timing"])

    # The use of her new session is written down once, a second later, which makes its copy stale for one look or two.
    assert any('"0 statements"' in look() for _ in range(4))


def test_a_long_post_unfolds_where_it_stands(visit: Any) -> None:
    ada = visit("ada")
    ada.write("Long " * 600 + "END")
    page = ada.go("/")
    card = page.locator(".feed .card").first
    expect(card).not_to_contain_text("END")
    page.get_by_role("link", name="Read the whole post").first.click()
    expect(card).to_contain_text("END")
    assert page.url.endswith("/")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
def test_the_time_of_an_edit_is_the_reader_s_own(visit: Any, zone: str) -> None:
    ada = visit("ada", timezone_id=zone, locale="en-GB")
    number = ada.write("First words")
    ada.post(f"/posts/{number}/comments", body="A comment")
    page = ada.go(f"/posts/{number}")
    comment = page.locator(".comment").get_attribute("id").removeprefix("comment-")
    for address in (f"/posts/{number}", f"/posts/{number}/comments/{comment}"):
        ada.post(f"{address}/edit", body="Better words")
    local = """zone => { const clock = {timeZone: zone, hour: '2-digit', minute: '2-digit'};
        return [...document.querySelectorAll('.edited time')].map(time => [
            time.textContent, new Intl.DateTimeFormat('en-GB', clock).format(new Date(time.dateTime))]); }"""
    for address in ("/", f"/posts/{number}", f"/posts/{number}/comments/{comment}"):
        page.goto(address)
        expect(page.locator(".edited time").first).not_to_contain_text("UTC")
        for shown, wanted in page.evaluate(local, zone):
            assert wanted in shown
            assert "UTC" not in shown
    page.goto("/")
    ada.choose("Edit")
    page.locator(".in-place textarea").fill("Edited in place")
    page.get_by_role("button", name="Save").click()
    expect(ada.card("Edited in place").locator(".edited time")).not_to_contain_text("UTC")
    assert not ada.mistakes


def test_days_are_the_reader_s_own(visit: Any) -> None:
    ada = visit("ada", timezone_id="Pacific/Kiritimati", locale="en-GB")
    page = ada.go("/settings/tokens")
    shown = page.locator(".token time").first
    moment = shown.get_attribute("datetime")
    day = "{timeZone: 'Pacific/Kiritimati', day: 'numeric'}"
    wanted = page.evaluate(f"moment => new Intl.DateTimeFormat('en', {day}).format(new Date(moment))", moment)
    expect(shown).to_have_text(re.compile(rf"^{wanted} [A-Z][a-z]{{2}} \d{{4}}$"))


def test_times_are_relative_and_exact_on_hover(visit: Any) -> None:
    ada = visit("ada", timezone_id="America/New_York", locale="en-US")
    ada.write("A moment")
    page = ada.go("/")
    time = page.locator(".when time").first
    expect(time).to_have_text("now")
    assert " UTC" in (time.get_attribute("title") or "")
    time.hover()
    expect(time).to_have_attribute("title", re.compile(r"day, .* at .*[AP]M"))
