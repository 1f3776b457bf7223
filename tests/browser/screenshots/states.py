"""Pages in states that a community is seldom in: nothing there yet, texts, names and pictures at their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.screenshots.views import View
from tests.integration.media.samples import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import FilePayload

    from tests.browser.visitors import Visitor

_CODE = (
    "```\ndef sow(rows: list[Row], *, depth: float = 2.5) -> Iterator[Seed]:\n"
    "    yield from (Seed(row, depth=depth, distance=row.width / 12) for row in rows if not row.is_frozen_over)\n```"
)
_TEXTS = (
    "k",
    "🥕🥕🥕",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " + "a" * 260,
    "https://example.org/" + "a/very/long/path/" * 12 + "?and=" + "x" * 80,
    "今日は庭で大根を抜いた。土がやわらかくて、すっと抜けた。来年はもう少し早く種をまこうと思う。#園芸",
    "مرحبا بالجميع، زرعت اليوم ثلاث شجيرات من الطماطم. هل يعرف أحد متى تُسقى؟ @ada",
    "A list:\n\n- carrots\n- *late* peas\n- **beans**\n\n1. dig\n2. sow\n\n> Said by another.\n\nAnd `code` in a line.",
    _CODE,
    "Many tags: " + " ".join(f"#gardening_in_week_{number}" for number in range(1, 13)),
)
_NAME = "Maximiliane Alexandra Freifrau von und zu Hohenlohe-Waldenburg-Schillingsfürst"
_SIZES = ((900, 600), (500, 1400), (1600, 400), (320, 320))
BUSY = 503
"""A slow machine has pictures that wait."""
_COLOURS = ((70, 120, 80), (160, 90, 60), (60, 100, 150), (200, 170, 90))


def of_an_empty_site(newcomer: Visitor, who: str) -> list[View]:
    """Give what a site shows that has nothing yet, and what is empty for its only member."""
    found = [View(f"nothing yet, {name}", address, None) for name, address in _NOTHING.items()]
    pages = {**_OWN_NOTHING, "people": f"/@{newcomer.name}/following", "comments": f"/@{newcomer.name}/comments"}
    return found + [View(f"nothing yet, own {name}", address, who) for name, address in pages.items()]


_NOTHING = {
    "home": "/",
    "active": "/active",
    "tags": "/tags",
    "tag": "/tags/nothing",
    "rules": "/rules",
    "about": "/about",
}
_OWN_NOTHING = {
    "home": "/",
    "everyone": "/public",
    "suggestions": "/suggestions",
    "topics": "/welcome",
    "first people": "/welcome/people",
    "blocks": "/settings/blocks",
    "mutes": "/settings/mutes",
    "words": "/settings/words",
}


def at_the_limits(visit: Callable[..., Visitor], owner: Visitor, who: str) -> list[View]:
    """Have somebody with a long name write what is hard to lay out, and give where it stands."""
    writer = visit("a_name_as_long_as_they_may")
    writer.post("/settings/profile", display_name=_NAME, bio="Long " + "words" * 20 + " http://example.org/" + "x" * 40)
    for text in _TEXTS:
        writer.write(text)
    shown = [_with_pictures(writer, count) for count in (1, 2, 3, 4)]
    writer.post("/posts", body="Only for those who follow", visibility="followers")
    talked = writer.write("What did you sow this week?")
    gone = _comment(owner, talked, "Carrots, in the cold frame.")
    writer.post(f"/posts/{talked}/comments", body="Which ones?", in_reply_to=gone)
    deletion = f"/posts/{talked}/comments/{gone}/delete"
    asked = owner.context.request.get(deletion).text()
    owner.post(deletion, version=asked.partition('name="version" value="')[2].partition('"')[0])
    hidden = _comment(writer, talked, "Buy seeds at https://example.org/cheap")
    owner.post(f"/posts/{talked}/comments/{hidden}/hiding", reason="Advertising")
    _comment(writer, talked, "x")
    own = owner.write("Soil at eight degrees today.")
    writer.post(f"/@{owner.name}/followers")
    writer.post(f"/posts/{own}/likes")
    writer.post(f"/posts/{own}/comments", body="Here, too, and " + "very " * 40 + "wet.")
    return [
        View("limits, profile", f"/@{writer.name}", who),
        View("limits, followers", f"/@{writer.name}/following", who),
        View("limits, pictures", f"/posts/{shown[3]}", who),
        View("limits, one picture", f"/posts/{shown[0]}", None),
        View("limits, thread", f"/posts/{talked}", who),
        View("limits, thread, signed out", f"/posts/{talked}", None),
        View("limits, notifications", "/notifications", who),
        View("limits, search", "/search?q=carrots", who),
        View("limits, report", f"/posts/{talked}/report", who),
        View("reply", f"/posts/{talked}/comments/{hidden}/reply", who),
    ]


def _comment(visitor: Visitor, number: str, body: str) -> str:
    text = visitor.post(f"/posts/{number}/comments", body=body).text()
    return max((part.partition('"')[0] for part in text.split('id="comment-')[1:]), key=int)


def _with_pictures(visitor: Visitor, count: int) -> str:
    numbers = "&".join(f"media={_picture(visitor, number)}" for number in range(count))
    answer = visitor.context.request.post(
        "/posts",
        data=f"body={count}+pictures&{numbers}",
        headers={"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.ok, answer.text()
    text = answer.text()
    return str(max(int(part.partition('"')[0]) for part in text.split('id="post-')[1:] if part[0].isdigit()))


def _picture(visitor: Visitor, number: int) -> str:
    file: FilePayload = {
        "name": "beds.jpg",
        "mimeType": "image/jpeg",
        "buffer": picture(size=_SIZES[number], colour=_COLOURS[number]),
    }
    while True:
        answer = visitor.context.request.post(
            "/media",
            multipart={"file": file, "alt": "Beds behind a shed" if number else ""},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        if answer.status != BUSY:
            assert answer.ok, answer.text()
            return answer.text().partition('name="media" value="')[2].partition('"')[0]
