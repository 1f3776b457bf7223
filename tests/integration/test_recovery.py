"""Ways back into an account: recovery codes, and links that a moderator makes."""

from __future__ import annotations

import re
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from feedapp.errors import RecoveryError
from feedapp.schemas.recovery import typed_code, written
from tests.support.costs import cost_of
from tests.support.people import PASSWORD
from tests.web.api.calls import logged
from tests.web.pages.browsing import Browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

    from feedapp.wiring import Services
    from tests.support.people import Somebody

NEW = "another password"
CODE = re.compile(r"<code>((?:[a-z2-7]{4}-){3}[a-z2-7]{4})</code>")


@pytest.fixture
def ada(people: Callable[..., Somebody]) -> Somebody:
    return people("ada")


def codes_of(app: Flask, somebody: Somebody, **form: str) -> list[str]:
    page = Browser(app, somebody.session).post("/settings/recovery", form)
    assert page.status_code == 200, page.text
    return CODE.findall(page.text)


def reset(app: Flask, **form: str) -> int:
    return Browser(app).post("/reset", {"new_password": NEW, **form}).status_code


def knows(client: FlaskClient, somebody: Somebody, password: str) -> bool:
    sent = {"username": somebody.username, "password": password}
    return client.post("/api/tokens", json=sent).status_code == 201


class TestCodes:
    def test_one_sets_a_new_password_once_and_ends_every_session(
        self, app: Flask, client: FlaskClient, ada: Somebody
    ) -> None:
        codes = codes_of(app, ada)
        assert len(set(codes)) == 10
        assert reset(app, username="Ada", code=codes[3].upper().replace("-", " ")) == 303
        assert (knows(client, ada, NEW), knows(client, ada, PASSWORD)) == (True, False)
        assert client.get("/api/me", headers=ada.headers).status_code == 401
        assert Browser(app, ada.session).get("/settings").status_code == 303
        assert reset(app, username="ada", code=codes[3], new_password="a third password") == 403
        assert reset(app, username="ada", code=codes[4], new_password="a third password") == 303

    def test_those_of_others_and_those_from_before_are_not_good(
        self, app: Flask, client: FlaskClient, ada: Somebody, people: Callable[..., Somebody]
    ) -> None:
        bob = people("bob")
        (old, *_), others = codes_of(app, ada), codes_of(app, bob)
        codes_of(app, ada, current_password=PASSWORD)
        for wrong in (old, others[0], "", "abcd-efgh-ijkl-mnop"):
            assert reset(app, username="ada", code=wrong) in {403, 422}
        assert reset(app, username="nobody", code=others[0]) == 403
        assert knows(client, ada, PASSWORD)

    def test_a_wrong_name_and_a_wrong_code_get_the_same_answer(self, app: Flask, ada: Somebody) -> None:
        codes_of(app, ada)
        form = {"code": "abcd-efgh-ijkl-mnop", "new_password": NEW}
        pages = [Browser(app).post("/reset", {**form, "username": name}).text for name in ("ada", "eve")]
        assert pages[0].replace('"ada"', '"eve"') == pages[1]

    def test_wrong_ones_are_counted_as_wrong_passwords_are(
        self, limited_app: Callable[..., Flask], ada: Somebody
    ) -> None:
        app = limited_app(wrong_passwords="2/minute")
        form = {"username": ada.username, "code": "abcd-efgh-ijkl-mnop"}
        assert [reset(app, **form) for _ in range(3)] == [403, 403, 429]

    def test_new_ones_take_the_password_but_not_from_who_just_came(
        self, app: Flask, ada: Somebody, engine: Engine
    ) -> None:
        browser = Browser(app, ada.session)
        with engine.begin() as connection:
            connection.execute(text("UPDATE users SET created_at = now() - interval '1 hour'"))
        assert browser.post("/settings/recovery").status_code == 422
        assert browser.post("/settings/recovery", {"current_password": "wrong password"}).status_code == 422
        assert len(codes_of(app, ada, current_password=PASSWORD)) == 10
        assert browser.post("/settings/recovery").status_code == 422

    def test_only_hashes_are_kept_and_none_is_logged(self, app: Flask, ada: Somebody, engine: Engine) -> None:
        with logged() as records:
            codes = codes_of(app, ada)
        assert not any(code in each.getMessage() for each in records for code in codes)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT t::text FROM recovery_codes AS t")).scalars().all()
        assert not any(code in row or code.encode().hex() in row for row in rows for code in codes)

    def test_of_two_with_one_code_one_sets_the_password(self, app: Flask, services: Services, ada: Somebody) -> None:
        code = codes_of(app, ada)[0]
        refused = []

        def set_password(new: str) -> None:
            with app.app_context():
                try:
                    services.recovery.reset_by_code(username="ada", code=code, password=new, address="192.0.2.1")
                except RecoveryError as error:
                    refused.append(error)

        threads = [Thread(target=set_password, args=(f"beans and peas {number}",)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 2

    def test_who_has_none_is_told_so_at_home_at_no_cost(self, app: Flask, ada: Somebody) -> None:
        browser = Browser(app, ada.session)
        assert "Save yours" in browser.get("/").text
        codes_of(app, ada)
        assert "Save yours" not in browser.get("/").text
        assert "You have 10 left" in browser.get("/settings/recovery").text
        for address in ("/", "/settings/recovery"):
            browser.get(address)
            warm = cost_of(browser.get(address))
            assert (warm.sql_statements, warm.redis_trips) == (0, 1)

    def test_a_code_is_read_however_it_is_typed(self) -> None:
        code = written(bytes(range(10)))
        assert re.fullmatch(r"(?:[a-z2-7]{4}-){3}[a-z2-7]{4}", code)
        for typed in (code, code.upper(), code.replace("-", ""), f" {code.replace('-', ' - ')} "):
            assert typed_code(typed) == code


class TestLinks:
    def link(self, app: Flask, helper: Somebody, name: str) -> str:
        form = {"username": name, "current_password": PASSWORD}
        page = Browser(app, helper.session).post("/admin/people/links", form)
        found = re.search(r"/reset\?link=([A-Za-z0-9_-]+)</code>", page.text)
        assert page.headers["Cache-Control"] == "private, no-store"
        return found[1] if found else str(page.status_code)

    def test_a_moderator_makes_one_that_sets_a_password_once(
        self, app: Flask, client: FlaskClient, ada: Somebody, people: Callable[..., Somebody]
    ) -> None:
        mo = people("mo")
        app.test_cli_runner().invoke(args=["user", "role", "mo", "moderator"])
        code = self.link(app, mo, "ada")
        assert Browser(app).get(f"/reset?link={code}").status_code == 200
        assert reset(app, link=code, new_password="12345678") == 422
        assert reset(app, link=code) == 303
        assert knows(client, ada, NEW)
        assert client.get("/api/me", headers=ada.headers).status_code == 401
        assert reset(app, link=code) == 403
        assert Browser(app).get(f"/reset?link={code}").status_code == 403

    def test_a_moderator_makes_none_for_who_may_more(
        self, app: Flask, ada: Somebody, people: Callable[..., Somebody]
    ) -> None:
        mo, *_ = (people(name) for name in ("mo", "max", "ann"))
        for name, role in (("mo", "moderator"), ("max", "moderator"), ("ann", "admin")):
            app.test_cli_runner().invoke(args=["user", "role", name, role])
        assert [self.link(app, mo, name) for name in ("max", "ann", "mo")] == ["403"] * 3
        assert len(self.link(app, mo, ada.username)) > 20

    def test_a_new_one_ends_the_one_before_and_each_ends_after_a_day(
        self, app: Flask, ada: Somebody, engine: Engine, services: Services
    ) -> None:
        runner = app.test_cli_runner()
        first, second = (
            runner.invoke(args=["user", "reset", "ada"]).output.strip().rpartition("?link=")[2] for _ in range(2)
        )
        assert Browser(app).get(f"/reset?link={first}").status_code == 403
        assert Browser(app).get(f"/reset?link={second}").status_code == 200
        with engine.begin() as connection:
            connection.execute(text("UPDATE reset_links SET expires_at = now()"))
        assert reset(app, link=second) == 403
        services.recovery.clean()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM reset_links")) == 0
        assert ada.username == "ada"
