"""Names in texts: where one begins and ends, and whom it leads to."""

# ruff: noqa: RUF001  (texts of many scripts are what this is about)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.text.html import linked
from feedapp.text.links import MOST, links, names

if TYPE_CHECKING:
    from markupsafe import Markup


class Anybody:
    """As if everybody existed."""

    def __contains__(self, name: object) -> bool:
        return True


def shown(text: str) -> Markup:
    return linked(text, Anybody())


def found(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links(text)]


def test_people_who_do_not_exist_are_text() -> None:
    html = linked("@ada and @bob", {"ada"})
    assert html == '<a class="mention" href="/@ada" dir="ltr">@ada</a> and @bob'
    assert linked("@nobody " * 200 + "@ada", {"ada"}).count("<a ") == 1


def test_names_are_looked_up_once_and_not_without_end() -> None:
    assert names("@ada @Ada @bob bob@ada.org") == ["ada", "bob"]
    assert len(names(" ".join(f"@a{number}" for number in range(500)))) == MOST


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("@ada", "ada"),
        ("ask @Ada_L, she knows", "ada_l"),
        ("(@ada)", "ada"),
        ("@ada's", "ada"),
        ("thanks @ada.", "ada"),
        ("@ada...", "ada"),
        ("«@ada»", "ada"),
        ("@" + "a" * 30, "a" * 30),
        ("こんにちは@adaさん", "ada"),
        ("谢谢@ada，你好", "ada"),
        ("안녕@ada님", "ada"),
        ("ל@ada", "ada"),
        ("привет@ada", "ada"),
        (".@ada", "ada"),
        ("-@ada", "ada"),
        ("RT@ada", "ada"),
        ("cc@ada", "ada"),
        ("@ada-", "ada"),
        ("@ada-\u05d0", "ada"),
        ("@ada_", "ada_"),
        ("@ada’s", "ada"),
        ("@ada\u200b", "ada"),
        ("\uff20ada", "ada"),
        ("。@ada。", "ada"),
        ("Thanks.@ada", "ada"),
        ("1.@ada", "ada"),
        ("wait...@ada", "ada"),
    ],
)
def test_a_name_leads_to_the_person(text: str, name: str) -> None:
    html = shown(text)
    assert html.count("<a ") == 1
    assert f'<a class="mention" href="/@{name}" dir="ltr">' in html
    assert html.striptags() == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "bob@ada.org", "@ada@example.org", "bob.b@ada", "bob+x@ada", "x/@ada", "@@ada", "@", "@ ada", "@\u017f",
        "@" + "a" * 31, "@ada-lovelace", "@ada.org", "&@ada", "@\u212a", "@ad\u00e0",
        "@ada\u0301", "почта@ada.org", "xRT@ada", "@ada:matrix.org", "a/b/@ada", "\uff20@ada", "@ada@bob",
    ],
)  # fmt: skip
def test_what_is_no_name_is_no_link(text: str) -> None:
    assert "<a" not in shown(text)


def test_a_name_in_an_address_belongs_to_the_address() -> None:
    html = shown("https://example.com/@ada and @bob")
    assert 'href="https://example.com/@ada"' in html
    assert html.count('class="mention"') == 1


def test_two_names_beside_a_slash_are_two_people() -> None:
    assert names("@ada/@bob") == ["ada", "bob"]
