from __future__ import annotations

import pytest

from feedapp.languages.known import LANGUAGES, direction, known, wanted


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, None),
        ("", None),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr, en-GB;q=0.8, de;q=0.9", "de"),
        ("en;q=0.4, de;q=0.4", "en"),
        ("fr-CH, it", None),
        ("*", None),
        ("de;q=0, en", "en"),
        ("de;q=0", None),
        ("de;q=x, en;q=0.1", "en"),
        ("ar, de;q=0.1", "de"),
        ("DE_ch", "de"),
        (";;,=,q=1", None),
        ("x" * 5_000 + ",de", None),
    ],
)
def test_the_language_that_is_liked_most_and_complete_is_wanted(header: str | None, language: str | None) -> None:
    assert wanted(header) == language


def test_however_it_is_asked_the_answer_is_one_of_few() -> None:
    asked = {wanted(f"de-{n:04d};q=0.{n % 10}, en-x-{n}, {n}") for n in range(2_000)}
    assert asked <= {None, *LANGUAGES}


@pytest.mark.parametrize(
    ("tag", "language"), [("de-CH-1996", "de"), ("pt-BR", None), ("", None), (None, None), ("-", None)]
)
def test_a_tag_is_one_of_ours_by_its_beginning(tag: str | None, language: str | None) -> None:
    assert known(tag) == language


def test_arabic_is_written_from_the_right() -> None:
    assert [direction(tag) for tag in ("en", "de", "ar")] == ["ltr", "ltr", "rtl"]
