"""The line of each request: its id, the network of whoever sent it, and who that is."""

from __future__ import annotations

import logging
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.observability import logs
from tests.support.apps import METRICS
from tests.web.api.calls import logged

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody


def line(client: FlaskClient, address: str, **more: Any) -> Any:
    """Send a request and give the record of its line."""
    with logged() as records:
        client.get(address, **more)
    (found,) = [record for record in records if record.name == "feedapp.requests"]
    return found


def from_address(address: str) -> dict[str, Any]:
    return {"environ_base": {"REMOTE_ADDR": address}}


@pytest.mark.parametrize("address", ["/livez", "/readyz", "/metrics"])
def test_probes_are_told_at_debug_unless_they_are_refused(client: FlaskClient, app: Flask, address: str) -> None:
    assert line(client, address, headers=METRICS).levelno == logging.DEBUG
    assert line(client, "/api/posts").levelno == logging.INFO
    if address == "/metrics":
        assert line(client, address).levelno == logging.INFO  # somebody without the token


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("/run/socket", "unknown"),
    ],
)
def test_it_names_the_network_and_never_the_address(
    client: FlaskClient, app: Flask, address: str, network: str
) -> None:
    assert line(client, "/api/posts", **from_address(address)).network == network


def test_it_names_who_sent_it_whether_the_answer_is_new_or_given_again(
    client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada, bob = people("ada"), people("bob")
    for somebody in (ada, ada, bob, ada):
        assert line(client, "/api/posts", headers=somebody.headers).user_id == somebody.id
        assert line(client, "/api/posts").user_id is None


def test_it_names_nobody_whose_token_is_not_genuine(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    ada = people("ada")
    forged = f"{ada.id}.{'x' * 43}"
    client.set_cookie("feedapp_session", forged)
    for _ in range(3):
        assert line(client, "/public").user_id is None
        assert line(client, "/api/me", headers={"Authorization": f"Bearer {forged}"}).user_id is None


def test_it_names_who_wrote(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    ada = people("ada")
    with logged() as records:
        client.post("/api/posts", headers=ada.headers, json={"body": "new"})
    (found,) = [record for record in records if record.name == "feedapp.requests"]
    assert found.user_id == ada.id  # type: ignore[attr-defined]


def test_as_text_and_as_json_it_says_the_same(client: FlaskClient, people: Callable[..., Somebody]) -> None:
    ada = people("ada")
    record = line(client, "/api/me", headers=ada.headers, **from_address("203.0.113.77"))
    record.request_id = "an-id"
    text = logs._Text("%(levelname)s %(request_id)s %(message)s").format(record)
    assert text.startswith("INFO an-id GET /api/me 200 ")
    assert text.endswith(f" from 203.0.113.0/24 by {ada.id}")
    json = logs.json_formatter("request_id").format(record)
    assert '"network": "203.0.113.0/24"' in json
    assert f'"user_id": {ada.id}' in json


def test_other_lines_end_as_they_did() -> None:
    record = logging.LogRecord("feedapp", logging.INFO, "", 0, "words", (), None)
    assert logs._Text("%(message)s").format(record) == "words"


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the log of a process that serves: `serving("json")`."""
    logger = logging.getLogger("feedapp")
    for name in ("handlers", "propagate", "level"):
        monkeypatch.setattr(logger, name, getattr(logger, name))

    def configure(log_format: str) -> None:
        logs.configure(log_format=log_format, level="INFO")
        logs.never_wait()

    return configure


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_is_written_directly_is_what_logging_would_write(
    log_format: str,
    serving: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for module in (logs, time):
        monkeypatch.setattr(module, "time", lambda: 1_800_000_000.25)
    serving(log_format)
    log = logging.getLogger("feedapp.requests")
    capfd.readouterr()
    for number, user_id in ((1, None), (2, 7)):
        logs.begin_request(f"request-{number}")
        logs.note_user(user_id)
        sender = logs.sender("203.0.113.77")
        for level in (logging.INFO, logging.WARNING):
            for message in ('a "quoted" word \\ \u2603', "100 %"):
                logs.tell(log, level, message, sender)
                log.log(level, "%s", message, extra=sender)
            logs.tell(log, level, "by nobody")
            log.log(level, "by nobody")
    lines = capfd.readouterr().err.splitlines()
    assert len(lines) == 24
    assert lines[::2] == lines[1::2]
    assert len(set(lines)) == 12


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.mark.parametrize("name", ["feedapp", "feedapp.requests"])
def test_other_handlers_get_what_is_written_directly_too(name: str, serving: Callable[[str], None]) -> None:
    serving("text")
    handler = Kept()
    logging.getLogger(name).addHandler(handler)
    try:
        logs.tell(logging.getLogger("feedapp.requests"), logging.INFO, "100 %", logs.sender("203.0.113.77"))
    finally:
        logging.getLogger(name).removeHandler(handler)
    (record,) = handler.records
    assert (record.getMessage(), record.network) == ("100 %", "203.0.113.0/24")  # type: ignore[attr-defined]


def test_ids_do_not_tell_how_many_requests_there_are() -> None:
    """Neither by counting, nor by a beginning that all of one process have."""
    ids = [logs.begin_request(None) for _ in range(2_000)]
    assert len(set(ids)) == 2_000
    assert len({each[:6] for each in ids}) > 1_990
    assert len({each[-6:] for each in ids}) > 1_990
    steps = {int(later, 16) - int(earlier, 16) for earlier, later in pairwise(ids)}
    assert len(steps) == 1_999
    assert len(ids) / 3 < sum(step > 0 for step in steps) < len(ids) * 2 / 3
