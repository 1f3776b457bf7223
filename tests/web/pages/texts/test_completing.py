"""What is offered while somebody writes a name or a tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.reading.viewers import Credentials
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse


def offered(answer: TestResponse) -> list[str]:
    return re.findall('data-inserts="([^"]*)"', answer.text)


@pytest.fixture
def ada(people: Any, services: Any, browser: Any) -> Any:
    """Sign in as somebody with a browser, where there are others and a tag."""
    somebody = people("ada", display_name="Ada <b>Lovelace")
    for name in ("adam", "bob_a"):
        people(name)
    people("cyd", display_name="名前 Someone")
    services.posts.publish(Credentials.of(somebody.session, kind="session"), body="#Beans #園芸 #beans_and_peas")
    return browser(somebody)


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("@ada", ["@ada", "@adam"]),
        ("@AD", ["@adam", "@ada"]),
        ("\uff20adam", ["@adam"]),
        ("@lovel", ["@ada"]),
        ("@名", ["@cyd"]),
        ("@bob_", ["@bob_a"]),
        ("#BEA", ["#beans_and_peas", "#beans"]),
        ("#園", ["#園芸"]),
        ("\uff03beans_", ["#beans_and_peas"]),
    ],
)
def test_who_writes_is_offered_what_begins_so(ada: Any, q: str, wanted: list[str]) -> None:
    answer = ada.get("/complete", query_string={"q": q})
    assert answer.status_code == 200
    assert offered(answer) == wanted
    assert "<html" not in answer.text
    assert "<b>" not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "q",
    [
        *("", "@", "#", "ada", "@nobody_of_that_name", "#plums", "#_", "#%", "#2026", "@_", "@%", "@a a"),
        *("@" + "a" * 31, "#" + "a" * 101, "@a\x00", "#\x00", "#a b", "@\u0301", "#\u0301a", "@'--", '#"><script>'),
    ],
)
def test_of_what_is_no_beginning_there_is_no_content(ada: Any, q: str) -> None:
    answer = ada.get("/complete", query_string={"q": q})
    assert (answer.status_code, answer.text) == (204, "")


def test_bytes_that_are_no_text_do_no_harm(ada: Any) -> None:
    for q in ("%40%ff", "%23%ed%a0%80", "%40%00", "%"):
        assert ada.get(f"/complete?q={q}").status_code in {204, 400}
    assert ada.get("/complete").status_code == 204


def test_who_is_not_signed_in_writes_nothing_and_is_offered_nothing(browser: Any, ada: Any) -> None:
    answer = browser().get("/complete?q=@ada")
    assert answer.status_code == 204
    assert cost_of(answer).sql_statements == 0


def test_nobody_is_offered_whom_a_block_keeps_apart(browser: Any, people: Any, ada: Any) -> None:
    eve = people("eve")
    blocked = browser(eve)
    assert offered(blocked.get("/complete?q=@ada")) == ["@ada", "@adam"]
    assert offered(ada.get("/complete?q=@eve")) == ["@eve"]
    ada.post("/@eve/blocks")
    assert offered(blocked.get("/complete?q=@ada")) == ["@adam"]
    assert ada.get("/complete?q=@eve").status_code == 204


def test_so_many_are_offered_at_most_for_one_statement(people: Any, ada: Any) -> None:
    for number in range(10):
        people(f"zed{number}")
    ada.get("/complete?q=@zed")
    answer = ada.get("/complete?q=@zed")
    assert len(offered(answer)) == 8
    assert cost_of(answer).sql_statements == 1
