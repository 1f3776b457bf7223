"""What somebody has proved is proved again where it matters: interleavings of those who prove and those who revoke."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.errors import DomainError, InvalidInputError, UnauthenticatedError
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from tests.support.people import PASSWORD, Somebody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from sqlalchemy import Engine

    from feedapp.wiring import Services

NEW = "another password"


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


@pytest.fixture
def elsewhere(app: Flask) -> Iterator[Callable[..., Any]]:
    """Carry something out as another request would, at the same time, and give what becomes of it."""
    with ThreadPoolExecutor(2) as others:

        def run(act: Callable[[], object]) -> Any:
            def in_context() -> object:
                with app.app_context():
                    return act()

            return others.submit(in_context)

        yield run


@pytest.fixture
def after_check(
    services: Services, elsewhere: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Let something happen once, right after a password was found right and before anything follows from that."""

    def arrange(act: Callable[[], object]) -> None:
        passwords, pending = services.accounts.proofs.passwords, [act]
        matches = passwords.matches

        def checking(password: str, password_hash: str | None) -> bool:
            right = matches(password, password_hash)
            if pending:
                elsewhere(pending.pop()).result(20)
            return right

        monkeypatch.setattr(passwords, "matches", checking)

    return arrange


def change_password(services: Services, new: str = NEW) -> None:
    services.accounts.set_password(username="ada", password=new)


def live(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM tokens")).scalar_one())


ACTS: dict[str, Callable[[Services, Credentials], object]] = {
    "log in": lambda services, _: services.accounts.log_in(
        username="ada", password=PASSWORD, kind="session", address="127.0.0.1"
    ),
    "ask for a token": lambda services, _: services.accounts.log_in(
        username="ada", password=PASSWORD, kind="api", address="127.0.0.1"
    ),
    "make a token": lambda services, own: services.accounts.grant(own, current_password=PASSWORD, name="x"),
    "rename": lambda services, own: services.profiles.edit_own(own, username="bea", current_password=PASSWORD),
    "change the password": lambda services, own: services.accounts.change_password(
        own, current=PASSWORD, new="a third one"
    ),
    "delete the account": lambda services, own: services.grace.leave(own, current_password=PASSWORD),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_password_that_is_changed_meanwhile_proves_nothing(
    services: Services, engine: Engine, ada: Somebody, after_check: Callable[..., None], act: str
) -> None:
    after_check(lambda: change_password(services))
    with pytest.raises((UnauthenticatedError, InvalidInputError)):
        ACTS[act](services, Credentials.of(ada.session, kind="session"))
    db.session.remove()
    assert live(engine) == 0, "broken: every token before is dead"
    services.accounts.log_in(username="ada", password=NEW, kind="api", address="127.0.0.1")


@pytest.mark.parametrize("act", ["make a token", "rename", "change the password", "delete the account"])
def test_a_session_that_is_ended_meanwhile_proves_nothing(
    services: Services, engine: Engine, ada: Somebody, after_check: Callable[..., None], act: str
) -> None:
    owner = Credentials.of(ada.token, kind="api")
    after_check(lambda: services.tokens.revoke_others(owner))
    with pytest.raises(UnauthenticatedError):
        ACTS[act](services, Credentials.of(ada.session, kind="session"))
    db.session.remove()
    assert live(engine) == 1
    assert services.profiles.own(owner).person.username == "ada"


def test_a_session_that_is_ended_meanwhile_ends_no_other(
    services: Services, ada: Somebody, elsewhere: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, thief = Credentials.of(ada.token, kind="api"), Credentials.of(ada.session, kind="session")
    require, pending = services.viewers.require, [lambda: services.tokens.revoke_others(owner)]

    def requiring(credentials: Credentials) -> Any:
        viewer = require(credentials)
        if credentials == thief and pending:
            elsewhere(pending.pop()).result(20)
        return viewer

    monkeypatch.setattr(services.viewers, "require", requiring)
    with pytest.raises(UnauthenticatedError):
        services.tokens.revoke_others(thief)
    assert services.profiles.own(owner).person.username == "ada"


@pytest.mark.parametrize("revoke", ["end the others", "change the password", "delete the account", "hide the account"])
def test_whoever_revokes_waits_for_what_is_being_granted_and_revokes_that_too(
    services: Services,
    engine: Engine,
    ada: Somebody,
    elsewhere: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    revoke: str,
) -> None:
    """A session's new token is added and not committed; its owner ends all other tokens."""
    owner, thief = Credentials.of(ada.token, kind="api"), Credentials.of(ada.session, kind="session")
    revocations: dict[str, Callable[[], object]] = {
        "end the others": lambda: services.tokens.revoke_others(owner),
        "change the password": lambda: change_password(services),
        "delete the account": lambda: services.account_deletion.delete(ada.id),
        "hide the account": lambda: services.grace.delete("ada", now=False),
    }
    tokens = services.tokens._tokens
    add, added, go_on = tokens.add, Event(), Event()

    def adding(**fields: Any) -> None:
        add(**fields)
        added.set()
        go_on.wait(20)

    monkeypatch.setattr(tokens, "add", adding)
    granting = elsewhere(lambda: services.accounts.grant(thief, current_password=PASSWORD, name="stolen"))
    assert added.wait(20)
    revoking = elsewhere(revocations[revoke])
    wait([revoking], timeout=0.3)
    go_on.set()
    revoking.result(20)
    granted = granting.result(20)
    with pytest.raises(UnauthenticatedError):
        services.viewers.require(Credentials.of(granted.token, kind="api"))


def test_a_hash_that_is_made_anew_meanwhile_is_proof_all_the_same(
    services: Services, ada: Somebody, after_check: Callable[..., None]
) -> None:
    def hash_anew() -> None:
        password_hash = services.accounts.proofs.passwords.hash(PASSWORD)
        db.session.execute(text("UPDATE users SET password_hash = :hash"), {"hash": password_hash})
        db.session.commit()

    after_check(hash_anew)
    services.accounts.log_in(username="ada", password=PASSWORD, kind="api", address="127.0.0.1")


def test_a_password_that_is_changed_again_and_again_is_said_to_be(
    services: Services, ada: Somebody, monkeypatch: pytest.MonkeyPatch, elsewhere: Callable[..., Any]
) -> None:
    matches = services.accounts.proofs.passwords.matches

    def checking(password: str, password_hash: str | None) -> bool:
        right = matches(password, password_hash)
        elsewhere(lambda: change_password(services, PASSWORD)).result(20)
        return right

    monkeypatch.setattr(services.accounts.proofs.passwords, "matches", checking)
    with pytest.raises(DomainError, match="changed several times"):
        services.accounts.log_in(username="ada", password=PASSWORD, kind="api", address="127.0.0.1")
