"""The security log: log-ins, those that were refused and why, and never what was typed; each refusal is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from feedapp.observability import metrics
from tests.support.people import PASSWORD
from tests.web.api.calls import logged

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

SECRET = "what nobody may read"


def refused(reason: str) -> float:
    return float(metrics.LOG_INS_REFUSED.labels(reason)._value.get())


@pytest.mark.parametrize(
    ("username", "reason", "whose"),
    [("ada", "wrong password", " for user {id}"), ("nobody_of_this_name", "unknown username", "")],
)
def test_a_refused_log_in_is_one_line_with_its_reason(
    client: FlaskClient, ada: Somebody, username: str, reason: str, whose: str
) -> None:
    before = refused(reason)
    with logged() as records:
        answer = client.post("/api/tokens", json={"username": username, "password": SECRET, "name": "x"})
    assert answer.status_code == 401
    lines = [record.getMessage() for record in records if record.name == "feedapp.security"]
    assert lines == [f"A log-in{whose.format(id=ada.id)} was refused: {reason}"]
    assert refused(reason) == before + 1
    told = " ".join(record.getMessage() for record in records)
    assert SECRET not in told
    assert "nobody_of_this_name" not in told


def test_a_log_in_is_one_line(client: FlaskClient, ada: Somebody) -> None:
    with logged() as records:
        answer = client.post("/api/tokens", json={"username": "ada", "password": PASSWORD, "name": "x"})
    assert answer.status_code == 201
    lines = [record.getMessage() for record in records if record.name == "feedapp.security"]
    assert lines == [f"User {ada.id} gets an API token"]
    assert answer.get_json()["token"] not in " ".join(record.getMessage() for record in records)
