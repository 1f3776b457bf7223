"""Cursors that nobody can make up, and pages cut and turned around."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from feedapp.errors import InvalidQueryError
from feedapp.pagination import OPPOSITE, Cursor, CursorCodec, Entry, Position, Slice, checked_limit, cut

CODEC = CursorCodec("a secret of some length")
CURSOR = Cursor("older", Position(1_535_882_400_000_001, 42))
WALKS = ("older", "newer")


def entries(*ids: int) -> tuple[Entry, ...]:
    return tuple(Entry(number, 1, 1_000 * number) for number in ids)


@pytest.mark.parametrize("walk", WALKS)
@pytest.mark.parametrize("position", [(0, 1), (-(2**62), 2**63 - 1), (2**62, 0), (1, -1)])
def test_a_cursor_is_read_as_it_was_written(walk: str, position: tuple[int, int]) -> None:
    cursor = Cursor(walk, Position(*position))  # type: ignore[arg-type]
    assert CODEC.decode(CODEC.encode(cursor, kind="p"), kind="p") == cursor


def test_a_cursor_needs_no_quoting_in_an_address() -> None:
    written = CODEC.encode(CURSOR, kind="p")
    assert len(written) == 36
    assert written.replace("-", "").replace("_", "").isalnum()


def test_each_changed_bit_is_noticed() -> None:
    signed = bytearray(urlsafe_b64decode(CODEC.encode(CURSOR, kind="p")))
    for bit in range(8 * len(signed)):
        changed = bytearray(signed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(InvalidQueryError, match="first page"):
            CODEC.decode(urlsafe_b64encode(changed).decode(), kind="p")


def test_a_cursor_has_one_spelling_only() -> None:
    written = CODEC.encode(CURSOR, kind="p")
    for other in (written + "=", written + "\n", " " + written, written + "AAAA", written[:-1], written + "%"):
        with pytest.raises(InvalidQueryError):
            CODEC.decode(other, kind="p")


@pytest.mark.parametrize("text", ["", "start", "\x00", "\u0661" * 36, "\ud800", "A" * 36, "=" * 36, "x" * 100_000])
def test_what_was_never_given_out_is_refused(text: str) -> None:
    with pytest.raises(InvalidQueryError):
        CODEC.decode(text, kind="p")


def test_a_cursor_of_another_site_or_another_sort_of_list_is_refused() -> None:
    with pytest.raises(InvalidQueryError):
        CODEC.decode(CursorCodec("another secret").encode(CURSOR, kind="p"), kind="p")
    with pytest.raises(InvalidQueryError):
        CODEC.decode(CODEC.encode(CURSOR, kind="c"), kind="p")


@pytest.mark.parametrize(("text", "limit"), [(None, 20), ("1", 1), ("100", 100), ("007", 7)])
def test_a_limit_is_a_number_from_1_to_100(text: str | None, limit: int) -> None:
    assert checked_limit(text) == limit


@pytest.mark.parametrize("text", ["", "0", "-1", "101", "1e1", "1.0", " 1", "\u0661", "9" * 5_000, "ten", "0x1"])
def test_anything_else_is_no_limit(text: str) -> None:
    with pytest.raises(InvalidQueryError) as refused:
        checked_limit(text)
    assert [error.field for error in refused.value.errors] == ["limit"]


def test_the_first_page_leads_on_and_not_back() -> None:
    page = cut(Slice(entries(5, 4, 3), more=True, behind=False), limit=3, cursor=None, onward="older")
    assert [entry.id for entry in page.entries] == [5, 4, 3]
    assert page.next == Cursor("older", Position(3_000, 3))
    assert page.prev is None


def test_a_page_that_is_cut_shorter_than_it_was_loaded_leads_on_from_where_it_was_cut() -> None:
    page = cut(Slice(entries(5, 4, 3), more=False, behind=False), limit=2, cursor=None, onward="older")
    assert [entry.id for entry in page.entries] == [5, 4]
    assert page.next == Cursor("older", Position(4_000, 4))


def test_a_page_that_was_walked_to_backwards_is_turned_around() -> None:
    back = Cursor("newer", Position(3_000, 3))
    page = cut(Slice(entries(4, 5), more=True, behind=True), limit=2, cursor=back, onward="older")
    assert [entry.id for entry in page.entries] == [5, 4]
    assert (page.next, page.prev) == (Cursor("older", Position(4_000, 4)), Cursor("newer", Position(5_000, 5)))


@pytest.mark.parametrize("walk", WALKS)
def test_from_an_empty_page_one_comes_back_to_where_one_was(walk: str) -> None:
    here = Cursor(walk, Position(3_000, 3))  # type: ignore[arg-type]
    page = cut(Slice((), more=False, behind=True), limit=2, cursor=here, onward="older")
    back = page.prev if walk == "older" else page.next
    assert back is not None
    assert back.walk == OPPOSITE[here.walk]
    reached = back.position < here.position if walk == "older" else back.position > here.position
    assert reached, "the entry at the cursor itself lies on the way back"


def test_walks_over_random_lists_meet_everything_once_both_ways() -> None:
    random = Random(1)
    for _ in range(200):
        every = sorted({Entry(random.randint(1, 40), 1, random.randint(0, 5)) for _ in range(random.randint(0, 25))},
                       key=lambda entry: entry.position, reverse=True)  # fmt: skip
        limit = random.randint(1, 7)
        seen: list[Entry] = []
        cursor: Cursor | None = None
        while True:
            page = cut(loaded(every, cursor, limit), limit=limit, cursor=cursor, onward="older")
            seen += page.entries
            last, cursor = page, page.next
            if cursor is None:
                break
        assert seen == every
        back, cursor = list(last.entries), last.prev
        while cursor is not None:
            page = cut(loaded(every, cursor, limit), limit=limit, cursor=cursor, onward="older")
            back, cursor = [*page.entries, *back], page.prev
        assert back == every


def loaded(every: list[Entry], cursor: Cursor | None, limit: int) -> Slice:
    """Load as PostgreSQL would; `every` is newest first."""
    if cursor is None:
        found, behind = every, []
    elif cursor.walk == "older":
        found = [each for each in every if each.position < cursor.position]
        behind = [each for each in every if each.position >= cursor.position]
    else:
        found = [each for each in every[::-1] if each.position > cursor.position]
        behind = [each for each in every if each.position <= cursor.position]
    return Slice(tuple(found[:limit]), more=len(found) > limit, behind=bool(behind))


@pytest.mark.parametrize("year", [1, 1066, 1970, 2026, 9998])
def test_a_position_is_exact_in_every_year(year: int) -> None:
    moment = datetime(year, 5, 4, 3, 2, 1, 1, tzinfo=UTC)
    assert Position.at(moment, 7).moment == moment
    assert Position.at(moment + timedelta(microseconds=1), 7) > Position.at(moment, 7)
