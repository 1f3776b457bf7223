"""Nothing is cut or moves: small and magnified windows, and no shift while a page comes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

SHIFT = """() => new Promise(resolve => { let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value; }))
        .observe({type: 'layout-shift', buffered: true});
    setTimeout(() => resolve(sum), 400); })"""

MOVES = """() => new Promise(resolve => { const seen = []; const look = () => {
    seen.push(Math.round(scrollY)); if (seen.length < 20) requestAnimationFrame(look); else resolve(seen); };
    addEventListener('load', () => requestAnimationFrame(look)); if (document.readyState === 'complete') look(); })"""


@pytest.mark.parametrize("width", [320, 640], ids=["320 pixels wide", "magnified to 200 percent"])
def test_no_page_scrolls_sideways(visit: Any, furnished: Any, width: int) -> None:
    ada, stops = furnished
    stranger = visit()
    for each in (ada, stranger):
        each.page.set_viewport_size({"width": width, "height": 512})
    for stop in stops:
        page = (ada if stop.signed_in else stranger).go(stop.address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, stop.name


@pytest.mark.parametrize("width", [320, 390])
def test_no_page_scrolls_sideways_with_text_of_twice_the_size(visit: Any, furnished: Any, width: int) -> None:
    ada, stops = furnished
    stranger = visit()
    wide = []
    for each in (ada, stranger):
        each.page.set_viewport_size({"width": width, "height": 700})
    for stop in stops:
        page = (ada if stop.signed_in else stranger).go(stop.address)
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        if (seen := page.evaluate("document.documentElement.scrollWidth")) > width:
            wide.append((stop.name, seen))
    assert not wide


@pytest.mark.parametrize("anchor", ["#comment", "#comments", "#compose"])
def test_a_link_to_a_part_of_a_page_is_there_at_once(visit: Any, anchor: str) -> None:
    ada = visit("ada")
    ada.page.emulate_media(reduced_motion="no-preference")
    number = ada.write("A post\n" * 30)
    for each in range(40):
        ada.post(f"/posts/{number}/comments?fragment=1", body=f"Comment {each}\n" * 4)
    page = ada.go(f"/posts/{number}")
    ids = page.locator(".comment").evaluate_all("all => all.map(each => each.id)")
    part = f"#{ids[37]}" if anchor == "#comment" else anchor
    page.goto("about:blank")
    page.goto(f"/posts/{number}{part}", wait_until="domcontentloaded")
    moves = page.evaluate(MOVES)
    assert len(set(moves)) == 1, moves
    assert moves[0] > 0
    expect(page.locator(part)).to_be_in_viewport()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    page.evaluate("part => { location.hash = ''; location.hash = part }", part)
    assert page.evaluate("scrollY") == moves[0]


@pytest.mark.parametrize("address", ["/", "/public", "post"])
def test_nothing_moves_while_a_page_comes(visit: Any, furnished: Any, address: str) -> None:
    ada, stops = furnished
    address = next(stop.address for stop in stops if stop.name == "post") if address == "post" else address
    page = ada.go(address)
    assert page.evaluate(SHIFT) == 0


def test_large_text_in_the_browser_s_settings_makes_text_large(visit: Any) -> None:
    page = visit().go("/login")
    before = page.get_by_role("button", name="Log in").bounding_box()
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    after = page.get_by_role("button", name="Log in").bounding_box()
    assert before
    assert after
    assert after["height"] > 1.8 * before["height"]
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


@pytest.mark.parametrize(("width", "size"), [(1280, "100%"), (390, "200%"), (320, "200%")])
def test_the_menu_stays_in_the_window_whatever_one_is_called(visit: Any, width: int, size: str) -> None:
    ada = visit("ada")
    ada.post("/settings/profile", display_name="W" * 100, bio="")
    ada.page.set_viewport_size({"width": width, "height": 700})
    page = ada.go("/suggestions")
    page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
    page.locator(".menu summary").click()
    box = page.locator(".menu-in").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.locator(".menu-who strong").evaluate("each => each.scrollWidth <= each.parentElement.clientWidth")


@pytest.mark.parametrize("locale", ["en", "de"])
def test_no_word_of_the_ways_of_strangers_is_broken(visit: Any, locale: str) -> None:
    stranger = visit(locale=locale)
    for width in (320, 390, 704, 1056):
        stranger.page.set_viewport_size({"width": width, "height": 700})
        page = stranger.go("/public")
        lines = page.locator(".places a, .account .button").evaluate_all(
            """all => all.map(each => { const range = document.createRange();
                range.selectNodeContents(each.querySelector('.word') ?? each);
                return [each.textContent, new Set([...range.getClientRects()].map(box => box.top)).size]; })"""
        )
        assert all(count <= 1 for _, count in lines), (width, lines)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_menu_of_a_person_stays_in_the_window(visit: Any, width: int, direction: str) -> None:
    ada, bob = visit("ada"), visit("bob")
    bob.post("/settings/profile", display_name="Bob Beispiel", bio="")
    bob.write("A post, which the menu covers")
    ada.post(f"/@{bob.name}/followers")
    ada.page.set_viewport_size({"width": width, "height": 700})
    page = ada.go(f"/@{bob.name}")
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.locator(".profile .menu summary").click()
    box = page.locator(".profile .menu-in").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    covered = """menu => { const { left, top, width, height } = menu.getBoundingClientRect();
        for (let x = 4; x < width - 4; x += 4) for (let y = 4; y < height - 4; y += 4)
            if (!menu.contains(document.elementFromPoint(left + x, top + y))) return [x, y]; }"""
    assert page.locator(".profile .menu-in").evaluate(covered) is None


def test_a_name_is_whole_as_long_as_there_is_something_of_the_handle(visit: Any) -> None:
    ada = visit("a" * 25)
    ada.post("/settings/profile", display_name="Mark C. Wallace", bio="")
    ada.write("A post")
    page = ada.go("/")
    seen = set()
    for width in range(320, 480, 10):
        page.set_viewport_size({"width": width, "height": 700})
        name, letters, handle, below = page.locator(".post .who").first.evaluate(
            """who => { const range = document.createRange(); range.selectNodeContents(who.querySelector('bdi'));
                const [name, letters, handle] = [who.querySelector('.name'), range, who.querySelector('.handle')].map(
                    each => each.getBoundingClientRect());
                const seen = who.getBoundingClientRect().bottom + 5;
                return [name.width, letters.width, handle.width, handle.top > seen]; }"""
        )
        seen.add(not below)
        assert below or (letters <= name and handle > 40), width
    assert seen == {True, False}


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_form_for_a_post_keeps_together_what_belongs_together_on_a_phone(
    visit: Any, locale: str, width: int
) -> None:
    ada = visit("ada", locale=locale)
    ada.post("/posts", body="Ein Beitrag", language="de")
    ada.page.set_viewport_size({"width": width, "height": 844})
    page = ada.go("/")

    def middle(part: str) -> float:
        box = page.locator(f".compose {part}").bounding_box()
        assert box
        assert box["x"] + box["width"] <= width
        return float(box["y"] + box["height"] / 2)

    def together() -> None:
        assert abs(middle("#compose-language") - middle("#compose-visibility")) < 4
        assert abs(middle(".act") - middle(".button")) < 4

    together()
    page.fill("#compose", "Ein Satz, der zu lesen ist.")
    together()
    page.reload()
    expect(page.locator(".compose .note")).to_be_visible()
    together()
    assert abs(middle("summary") - middle("#compose-visibility")) < 4
    assert middle(".note") < middle("summary")


@pytest.mark.parametrize("size", ["100%", "200%"])
def test_tabs_are_one_line_and_the_one_that_is_open_is_in_sight(visit: Any, size: str) -> None:
    ada = visit("ada", locale="de", viewport={"width": 320, "height": 700})
    for address in (f"/@{ada.name}/likes", f"/@{ada.name}/following", "/settings/words", "/search?q=a&kind=tags"):
        page = ada.go(address)
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
        tops = page.locator(".tabs a").evaluate_all("all => all.map(each => each.getBoundingClientRect().top)")
        assert len(set(tops)) == 1, address
        if size == "100%":
            box = page.locator(".tabs [aria-current]").bounding_box()
            assert box
            assert 0 <= box["x"] <= 320 - box["width"], address


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_form_for_a_post_has_its_buttons_in_one_row_on_a_phone(visit: Any, locale: str) -> None:
    ada = visit("ada", locale=locale)
    ada.page.set_viewport_size({"width": 390, "height": 844})
    page = ada.go("/")
    parts = [page.locator(f".compose {part}").bounding_box() for part in ("summary", "select", ".act", ".button")]
    middles = [part["y"] + part["height"] / 2 for part in parts if part]
    assert len(middles) == len(parts)
    assert max(middles) - min(middles) < 4
    assert parts == sorted(parts, key=lambda part: part["x"])


@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (390, "200%"), (320, "200%")])
def test_what_people_say_of_themselves_has_room_in_lists(visit: Any, width: int, size: str) -> None:
    ada, bob = visit("ada"), visit("bob")
    bob.post("/settings/profile", display_name="Bob", bio="b" * 200)
    bob.post(f"/@{ada.name}/followers")
    ada.page.set_viewport_size({"width": width, "height": 700})
    page = ada.go(f"/@{ada.name}/followers")
    page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", size)
    assert page.locator(".bio").evaluate("each => each.clientWidth") > width / 2
    assert page.locator(".person .name").evaluate("each => each.scrollWidth <= each.clientWidth")


def test_names_and_texts_have_room_in_a_small_window_with_large_text(visit: Any) -> None:
    ada = visit("ada")
    number = ada.write("A post with some text " * 9)
    ada.post(f"/posts/{number}/comments?fragment=1", body="A comment with some text " * 9)
    ada.page.set_viewport_size({"width": 160, "height": 400})  # 320 pixels at 200 percent
    for address in ("/", f"/posts/{number}", f"/@{ada.name}"):
        page = ada.go(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 160
        for card in page.locator(".post, .comment").all():
            assert card.locator(".text").evaluate("each => each.clientWidth") > 120
            assert card.locator(".name").evaluate("each => each.scrollWidth <= each.clientWidth")
