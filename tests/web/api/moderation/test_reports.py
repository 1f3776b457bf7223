from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.api.calls import Json, comment, data, fields_at_fault, links, nothing_changes, problem, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from tests.support.people import Somebody


def report(client: FlaskClient, who: Somebody, **given: str) -> Json:
    return data(client.post("/api/reports", headers=who.headers, json={"reason": "spam", **given}), 201)


def queue(client: FlaskClient, mod: Somebody, state: str = "open") -> list[Json]:
    found: list[Json] = data(client.get(f"/api/reports?state={state}", headers=mod.headers))["items"]
    return found


def resolve(client: FlaskClient, mod: Somebody, report_id: str, action: str, note: str = "") -> Json:
    sent = {"action": action, "note": note}
    return data(client.post(f"/api/reports/{report_id}/resolution", headers=mod.headers, json=sent))


def test_a_report_waits_for_a_moderator(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    sent = report(client, bob, post_id=post_id, note="Again and again.")
    wanted = {"state": "open", "post_id": post_id, "comment_id": None, "username": None, "reason": "spam"}
    assert {name: sent[name] for name in wanted} == wanted
    (case,) = queue(client, mod)
    assert case["id"] == sent["id"]
    assert (case["kind"], case["body"], case["current_body"], case["hidden"]) == ("post", "Hello", "Hello", None)
    assert (case["author"]["username"], case["reports_count"]) == ("ada", 1)
    (given,) = case["reports"]
    assert (given["reporter"]["username"], given["reason"], given["note"]) == ("bob", "spam", "Again and again.")
    assert data(client.get(f"/api/reports/{case['id']}", headers=mod.headers)) == case


def test_comments_and_people_are_reported_like_that(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    comment_id = comment(client, ada, post_id)
    report(client, bob, comment_id=comment_id)
    report(client, bob, username="Ada", reason="other")
    person, written = queue(client, mod)
    assert (written["kind"], written["comment_id"], written["post_id"]) == ("comment", comment_id, post_id)
    assert (person["kind"], person["username"], person["post_id"]) == ("user", "ada", None)
    assert person["body"].startswith("Ada Lovelace")


def test_several_reports_of_one_thing_are_one(
    client: FlaskClient, ada: Somebody, bob: Somebody, cyd: Somebody, mod: Somebody, post_id: str
) -> None:
    first = report(client, bob, post_id=post_id)
    client.patch(f"/api/posts/{post_id}", headers=ada.headers, json={"body": "Nothing of the kind"})
    second = report(client, cyd, post_id=post_id, reason="abuse")
    again = report(client, bob, post_id=post_id, reason="abuse", note="It is worse.")
    assert first["id"] == second["id"] == again["id"]
    (case,) = queue(client, mod)
    assert (case["reports_count"], case["reason"]) == (2, "abuse")
    assert (case["body"], case["current_body"]) == ("Hello", "Nothing of the kind")
    said = {each["reporter"]["username"]: (each["note"], each["body"]) for each in case["reports"]}
    assert said == {"bob": ("It is worse.", "Nothing of the kind"), "cyd": ("", "Nothing of the kind")}


def test_a_report_after_the_decision_is_another(
    client: FlaskClient, bob: Somebody, cyd: Somebody, mod: Somebody, post_id: str
) -> None:
    first = report(client, bob, post_id=post_id)
    done = resolve(client, mod, first["id"], "none", "It is about beans.")
    assert (done["state"], done["action"], done["note"]) == ("resolved", "none", "It is about beans.")
    assert done["resolved_by"]["username"] == "mod"
    assert queue(client, mod) == []
    second = report(client, cyd, post_id=post_id)
    assert second["id"] != first["id"]
    assert [each["id"] for each in queue(client, mod)] == [second["id"]]
    assert [each["id"] for each in queue(client, mod, "resolved")] == [first["id"]]


def test_a_decision_hides(client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str) -> None:
    sent = report(client, bob, post_id=post_id)
    assert resolve(client, mod, sent["id"], "hide", "No beans here.")["hidden"] == {"reason": "No beans here."}
    problem(client.get(f"/api/posts/{post_id}", headers=bob.headers), 404)
    assert data(client.get(f"/api/posts/{post_id}", headers=ada.headers))["hidden"] == {"reason": "No beans here."}


def test_a_decision_without_a_note_says_what_it_was_reported_as(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    resolve(client, mod, report(client, bob, post_id=post_id)["id"], "hide")
    hidden = data(client.get(f"/api/posts/{post_id}", headers=ada.headers))["hidden"]
    assert hidden == {"reason": "It was reported as spam."}


@pytest.mark.parametrize("what", ["post", "comment"])
def test_a_decision_deletes(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str, what: str
) -> None:
    comment_id = comment(client, ada, post_id)
    sent = report(client, bob, **({"post_id": post_id} if what == "post" else {"comment_id": comment_id}))
    done = resolve(client, mod, sent["id"], "delete", "Gone.")
    assert (done["current_body"], done["action"]) == (None, "delete")
    assert done["body"]
    address = f"/api/posts/{post_id}" + (f"/comments/{comment_id}" if what == "comment" else "")
    for who in (ada, mod):
        problem(client.get(address, headers=who.headers), 404)
    lines = data(client.get("/api/moderation/log", headers=mod.headers))["items"]
    assert [line["action"] for line in lines] == ["resolve", "delete"]


def test_what_was_decided_is_not_decided_again(client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str) -> None:
    sent = report(client, bob, post_id=post_id)
    resolve(client, mod, sent["id"], "none")
    again = client.post(f"/api/reports/{sent['id']}/resolution", headers=mod.headers, json={"action": "delete"})
    assert problem(again, 409)["code"] == "already_resolved"
    data(client.get(f"/api/posts/{post_id}"))


def test_a_person_is_not_hidden(client: FlaskClient, bob: Somebody, mod: Somebody, ada: Somebody) -> None:
    sent = report(client, bob, username="ada")
    answer = client.post(f"/api/reports/{sent['id']}/resolution", headers=mod.headers, json={"action": "hide"})
    assert fields_at_fault(answer, 422) == {"action"}
    assert len(queue(client, mod)) == 1
    del ada


def test_what_is_wrong_with_a_report_is_said(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str, engine: Engine
) -> None:
    def send(who: Somebody | None, **given: str) -> object:
        return client.post("/api/reports", headers=who.headers if who else {}, json=given)

    hidden = publish(client, ada)
    client.post(f"/api/posts/{hidden}/hiding", headers=mod.headers, json={"reason": "Gone."})
    with nothing_changes(engine):
        problem(send(None, post_id=post_id, reason="spam"), 401)  # type: ignore[arg-type]
        for given, fault in (
            ({"post_id": post_id}, "reason"),
            ({"post_id": post_id, "reason": "ugly"}, "reason"),
            ({"reason": "spam"}, "post_id"),
            ({"post_id": post_id, "username": "ada", "reason": "spam"}, "username"),
            ({"post_id": post_id, "reason": "spam", "note": "x" * 1_001}, "note"),
        ):
            assert fields_at_fault(send(bob, **given), 422) == {fault}  # type: ignore[arg-type]
        assert fields_at_fault(send(ada, post_id=post_id, reason="spam"), 422) == {"post_id"}  # type: ignore[arg-type]
        for given in ({"post_id": "999"}, {"post_id": "x"}, {"comment_id": "9"}, {"username": "dee"}):
            problem(send(bob, reason="spam", **given), 404)  # type: ignore[arg-type]
        problem(send(bob, post_id=hidden, reason="spam"), 404)  # type: ignore[arg-type]


@pytest.mark.parametrize("why", ["for followers", "blocks", "blocked", "suspended", "leaving"])
def test_what_somebody_does_not_see_they_cannot_report(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, why: str
) -> None:
    visibility = "followers" if why == "for followers" else "public"
    sent = {"body": "Hello", "visibility": visibility}
    post_id = data(client.post("/api/posts", headers=ada.headers, json=sent), 201)["id"]
    comment_id = comment(client, ada, post_id)
    match why:
        case "blocks":
            client.post("/api/users/ada/blocks", headers=bob.headers)
        case "blocked":
            client.post("/api/users/bob/blocks", headers=ada.headers)
        case "suspended":
            client.post("/api/users/ada/suspension", headers=mod.headers, json={"reason": "Advertising."})
        case "leaving":
            client.delete("/api/me", headers=ada.headers, json={"current_password": ada.password})

    def send(**given: str) -> TestResponse:
        return client.post("/api/reports", headers=bob.headers, json={"reason": "spam", **given})

    for given in ({"post_id": post_id}, {"comment_id": comment_id}):
        problem(send(**given), 404)
    assert send(username="ada").status_code == (201 if why in {"for followers", "blocks"} else 404)  # as the profile


def test_a_follower_reports_what_is_for_followers(client: FlaskClient, ada: Somebody, bob: Somebody) -> None:
    client.post("/api/users/ada/followers", headers=bob.headers)
    sent = {"body": "Hello", "visibility": "followers"}
    post_id = data(client.post("/api/posts", headers=ada.headers, json=sent), 201)["id"]
    report(client, bob, post_id=post_id)
    report(client, bob, comment_id=comment(client, ada, post_id))


def test_the_queue_is_for_moderators(client: FlaskClient, bob: Somebody, mod: Somebody, post_id: str) -> None:
    sent = report(client, bob, post_id=post_id)
    own = ("/api/reports", f"/api/reports/{sent['id']}", "/api/moderation/log")
    for address in own:
        problem(client.get(address), 401)
        problem(client.get(address, headers=bob.headers), 403)
        data(client.get(address, headers=mod.headers))
    problem(client.get("/api/reports/999", headers=mod.headers), 404)
    problem(client.get("/api/reports?state=lost", headers=mod.headers), 400)
    decision = {"action": "none"}
    problem(client.post(f"/api/reports/{sent['id']}/resolution", json=decision), 401)
    problem(client.post(f"/api/reports/{sent['id']}/resolution", headers=bob.headers, json=decision), 403)


def test_the_queue_and_the_log_have_pages(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, people: Callable[..., Somebody]
) -> None:
    sent = [report(client, bob, post_id=publish(client, ada))["id"] for _ in range(5)]
    for address in ("/api/reports?limit=2", "/api/moderation/log?limit=2"):
        if "log" in address:
            for each in sent:
                resolve(client, mod, each, "none")
        first = client.get(address, headers=mod.headers)
        second = client.get(links(first)["next"], headers=mod.headers)
        third = client.get(links(second)["next"], headers=mod.headers)
        found = [
            [each["report_id"] if "log" in address else each["id"] for each in data(page)["items"]]
            for page in (first, second, third)
        ]
        assert found == [sent[:2:-1], sent[2:0:-1], sent[:1]]
        assert data(third)["next_cursor"] is None
        back = client.get(links(third)["prev"], headers=mod.headers)
        assert data(back)["items"] == data(second)["items"]
        problem(client.get(f"{address}&cursor=x", headers=mod.headers), 400)
    del people


def test_the_log_says_who_did_what_to_whom_and_why(
    client: FlaskClient, ada: Somebody, bob: Somebody, mod: Somebody, post_id: str
) -> None:
    comment_id = comment(client, bob, post_id)
    client.post(f"/api/posts/{post_id}/hiding", headers=mod.headers, json={"reason": "One."})
    client.delete(f"/api/posts/{post_id}/hiding", headers=mod.headers)
    client.post(f"/api/posts/{post_id}/comments/{comment_id}/hiding", headers=mod.headers, json={"reason": "Two."})
    lines = data(client.get("/api/moderation/log", headers=mod.headers))["items"]
    told = [
        (each["action"], each["by"], each["actor"]["username"], each["post_id"], each["comment_id"],
         each["subject"]["username"], each["reason"])
        for each in lines
    ]  # fmt: skip
    assert told == [
        ("hide", "member", "mod", post_id, comment_id, "bob", "Two."),
        ("unhide", "member", "mod", post_id, None, "ada", ""),
        ("hide", "member", "mod", post_id, None, "ada", "One."),
    ]
    del ada
