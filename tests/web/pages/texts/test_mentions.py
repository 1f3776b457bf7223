"""Names in texts lead to people who exist, and the next read knows who does."""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.reading.read_models import Person, PostView
from feedapp.services.people import names
from tests.support.costs import Cost, cost_of
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

ADDRESSES = ["/", "/public", "/posts/1", "/posts/1/comments/1", "/@ada"]
DEE = '<a class="mention" href="/@dee" dir="ltr">@dee</a>'


@pytest.fixture
def ada(client: FlaskClient, people: Callable[..., Somebody]) -> Somebody:
    """Write of Dee, who does not exist, wherever there is text."""
    ada = people("ada")
    client.post("/api/posts", headers=ada.headers, json={"body": "from @ada, for @dee"})
    client.post("/api/posts/1/comments", headers=ada.headers, json={"body": "@dee, do you see this?"})
    client.patch("/api/me", headers=ada.headers, json={"bio": "friend of @dee"})
    return ada


def renamed(app: Flask, people: Callable[..., Somebody]) -> Callable[[], None]:
    bob = people("bob")

    def rename() -> None:
        answer = app.test_client().patch(
            "/api/me", headers=bob.headers, json={"username": "dee", "current_password": PASSWORD}
        )
        assert answer.status_code == 200

    return rename


def signed_up(app: Flask, _: Any) -> Callable[[], None]:
    def sign_up() -> None:
        answer = app.test_client().post("/api/users", json={"username": "dee", "password": PASSWORD})
        assert answer.status_code == 201

    return sign_up


def imported(app: Flask, _: Any) -> Callable[[], None]:
    def load() -> None:
        with NamedTemporaryFile("w", suffix=".jsonl") as archive:
            archive.write('{"type": "user", "username": "dee", "created_at": "2001-01-01T00:00:00Z"}\n')
            archive.flush()
            done = app.test_cli_runner().invoke(args=["import", archive.name])
        assert done.exit_code == 0, done.output

    return load


@pytest.mark.parametrize("comes", [signed_up, renamed, imported])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_is_text_until_it_is_somebodys(
    app: Flask, browser: Any, people: Any, ada: Somebody, address: str, comes: Any
) -> None:
    come = comes(app, people)
    reader = browser(ada)
    for _ in range(3):
        page = reader.get(address)
        assert "@dee" in page.text
        assert 'href="/@dee"' not in page.text
    assert cost_of(page).sql_statements == 0
    come()
    assert DEE in reader.get(address).text
    assert reader.get("/@dee").status_code == 200


@pytest.mark.parametrize("way", ["rename", "leave"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_name_is_text_again_when_it_is_nobodys(
    client: FlaskClient, browser: Any, people: Any, ada: Somebody, address: str, way: str
) -> None:
    dee = people("dee")
    reader = browser(ada)
    for _ in range(3):
        assert DEE in reader.get(address).text
    if way == "rename":
        client.patch("/api/me", headers=dee.headers, json={"username": "dee_2", "current_password": PASSWORD})
    else:
        client.delete("/api/me", headers=dee.headers, json={"current_password": PASSWORD})
    assert 'href="/@dee"' not in reader.get(address).text


@pytest.mark.parametrize("address", ["/", "/public", "/posts/1", "/@ada"])
def test_names_cost_one_statement_when_cold_and_nothing_when_warm(
    browser: Any, people: Any, services: Any, ada: Somebody, address: str
) -> None:
    people("dee")
    reader = browser(ada)
    services.backend.clear()
    assert cost_of(reader.get(address)).sql_statements <= 5
    assert cost_of(reader.get(address)) == Cost(redis_trips=2, sql_statements=0)
    assert cost_of(reader.get(address)) == Cost(redis_trips=1, sql_statements=0)


def test_a_text_of_many_names_leads_to_those_who_exist(browser: Any, people: Any, ada: Somebody) -> None:
    people("zoe")
    body = " ".join(f"@nobody_{number}" for number in range(99)) + " @zoe"
    browser(ada).post("/posts", {"body": body})
    assert 'href="/@zoe"' in browser().get("/posts/2").text


def test_each_text_of_a_page_has_its_share_of_the_names_that_are_looked_up(services: Any, people: Any) -> None:
    people("dee")
    ada = Person(1, "ada", "Ada")
    bodies = [" ".join(f"@n{text}_{number}" for number in range(90)) for text in range(50)]
    bodies.append("@dee " + bodies[0])
    written = [
        PostView(number, body, ada, "", None, 0, 0, liked=None, bookmarked=None) for number, body in enumerate(bodies)
    ]
    with services.cache_reads.request():
        assert services.names.in_list(written) == {"dee"}
        looked_up = {name.decode() for batch in services.backend.names("username:*") for name in batch}
    assert names.MOST * 0.9 < len(looked_up) <= names.MOST


def test_what_was_just_written_has_its_links(browser: Any, people: Any) -> None:
    ada = people("ada")
    people("dee")
    here = browser(ada)
    for address in ("/posts", "/posts/1/comments", "/posts/1/edit", "/posts/1/comments/1/edit"):
        answer = here.post(f"{address}?fragment=1", {"body": "for @dee and @zed"})
        assert DEE in answer.text
        assert "/@zed" not in answer.text
    stale = here.post("/posts/1/edit", {"body": "mine", "version": "another"})
    assert stale.status_code == 409
    assert DEE in stale.text


@pytest.mark.parametrize("address", ["/@bob/followers", "/suggestions", "/"])
def test_names_in_bios_are_links_where_bios_are_listed(
    client: FlaskClient, browser: Any, people: Any, ada: Somebody, address: str
) -> None:
    bob = people("bob")
    client.post("/api/users/bob/followers", headers=ada.headers)
    reader = browser(bob)
    page = reader.get(address).text
    assert "friend of @dee" in page
    people("dee")
    assert f"friend of {DEE}" in reader.get(address).text
