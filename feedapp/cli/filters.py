"""`flask filter list|add|remove`: what is held back or refused of what members write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.models import EFFECTS, FILTER_KINDS
from feedapp.schemas.inputs import from_form
from feedapp.schemas.moderation import FilterWanted

if TYPE_CHECKING:
    from feedapp.services.moderation.filters import FilterService


def group(filters: FilterService) -> click.Group:
    """Make the commands."""
    commands = click.Group("filter", help="What is held back or refused of what members write.")

    @commands.command("list", cls=Command)
    def listed() -> None:
        """List all filters with their ids."""
        for each in filters.listed(None)[1]:
            click.echo(f"{each.id}: {each.kind} {each.pattern}: {each.effect}")

    @commands.command(cls=Command)
    @click.argument("kind", type=click.Choice(FILTER_KINDS))
    @click.argument("pattern")
    @click.option("--effect", type=click.Choice(EFFECTS), default="hold", show_default=True, help="What it does.")
    def add(kind: str, pattern: str, effect: str) -> None:
        """Add a filter."""
        wanted = from_form(FilterWanted, {"kind": kind, "pattern": pattern, "effect": effect})
        filters.add(None, kind=wanted.kind, pattern=wanted.pattern, effect=wanted.effect)
        click.echo("It looks at every text from now on.")

    @commands.command(cls=Command)
    @click.argument("number", type=int)
    def remove(number: int) -> None:
        """Remove a filter by its id."""
        filters.remove(None, number)
        click.echo("It was removed.")

    return commands
