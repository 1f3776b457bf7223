"""A large change of rows goes on where it was, whichever process goes on with it, and ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.extensions import db
from feedapp.repositories.delivery.backfills import BackfillRepository
from feedapp.services.operations import backfills
from feedapp.services.operations.backfills import BackfillService

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.services.operations.backfills import Change
    from feedapp.wiring import Services
    from tests.support.people import Somebody

LAST = 5


def order(engine: Engine, *names: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM backfills"))
        for name in names:
            connection.execute(text("INSERT INTO backfills (name) VALUES (:name)"), {"name": name})


def rows(engine: Engine) -> dict[str, tuple[int, bool]]:
    """Give how far each is, and whether it is finished."""
    with engine.connect() as connection:
        found = connection.execute(text("SELECT name, position, finished_at IS NOT NULL FROM backfills"))
        return {name: (position, finished) for name, position, finished in found}


def process(services: Services, **changes: Change) -> BackfillService:
    """Make what goes on in one process."""
    repository = BackfillRepository(db.session)
    return BackfillService(unit_of_work=services.unit_of_work, backfills=repository, changes=changes)


def test_whoever_comes_next_goes_on_where_one_died(services: Services, engine: Engine) -> None:
    order(engine, "numbers")
    done: list[int] = []

    def dies(after: int) -> int | None:
        if after == 2:
            raise RuntimeError("somebody pulled the plug")
        done.append(after + 1)
        return after + 1

    def lives(after: int) -> int | None:
        done.append(after + 1)
        return after + 1 if after + 1 < LAST else None

    with pytest.raises(RuntimeError):
        process(services, numbers=dies).go_on()
    assert rows(engine) == {"numbers": (2, False)}
    assert process(services, numbers=lives).go_on() == 3
    assert done == [1, 2, 3, 4, 5]
    assert rows(engine)["numbers"][1]
    assert process(services, numbers=lives).go_on() == 0


def test_a_run_has_an_end_and_the_next_one_goes_on(
    services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    order(engine, "numbers")
    clock = iter(range(100))
    monkeypatch.setattr(backfills, "monotonic", lambda: float(next(clock)))
    going = process(services, numbers=lambda after: after + 1 if after < LAST else None)
    first = going.go_on()
    assert 0 < first < LAST
    assert rows(engine) == {"numbers": (first, False)}
    while going.go_on():
        pass
    assert rows(engine) == {"numbers": (LAST, True)}


def test_what_another_version_has_ordered_is_left_to_it(services: Services, engine: Engine) -> None:
    order(engine, "of a later version")
    assert services.backfills.go_on() == 0
    assert rows(engine) == {"of a later version": (0, False)}


def test_tags_are_counted_anew_in_portions_and_shown_right(
    services: Services,
    client: FlaskClient,
    engine: Engine,
    people: Callable[..., Somebody],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ada = people("ada")
    for tag in ("beans", "peas", "leeks"):
        client.post("/api/posts", headers=ada.headers, json={"body": f"hello #{tag}"})
    with engine.begin() as connection:
        connection.execute(text("UPDATE tags SET posts = 7 WHERE name <> 'peas'"))
    assert client.get("/api/tags/beans").get_json()["posts_count"] == 7
    order(engine, "counts_of_tags")
    monkeypatch.setattr(backfills, "PORTION", 2)
    assert services.backfills.go_on() == 3  # two, one, and none
    assert [client.get(f"/api/tags/{tag}").get_json()["posts_count"] for tag in ("beans", "peas", "leeks")] == [1, 1, 1]
    assert rows(engine)["counts_of_tags"][1]
