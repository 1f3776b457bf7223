"""A second target beside Redis: one that writes down what it is given, in a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.writing.targets import Report
from tests.integration.outages.processes import process

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.repositories.delivery.messages import Message
    from feedapp.wiring import Services


class TableTarget:
    """Delivers into a table. `fails` so many calls first; refuses what says so."""

    name = "table"
    patience = 3_600.0
    lease = 60.0

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.fails = 0
        self.calls = 0

    def deliver(self, messages: Sequence[Message]) -> Report:
        self.calls += 1
        if self.fails:
            self.fails -= 1
            raise ConnectionError("the table is out")
        refused = {each.id: "it says so" for each in messages if each.payload.get("refuse")}
        good = [each for each in messages if not each.payload.get("refuse") and not each.payload.get("later")]
        delivered = {each.id: each.payload["text"] for each in good}
        with self._engine.begin() as connection:
            for said in delivered.values():
                connection.execute(text("INSERT INTO delivered (said) VALUES (:said)"), {"said": said})
        return Report(set(delivered), refused)

    def delivered(self) -> list[str]:
        with self._engine.connect() as connection:
            return list(connection.scalars(text("SELECT said FROM delivered ORDER BY id")))


@pytest.fixture
def target(app: Flask, engine: Engine) -> Iterator[TableTarget]:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE delivered (id bigserial, said text)"))
    yield TableTarget(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE delivered"))


@pytest.fixture
def own(settings: Settings, target: TableTarget, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    monkeypatch.setattr("feedapp.wiring.core.targets", lambda *_: (target,))
    with process(settings) as services:
        yield services


@pytest.fixture
def other(own: Services, settings: Settings) -> Iterator[Services]:
    with process(settings) as services:
        yield services
