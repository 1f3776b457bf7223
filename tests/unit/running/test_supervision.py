"""A server that ends is started again, with pauses where that fails, and not for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.launch.supervision import LONGEST_PAUSE, MOST, WITHIN_SECONDS, Supervision
from feedapp.embedded.server import Server

if TYPE_CHECKING:
    from pathlib import Path


class Fragile(Server):
    """A server without a process."""

    NAME = "Fragile"
    LOSES = "nothing is lost"
    START_SECONDS = 1
    STEPS = ()

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.runs = True
        self.can_start = True
        self.starts = 0

    @property
    def pid(self) -> int | None:
        return 1 if self.runs else None

    def start(self) -> None:
        self.starts += 1
        if not self.can_start:
            raise EmbeddedServerError("no room on the disk")
        self.runs = True

    def _is_ready(self) -> bool:
        return self.runs


class World:
    """A server, its supervision, what was said, and a clock that is set by hand."""

    def __init__(self, directory: Path) -> None:
        self.now = 1_000.0
        self.said: list[str] = []
        self.server = Fragile(directory)
        self.supervision = Supervision(self.server, self.said.append, clock=lambda: self.now)

    def end(self) -> bool:
        self.server.runs = False
        return self.supervision.check()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_one_that_runs_is_left_alone(world: World) -> None:
    assert world.supervision.check() is False
    assert (world.server.starts, world.said) == (0, [])


def test_one_that_ended_is_started_again_and_that_is_said(world: World) -> None:
    assert world.end() is True
    assert world.said == ["feedapp: Fragile ended by itself and is started again; nothing is lost"]


def test_one_that_ends_again_and_again_within_minutes_is_given_up_with_its_log(world: World) -> None:
    world.server.log.write_text("PANIC: no room\n")
    for _ in range(MOST):
        assert world.end() is True
        world.now += 10
    with pytest.raises(EmbeddedServerError, match=r"Fragile ended by itself 5 times within 5 minutes.*\n.*PANIC"):
        world.end()


def test_one_that_ends_now_and_then_is_started_for_ever(world: World) -> None:
    for _ in range(4 * MOST):
        assert world.end() is True
        world.now += WITHIN_SECONDS / MOST + 1


def test_one_that_cannot_start_is_tried_again_after_longer_and_longer_pauses(world: World) -> None:
    world.server.can_start = False
    assert world.end() is False
    assert "no room on the disk" in world.said[-1]
    pauses = []
    while world.server.starts < MOST:
        before, waited = world.server.starts, 0.0
        while world.server.starts == before:
            waited += 0.5
            world.now += 0.5
            world.supervision.check()
        pauses.append(waited)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    world.server.can_start = True


def test_one_that_can_start_again_after_a_while_is_started_then(world: World) -> None:
    world.server.can_start = False
    world.end()
    world.server.can_start = True
    world.now += LONGEST_PAUSE
    assert world.supervision.check() is True
