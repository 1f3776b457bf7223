"""/moderation: what moderators did, for everybody, where the site wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.costs import cost_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.wiring import Services
    from tests.support.people import Somebody


def test_everybody_reads_what_was_done_without_names_once_the_site_wants_it(
    app: Flask, services: Services, browser: Callable[..., Any], people: Callable[..., Somebody]
) -> None:
    ada, mod, anybody = browser(people("ada")), browser(people("mod")), browser()
    services.roles.assign(username="mod", role="moderator")
    ada.post("/posts", {"body": "Buy beans"})
    assert anybody.get("/moderation").status_code == 404
    assert "/moderation" not in anybody.get("/about").text
    done = app.test_cli_runner().invoke(args=["site", "set", "moderation_log=public"])
    assert done.exit_code == 0, done.output
    assert "Nothing was done yet." in anybody.get("/moderation").text
    mod.post("/posts/1/hiding", {"reason": "Advertising <b>."})
    mod.post("/admin/people/sanctions", {"kind": "suspension", "username": "ada", "reason": "Every day.", "days": "7"})
    shown = anybody.get("/moderation")
    assert 'href="/moderation"' in anybody.get("/about").text
    assert "Hid a post" in shown.text
    assert "Advertising &lt;b&gt;." in shown.text
    assert "Suspended a member" in shown.text
    assert "ada" not in shown.text
    assert "mod<" not in shown.text
    assert cost_of(anybody.get("/moderation")).sql_statements == 0
    mod.post("/posts/1/hiding/delete", {})
    assert "Showed again a post" in anybody.get("/moderation").text
