"""Codes of an authenticator, by the vectors of RFC 6238."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from feedapp.services.access import totp

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    """The standard has eight digits, an authenticator shows the last six."""
    assert totp.code_at(SECRET, now // 30) == code[-6:]


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_half_a_minute(off: int, good: bool) -> None:  # noqa: FBT001
    code = totp.code_at(SECRET, 1000 + off)
    assert (totp.step_of(SECRET, code, now=30_010, after=0) is not None) is good


def test_a_code_is_not_used_twice() -> None:
    code = totp.code_at(SECRET, 1000)
    step = totp.step_of(SECRET, f" {code[:3]} {code[3:]}", now=30_010, after=0)
    assert step == 1000
    assert totp.step_of(SECRET, code, now=30_010, after=step) is None


@pytest.mark.parametrize("code", ["", "12345", "١٢٣٤٥٦", "x" * 1_000])
def test_what_is_no_code_is_wrong(code: str) -> None:
    assert totp.step_of(SECRET, code, now=30_010, after=0) is None


def test_secrets_follow_from_the_key_and_the_nonce() -> None:
    secrets = {totp.secret_of(key, nonce) for key in (b"one", b"two") for nonce in (b"a", b"b")}
    assert {len(each) for each in secrets} == {20}
    assert len(secrets) == 4


def test_the_address_is_what_authenticators_read() -> None:
    address = urlsplit(totp.address(SECRET, site="The: Allotment", username="ada"))
    assert (address.scheme, address.netloc, address.path) == ("otpauth", "totp", "/The%20%20Allotment%3Aada")
    assert parse_qs(address.query) == {"secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["The: Allotment"]}
    assert totp.spelled(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
