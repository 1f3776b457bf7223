"""Roles: who gives them, and the last admin, who cannot be lost."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.errors import LastAdminError
from feedapp.reading.viewers import Credentials
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def give(app: Flask, name: str, role: str) -> None:
    done = app.test_cli_runner().invoke(args=["user", "role", name, role])
    assert done.exit_code == 0, done.output


def role_of(client: FlaskClient, somebody: Somebody) -> str:
    return str(client.get("/api/me", headers=somebody.headers).get_json()["role"])


def test_a_command_gives_a_role_and_the_next_read_shows_it(
    app: Flask, client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada = people("ada")
    assert role_of(client, ada) == "member"
    for role in ("moderator", "admin"):
        give(app, "Ada", role)
        assert role_of(client, ada) == role
    assert cost_of(client.get("/api/me", headers=ada.headers)).sql_statements == 0
    assert "role" not in client.get("/api/users/ada").get_json()


def test_a_role_that_is_none_and_a_name_that_is_nobodys_are_refused(
    app: Flask, people: Callable[..., Somebody]
) -> None:
    people("ada")
    for args in (("ada", "king"), ("nobody", "admin")):
        assert app.test_cli_runner().invoke(args=["user", "role", *args]).exit_code != 0


@pytest.mark.parametrize("way", ["role", "command", "page", "api"])
def test_the_last_admin_stays(app: Flask, client: FlaskClient, people: Callable[..., Somebody], way: str) -> None:
    ada = people("ada")
    people("bob")
    give(app, "ada", "admin")
    give(app, "bob", "moderator")
    runner = app.test_cli_runner()
    if way == "role":
        assert "only admin" in runner.invoke(args=["user", "role", "ada", "member"]).output
    elif way == "command":
        assert "only admin" in runner.invoke(args=["user", "delete", "ada", "--yes"]).output
    elif way == "api":
        answer = client.delete("/api/me", headers=ada.headers, json={"current_password": PASSWORD})
        assert (answer.status_code, answer.get_json()["code"]) == (409, "last_admin")
    else:
        answer = Browser(app, ada.session).post("/settings/delete", {"current_password": PASSWORD})
        assert answer.status_code == 409
        assert "only admin" in answer.text
    assert role_of(client, ada) == "admin"
    give(app, "bob", "admin")
    assert client.delete("/api/me", headers=ada.headers, json={"current_password": PASSWORD}).status_code == 202


def test_an_admin_who_cannot_log_in_is_none(app: Flask, people: Callable[..., Somebody], engine: Engine) -> None:
    people("ada")
    people("bob")
    for name in ("ada", "bob"):
        give(app, name, "admin")
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET password_hash = NULL WHERE username = 'bob'"))
    assert app.test_cli_runner().invoke(args=["user", "role", "ada", "member"]).exit_code == 1


@pytest.mark.parametrize("way", ["leave", "demote each other"])
def test_of_two_admins_who_go_at_one_moment_one_stays(
    app: Flask, people: Callable[..., Somebody], services: Services, engine: Engine, way: str
) -> None:
    both = [people("ada"), people("bob")]
    for each in both:
        give(app, each.username, "admin")
    barrier, refused = Barrier(2), []
    kept = services.account_deletion._admins.keep_another

    def together(user: object) -> None:
        barrier.wait(5)
        kept(user)  # type: ignore[arg-type]

    services.account_deletion._admins.keep_another = together  # type: ignore[method-assign]

    def go(own: Somebody, other: Somebody) -> None:
        with app.app_context():
            sender = Credentials.of(own.token, kind="api")
            try:
                if way == "leave":
                    services.grace.leave(sender, current_password=PASSWORD)
                else:
                    services.roles.assign(username=other.username, role="member")
            except LastAdminError as error:
                refused.append(error)

    try:
        threads = [Thread(target=go, args=(own, other)) for own, other in (both, both[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        del services.account_deletion._admins.keep_another
    assert len(refused) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users WHERE role = 'admin' AND deletion_at IS NULL")) == 1


class TestThePage:
    def test_an_admin_gives_a_role_with_the_password(
        self, app: Flask, client: FlaskClient, people: Callable[..., Somebody]
    ) -> None:
        ada, bob = people("ada"), people("bob")
        give(app, "ada", "admin")
        browser = Browser(app, ada.session)
        form = {"username": "bob", "role": "moderator", f"of-{ada.id}": ""}
        wrong = browser.post("/admin/people/roles", {**form, "current_password": "wrong password"})
        assert (wrong.status_code, role_of(client, bob)) == (422, "member")
        assert browser.post("/admin/people/roles", {**form, "current_password": PASSWORD}).status_code == 303
        assert role_of(client, bob) == "moderator"
        assert "@bob" in browser.get("/admin/people").text
        stays = browser.post(
            "/admin/people/roles", {**form, "username": "ada", "role": "member", "current_password": PASSWORD}
        )
        assert (stays.status_code, role_of(client, ada)) == (409, "admin")

    def test_it_costs_nothing_when_warm(self, app: Flask, people: Callable[..., Somebody]) -> None:
        ada = people("ada")
        give(app, "ada", "moderator")
        browser = Browser(app, ada.session)
        browser.get("/admin/people")
        warm = cost_of(browser.get("/admin/people"))
        assert (warm.sql_statements, warm.redis_trips <= 2) == (0, True)

    def test_somebody_who_lost_the_role_meanwhile_gives_none(
        self, app: Flask, people: Callable[..., Somebody], services: Services
    ) -> None:
        """The role is looked at once more under the lock of the write."""
        ada = people("ada")
        for name in ("bob", "cyd"):
            people(name)
        for name in ("ada", "bob", "cyd"):
            give(app, name, "admin")
        prove = services.accounts.proofs._of_viewer

        def meanwhile(*args: object) -> object:
            give(app, "ada", "member")
            return prove(*args)  # type: ignore[arg-type]

        services.accounts.proofs._of_viewer = meanwhile  # type: ignore[method-assign,assignment]
        try:
            form = {"username": "bob", "role": "member", "current_password": PASSWORD}
            assert Browser(app, ada.session).post("/admin/people/roles", form).status_code == 403
        finally:
            del services.accounts.proofs._of_viewer
