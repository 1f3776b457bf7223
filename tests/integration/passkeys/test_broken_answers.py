"""What comes in the place of a passkey's answer, and is none."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.integration.passkeys.authenticators import Authenticator
from tests.integration.passkeys.devices import added, challenge, options, send, shows
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask import Flask


@pytest.mark.parametrize("said", ["", "{}", "[]", "null", "7", "[" * 9_000, '{"id": 1}', "é", "x" * 30_000])
def test_what_is_no_answer_is_refused(app: Flask, browser: Browser, said: str) -> None:
    assert shows(Browser(app), said).status_code in {401, 422}
    assert send(browser, said).status_code == 422


def test_no_part_of_an_answer_may_be_something_else(app: Flask, browser: Browser) -> None:
    device = added(browser)
    for part, other in product(("clientDataJSON", "authenticatorData", "signature", "userHandle"), BROKEN):
        shown = broken(device.show(challenge(app)), part, other)
        assert shows(Browser(app), shown).status_code == 401, (part, other)
    for part, other in product(("clientDataJSON", "attestationObject"), BROKEN):
        made = broken(Authenticator().make(options(browser)), part, other)
        assert send(browser, made).status_code == 422, (part, other)


BROKEN: tuple[object, ...] = ("", "AAAA", "o2NmbXRk", "=", 7, None, [])


def broken(whole: str, part: str, other: object) -> str:
    given = json.loads(whole)
    return json.dumps({**given, "response": {**given["response"], part: other}})
