"""The reads that are compared: each a list of requests to one of the servers, and in what state it finds the cache."""

from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Literal

from bench.load import Request
from bench.places import LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.people import Reader

State = Literal["warm", "cold", "mixed"]
SHARES = (1, 5, 20)
MIX = 2_000
QUIET = "mix-0-on"
"""The same home feeds when nobody writes."""


@dataclass(frozen=True)
class Variant:
    """`server` is "on", or "off" for the process that never asks Redis; `against` is what its rate is divided by."""

    name: str
    label: str
    requests: Sequence[Request]
    server: Literal["on", "off"] = "on"
    state: State = "warm"
    against: str | None = None


def reads(reader: Reader, others: Sequence[Reader], cursors: Sequence[str], further: Sequence[str]) -> list[Variant]:
    """Name all pure reads. `cursors`, and `further` for the usual design, are of the pages of everyone's feed."""
    feed = f"/api/posts?limit={LIMIT}"
    json, page = [Request(feed, reader.bearer)], [Request("/", reader.cookie)]
    deep = [Request(f"{feed}&feed=public&cursor={cursor}", reader.bearer) for cursor in cursors]
    deep_pages = [Request(f"/public?cursor={cursor}", reader.cookie) for cursor in cursors]
    rival_deep = [Request(f"/rival{feed}&feed=public&cursor={cursor}", reader.bearer) for cursor in further]
    return [
        Variant("bare-json", "bare route, JSON", [Request("/bare/json", reader.bearer)]),
        Variant("json", "feedapp warm, JSON, signed in", json, against="bare-json"),
        Variant(
            "json-many",
            f"the same, {len(others)} readers in turn",
            [Request(feed, each.bearer) for each in others],
            against="bare-json",
        ),
        Variant("json-anonymous", "feedapp warm, JSON, anonymous", [Request(feed, {})], against="bare-json"),
        Variant("json-cold", "feedapp cold, JSON", deep, state="cold", against="bare-json"),
        Variant("json-cold-off", "the same pages, cache off", deep, server="off", against="bare-json"),
        Variant("json-off", "feedapp, cache off, JSON", json, server="off", against="bare-json"),
        Variant(
            "json-rival", "usual design warm, JSON", [Request(f"/rival{feed}", reader.bearer)], against="bare-json"
        ),
        Variant("json-rival-cold", "usual design cold, JSON", rival_deep, state="cold", against="bare-json"),
        Variant("bare-page", "bare route, page", [Request("/bare/page", reader.cookie)]),
        Variant("page", "feedapp warm, page, signed in", page, against="bare-page"),
        Variant("page-anonymous", "feedapp warm, page, anonymous", [Request("/", {})], against="bare-page"),
        Variant("page-cold", "feedapp cold, page", deep_pages, state="cold", against="bare-page"),
        Variant("page-cold-off", "the same pages, cache off", deep_pages, server="off", against="bare-page"),
        Variant("page-off", "feedapp, cache off, page", page, server="off", against="bare-page"),
        Variant("page-rival", "usual design warm, page", [Request("/rival/", reader.cookie)], against="bare-page"),
    ]


def mixes(readers: Sequence[Reader], post_ids: Sequence[int]) -> list[Variant]:
    """Name the same mixture of home feeds and writes for feedapp, the usual design, and without a cache."""
    found = [Variant(QUIET, "feedapp, no writes", mixture(readers, post_ids, share=0, root=""), "on", "mixed")]
    for share in SHARES:
        for name, label, server in (
            ("on", "feedapp", "on"),
            ("off", "cache off", "off"),
            ("rival", "usual design", "on"),
        ):
            root = "/rival" if name == "rival" else ""
            mixed = mixture(readers, post_ids, share=share, root=root)
            title = f"{label}, {share} % writes"
            found.append(Variant(f"mix-{share}-{name}", title, mixed, "off" if server == "off" else "on", "mixed"))
    return found


def posts(author: Reader) -> list[Variant]:
    """Name posts by one person, for feedapp and without a cache."""
    text = json.dumps({"body": "Written as fast as it goes."})
    by = [Request("/api/posts", author.bearer, "POST", text)]
    return [
        Variant("post-on", "posts by somebody with 40 followers", by, "on", "mixed"),
        Variant("post-off", "the same, cache off", by, "off", "mixed"),
    ]


def mixture(readers: Sequence[Reader], post_ids: Sequence[int], *, share: int, root: str) -> list[Request]:
    """Make requests of which so many percent write: likes, comments and posts in turn. Readers by Zipf, all write."""
    random = Random(f"mixture {share}")
    weights = [1 / (rank + 1) for rank in range(len(readers))]
    requests = []
    for number in range(MIX):
        (reader,) = random.choices(readers, weights)
        if random.random() * 100 >= share:
            requests.append(Request(f"{root}/api/posts?limit={LIMIT}", reader.bearer))
            continue
        writer, post_id = random.choice(readers), random.choice(post_ids)
        body = json.dumps({"body": f"Written in the mixture, number {number}."})
        kind = random.randrange(3)
        path, sent = [
            (f"{root}/api/posts/{post_id}/likes", "-"),
            (f"{root}/api/posts/{post_id}/comments", body),
            (f"{root}/api/posts", body),
        ][kind]
        requests.append(Request(path, writer.bearer, "POST", sent))
    return requests
