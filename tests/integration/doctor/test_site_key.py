"""Another SECRET_KEY: devices and authenticators that were set up with the former one are useless, and it is said."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.app import create_app
from tests.integration.doctor.asking import WELL, only
from tests.integration.push.push_service import Device, PushServer
from tests.support.apps import services
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from tests.support.people import Somebody

    Ask = Callable[..., tuple[int, str]]
    Serve = Callable[[str], None]

FORMER, NEW = "a secret of the tests", "another secret of the tests"
BACK = "Put the former one back"


def note(process: Flask) -> None:
    with process.app_context():
        services(process).site_key.note()


@contextmanager
def served(settings: Settings, key: str, *, notes: bool = True) -> Iterator[Flask]:
    """Let a process of the site, which has this key, do its jobs once, at its beginning or not yet."""
    made = create_app(replace(settings, secret_key=key, push_private=True, database_pool_size=4))
    made.testing = False
    services(made).relay.work()
    try:
        if notes:
            note(made)
        yield made
    finally:
        with made.app_context():
            services(made).close()


def change(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for each in statements:
            connection.execute(text(each))


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM push_subscriptions")).scalar_one())


@pytest.fixture
def service() -> Iterator[PushServer]:
    with PushServer() as started:
        yield started


@pytest.fixture
def told(app: Flask, settings: Settings, people: Callable[..., Somebody], service: PushServer) -> Somebody:
    """Ada, of whom a device is told, by the site as it is."""
    del app
    ada = people("ada")
    with served(settings, FORMER) as made:
        form = Device("/phone").form(service)
        assert Browser(made, ada.session).post("/settings/push?fragment=1", form).status_code == 204
    return ada


@pytest.mark.usefixtures("told")
def test_a_key_that_stays_is_well(ask: Ask, settings: Settings) -> None:
    with served(settings, FORMER):
        assert ask(SECRET_KEY=FORMER, PUSH_PRIVATE="1") == WELL


@pytest.mark.usefixtures("told")
def test_another_key_makes_devices_useless(ask: Ask, settings: Settings, engine: Engine) -> None:
    def doctor(key: str) -> tuple[int, str]:
        return ask(SECRET_KEY=key, PUSH_PRIVATE="1")

    only(doctor(NEW), "SECRET_KEY is another one now, and what was made by the former is useless: 1 device is", BACK)
    with served(settings, NEW):
        only(doctor(NEW), "SECRET_KEY is another one since 20", BACK)
    with served(settings, FORMER):  # it was put back
        assert doctor(FORMER) == WELL
        change(engine, "UPDATE push_subscriptions SET created_at = clock_timestamp()")  # another device, by that
    with served(settings, NEW):
        only(doctor(NEW), "1 device is told of nothing.", BACK)
        change(engine, "UPDATE push_subscriptions SET created_at = now() + interval '1 second'")  # it asked anew
        assert doctor(NEW) == WELL


@pytest.mark.usefixtures("told")
def test_who_asked_anew_before_the_key_was_noted_has_lost_nothing(ask: Ask, settings: Settings, engine: Engine) -> None:
    with served(settings, NEW, notes=False) as made:
        change(engine, "UPDATE push_subscriptions SET created_at = clock_timestamp()")
        note(made)
        assert ask(SECRET_KEY=NEW, PUSH_PRIVATE="1") == WELL


@pytest.mark.usefixtures("told")
def test_the_line_goes_after_a_week_and_devices_with_it(ask: Ask, settings: Settings, engine: Engine) -> None:
    with served(settings, NEW) as made:
        assert count(engine) == 1
        change(
            engine,
            "UPDATE push_subscriptions SET created_at = created_at - interval '8 days'",
            "UPDATE server_states SET state = jsonb_set(state, '{keys,1,since}', "
            "to_jsonb((state#>>'{keys,1,since}')::float8 - 8 * 86400)), at = at - interval '8 days'",
        )
        with made.app_context():
            services(made).ring.sweep()  # which forgets servers that are gone
        only(ask(SECRET_KEY=NEW, PUSH_PRIVATE="1"), "SECRET_KEY is another one since 20", BACK)
        note(made)
        assert ask(SECRET_KEY=NEW, PUSH_PRIVATE="1") == WELL
    assert count(engine) == 0


def test_authenticators_are_counted_too(ask: Ask, told: Somebody, engine: Engine) -> None:
    change(
        engine,
        "DELETE FROM push_subscriptions",
        f"INSERT INTO second_factors (user_id, nonce, confirmed_at) VALUES ({told.id}, decode('00', 'hex'), now())",
    )
    only(ask(SECRET_KEY=NEW, PUSH_PRIVATE="1"), "useless: the codes of 1 authenticator are refused.", BACK)
