"""Every command of docs/setting-up.md is run by `make test-guide`, or is named there with the reason why not."""

from __future__ import annotations

import pytest

from tests.guide import steps
from tests.guide.document import GUIDE, blocks, mentioned

TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = blocks(TEXT)
LINES = [line for block in BLOCKS for line in block.lines]


def test_every_line_to_type_is_typed() -> None:
    assert [block.title for block in BLOCKS] == list(steps.BLOCKS)
    assert min(len(block.lines) for block in BLOCKS) > 0


def test_every_command_within_a_sentence_is_typed_or_has_a_reason() -> None:
    others = {command for command in mentioned(TEXT) if not any(command in line for line in LINES)}
    assert others == set(steps.NOT_RUN)
    assert all(steps.NOT_RUN.values())


@pytest.mark.parametrize(
    "words", [*steps.QUESTIONS, *steps.ENDS_WITH, steps.REPOSITORY, f"/{steps.BACKUP}/", steps.HOST]
)
def test_what_the_test_knows_of_a_line_is_about_one_that_is_there(words: str) -> None:
    assert [line for line in LINES if words in line]


def test_blocks_are_lines_with_the_words_before_them() -> None:
    text = "# Title\n\nSee `make it`.\n\n    one\n    two  # why\n\n**Later.** Then `flask\nx`:\n\n    three\n"
    assert blocks(text) == [("Title", ("one", "two  # why")), ("Later", ("three",))]
    assert mentioned(text) == {"make it", "flask x"}
