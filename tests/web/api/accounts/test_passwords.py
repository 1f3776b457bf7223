"""Passwords by API, pages and command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.services.access.passwords import Passwords
from tests.web.api.calls import data, fields_at_fault, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ORIGIN = {"Origin": "http://localhost"}
REFUSED = ["password", "12345678", " " * 8, "Password1!", "newcomer", "aaaaaaaa", "\u3000" * 8]


@pytest.mark.parametrize("chosen", REFUSED)
def test_a_password_that_would_be_guessed_is_refused_everywhere(
    client: FlaskClient, ada: Somebody, engine: Engine, chosen: str
) -> None:
    client.set_cookie(session_cookie(client.application), ada.session)
    own = chosen.replace("newcomer", "ada12345")
    runner = client.application.test_cli_runner()
    with nothing_changes(engine):
        new = {"username": "newcomer", "password": chosen}
        assert fields_at_fault(client.post("/api/users", json=new), 422) == {"password"}
        page = client.post("/signup", data=new, headers=ORIGIN)
        assert (page.status_code, page.text.count('aria-invalid="true"')) == (422, 1)
        assert "words of your own" in page.text
        change = {"current_password": ada.password, "new_password": own}
        changed = client.put("/api/me/password", json=change, headers=ada.headers)
        assert fields_at_fault(changed, 422) == {"new_password"}
        page = client.post("/settings/password", data=change, headers=ORIGIN)
        assert (page.status_code, page.text.count('aria-invalid="true"')) == (422, 1)
        for args, typed in ((["create", "newcomer"], chosen), (["password", "ada"], own)):
            done = runner.invoke(args=["user", *args, "--password-stdin"], input=f"{typed}\n")
            assert done.exit_code == 1
            assert "words of your own" in done.output


def test_a_password_is_the_same_however_it_is_typed(client: FlaskClient) -> None:
    data(client.post("/api/users", json={"username": "dee", "password": "cr\u00e8me caf\u00e9"}), 201)
    for typed in ("cre\u0300me cafe\u0301", "cr\u00e8me\u00a0cafe\u0301"):
        data(client.post("/api/tokens", json={"username": "dee", "password": typed}), 201)
        assert client.post("/login", data={"username": "dee", "password": typed}, headers=ORIGIN).status_code == 303
    problem(client.post("/api/tokens", json={"username": "dee", "password": "creme cafe"}), 401)


@pytest.mark.parametrize(
    ("kept", "typed"),
    [
        ("cre\u0300me cafe\u0301", "cr\u00e8me caf\u00e9"),
        ("cre\u0300me cafe\u0301", "cre\u0300me cafe\u0301"),
        ("non\u00a0breaking", "non\u00a0breaking"),
    ],
)
def test_a_hash_from_before_lets_in_and_is_made_anew(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine, kept: str, typed: str
) -> None:
    hasher = services.accounts.proofs.passwords._hasher

    def stored() -> str:
        with engine.connect() as connection:
            return str(connection.scalar(text("SELECT password_hash FROM users WHERE username = 'ada'")))

    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET password_hash = :hash"), {"hash": hasher.hash(kept)})
    before = stored()
    data(client.post("/api/tokens", json={"username": "ada", "password": typed}), 201)
    renewed = stored()
    assert renewed != before
    data(client.post("/api/tokens", json={"username": "ada", "password": typed}), 201)
    assert stored() == renewed
    data(client.get("/api/me", headers=ada.headers))


def test_a_hash_is_made_anew_when_it_became_too_weak(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    monkeypatch.setattr(services.accounts.proofs, "passwords", stronger)
    data(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 201)
    with engine.connect() as connection:
        assert "m=16,t=2" in str(connection.scalar(text("SELECT password_hash FROM users")))
    data(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 201)


def test_an_old_password_that_would_be_refused_now_still_lets_in(
    client: FlaskClient, ada: Somebody, services: Services, engine: Engine
) -> None:
    with engine.begin() as connection:
        old = services.accounts.proofs.passwords._hasher.hash("12345678")
        connection.execute(text("UPDATE users SET password_hash = :hash"), {"hash": old})
    data(client.post("/api/tokens", json={"username": "ada", "password": "12345678"}), 201)
