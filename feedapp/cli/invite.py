"""`flask invite`: a link by which people may come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.models import MOST_USES
from feedapp.schemas.joining import MOST_DAYS
from feedapp.wiring.delivery import site_address

if TYPE_CHECKING:
    from config import Settings
    from feedapp.services.people.joining.invitations import InvitationService


def command(invitations: InvitationService, settings: Settings) -> click.Command:
    """Make the command."""

    @click.command(cls=Command)
    @click.option(
        "--uses", type=click.IntRange(1, MOST_USES), default=1, show_default=True, help="For how many people."
    )
    @click.option("--days", type=click.IntRange(1, MOST_DAYS), default=7, show_default=True, help="For how many days.")
    def invite(uses: int, days: int) -> None:
        """Print a link by which people may make an account. It is shown this once."""
        code = invitations.invite(uses=uses, days=days, by=None)
        click.echo(f"{site_address(settings)}/invite/{code}")

    return invite
