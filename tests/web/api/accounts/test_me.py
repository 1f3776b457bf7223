"""One's own account by the API: password, tokens, and leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests.web.api.calls import bearer, data, fields_at_fault, nothing_changes, problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

FIELDS = {"id", "kind", "name", "created_at", "expires_at", "last_used_at", "current", "scopes"}


def log_in(client: FlaskClient, who: Somebody, **more: str) -> str:
    body = {"username": who.username, "password": who.password, **more}
    return str(data(client.post("/api/tokens", json=body), 201)["token"])


def listed(client: FlaskClient, token: str) -> list[dict[str, Any]]:
    return list(data(client.get("/api/tokens", headers=bearer(token)))["items"])


class TestTokens:
    def test_they_are_listed_without_what_they_consist_of(self, client: FlaskClient, ada: Somebody) -> None:
        token = log_in(client, ada, name="my  script")
        answer = client.get("/api/tokens", headers=bearer(token))
        assert token.partition(".")[2] not in answer.text
        found = data(answer)["items"]
        assert [(each["kind"], each["name"], each["current"]) for each in found] == [
            ("api", "my script", True),
            ("session", "", False),
            ("api", "", False),
        ]
        assert set(found[0]) == FIELDS
        assert answer.headers["Cache-Control"] == "private, no-store"

    def test_one_can_be_ended(self, client: FlaskClient, ada: Somebody) -> None:
        token = log_in(client, ada)
        number = listed(client, token)[0]["id"]
        assert client.delete(f"/api/tokens/{number}", headers=ada.headers).status_code == 204
        problem(client.get("/api/me", headers=bearer(token)), 401)
        assert number not in [each["id"] for each in listed(client, ada.token)]
        problem(client.delete(f"/api/tokens/{number}", headers=ada.headers), 404)

    def test_all_others_can_be_ended(self, client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
        token = log_in(client, ada)
        assert client.delete("/api/tokens", headers=ada.headers).status_code == 204
        problem(client.get("/api/me", headers=bearer(token)), 401)
        assert [each["current"] for each in listed(client, ada.token)] == [True]
        data(client.get("/api/me", headers=bob.headers))

    def test_those_of_others_cannot(self, client: FlaskClient, ada: Somebody, bob: Somebody, engine: Engine) -> None:
        number = listed(client, bob.token)[0]["id"]
        with nothing_changes(engine):
            problem(client.delete(f"/api/tokens/{number}", headers=ada.headers), 404)

    def test_an_odd_name_is_refused(self, client: FlaskClient, ada: Somebody) -> None:
        for name in ("", " ", "x" * 101, "a\x00"):
            body = {"username": "ada", "password": ada.password, "name": name}
            assert fields_at_fault(client.post("/api/tokens", json=body), 422) == {"name"}

    def test_their_use_is_noted_to_the_hour_beside_the_requests(
        self, client: FlaskClient, ada: Somebody, services: Services, engine: Engine
    ) -> None:
        def used() -> dict[str, str | None]:
            return {each["kind"]: each["last_used_at"] for each in listed(client, ada.token)}

        assert used() == {"api": None, "session": None}
        services.uses.write_down()
        first = used()
        assert first["api"] is not None
        assert first["session"] is None
        services.uses.write_down()
        assert used() == first
        with engine.begin() as connection:
            connection.execute(text("UPDATE tokens SET last_used_at = last_used_at - interval '2 hours'"))
        services.backend.clear()
        services.uses._uses._hour -= 1
        before = used()
        services.uses.write_down()
        assert before["api"] is not None
        assert str(used()["api"]) > before["api"]


class TestPassword:
    def test_a_new_one_ends_every_token_and_gives_another(self, client: FlaskClient, ada: Somebody) -> None:
        change = {"current_password": ada.password, "new_password": "another password"}
        token = data(client.put("/api/me/password", headers=ada.headers, json=change))["token"]
        problem(client.get("/api/me", headers=ada.headers), 401)
        assert [each["kind"] for each in listed(client, token)] == ["api"]
        problem(client.post("/api/tokens", json={"username": "ada", "password": ada.password}), 401)
        data(client.post("/api/tokens", json={"username": "ada", "password": "another password"}), 201)

    def test_the_current_one_is_asked_for(self, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        with nothing_changes(engine):
            wrong = {"current_password": "guessed wrong", "new_password": "another password"}
            refusal = client.put("/api/me/password", headers=ada.headers, json=wrong)
            assert fields_at_fault(refusal, 422) == {"current_password"}
            problem(client.put("/api/me/password", json=wrong), 401)


class TestLeaving:
    def test_the_password_is_asked_for(self, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        with nothing_changes(engine):
            wrong = client.delete("/api/me", headers=ada.headers, json={"current_password": "guessed wrong"})
            assert fields_at_fault(wrong, 422) == {"current_password"}
            assert fields_at_fault(client.delete("/api/me", headers=ada.headers, json={}), 422) == {"current_password"}
            problem(client.delete("/api/me", json={"current_password": ada.password}), 401)


class TestCurrentPassword:
    def test_renaming_takes_it(self, client: FlaskClient, ada: Somebody, engine: Engine) -> None:
        with nothing_changes(engine):
            for given in ({}, {"current_password": "guessed wrong"}, {"current_password": ""}):
                refusal = client.patch("/api/me", headers=ada.headers, json={"username": "bea", "bio": "x", **given})
                assert fields_at_fault(refusal, 422) == {"current_password"}
        change = {"username": "bea", "current_password": ada.password}
        assert data(client.patch("/api/me", headers=ada.headers, json=change))["username"] == "bea"

    def test_what_is_no_renaming_does_not(self, client: FlaskClient, ada: Somebody) -> None:
        for change in ({"bio": "x"}, {"display_name": "A"}, {"username": "ADA", "bio": "y"}):
            data(client.patch("/api/me", headers=ada.headers, json=change))

    def test_it_alone_changes_nothing(self, client: FlaskClient, ada: Somebody) -> None:
        refusal = client.patch("/api/me", headers=ada.headers, json={"current_password": ada.password})
        assert "at least one" in problem(refusal, 422)["detail"]

    def test_the_field_of_before_is_not_taken_for_it(self, client: FlaskClient, ada: Somebody) -> None:
        refusal = client.delete("/api/me", headers=ada.headers, json={"password": ada.password})
        assert fields_at_fault(refusal, 422) == {"current_password"}

    def test_whoever_guesses_at_it_needs_a_token(self, client: FlaskClient, ada: Somebody) -> None:
        for address, method in (("/api/me", "PATCH"), ("/api/me", "DELETE")):
            problem(client.open(address, method=method, json={"username": "x", "current_password": ada.password}), 401)
