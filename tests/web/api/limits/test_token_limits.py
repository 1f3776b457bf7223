"""How many tokens a member may have, how long they are good, and what strangers learn from their ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.cache.catalogue.keys import TOKEN
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials, hash_of
from feedapp.services.access.token_issuer import MOST
from tests.web.api.calls import data, problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def ask(client: FlaskClient, who: Somebody) -> Any:
    return client.post("/api/tokens", json={"username": who.username, "password": who.password})


def log_in(client: FlaskClient, who: Somebody) -> int:
    sent = {"username": who.username, "password": who.password}
    return client.post("/login", data=sent, headers={"Origin": "http://localhost"}).status_code


def age(engine: Engine, **columns: str) -> None:
    """Set moments of every token, as SQL."""
    changes = ", ".join(f"{name} = {value}" for name, value in columns.items())
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE tokens SET {changes}"))


def count(engine: Engine, **of: str) -> int:
    where = " AND ".join(["true", *(f"{name} = '{value}'" for name, value in of.items())])
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM tokens WHERE {where}")).scalar_one())


def fill(engine: Engine, who: Somebody, kind: str, number: int) -> None:
    """Give somebody tokens that were issued an hour ago, one after the other."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO tokens (user_id, kind, hash, created_at, expires_at) SELECT :id, :kind, "
                "sha256(convert_to(:kind || n, 'UTF8')), now() - interval '1 hour' + n * interval '1 second', "
                "now() + interval '1 day' FROM generate_series(1, :number) AS n"
            ),
            {"id": who.id, "kind": kind, "number": number},
        )


class TestNumber:
    def test_a_token_more_than_a_member_may_have_is_refused_with_the_way_out(
        self, client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine
    ) -> None:
        fill(engine, ada, "api", MOST - count(engine, user_id=str(ada.id)))
        refusal = problem(ask(client, ada), 409)
        assert "DELETE /api/tokens/{id}" in refusal["detail"]
        assert count(engine, user_id=str(ada.id)) == MOST
        data(ask(client, bob), 201)
        one = data(client.get("/api/tokens", headers=ada.headers))["items"][0]["id"]
        assert client.delete(f"/api/tokens/{one}", headers=ada.headers).status_code == 204
        data(ask(client, ada), 201)

    def test_what_has_ended_takes_no_room(self, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        fill(engine, ada, "api", MOST)
        age(engine, expires_at="now() - interval '1 second'")
        data(ask(client, ada), 201)

    def test_a_log_in_ends_the_session_that_was_not_used_for_longest(
        self, client: FlaskClient, ada: Somebody, engine: Engine, services: Services
    ) -> None:
        session = Credentials.of(ada.session, kind="session")
        assert services.viewers.identify(session).viewer is not None
        age(engine, created_at="now() - interval '2 hours'")
        fill(engine, ada, "session", MOST - 2)
        assert log_in(client, ada) == 303
        assert count(engine) == MOST
        assert services.viewers.identify(session).viewer is None
        data(client.get("/api/me", headers=ada.headers))

    def test_whoever_has_only_api_tokens_can_still_log_in(
        self, client: FlaskClient, ada: Somebody, engine: Engine
    ) -> None:
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM tokens"))
        fill(engine, ada, "api", MOST)
        assert log_in(client, ada) == 303
        assert (count(engine, kind="api"), count(engine, kind="session")) == (MOST - 1, 1)

    def test_the_page_says_so(self, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        fill(engine, ada, "api", MOST - 2)
        client.set_cookie(session_cookie(client.application), ada.session)
        sent = {"name": "kept name", "current_password": ada.password}
        answer = client.post("/settings/tokens", data=sent, headers={"Origin": "http://localhost"})
        assert answer.status_code == 409
        assert "that is the limit" in answer.text
        assert "kept name" in answer.text
        assert ada.password not in answer.text


class TestSweeping:
    def test_what_has_ended_is_deleted_and_nothing_else(
        self, people: Callable[..., Somebody], services: Services, engine: Engine
    ) -> None:
        for name in ("ada", "bob", "cyd"):
            people(name)
        with engine.begin() as connection:
            connection.execute(text("UPDATE tokens SET expires_at = now() - interval '1 second' WHERE user_id = 1"))
            connection.execute(text("UPDATE tokens SET last_used_at = now() - interval '15 days' WHERE user_id = 2"))
        services.tokens.sweep()
        with engine.connect() as connection:
            left = connection.execute(text("SELECT user_id, kind FROM tokens ORDER BY id")).all()
        assert [tuple(each) for each in left] == [(2, "api"), (3, "api"), (3, "session")]

    def test_however_many_there_are(
        self, ada: Somebody, services: Services, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("feedapp.services.access.tokens.SWEPT_AT_ONCE", 3)
        fill(engine, ada, "api", 8)
        age(engine, expires_at="now() - interval '1 second'")
        services.tokens.sweep()
        assert count(engine) == 0


class TestIdleSessions:
    @pytest.mark.parametrize(
        "columns",
        [
            {"last_used_at": "now() - interval '14 days 1 second'"},
            {"created_at": "now() - interval '15 days'"},
            {"created_at": "now() - interval '29 days'", "last_used_at": "now() - interval '20 days'"},
        ],
    )
    def test_a_session_ends_when_it_was_not_used_for_14_days(
        self, ada: Somebody, services: Services, engine: Engine, client: FlaskClient, columns: dict[str, str]
    ) -> None:
        age(engine, **columns)
        assert services.viewers.identify(Credentials.of(ada.session, kind="session")).viewer is None
        data(client.get("/api/me", headers=ada.headers))

    @pytest.mark.parametrize(
        "columns",
        [
            {"last_used_at": "now() - interval '13 days 23 hours'"},
            {"created_at": "now() - interval '29 days'", "last_used_at": "now() - interval '1 day'"},
            {"created_at": "now() - interval '13 days'"},
        ],
    )
    def test_one_that_is_used_goes_on(
        self, ada: Somebody, services: Services, engine: Engine, columns: dict[str, str]
    ) -> None:
        age(engine, **columns)
        assert services.viewers.identify(Credentials.of(ada.session, kind="session")).viewer is not None

    def test_it_ends_while_it_is_cached(
        self, client: FlaskClient, ada: Somebody, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.set_cookie(session_cookie(client.application), ada.session)
        for _ in range(3):
            assert client.get("/settings").status_code == 200
            assert "Log out" in client.get("/public").text
        later = datetime.now(UTC) + timedelta(days=14, minutes=1)
        monkeypatch.setattr("feedapp.reading.viewers.time", later.timestamp)
        monkeypatch.setattr("feedapp.cache.protocol.reuse.time", later.timestamp)
        assert "Log out" not in client.get("/public").text

    def test_one_that_is_used_only_through_what_is_cached_goes_on(
        self, client: FlaskClient, ada: Somebody, engine: Engine, services: Services
    ) -> None:
        """Its last use lies nearly 14 days back and is cached; the use of now is written down beside the requests."""
        age(engine, last_used_at="now() - interval '13 days 23 hours 59 minutes'")
        session = Credentials.of(ada.session, kind="session")
        client.set_cookie(session_cookie(client.application), ada.session)
        for _ in range(3):
            assert "Log out" in client.get("/public").text
        services.uses.write_down()
        db.session.remove()
        ends = services.reading.facts([token_key(ada.session)])[token_key(ada.session)]["ends_at"]
        assert ends > (datetime.now(UTC) + timedelta(days=13)).timestamp()
        assert services.viewers.identify(session).viewer is not None

    def test_a_use_that_could_not_be_written_down_is_written_down_later(
        self, ada: Somebody, engine: Engine, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services.viewers.require(Credentials.of(ada.session, kind="session"))

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as broken:
            broken.setattr(services.uses._tokens, "note_uses", fail)
            with pytest.raises(RuntimeError):
                services.uses.write_down()
        services.uses.write_down()
        with engine.connect() as connection:
            used = connection.scalar(text("SELECT last_used_at FROM tokens WHERE kind = 'session'"))
        assert used is not None


def token_key(token: str) -> Any:
    return TOKEN.key(hash_of(token))


def test_ids_of_tokens_count_nothing(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    ids = []
    for _ in range(3):
        data(ask(client, ada), 201)
        ids.append(data(client.get("/api/tokens", headers=ada.headers))["items"][0]["id"])
    assert len(set(ids)) == 3
    with engine.connect() as connection:
        rows = {str(each) for each in connection.scalars(text("SELECT id FROM tokens"))}
        hashes = " ".join(connection.scalars(text("SELECT encode(hash, 'hex') FROM tokens")))
    assert not rows & set(ids)
    assert not any(each in hashes for each in ids)
    assert ids == [each["id"] for each in data(client.get("/api/tokens", headers=ada.headers))["items"]][2::-1]


def test_a_number_ends_no_token(client: FlaskClient, ada: Somebody, engine: Engine) -> None:
    before = count(engine)
    for number in ("1", "2", "0", "-1", "9" * 30, "x", "%00", "é"):
        problem(client.delete(f"/api/tokens/{number}", headers=ada.headers), 404)
    assert count(engine) == before
