"""`flask user sweep`: all that somebody wrote is deleted in one step, and can be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.schemas.inputs import from_form
from feedapp.schemas.moderation import Hiding
from feedapp.schemas.texts import fold

if TYPE_CHECKING:
    from feedapp.services.moderation.sweeps import SweepService


def add(users: click.Group, sweeps: SweepService) -> None:
    """Add the command."""

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--reason", default="", help="Why: they are told.")
    @click.option("--suspend", is_flag=True, help="Suspend the account as well, until it is undone.")
    @click.option("--undo", is_flag=True, help="Bring all of it back.")
    def sweep(name: str, reason: str, *, suspend: bool, undo: bool) -> None:
        """Delete all posts and comments of somebody: hidden at once, deleted for good after 30 days."""
        if undo:
            state = sweeps.end(None, fold(name))
            done = "is back." if state.changed else "was not deleted in one step, or that was long ago."
            click.echo(f"What {fold(name)} wrote {done}")
            return
        wanted = from_form(Hiding, {"reason": reason})
        state = sweeps.begin(None, fold(name), reason=wanted.reason, suspend=suspend)
        rest = "" if state.done else " The rest follows within minutes."
        click.echo(
            f"{state.posts:,} posts and {state.comments:,} comments of {fold(name)} are hidden, and deleted for good "
            f"on {(state.until or '')[:10]}. `user sweep {fold(name)} --undo` brings them back.{rest}"
        )
