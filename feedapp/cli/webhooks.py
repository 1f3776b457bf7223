"""`flask webhook`: addresses that changes are sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.models import CHANGE_KINDS
from feedapp.schemas.inputs import from_form
from feedapp.schemas.webhooks import WebhookByForm

if TYPE_CHECKING:
    from feedapp.services.content.changes.webhooks import WebhookService


def group(webhooks: WebhookService) -> click.Group:
    """Make the commands."""
    commands = click.Group("webhook", help="Addresses that changes are sent to.")

    @commands.command("list", cls=Command)
    def listed() -> None:
        """List all webhooks with their ids."""
        for each in webhooks.listed(None)[1]:
            trouble = f": {each.trouble}" if each.trouble else ""
            click.echo(f"{each.id}: {each.name}, {each.url} ({', '.join(each.kinds)}), {each.state}{trouble}")

    @commands.command(cls=Command)
    @click.argument("url")
    @click.argument("name")
    @click.option("--kind", "kinds", type=click.Choice(CHANGE_KINDS), multiple=True, help="Told of these alone.")
    def add(url: str, name: str, kinds: tuple[str, ...]) -> None:
        """Add a webhook, and print its secret, which is shown this once."""
        given = from_form(WebhookByForm, {"url": url, "name": name, "kinds": " ".join(kinds or CHANGE_KINDS)})
        made = webhooks.add(None, url=given.url, name=given.name, kinds=given.kinds)
        click.echo(f"Webhook {made.id}, with the secret {made.secret}")

    @commands.command(cls=Command)
    @click.argument("number", type=int)
    def enable(number: int) -> None:
        """Enable a webhook by its id: what it missed is sent."""
        webhooks.change(None, number, enabled=True)
        click.echo("It is enabled.")

    @commands.command(cls=Command)
    @click.argument("number", type=int)
    def disable(number: int) -> None:
        """Disable a webhook by its id: nothing is sent to it."""
        webhooks.change(None, number, enabled=False)
        click.echo("It is disabled.")

    @commands.command(cls=Command)
    @click.argument("number", type=int)
    def remove(number: int) -> None:
        """Delete a webhook by its id."""
        webhooks.remove(None, number)
        click.echo("It was deleted.")

    return commands
