from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from tests.web.api.calls import comment, data, fields_at_fault, nothing_changes, problem
from tests.web.api.moderation.test_reports import queue, report, resolve

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

WHY = {"reason": "Advertising."}
ADDRESS = "/api/users/ada/suspension"
STANDS = {"suspended": True, "reason": "Advertising.", "until": None}
OVER = {"suspended": False, "reason": None, "until": None}


def suspend(client: FlaskClient, mod: Somebody, **more: str) -> None:
    data(client.post(ADDRESS, headers=mod.headers, json={**WHY, **more}), 201)


def test_every_token_and_log_in_is_refused_with_the_reason_and_good_again_after_it(
    client: FlaskClient, ada: Somebody, mod: Somebody
) -> None:
    data(client.get("/api/me", headers=ada.headers))
    assert data(client.post(ADDRESS, headers=mod.headers, json=WHY), 201) == STANDS
    log_in = {"username": "ada", "password": ada.password}
    for answer in (
        client.get("/api/me", headers=ada.headers),
        client.get("/api/posts", headers=ada.headers),
        client.post("/api/posts", headers=ada.headers, json={"body": "Still here"}),
        client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password}),
        client.post("/api/tokens", json=log_in),
    ):
        told = problem(answer, 403)
        assert told["code"] == "suspended"
        assert "Advertising." in told["detail"]
    problem(client.post("/api/tokens", json={**log_in, "password": "not the password"}), 401)
    problem(client.get("/api/me", headers={"Authorization": f"Bearer {ada.token[:-1]}x"}), 401)
    assert data(client.delete(ADDRESS, headers=mod.headers)) == OVER
    data(client.get("/api/me", headers=ada.headers))
    data(client.post("/api/tokens", json=log_in), 201)


def test_nothing_of_theirs_is_shown(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    other = data(client.post("/api/posts", headers=bob.headers, json={"body": "Mine"}), 201)["id"]
    comment(client, ada, other)
    client.post("/api/users/ada/followers", headers=bob.headers)
    addresses = ("/api/posts?feed=public", "/api/posts?feed=home", f"/api/posts/{other}/comments")
    before = [data(client.get(each, headers=bob.headers))["items"] for each in addresses]
    suspend(client, mod)
    for each in (f"/api/posts/{post_id}", "/api/users/ada", f"/api/posts/{post_id}/comments"):
        problem(client.get(each, headers=bob.headers), 404)
        problem(client.get(each), 404)
    for each in addresses:
        found = data(client.get(each, headers=bob.headers))["items"]
        assert "ada" not in [item["author"]["username"] for item in found]
    problem(client.post(f"/api/posts/{post_id}/likes", headers=bob.headers), 404)
    client.delete(ADDRESS, headers=mod.headers)
    assert [data(client.get(each, headers=bob.headers))["items"] for each in addresses] == before


def test_it_ends_by_itself(
    client: FlaskClient, ada: Somebody, mod: Somebody, services: Services, engine: Engine
) -> None:
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds").replace("+00:00", "Z")
    suspend(client, mod, until=until)
    assert services.sanctions.end_those_that_are_over() == 0
    assert until[:16].replace("T", " ") in problem(client.get("/api/me", headers=ada.headers), 403)["detail"]
    with engine.begin() as connection:
        connection.execute(text("UPDATE sanctions SET until = now()"))
    assert services.sanctions.end_those_that_are_over() == 1
    data(client.get("/api/me", headers=ada.headers))
    line = data(client.get("/api/moderation/log", headers=mod.headers))["items"][0]
    assert (line["action"], line["by"], line["actor"], line["subject"]["username"]) == (
        *("unsuspend", "site", None, "ada"),
    )


def test_a_second_time_gives_another_reason(client: FlaskClient, ada: Somebody, mod: Somebody) -> None:
    suspend(client, mod)
    assert data(client.post(ADDRESS, headers=mod.headers, json=WHY), 200) == STANDS
    again = data(client.post(ADDRESS, headers=mod.headers, json={"reason": "Again."}), 201)
    assert again["reason"] == "Again."
    assert "Again." in problem(client.get("/api/me", headers=ada.headers), 403)["detail"]
    assert data(client.delete(ADDRESS, headers=mod.headers)) == data(client.delete(ADDRESS, headers=mod.headers))


def test_who_may_suspend_whom(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, services: Services, engine: Engine
) -> None:
    services.roles.assign(username="bob", role="admin")
    with nothing_changes(engine):
        for who in (None, ada):
            headers = who.headers if who else {}
            problem(client.post(ADDRESS, headers=headers, json=WHY), 401 if who is None else 403)
            problem(client.delete(ADDRESS, headers=headers), 401 if who is None else 403)
        for name in ("mod", "bob"):
            problem(client.post(f"/api/users/{name}/suspension", headers=mod.headers, json=WHY), 403)
        problem(client.post("/api/users/bob/suspension", headers=bob.headers, json=WHY), 403)
        problem(client.post("/api/users/nobody/suspension", headers=mod.headers, json=WHY), 404)
        for given, fault in (
            ({}, "reason"),
            ({**WHY, "until": "soon"}, "until"),
            ({**WHY, "until": "2001-01-01T00:00:00Z"}, "until"),
        ):
            assert fields_at_fault(client.post(ADDRESS, headers=mod.headers, json=given), 422) == {fault}
    data(client.post("/api/users/mod/suspension", headers=bob.headers, json=WHY), 201)
    problem(client.get("/api/reports", headers=mod.headers), 403)


def test_commands_suspend_and_restore(app: Flask, client: FlaskClient, ada: Somebody, mod: Somebody) -> None:
    def run(*args: str) -> str:
        done = app.test_cli_runner().invoke(args=["user", *args])
        assert done.exit_code == 0, done.output
        return done.output

    assert "ada is suspended until 2099-01-01 00:00 UTC." in run(
        "suspend", "ada", "--reason", "No.", "--until", "2099-01-01"
    )
    problem(client.get("/api/me", headers=ada.headers), 403)
    assert "is back" in run("restore", "ada")
    data(client.get("/api/me", headers=ada.headers))
    lines = data(client.get("/api/moderation/log", headers=mod.headers))["items"]
    assert [(line["action"], line["by"]) for line in lines] == [("unsuspend", "operator"), ("suspend", "operator")]
    refused = app.test_cli_runner().invoke(args=["user", "suspend", "ada", "--reason", "No.", "--until", "yesterday"])
    assert refused.exit_code != 0
    assert run("restore", "ada") == "ada is neither suspended nor about to be deleted: nothing was done.\n"
    run("delete", "ada", "--yes")
    run("suspend", "ada", "--reason", "No.")
    assert "is back" in run("restore", "ada")
    assert run("restore", "ada").endswith("nothing was done.\n"), "only one of the two was ended"


def test_the_only_admin_is_not_lost(app: Flask, services: Services, ada: Somebody) -> None:
    services.roles.assign(username="ada", role="admin")
    refused = app.test_cli_runner().invoke(args=["user", "suspend", "ada", "--reason", "No."])
    assert refused.exit_code != 0
    assert "only admin" in refused.output
    del ada


@pytest.mark.parametrize("action", ["suspend", "silence"])
def test_a_report_leads_to_it(client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, action: str) -> None:
    sent = report(client, bob, username="ada")
    done = resolve(client, mod, sent["id"], action, "Enough.")
    assert (done["action"], done["author"]["username"]) == (action, "ada")
    lines = data(client.get("/api/moderation/log", headers=mod.headers))["items"]
    assert [(line["action"], line["subject"]["username"]) for line in lines] == [("resolve", "ada"), (action, "ada")]
    answer = client.get("/api/me", headers=ada.headers)
    assert answer.status_code == (403 if action == "suspend" else 200)
    assert queue(client, mod) == []


def test_silence_has_the_same_calls(client: FlaskClient, ada: Somebody, mod: Somebody) -> None:
    address = "/api/users/ada/silence"
    assert data(client.post(address, headers=mod.headers, json=WHY), 201) == {
        "silenced": True,
        "reason": "Advertising.",
        "until": None,
    }
    data(client.get("/api/me", headers=ada.headers))
    assert data(client.delete(address, headers=mod.headers))["silenced"] is False
