"""Pictures of links: drawn once, the same for everybody, and none for what a stranger may not see."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from feedapp.pictures.cards import making
from feedapp.pictures.cards.making import Card, CardMaking
from feedapp.pictures.cards.typesetting import REGULAR, Style, cut, lines, ordered, shown
from tests.integration.media.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody

ROOT = "http://localhost"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada", display_name="Ada Lovelace")


def publish(client: FlaskClient, ada: Somebody, body: str = "Beans *are* up", **more: Any) -> int:
    answer = client.post("/api/posts", headers=ada.headers, json={"body": body, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def meta(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="(og:image[^"]*|twitter:card)" content="([^"]*)">', page.text)
    return {name: unescape(text) for name, text in found}


def card_of(client: FlaskClient, page: str) -> str:
    return meta(client.get(page))["og:image"].removeprefix(ROOT)


@pytest.mark.parametrize("page", ["/posts/1", "/@ada", "/tags/beans", "/", "/public"])
def test_pages_name_the_picture_of_their_link_and_it_is_one(client: FlaskClient, ada: Somebody, page: str) -> None:
    publish(client, ada, "Hello #beans")
    said = meta(client.get(page))
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image:alt"].endswith("feedapp")
    answer = client.get(said["og:image"].removeprefix(ROOT))
    assert answer.status_code == 200
    assert answer.mimetype == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    with Image.open(BytesIO(answer.data)) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (1200, 630))
        assert len(drawn.convert("RGB").getcolors(1_000_000) or ()) > 10
    etag = answer.headers["ETag"]
    assert client.get(said["og:image"].removeprefix(ROOT), headers={"If-None-Match": etag}).status_code == 304


def test_another_text_is_another_picture_and_the_old_address_leads_to_it(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada)
    before = card_of(client, f"/posts/{number}")
    first = client.get(before).data
    client.patch(f"/api/posts/{number}", headers=ada.headers, json={"body": "Beans are *down*, alas"})
    after = card_of(client, f"/posts/{number}")
    assert after != before
    led = client.get(before)
    assert (led.status_code, led.location) == (303, after)
    assert client.get(after).data != first
    client.patch("/api/me", headers=ada.headers, json={"display_name": "Countess"})
    assert card_of(client, f"/posts/{number}") != after
    assert card_of(client, "/@ada") != card_of(client, f"/posts/{number}")


def test_it_is_drawn_once(client: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn, draw = [], making._drawn

    def counted(card: Card, avatar: bytes, seconds: float) -> bytes:
        drawn.append(card)
        return draw(card, avatar, seconds)

    monkeypatch.setattr(making, "_drawn", counted)
    address = card_of(client, f"/posts/{publish(client, ada, 'Drawn once')}")
    assert len({client.get(address).data for _ in range(3)}) == 1
    assert len(drawn) == 1


def test_with_an_avatar_it_is_another(client: FlaskClient, ada: Somebody) -> None:
    number = publish(client, ada)
    before = card_of(client, f"/posts/{number}")
    first = client.get(before).data
    sent = {"file": (BytesIO(picture(size=(400, 400))), "a.jpg")}
    assert client.put("/api/me/avatar", headers=ada.headers, data=sent).status_code == 200
    after = card_of(client, f"/posts/{number}")
    assert after != before
    assert client.get(after).data != first


def test_of_a_post_with_pictures_its_first_is_shown(client: FlaskClient, ada: Somebody) -> None:
    sent = {"file": (BytesIO(picture(size=(900, 600))), "a.jpg"), "alt": "A <bean>"}
    media = client.post("/api/media", headers=ada.headers, data=sent).get_json()
    number = publish(client, ada, media=[media["id"]])
    said = meta(client.get(f"/posts/{number}"))
    assert said["og:image"] == media["url"]
    assert (said["og:image:width"], said["og:image:height"]) == ("900", "600")
    assert said["og:image:alt"] == "A <bean>"
    assert client.get(f"/posts/{number}/card-x.png").status_code == 404


def test_what_a_stranger_may_not_see_has_none(client: FlaskClient, ada: Somebody, services: Any) -> None:
    kept = publish(client, ada, "For my followers", visibility="followers")
    hidden, deleted = publish(client, ada, "To be hidden"), publish(client, ada, "To be deleted")
    addresses = {each: card_of(client, f"/posts/{each}") for each in (hidden, deleted)}
    assert client.get(addresses[hidden]).status_code == 200
    services.roles.assign(username="ada", role="moderator")
    done = client.post(f"/api/posts/{hidden}/hiding", headers=ada.headers, json={"reason": "Advertising."})
    assert done.status_code in {200, 201}, done.text
    client.delete(f"/api/posts/{deleted}", headers=ada.headers)
    for address in (*addresses.values(), f"/posts/{kept}/card-x.png", "/posts/999/card-x.png", "/@nobody/card-x.png"):
        for headers in ({}, ada.headers):
            assert client.get(address, headers=headers).status_code == 404, address
    assert "og:image" not in meta(client.get(f"/posts/{kept}", headers=ada.headers))


def test_pages_of_members_name_none(browser: Any, client: FlaskClient, ada: Somebody) -> None:
    assert meta(browser(ada).get(f"/posts/{publish(client, ada)}")) == {}


STRANGE = (
    "\u0301",
    "\u202e",
    "a\u0301\u0302",
    "\U0001f600",
    "x",
    "\ud7a3",
    "\ufdfa",
    "\n",
    "\U00020000",
    " ",
    "#",
    "\u0e01\u0e34",
)


@pytest.mark.parametrize("text", [*(each * 400 for each in STRANGE), "\U0001f3f3\ufe0f\u200d\U0001f308" * 90, "a\0b"])
def test_whatever_stands_on_it_it_is_drawn_in_time(text: str) -> None:
    card = Card("feedapp", "#00664a", text, "@ada", text, initial=text[:1])
    with Image.open(BytesIO(CardMaking().draw(card, None))) as drawn:
        assert drawn.size == (1200, 630)


def test_an_avatar_that_is_none_is_no_reason_to_wait() -> None:
    with pytest.raises(Exception, match="cannot be made"):
        CardMaking().draw(Card("feedapp", "#00664a", "Ada", avatar="x"), b"no picture")


def test_only_the_last_are_kept() -> None:
    kept = CardMaking()
    for number in range(making.KEPT + 3):
        kept._kept[str(number)] = b""
    card = Card("feedapp", "#00664a", "Ada")
    assert kept.kept(card) is None
    kept.draw(card, None)
    assert kept.kept(card)
    assert len(kept._kept) == making.KEPT


def words(text: str, most: float = 300, count: int = 5) -> list[str]:
    """Give the lines of a text as they stand from left to right."""
    return [
        " ".join(line[number].text for number in ordered(line, rtl=rtl))
        for line, rtl in lines(text, Style(40, REGULAR), most, count)
    ]


def test_lines_are_broken_between_words_or_signs_and_end_in_dots() -> None:
    assert words("one two three four five six seven", count=2) == ["one two three", "four five six …"]
    assert words("one\n\ntwo") == ["one", "two"]
    assert "".join(words("x" * 60)) == "x" * 60
    assert len(words("x" * 60)) > 2
    japanese = words("朝、運河沿いで写生をしていたら。")
    assert len(japanese) > 1
    assert not any(line.startswith(("、", "。")) for line in japanese)


def test_what_goes_from_right_to_left_stands_so() -> None:
    assert words("لا أحد", most=1_000) == ["أحد لا"]
    assert words("see لا أحد now", most=1_000) == ["see أحد لا now"]
    assert words("لا Ada L أحد", most=1_000) == ["أحد Ada L لا"]


def test_signs_that_no_font_has_are_left_out_and_a_text_of_them_is() -> None:
    assert shown("Beans 🎉 are up") == "Beans  are up"
    assert shown("Ελληνικά и русский, 田辺, ليلى") == "Ελληνικά и русский, 田辺, ليلى"
    assert shown("ꦗꦮꦏꦤ꧀ᮞᮥᮔ᮪ᮓ") == ""
    assert cut("x" * 500, Style(40, REGULAR), 300).endswith("x…")
