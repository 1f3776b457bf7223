"""Proof of work at sign-up: asked for where an admin wants it, good once and for an hour; who has none asks."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from feedapp.services.people.joining import proof_of_work
from tests.integration.test_joining import WHY, invite, join, log_in, run
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture(autouse=True)
def wanted(app: Flask) -> None:
    run(app, "site", "set", "proof_of_work=on")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "COST", 50)


def challenge(client: FlaskClient) -> dict[str, Any]:
    refused = client.post("/api/users", json={"username": "ada", "password": PASSWORD})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "proof_of_work")
    found: dict[str, Any] = refused.get_json()["challenge"]
    return found


def solved(given: dict[str, Any]) -> str:
    made = Challenge.from_dict(given)
    solution = solve_challenge(made)
    assert solution is not None
    return str(Payload(made, solution).to_base64())


def test_an_account_takes_a_proof_and_each_is_good_for_one(client: FlaskClient) -> None:
    proof = solved(challenge(client))
    assert join(client, "admin", proof=proof)[0] == 409, "a name that nobody may have uses none up"
    assert join(client, "ada", proof=proof, password="12345678") == (422, "invalid_input")
    assert join(client, "ada", proof=proof) == (201, "ada")
    assert join(client, "bob", proof=proof) == (422, "proof_of_work")
    assert log_in(client, "bob")[0] == 401


def test_a_request_that_is_sent_again_needs_no_other_proof(client: FlaskClient) -> None:
    wanted = {"username": "ada", "password": PASSWORD, "proof": solved(challenge(client))}
    answers = [client.post("/api/users", json=wanted, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]


def test_one_that_is_over_is_refused_with_a_new_challenge(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as late:
        late.setattr(proof_of_work, "SECONDS", -2)
        over = solved(challenge(client))
    refused = client.post("/api/users", json={"username": "ada", "password": PASSWORD, "proof": over}).get_json()
    assert refused["errors"][0]["pointer"] == "#/proof"
    assert "too old" in refused["detail"]
    assert join(client, "ada", proof=solved(refused["challenge"]))[0] == 201


@pytest.mark.parametrize("forged", ["prefix", "cost", "expiresAt", "signature", "solution", "nothing"])
def test_what_was_not_made_here_or_not_solved_is_refused(client: FlaskClient, forged: str) -> None:
    payload = json.loads(b64decode(solved(challenge(client))))
    parameters = payload["challenge"]["parameters"]
    match forged:
        case "prefix":
            parameters["keyPrefix"] = ""
        case "cost":
            parameters["cost"] = 1
        case "expiresAt":
            parameters["expiresAt"] += 1_000
        case "signature":
            payload["challenge"]["signature"] = "0" * 64
        case "solution":
            payload["solution"]["counter"] += 1
        case _:
            payload = ["nothing", {"deep": []}]
    sent = b64encode(json.dumps(payload).encode()).decode()
    assert join(client, "ada", proof=sent) == (422, "proof_of_work")


def test_who_cannot_prove_anything_asks_and_a_moderator_decides(app: Flask, client: FlaskClient) -> None:
    page = Browser(app).get("/signup")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert 'data-challenge=\'{"parameters"' in page.text
    form = {"username": "ada", "password": PASSWORD, "proof": "", "reason": ""}
    refused = Browser(app).post("/signup", form)
    assert refused.status_code == 422
    asked = Browser(app).post("/signup", {**form, "reason": WHY})
    assert asked.headers["Location"] == "/signup/waiting"
    assert log_in(client, "ada") == (403, "awaiting_approval")
    run(app, "user", "approve", "ada")
    assert log_in(client, "ada")[0] == 201
    assert join(client, "bob", reason=WHY) == (202, "waiting")


def test_the_form_takes_a_proof_and_keeps_it_when_something_else_is_wrong(app: Flask, client: FlaskClient) -> None:
    proof = solved(challenge(client))
    form = {"username": "ada", "password": "12345678", "proof": proof, "reason": ""}
    wrong = Browser(app).post("/signup", form)
    assert (wrong.status_code, f'name="proof" value="{proof}"' in wrong.text) == (422, True)
    assert Browser(app).post("/signup", {**form, "password": PASSWORD}).headers["Location"] == "/welcome"
    late = Browser(app).post("/signup", {**form, "username": "bob", "password": PASSWORD})
    assert "Please send the form again" in late.text
    assert 'name="proof" value=""' in late.text


def test_an_invitation_and_a_site_where_moderators_decide_need_none(app: Flask, client: FlaskClient) -> None:
    assert join(client, "ada", invitation=invite(app))[0] == 201
    run(app, "site", "set", "signup=approval")
    assert "data-challenge" not in Browser(app).get("/signup").text
    assert join(client, "bob", reason=WHY) == (202, "waiting")
    run(app, "site", "set", "signup=open", "proof_of_work=off")
    assert join(client, "cyd")[0] == 201


def test_reads_cost_what_they_did(app: Flask) -> None:
    costs = {}
    for state in ("off", "on"):
        run(app, "site", "set", f"proof_of_work={state}")
        for address in ("/signup", "/public"):
            Browser(app).get(address)
            cost = cost_of(Browser(app).get(address))
            costs[state, address] = (cost.sql_statements, cost.redis_trips)
    assert costs["on", "/signup"] == costs["off", "/signup"]
    assert costs["on", "/public"] == costs["off", "/public"] == (0, 1)
