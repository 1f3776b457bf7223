"""Which scripts a page asks for along with itself: those that each page needs, and none that a click may bring."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SCRIPTS = Path(__file__).parents[4] / "static" / "js"


def test_what_only_a_click_brings_is_not_fetched_along(client: FlaskClient) -> None:
    preloaded = re.findall(r'rel="modulepreload" href="(\S+/js/(\w+\.js))"', client.get("/").text)
    names = {name for _, name in preloaded}
    assert {"writing.js", "cards.js", "asking.js"} <= names, "also what is imported by what is imported"
    assert not names & {"main.js", "previewing.js", "menus.js", "reading.js", "passkeys.js", "proving_worker.js"}
    assert names < {each.name for each in SCRIPTS.glob("*.js")}
    assert [client.get(address).status_code for address, _ in preloaded] == [200] * len(names)
