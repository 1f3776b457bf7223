"""Letters on pictures of links: every one that is drawn is one that its font has, so none stands as a box."""

# ruff: noqa: RUF001  (letters of many scripts)

from __future__ import annotations

import struct
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from feedapp.pictures.cards import drawing
from feedapp.pictures.cards.fonts import files
from feedapp.pictures.cards.typesetting import REGULAR, Style, _broken, cut, lines, shown

WRITTEN = {
    "Hebrew": "שלום, עולם! היום יום יפה (5 קילו) שָׁלוֹם",
    "Arabic": "مرحبًا، كيف حالكم اليوم (٥ كيلو)؟",
    "Thai": "วันนี้ที่สวนของเรามะเขือเทศสุกแล้ว",
    "Devanagari": "आज हमारे बगीचे में टमाटर पक गए हैं। क्षत्रिय",
    "Chinese": "今天我们花园里的西红柿熟了。",
    "Japanese": "今日、私たちの庭でトマトが熟しました。",
    "Korean": "오늘 우리 정원에서 토마토가 익었어요.",
    "Greek and Cyrillic": "Καλημέρα, доброе утро",
}
LEFT_OUT = {
    "Javanese": "ꦗꦮꦏꦤ꧀",
    "Georgian": "ქართული ენა",
    "rare Han": "\U00020000\U00020001",
    "emoji": "🎉🏳️‍🌈",
    "private": "\ue000\ue001",
}
MIXED = (
    "a\u064e b\u05b8 c\u0e31",  # marks of another script than their letter's
    "田\u0301 한\u0483 あ\u3099",
    "\u0301 \u064e",
    "x\ufe0f\u200d\u034f\u00ad\u2060",
    "Beans שלום 日本 ไทย हिन्दी عربي ქარ",
    "①② Ａ ﷺ ℵ ⅷ",
    "\ufffd \ufffe \U0010fffd",
)


@cache
def has(path: str) -> frozenset[int]:
    """Read from the file which signs a font has: its `cmap`, of the formats 4 and 12."""
    data = Path(path).read_bytes()
    tables = {data[at : at + 4]: struct.unpack_from(">2I", data, at + 8) for at in range(12, 12 + 16 * data[5], 16)}
    start = tables[b"cmap"][0]
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", data, start + 2)[0]):
        at = start + struct.unpack_from(">I", data, start + 4 + 8 * number + 4)[0]
        kind = struct.unpack_from(">H", data, at)[0]
        if kind == 12:
            for group in range(struct.unpack_from(">I", data, at + 12)[0]):
                first, last, glyph = struct.unpack_from(">3I", data, at + 16 + 12 * group)
                found.update(range(first + (glyph == 0), last + 1))
        elif kind == 4:
            count = struct.unpack_from(">H", data, at + 6)[0] // 2
            ends, starts, deltas, offsets = (
                struct.unpack_from(f">{count}H", data, at + 14 + 2 * (count * part + (part > 0))) for part in range(4)
            )
            for part in range(count):
                for sign in range(starts[part], min(ends[part], 0xFFFE) + 1):
                    glyph = sign
                    if offsets[part]:
                        place = at + 16 + 6 * count + 2 * part + offsets[part] + 2 * (sign - starts[part])
                        glyph = struct.unpack_from(">H", data, place)[0] or -deltas[part]
                    if (glyph + deltas[part]) % 65_536:
                        found.add(sign)
    return frozenset(found)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Note what is really drawn: in which font, and which letters."""
    found: list[tuple[str, str]] = []
    write = ImageDraw.ImageDraw.text

    def noting(self: Any, xy: Any, text: str, *, font: ImageFont.FreeTypeFont, **more: Any) -> None:
        found.append((str(font.path), text))
        write(self, xy, text, font=font, **more)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noting)
    return found


def card(text: str, **more: str) -> dict[str, Any]:
    usual = {
        "site": "feedapp",
        "accent": "#00664a",
        "title": text,
        "subtitle": "@ada",
        "text": text,
        "initial": text[:1],
    }
    return {**usual, "host": "feed.example", **more}


def boxes(drawn: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(Path(path).name, sign) for path, text in drawn for sign in text if ord(sign) not in has(path)]


def ink(picture: bytes, place: tuple[int, int, int, int]) -> int:
    """Count what is not ground in a part of a picture."""
    with Image.open(BytesIO(picture)) as opened:
        grey = opened.convert("L").crop(place)
    return sum(grey.histogram()[:200])


TEXT, FOOT, DISC = (80, 180, 1120, 520), (80, 550, 1120, 620), (100, 80, 164, 140)


@pytest.mark.parametrize("script", WRITTEN)
def test_a_script_is_written_whole(drawn: list[tuple[str, str]], script: str) -> None:
    text = WRITTEN[script]
    assert shown(text) == text
    picture = drawing.draw(card(text), b"")
    assert boxes(drawn) == []
    written = "".join(run for _, run in drawn)
    assert all(written.count(sign) >= text.count(sign) for sign in set(text.replace(" ", "")))
    assert ink(picture, TEXT) > 2_000
    assert ink(picture, TEXT) > ink(drawing.draw(card("x"), b""), TEXT) * 5


@pytest.mark.parametrize("script", LEFT_OUT)
def test_what_no_font_has_is_left_out_and_the_card_still_says_whose_it_is(
    drawn: list[tuple[str, str]], script: str
) -> None:
    text = LEFT_OUT[script]
    picture = drawing.draw(card(text), b"")
    assert [run for _, run in drawn] == ["A", "@ada", "@ada", "feedapp"]
    assert boxes(drawn) == []
    assert picture == drawing.draw(card("", title="@ada", initial="A"), b"")


@pytest.mark.parametrize("script", LEFT_OUT)
def test_a_site_with_such_a_name_is_called_by_its_host(drawn: list[tuple[str, str]], script: str) -> None:
    name = LEFT_OUT[script]
    picture = drawing.draw(card("", title=name, site=name, subtitle="", initial=""), b"")
    assert [run for _, run in drawn if run] == ["feed.example", "feed.example"], "as on the picture of a tag"
    assert ink(picture, FOOT) > 500


@pytest.mark.parametrize("text", MIXED)
def test_whatever_is_mixed_there_is_no_box(drawn: list[tuple[str, str]], text: str) -> None:
    for more in ({}, {"site": text}, {"subtitle": text}):
        drawing.draw(card(text * 3, **more), b"")
    assert boxes(drawn) == []


def test_a_box_would_be_seen(drawn: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedapp.pictures.cards.typesetting.font_of", lambda _: 0)
    drawing.draw(card("日本"), b"")
    assert ("NotoSans[wdth,wght].ttf", "日") in boxes(drawn)


def test_brackets_and_commas_stand_where_they_belong_from_right_to_left(drawn: list[tuple[str, str]]) -> None:
    """A bracket opens to the left there: the picture of it is the mirrored one, which the other sign has elsewhere."""
    style = Style(46, REGULAR)

    def picture(text: str, *, rtl: bool) -> bytes:
        on = Image.new("L", (200, 80))
        style.draw(ImageDraw.Draw(on), 20, 60, text, "#ffffff", rtl=rtl)
        return on.tobytes()

    assert picture("(", rtl=True) == picture(")", rtl=False)
    assert picture("(", rtl=False) != picture("(", rtl=True)
    assert drawn


def test_letters_are_not_parted_from_what_belongs_to_them() -> None:
    style = Style(40, REGULAR)
    for text in ("ที่นี่" * 40, "เดือน" * 40, "क्ष" * 40, "e\u0301" * 90):
        parts = _broken(text, style, 300)
        assert "".join(parts) == text
        assert len(parts) > 1
        assert not any(part[0] in "\u0e34\u0e35\u0e48\u0e37\u0301\u094d" or part[-1] in "เ\u094d" for part in parts)
        assert all(style.width(part) <= 300 for part in parts)
    assert not cut("เดือน" * 40, style, 300).endswith("เ…")
    assert len(lines("ที่นี่" * 40, style, 300, 5)) == 5


def test_every_font_is_there() -> None:
    assert len(files()) == 5
