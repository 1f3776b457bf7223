"""Nobody waits for whoever reads the log."""

from __future__ import annotations

import logging
import os
import pty
import socket
import sys
import termios
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from feedapp.observability import log_output, logs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINES = 5_000
TEXT = "x" * 200


def pipe() -> tuple[int, int]:
    return os.pipe()


def socket_pair() -> tuple[int, int]:
    ours, theirs = socket.socketpair()
    return ours.detach(), theirs.detach()


def stopped_terminal() -> tuple[int, int]:
    ours, theirs = pty.openpty()
    termios.tcflow(theirs, termios.TCOOFF)  # as Ctrl-S does it
    return ours, theirs


@pytest.fixture
def feedapp_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    logger = logging.getLogger("feedapp")
    monkeypatch.setattr(logger, "handlers", logger.handlers)
    monkeypatch.setattr(logger, "propagate", logger.propagate)
    level = logger.level
    yield logger
    logger.setLevel(level)


def begin(reader: int, writer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader
    monkeypatch.setattr(sys, "stderr", os.fdopen(writer, "w", encoding="utf-8", closefd=False))
    logs.configure(log_format="text", level="INFO")
    logs.never_wait()


def say(log: logging.Logger, count: int) -> None:
    """In a thread, which would wait for ever."""

    def lines() -> None:
        for number in range(count):
            log.info("%d %s", number, TEXT)

    thread = Thread(target=lines, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.parametrize("opened", [pipe, socket_pair, stopped_terminal])
def test_a_log_that_nobody_reads_holds_nobody(
    opened: Callable[[], tuple[int, int]], monkeypatch: pytest.MonkeyPatch, feedapp_log: logging.Logger
) -> None:
    begin(*opened(), monkeypatch)
    say(feedapp_log, LINES)


def test_what_is_read_late_comes_whole_and_in_order_and_what_is_lost_is_counted(
    monkeypatch: pytest.MonkeyPatch, feedapp_log: logging.Logger
) -> None:
    reader, writer = os.pipe()
    begin(reader, writer, monkeypatch)
    say(feedapp_log, LINES)
    with os.fdopen(reader, encoding="utf-8") as unread:
        kept = []
        for line in unread:
            if line.endswith("nobody read them\n"):
                break
            kept.append(line)
        lost = int(line.split()[1])
        assert log_output.MOST_WAITING < len(kept) == LINES - lost
        assert all(each.endswith(f" {TEXT}\n") for each in kept)
        numbers = [int(each.split()[-2]) for each in kept]
        assert numbers == sorted(set(numbers))
        assert numbers[: log_output.MOST_WAITING] == list(range(log_output.MOST_WAITING))
        feedapp_log.info("and on")
        assert unread.readline().endswith("and on\n")
