"""Which passwords are refused, and which spellings are one."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from argon2 import PasswordHasher

from feedapp.schemas.passwords import LONGEST_TYPED, opaque, password, spellings, weakness
from feedapp.services.access.passwords import Passwords

Form = Literal["NFC", "NFD"]
WEAK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
GOOD = [
    "a good password", "correct horse", "long enough", "another one", "demo-password", "xK9-3jfq2", "8374 9283 1942",
    "пароль для меня", "詳細は山の上にある猫", "🐸🐢🦎🐍🐙🦑🦀🐡",
    "secret-password", "adamantine rock", "lovelace-1815",
]  # fmt: skip
COMMON = [
    "password", "PassWord", "12345678", "qwertyui", "iloveyou", "trustno1", "11111111", "1q2w3e4r", "qwertzuiop",
    "P@ssw0rd", "Password1!", "Summer2024!", "letmein123", "aaaaaaaa", "abababab", "123123123", "passpass", "........",
    "abcdefgh", "hgfedcba", "23456789", "feedapp1", "FeedApp-2024", "1l0vey0u",
    "passwordpassword", "adminadmin", "dragondragondragon", "pass word", " password", "p a s s w o r d", "        a",
    "aaaaaaab", "!@#$%^&*", "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44", "password\u00a0",
]  # fmt: skip


@pytest.mark.parametrize("chosen", GOOD)
def test_a_password_of_ones_own_is_good(chosen: str) -> None:
    assert weakness(password(chosen), username="ada") is None


@pytest.mark.parametrize("chosen", COMMON)
def test_a_common_one_is_refused_with_what_to_do(chosen: str) -> None:
    assert "choose" in (weakness(password(chosen), username="ada") or "")


@pytest.mark.parametrize(
    "chosen", ["lovelace", "Lovelace", "lovelace1", "2024lovelace!", "ecalevol", "lovelacelovelace"]
)
def test_so_is_ones_own_username(chosen: str) -> None:
    assert weakness(password(chosen), username="lovelace") is not None
    assert weakness(password(chosen), username="ada") is None or chosen == "lovelacelovelace"


@pytest.mark.parametrize("chosen", ["adalovelace1", "ADA_lovelace", "adalovelace", "evol_ada_evol"])
def test_underscores_make_no_other_name(chosen: str) -> None:
    assert (weakness(chosen, username="ada_lovelace") is None) == (chosen == "evol_ada_evol")


@pytest.mark.parametrize("chosen", ["long number 1", "1 837 2834 9942"])
def test_a_short_username_spoils_no_password(chosen: str) -> None:
    assert weakness(chosen, username="1") is None


@pytest.mark.parametrize("blank", [" " * 8, "\u3000" * 8, "\u00a0 " * 5, "\u200b" * 8, "\t" * 9])
def test_blanks_alone_are_no_password(blank: str) -> None:
    with pytest.raises(ValueError, match="spaces"):
        password(blank)


@pytest.mark.parametrize("text", ["x" * 7, "x" * 129, "x" * 100_000, "\u0301" * 100_000, "e\u0301" * 7])
def test_the_length_is_that_of_what_is_seen(text: str) -> None:
    with pytest.raises(ValueError, match="8 to 128"):
        password(text)


SAME = [
    ("cafe\u0301 cre\u0300me", "caf\u00e9 cr\u00e8me"),
    ("\u212bngstro\u0308m 8", "\u00c5ngstr\u00f6m 8"),
    ("\u1112\u1161\u11ab\u1100\u1173\u11af password", "\ud55c\uae00 password"),
    ("with\u00a0no\u2003break", "with no break"),
    ("a\u0323\u0307 eight signs", "a\u0307\u0323 eight signs"),
]


@pytest.mark.parametrize(("typed", "meant"), SAME)
def test_what_looks_the_same_is_one_password(typed: str, meant: str) -> None:
    passwords = Passwords(WEAK)
    assert opaque(typed) == opaque(meant)
    for first, second in ((typed, meant), (meant, typed)):
        kept = passwords.hash(first)
        assert passwords.matches(second, kept)
        assert not passwords.is_outdated(second, kept)
    assert not passwords.matches(meant.upper(), passwords.hash(typed))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("kept_form", ["NFC", "NFD"])
def test_a_hash_of_what_was_typed_once_is_still_good(form: Form, kept_form: Form) -> None:
    passwords, text = Passwords(WEAK), "caf\u00e9 au lait"
    kept = WEAK.hash(unicodedata.normalize(kept_form, text))
    assert passwords.matches(unicodedata.normalize(form, text), kept)
    assert passwords.is_outdated(unicodedata.normalize(form, text), kept) is (kept_form == "NFD")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    kept = WEAK.hash("a good password")
    assert stronger.matches("a good password", kept)
    assert stronger.is_outdated("a good password", kept)
    assert not stronger.is_outdated("a good password", stronger.hash("a good password"))


def test_what_is_too_long_to_be_one_costs_nothing() -> None:
    assert spellings("\u0301" * (LONGEST_TYPED + 1)) == []
    assert not Passwords(WEAK).matches("\u0301\u0323" * 100_000, WEAK.hash("x"))
