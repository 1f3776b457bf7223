"""The language that somebody chose for their last post stands in the forms for the next one, and in nobody else's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from feedapp.blueprints.pages.kit.choices import LANGUAGE, cookie_of
from tests.support.costs import cost_of

if TYPE_CHECKING:
    from tests.web.pages.browsing import Browser

FORMS = ("/posts/new", "/", "/public", "/active")


def chosen(page: Any) -> str | None:
    """Read which language stands in the form for a post; None where it is to be guessed."""
    found = re.search(r'<select id="(?:compose-)?language" name="language".*?</select>', page.text, re.DOTALL)
    marked = found and re.search(r'<option value="(\w+)" selected>', found[0])
    return marked[1] if marked else None


def write(writer: Browser, **fields: str) -> Any:
    answer = writer.post("/posts", {"body": "Bom dia", **fields})
    assert answer.status_code == 303
    return answer


@pytest.mark.parametrize("address", FORMS)
def test_it_stands_in_the_next_form(browser: Any, people: Any, address: str) -> None:
    ada = browser(people("ada"))
    assert chosen(ada.get(address)) is None
    write(ada, language="pt")
    assert chosen(ada.get(address)) == "pt"
    assert chosen(ada.get(address)) == "pt", "from the response cache, too"
    write(ada, language="de")
    assert chosen(ada.get(address)) == "de"
    write(ada, language="")
    assert chosen(ada.get(address)) is None


def test_a_script_is_told_as_well(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    assert ada.post("/posts?fragment=1", {"body": "Bom dia", "language": "pt"}).status_code == 201
    assert chosen(ada.get("/posts/new")) == "pt"


def test_a_form_without_the_field_a_comment_and_a_refused_post_change_nothing(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    write(ada, language="pt")
    write(ada)
    ada.post("/posts/1/comments", {"body": "Guten Tag", "language": "de"})
    assert ada.post("/posts", {"body": " ", "language": "fr"}).status_code == 422
    assert chosen(ada.get("/posts/new")) == "pt"
    assert chosen(ada.get("/posts/1")) is None


def test_it_is_nobody_elses_in_the_same_browser(browser: Any, people: Any) -> None:
    ada, bob = people("ada"), people("bob")
    shared = browser(ada)
    write(shared, language="pt")
    assert chosen(shared.get("/")) == "pt"
    shared.client.set_cookie(shared.name, bob.session)
    for address in FORMS:
        assert chosen(shared.get(address)) is None
    write(shared, language="de")
    shared.client.set_cookie(shared.name, ada.session)
    assert chosen(shared.get("/")) is None, "Bob's took its place"


def test_another_browser_of_the_same_person_has_its_own(browser: Any, people: Any) -> None:
    ada = people("ada")
    first, second = browser(ada), browser(ada)
    second.get("/")
    write(first, language="pt")
    assert (chosen(first.get("/")), chosen(second.get("/"))) == ("pt", None)


def test_logging_out_takes_it_along(browser: Any, people: Any) -> None:
    ada = browser(people("ada"))
    write(ada, language="pt")
    name = cookie_of(LANGUAGE, ada.client.application)
    kept = ada.client.get_cookie(name)
    assert (kept.path, kept.http_only, kept.same_site) == ("/", True, "Lax")
    ada.post("/logout")
    assert ada.client.get_cookie(name) is None


@pytest.mark.parametrize("value", ["pt", "pt.2", "tlh.1", ".1", '"><script>.1', "pt.1.1"])
def test_what_it_is_not_is_no_choice(browser: Any, people: Any, value: str) -> None:
    ada = browser(people("ada"))
    ada.client.set_cookie(cookie_of(LANGUAGE, ada.client.application), value)
    assert chosen(ada.get("/posts/new")) is None


@pytest.mark.parametrize("address", FORMS)
def test_it_costs_nothing(browser: Any, people: Any, address: str) -> None:
    ada = browser(people("ada"))
    write(ada, language="pt")
    for _ in range(2):  # the first one makes it, the second learns what to fetch along
        ada.get(address)
    warm = ada.get(address)
    assert (cost_of(warm).sql_statements, cost_of(warm).redis_trips) == (0, 1)


@pytest.mark.parametrize("address", ["/", "/public", "/active"])
def test_a_page_that_is_kept_is_for_this_choice_alone(browser: Any, people: Any, address: str) -> None:
    ada = browser(people("ada"))
    write(ada, language="pt")
    assert [chosen(ada.get(address)) for _ in range(3)] == ["pt"] * 3
    ada.client.set_cookie(cookie_of(LANGUAGE, ada.client.application), "de.1")
    assert chosen(ada.get(address)) == "de"
    ada.client.delete_cookie(cookie_of(LANGUAGE, ada.client.application))
    assert chosen(ada.get(address)) is None
