"""The program that draws the picture of a link (1200 x 630 pixels): a process of its own, with the decoder's bounds.

Standard input: a line of JSON with the fields of a `Card`, then the bytes of an avatar, if any. Standard output: the
picture as PNG. Of feedapp it needs but this folder and the decoder, so that it starts fast.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from feedapp.pictures.cards.typesetting import BOLD, Style, cut, lines, ordered, shown
from feedapp.pictures.decoder import bound

WIDTH, HEIGHT = 1_200, 630
EDGE, TOP = 80, 56
GROUND, INK, QUIET, LINE = "#ffffff", "#14201c", "#55635d", "#d9dfdc"
BODY, LEADING, MOST_LINES = 46, 64, 5
SIDE = 104
"""Of the avatar."""


def write(on: ImageDraw.ImageDraw, text: str, style: Style, y: int, colour: str) -> None:
    """Write a text below `y`."""
    for line, rtl in lines(text, style, WIDTH - 2 * EDGE, MOST_LINES):
        total = sum((each.gap + each.width for each in line), 0.0)
        x = WIDTH - EDGE - total if rtl else float(EDGE)
        before = None
        for number in ordered(line, rtl=rtl):
            x += line[max(number, before)].gap if before is not None else 0.0
            x = style.draw(on, x, y + style.size, line[number].text, colour, rtl=rtl)
            before = number
        y += LEADING


def draw(card: dict[str, Any], avatar: bytes) -> bytes:
    """Draw it: whoever it is of above, the text, and the site below."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    on = ImageDraw.Draw(picture)
    on.rectangle((0, 0, WIDTH, 14), fill=card["accent"])
    text = shown(card["text"])
    top = TOP if text else (HEIGHT - SIDE) // 2 - 40
    left = EDGE
    if card["initial"] or avatar:
        _face(picture, on, card, avatar, top)
        left += SIDE + 28
    most = WIDTH - EDGE - left
    large, small = Style(44 if text else 60, BOLD), Style(32)
    title = next(filter(None, (cut(card[each], large, most) for each in ("title", "subtitle", "site", "host"))), "")
    large.draw(on, left, top + 48, title, INK)
    small.draw(on, left, top + 96, cut(card["subtitle"], small, most), QUIET)
    write(on, text, Style(BODY), top + SIDE + 34, INK)
    on.line((EDGE, HEIGHT - 92, WIDTH - EDGE, HEIGHT - 92), fill=LINE, width=2)
    name = Style(32, BOLD)
    site = cut(card["site"], name, WIDTH - 2 * EDGE) or cut(card["host"], name, WIDTH - 2 * EDGE)
    name.draw(on, EDGE, HEIGHT - 38, site, card["accent"])
    out = BytesIO()
    picture.save(out, "PNG", compress_level=7)
    return out.getvalue()


def _face(picture: Image.Image, on: ImageDraw.ImageDraw, card: dict[str, Any], avatar: bytes, top: int) -> None:
    """Put the avatar at its place, round; or a disc with an initial."""
    if avatar:
        opened = Image.open(BytesIO(avatar), formats=("WEBP",)).convert("RGBA")
        face = opened.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        ground = Image.new("RGBA", face.size, GROUND)
        ground.alpha_composite(face)
        mask = Image.new("L", (4 * SIDE, 4 * SIDE))
        ImageDraw.Draw(mask).ellipse((0, 0, 4 * SIDE - 1, 4 * SIDE - 1), fill=255)
        picture.paste(ground, (EDGE, top), mask.resize(face.size, Image.Resampling.LANCZOS))
        return
    on.ellipse((EDGE, top, EDGE + SIDE, top + SIDE), fill=card["accent"])
    style = Style(52, BOLD)
    initial = shown(card["initial"]) or card["subtitle"].lstrip("@")[:1].upper()
    style.draw(on, EDGE + (SIDE - style.width(initial)) / 2, top + SIDE / 2 + 19, initial, GROUND)


def main() -> None:
    """Read what is to stand on the card, write the picture."""
    bound()
    head, _, avatar = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(draw(json.loads(head), avatar))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
