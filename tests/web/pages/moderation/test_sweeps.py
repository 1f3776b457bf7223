"""Deleting all that somebody wrote in one step, on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.web.pages.browsing import textarea

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.wiring import Services
    from tests.support.people import Somebody

ADDRESS = "/admin/people/sweeps"


def test_from_a_report_to_the_sweep_and_back(
    browser: Callable[..., Any], people: Callable[..., Somebody], services: Services
) -> None:
    ada, bob, mod = (browser(people(name)) for name in ("ada", "bob", "mod"))
    services.roles.assign(username="mod", role="moderator")
    for number in range(3):
        ada.post("/posts", {"body": f"Buy beans {number}"})
    bob.post("/posts/1/report", {"reason": "spam"})
    link = f'href="{ADDRESS}?username=ada"'
    assert link in mod.get("/admin/reports/1").text
    assert 'value="ada"' in mod.get(f"{ADDRESS}?username=ada").text
    refused = mod.post(ADDRESS, {"username": "nobody", "suspend": "1", "reason": "Beans all day."})
    assert refused.status_code == 404
    assert textarea(refused, "reason") == "Beans all day."
    empty = mod.post(ADDRESS, {"username": "ada", "suspend": "", "reason": " "})
    assert (empty.status_code, 'value="ada"' in empty.text) == (422, True)
    assert 'type="radio" value="" required checked' in empty.text
    assert 'type="radio" value="1" required checked' in refused.text
    assert "Buy beans" in bob.get("/public").text
    done = mod.post(ADDRESS, {"username": "ada", "suspend": "1", "reason": "Beans all day."})
    assert (done.status_code, done.location) == (303, f"{ADDRESS}?saved=1")
    assert "3 posts and 0 comments" in mod.get(ADDRESS).text
    assert "Buy beans" not in bob.get("/public").text
    assert "deleted everything by" in mod.get("/admin/log").text
    assert ada.get("/").status_code == 403
    assert mod.post(f"{ADDRESS}/end", {"username": "ada"}).status_code == 303
    assert bob.get("/public").text.count("Buy beans") == 3
    assert ada.get("/").status_code == 200
    assert "deleted everything by" in ada.get("/settings/moderation").text
    assert bob.get(ADDRESS).status_code == 403


def test_the_accounts_of_one_network_in_one_step(
    browser: Callable[..., Any], people: Callable[..., Somebody], services: Services
) -> None:
    wave = {name: browser(people(name)) for name in ("cheap_1", "cheap_2")}
    mod, bob = browser(people("mod")), browser(people("bob"))
    services.roles.assign(username="mod", role="moderator")
    for name, spammer in wave.items():
        account = {"username": name, "password": "a good password"}
        spammer.client.post("/api/tokens", json=account, environ_base={"REMOTE_ADDR": "203.0.113.7"})
        spammer.post("/posts", {"body": "Buy beans"})
    assert f'href="{ADDRESS}?username=cheap_2+cheap_1"' in mod.get("/admin/people/members?network=203.0.113.7").text
    form = {"username": "cheap_2 cheap_1", "suspend": "1", "reason": "Beans all day."}
    refused = mod.post(ADDRESS, {**form, "username": "cheap_1, nobody"})
    assert (refused.status_code, "@nobody" in refused.text) == (404, True)
    assert mod.post(ADDRESS, {**form, "username": " ".join(f"cheap_{n}" for n in range(21))}).status_code == 422
    assert bob.get("/public").text.count("Buy beans") == 2
    assert mod.post(ADDRESS, form).status_code == 303
    assert "Buy beans" not in bob.get("/public").text
    assert [spammer.get("/").status_code for spammer in wave.values()] == [403, 403]
    assert mod.get(ADDRESS).text.count("1 post and 0 comments") == 2
