"""The benchmark's own judgements: what it calls stale, what it makes of a log, and when a ratio has fallen."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from bench import check, places, traffic
from bench.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

ADA, BOB, CYD = 1, 2, 3


@pytest.fixture
def ledger() -> Ledger:
    return Ledger({ADA: {BOB}}, {7: (10, 2)})


def post(post_id: int, *, likes: int = 0, comments: int = 0) -> dict[str, Any]:
    return {"id": str(post_id), "likes_count": likes, "comments_count": comments}


def stale(
    ledger: Ledger, known: Any, *items: dict[str, Any], authors: set[int] | None = None, feed: bool = True
) -> bool:
    return ledger.is_stale(known, items, authors=authors, feed=feed)


def test_a_count_below_what_was_acknowledged_before_the_view_is_stale(ledger: Ledger) -> None:
    ledger.acknowledge("like", author_id=ADA, post_id=7)
    known = ledger.known()
    assert stale(ledger, known, post(7, likes=10, comments=2))
    assert not stale(ledger, known, post(7, likes=11, comments=2))
    assert not stale(ledger, known, post(7, likes=12, comments=3))


def test_what_is_acknowledged_after_the_view_began_is_not_asked_for(ledger: Ledger) -> None:
    known = ledger.known()
    ledger.acknowledge("comment", author_id=ADA, post_id=7)
    ledger.acknowledge("publish", author_id=BOB, post_id=8)
    assert not stale(ledger, known, post(7, likes=10, comments=2))
    assert stale(ledger, ledger.known(), post(7, likes=10, comments=2), feed=False)


def test_a_feed_without_the_newest_post_of_its_authors_is_stale(ledger: Ledger) -> None:
    ledger.acknowledge("publish", author_id=BOB, post_id=8)
    ledger.acknowledge("publish", author_id=CYD, post_id=9)
    known = ledger.known()
    home = ledger.authors_of(ADA)
    assert stale(ledger, known, post(7, likes=10, comments=2), authors=home)
    assert not stale(ledger, known, post(8), post(7, likes=10, comments=2), authors=home)
    assert stale(ledger, known, post(8), post(7, likes=10, comments=2))
    assert stale(ledger, known)


def test_a_reader_likes_a_post_once(ledger: Ledger) -> None:
    assert ledger.may_like(ADA, 7)
    assert not ledger.may_like(ADA, 7)
    assert ledger.may_like(BOB, 7)


def test_a_log_keeps_its_times_and_its_order_of_popularity(tmp_path: Path) -> None:
    log = tmp_path / "access.log.gz"
    line = '{} - - [17/May/2015:10:05:{:02} +0000] "GET {} HTTP/1.1" 200 1 "-" "-"\n'
    with gzip.open(log, "wt") as file:
        file.write(line.format("10.0.0.2", 0, "/rare") + "not a line of a log\n")
        file.writelines(line.format("10.0.0.1", second, "/often") for second in (10, 20, 40))
    events = traffic.from_log(log, share=0, most=10)
    assert [event.moment for event in events] == [0, 0.25, 0.5, 1]
    assert [(event.kind, event.who) for event in events] == [("public", 1), *[("home", 0)] * 3]


def test_zipf_makes_the_share_of_writes_that_it_was_asked_for() -> None:
    events = traffic.zipf(4_000, share=20, people=50)
    writes = [event for event in events if event.kind in traffic.WRITES]
    assert 0.17 < len(writes) / len(events) < 0.23
    readers = [event.who for event in events if event.kind == "home"]
    assert readers.count(0) > 2 * readers.count(5) > 2 * readers.count(40)


def test_a_ratio_falls_when_it_is_more_than_a_fifth_below_the_committed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = tmp_path / "committed.json"
    monkeypatch.setattr(check, "COMMITTED", committed)
    committed.write_text(json.dumps({**dict.fromkeys(check.WATCHED, 0.5), "commands of: like": 3}))
    assert not check.fallen(measured(0.41))
    assert len(check.fallen(measured(0.39))) == len(check.WATCHED)
    assert places.COMMITTED.is_file()


def test_rounds_in_which_the_machine_does_something_else_make_no_ratio_fall() -> None:
    site, again = measured(0.5), measured(0.5)
    for part, one, other in check.WATCHED.values():
        site[part][one]["rates"], again[part][one]["rates"] = [270, 250, 260], [240, 500, 280]
        site[part][other]["rates"], again[part][other]["rates"] = [990, 480, 1_000], [520, 470, 510]
    assert set(check.ratios(site).values()) == {0.27}
    assert set(check.ratios(check.joined(site, again)).values()) == {0.5}


@pytest.mark.parametrize("commands", [2, 4])
def test_another_number_of_commands_than_committed_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: int
) -> None:
    monkeypatch.setattr(check, "COMMITTED", tmp_path / "committed.json")
    check.commit(measured(0.5))
    assert not check.fallen(measured(0.5))
    assert check.fallen(measured(0.5, commands)) == [f"commands of: like: {commands}, committed 3"]


def measured(ratio: float, commands: int = 3) -> dict[str, Any]:
    site: dict[str, Any] = {"reads": {}, "mixes": {}, "sent": {"like": {"commands": commands}}}
    for part, one, other in check.WATCHED.values():
        site[part][other] = {"rates": [100, 1_000, 10]}
        site[part][one] = {"rates": [100 * ratio, 1_000 * ratio, 10]}
    return site
