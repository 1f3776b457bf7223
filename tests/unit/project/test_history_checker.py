"""The checker of recorded histories: what it must find, and what it must not."""

from __future__ import annotations

from tests.consistency.checking.aftermath import lost_writes
from tests.consistency.checking.checker import Checker, Violation
from tests.consistency.checking.history import History, Read, Write, packed
from tests.consistency.checking.registers import Register, merged
from tests.consistency.load import world

POST = world.POST[0]
LIKES = world.LIKE[0]


def write(
    register: int, value: int, start: int, end: int | None, client: int = 0, *, early: bool = False, again: bool = False
) -> Write:
    return Write(register, value, start, end, client, early, again)


def read(start: int, end: int, *seen: tuple[int, int]) -> Read:
    return Read(start, end, 0, 0, "post", 200, packed(seen))


def check(writes: list[Write], *reads: Read) -> list[Violation]:
    return Checker(writes, world.first_values()).check(History(reads=list(reads), writes=writes))


def kinds(found: list[Violation]) -> list[str]:
    return [violation.kind for violation in found]


def test_reads_that_show_the_latest_state_are_right() -> None:
    writes = [write(POST, 2, 10, 20), write(POST, 3, 30, 40)]
    assert check(writes, read(1, 5, (POST, 1)), read(21, 25, (POST, 2)), read(41, 45, (POST, 3))) == []


def test_while_a_write_is_under_way_either_state_may_be_shown() -> None:
    assert check([write(POST, 2, 10, 40)], read(11, 15, (POST, 1)), read(12, 30, (POST, 2))) == []


def test_a_read_after_the_acknowledgement_that_shows_the_state_before_is_stale() -> None:
    found = check([write(POST, 2, 10, 20)], read(25, 30, (POST, 1)))
    assert kinds(found) == ["stale"]
    assert found[0].staleness == 5


def test_staleness_counts_from_the_first_write_that_was_missed() -> None:
    found = check([write(POST, 2, 10, 20), write(POST, 3, 30, 40)], read(45, 50, (POST, 1)))
    assert found[0].staleness == 25


def test_a_read_that_shows_an_older_state_than_one_that_had_ended_goes_backward() -> None:
    found = check([write(POST, 2, 10, 100)], read(11, 15, (POST, 2)), read(16, 20, (POST, 1)))
    assert kinds(found) == ["backward"]


def test_reads_at_the_same_time_may_show_different_states() -> None:
    assert check([write(POST, 2, 10, 100)], read(11, 17, (POST, 2)), read(16, 20, (POST, 1))) == []


def test_what_nobody_wrote_is_impossible() -> None:
    assert kinds(check([write(POST, 2, 10, 20)], read(21, 25, (POST, 7)))) == ["impossible"]


def test_what_is_not_written_yet_is_impossible() -> None:
    assert kinds(check([write(POST, 2, 10, 20)], read(1, 5, (POST, 2)))) == ["impossible"]


def test_a_write_without_an_answer_may_have_happened_or_not() -> None:
    writes = [write(POST, 2, 10, None)]
    assert check(writes, read(50, 55, (POST, 1))) == []
    assert check(writes, read(50, 55, (POST, 2))) == []


def test_once_it_was_seen_a_write_without_an_answer_has_happened() -> None:
    found = check([write(POST, 2, 10, None)], read(50, 55, (POST, 2)), read(60, 65, (POST, 1)))
    assert kinds(found) == ["backward"]


def test_an_acknowledged_write_settles_one_before_it_that_was_not() -> None:
    found = check([write(POST, 2, 10, None), write(POST, 3, 30, 40)], read(50, 55, (POST, 2)))
    assert kinds(found) == ["stale"]


def test_an_attempt_that_was_given_up_may_take_effect_after_later_writes() -> None:
    """As when a server was slow: the repeated attempt was acknowledged, the first one happened after all."""
    like, count = LIKES[0], world.LIKES_COUNT[0]
    liked = [write(like, 1, 10, 20), write(like, 0, 30, 40, again=True), write(like, 1, 50, 60)]
    assert check(liked, read(1_000, 1_005, (like, 0), (count, 0)), read(2_000, 2_005, (like, 1), (count, 1))) == []
    edited = [write(POST, 2, 10, 20, again=True), write(POST, 3, 30, 40)]
    assert check(edited, read(1_000, 1_005, (POST, 2))) == []


def test_an_attempt_that_was_given_up_explains_nothing_but_itself() -> None:
    edited = [write(POST, 2, 10, 20), write(POST, 3, 30, 40, again=True), write(POST, 4, 50, 60)]
    assert kinds(check(edited, read(70, 75, (POST, 2)))) == ["stale"]
    assert kinds(check(edited, read(70, 75, (POST, 5)))) == ["impossible"]
    assert kinds(check(edited, read(21, 25, (POST, 3)))) == ["impossible"]
    like, count = LIKES[0], world.LIKES_COUNT[0]
    liked = [write(like, 1, 10, 20), write(like, 0, 30, 40, again=True), write(LIKES[1], 1, 50, 60)]
    assert kinds(check(liked, read(70, 75, (like, 1)))) == ["stale"]
    assert kinds(check(liked, read(70, 75, (count, 2)))) == ["stale"]


def test_an_attempt_that_was_given_up_tells_nothing_of_the_order() -> None:
    like = LIKES[0]
    liked = [write(like, 0, 10, 20, again=True), write(like, 1, 30, 100), write(like, 0, 110, 200)]
    assert check(liked, read(115, 120, (like, 0)), read(125, 130, (like, 1))) == []


def test_an_answer_that_comes_before_readers_see_it_obliges_them_to_nothing() -> None:
    repeated = [write(POST, 2, 10, 20, early=True)]
    assert check(repeated, read(25, 30, (POST, 1)), read(35, 40, (POST, 2))) == []
    assert kinds(check(repeated, read(25, 30, (POST, 2)), read(35, 40, (POST, 1)))) == ["backward"]
    assert kinds(check([*repeated, write(POST, 3, 50, 60)], read(65, 70, (POST, 2)))) == ["stale"]


def test_a_write_is_lost_unless_what_was_given_up_replaced_it() -> None:
    given_up = [write(POST, 2, 10, 20, again=True), write(POST, 3, 30, 40, early=True)]
    assert lost_writes(History(writes=given_up), {POST: 3}, {POST: 1}) == []
    assert lost_writes(History(writes=given_up), {POST: 2}, {POST: 1}) == []
    assert lost_writes(History(writes=given_up), {POST: 1}, {POST: 1}) == ["lost: post 0 is 1, not [2, 3]"]


def test_a_count_with_one_writer_has_an_order() -> None:
    writes = [write(LIKES[0], 1, 10, 20), write(LIKES[1], 1, 30, 40), write(LIKES[0], 0, 50, 100)]
    count = world.LIKES_COUNT[0]
    assert check(writes, read(45, 48, (count, 2))) == []
    found = check(writes, read(51, 55, (count, 1)), read(60, 65, (count, 2)))
    assert kinds(found) == ["backward"]


def test_a_count_with_several_writers_has_bounds() -> None:
    writes = [write(LIKES[0], 1, 10, 20), write(LIKES[1], 1, 15, 40, client=1)]
    count = world.LIKES_COUNT[0]
    assert check(writes, read(25, 30, (count, 1)), read(25, 30, (count, 2))) == []
    found = check(writes, read(25, 30, (count, 0)))
    assert kinds(found) == ["stale"]
    assert kinds(check(writes, read(45, 50, (count, 3)))) == ["impossible"]


def test_a_post_that_a_home_feed_shows_is_there_and_its_author_followed() -> None:
    follower, post = 0, 1
    follow, home = world.FOLLOW[follower][world.author(post)], world.HOME[follower][post]
    unfollowed = [write(follow, 0, 10, 20)]
    assert check(unfollowed, read(25, 30, (home, 0))) == []
    assert kinds(check(unfollowed, read(25, 30, (home, 1)))) == ["stale"]
    edited = [write(world.POST[post], 2, 10, 20)]
    assert kinds(check(edited, read(25, 30, (home, 1)))) == ["stale"]


def test_an_absent_post_is_blamed_on_the_follow_only_if_the_post_must_be_there() -> None:
    follower, post = 0, 1
    home = world.HOME[follower][post]
    assert kinds(check([], read(25, 30, (home, 0)))) == ["impossible"]


def test_a_sum_is_one_register_only_if_its_writes_do_not_overlap() -> None:
    apart = [(0, [write(LIKES[0], 1, 10, 20)]), (0, [write(LIKES[1], 1, 30, 40)])]
    joined = merged(apart)
    assert joined is not None
    assert joined.values == [0, 1, 2]
    assert merged([(0, [write(LIKES[0], 1, 10, 35)]), (0, [write(LIKES[1], 1, 30, 40)])]) is None


def test_the_window_of_a_read_reaches_from_the_last_acknowledged_to_the_last_begun() -> None:
    register = Register(0, [write(POST, 1, 10, 20), write(POST, 2, 30, None), write(POST, 3, 50, 60)])
    assert register.window(25, 35) == (1, 2)
    assert register.window(65, 70) == (3, 3)


def test_what_the_host_was_told_is_one_for_each_answer_and_each_like_of_a_question() -> None:
    writes = [write(world.ANSWER[0], 1, 10, 20), write(world.QUESTION_LIKE[1], 1, 15, 30, client=1)]
    count = world.TOLD_COUNT
    assert check(writes, read(35, 40, (count, 2), (world.ANSWER[0], 1), (world.QUESTION_LIKE[1], 1))) == []
    assert kinds(check(writes, read(35, 40, (count, 1)))) == ["stale"]


def test_every_register_has_a_name_of_its_own() -> None:
    names = [world.name(register) for register in range(world.REGISTERS) if register != world.BASIC]
    assert len(set(names)) == len(names)
    assert not [name for name in names if name.startswith("register ")]
