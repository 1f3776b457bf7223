"""Every right of `policy.py` that takes a role, by a command: whoever runs one on the server is asked nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.services import policy
from feedapp.services.people.joining.door import Knock
from feedapp.services.people.joining.sign_ups import Newcomer
from tests.support.apps import services
from tests.support.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.services.policy import Action, Kind
    from tests.support.people import Somebody

COMMANDS: dict[tuple[Action, Kind], tuple[tuple[str, ...], ...]] = {
    ("edit", "role"): (("user", "role", "somebody", "moderator"),),
    ("edit", "site"): (("site", "set", "name=Other"),),
    ("edit", "invitation"): (("invite",),),
    ("edit", "application"): (("user", "approve", "asker"), ("user", "refuse", "other")),
    ("edit", "filter"): (("filter", "add", "word", "beans"), ("filter", "list"), ("filter", "remove", "1")),
    ("edit", "password"): (("user", "reset", "somebody"),),
    ("edit", "desk"): (("counts", "repair"),),
    ("see", "desk"): (("status",),),
    ("silence", "user"): (
        ("user", "silence", "somebody", "--reason", "Loud."),
        ("user", "silence", "somebody", "--end"),
    ),
    ("suspend", "user"): (("user", "suspend", "somebody", "--reason", "Spam."), ("user", "restore", "somebody")),
    ("sweep", "user"): (
        ("user", "sweep", "somebody", "--reason", "Spam."),
        ("user", "sweep", "somebody", "--undo"),
    ),
    ("edit", "webhook"): (
        ("webhook", "add", "https://example.org/hook", "mirror"),
        ("webhook", "list"),
        *(("webhook", what, "1") for what in ("disable", "enable", "remove")),
    ),
}


WITHOUT_COMMAND: set[tuple[Action, Kind]] = {
    *(("hide", "post"), ("hide", "comment"), ("see", "report"), ("resolve", "report"), ("see", "log"), ("see", "role")),
}
"""What is decided by reading it: an operator gives somebody the role, who does so on a page."""


def test_an_operator_uses_each_right_of_the_site_by_a_command(app: Flask, people: Callable[..., Somebody]) -> None:
    """Whoever runs commands on the server is asked nothing; what people wrote is theirs."""
    assert set(COMMANDS) | WITHOUT_COMMAND == {right for right, rule in policy.RULES.items() if rule.role}
    assert not set(COMMANDS) & WITHOUT_COMMAND
    people("somebody")
    with app.app_context():
        parts = services(app)
        parts.site_settings.set({"signup": "approval"})
        for name in ("asker", "other"):
            parts.joining.sign_ups.join(Newcomer(name, PASSWORD), Knock(reason="I like plants."))
    for args in (each for commands in COMMANDS.values() for each in commands):
        done = app.test_cli_runner().invoke(args=list(args))
        assert done.exit_code == 0, (args, done.output)
