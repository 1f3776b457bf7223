"""`flask user create|password|reset|role|delete|restore|suspend|silence`.

And `waiting|approve|refuse` for who asks for an account.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from feedapp.cli import sweeping
from feedapp.cli.terminal import Command
from feedapp.models import ROLES
from feedapp.schemas.inputs import SignUp, from_form
from feedapp.schemas.joining import Refusal
from feedapp.schemas.moderation import Sanctioning
from feedapp.schemas.texts import fold
from feedapp.services.people.joining.sign_ups import Newcomer

if TYPE_CHECKING:
    from collections.abc import Callable

    from feedapp.reading.read_models import Role
    from feedapp.services.moderation.sanctions import SanctionService
    from feedapp.services.moderation.sweeps import SweepService
    from feedapp.services.people.accounts import AccountService
    from feedapp.services.people.joining.parts import Joining
    from feedapp.services.people.leaving.grace import GraceService
    from feedapp.services.people.recovery import RecoveryService
    from feedapp.services.people.roles import RoleService


def password_from(*, stdin: bool) -> str:
    """Read a password: the first line of standard input, or twice, hidden, from the terminal."""
    if stdin:
        try:
            return sys.stdin.buffer.readline().rstrip(b"\r\n").decode()
        except UnicodeDecodeError as error:
            raise click.ClickException("The password on standard input is not UTF-8.") from error
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def group(
    accounts: AccountService,
    grace: GraceService,
    joining: Joining,
    roles: RoleService,
    recovery: RecoveryService,
    sanctions: SanctionService,
    sweeps: SweepService,
    address: Callable[[], str],
) -> click.Group:
    """Make the commands."""
    users = click.Group("user", help="Make, change and delete people's accounts.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--display-name", help="The name that others see; the username by default.")
    @click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    def create(name: str, display_name: str | None, *, password_stdin: bool) -> None:
        """Make an account."""
        fields = {"username": name, "password": password_from(stdin=password_stdin)}
        wanted = from_form(SignUp, {**fields, **({"display_name": display_name} if display_name else {})})
        joining.sign_ups.create(Newcomer(wanted.username, wanted.password, wanted.display_name))
        click.echo(f"{wanted.username} can log in now.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
    def password(name: str, *, password_stdin: bool) -> None:
        """Set a password, and end all sessions and tokens of that person."""
        fields = {"username": name, "password": password_from(stdin=password_stdin)}
        wanted = from_form(SignUp, fields)
        accounts.set_password(username=wanted.username, password=wanted.password)
        click.echo(f"The password of {wanted.username} was set.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.argument("role", type=click.Choice(ROLES))
    def role(name: str, role: Role) -> None:
        """Make somebody a member, a moderator or an admin. The last admin stays one."""
        roles.assign(username=fold(name), role=role)
        click.echo(f"{fold(name)} is {'an' if role == 'admin' else 'a'} {role} now.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
    @click.option("--now", is_flag=True, help="At once and for good, without the days in which it can be taken back.")
    def delete(name: str, *, yes: bool, now: bool) -> None:
        """Delete an account with everything it wrote: out of sight at once, for good after some days."""
        if not yes:
            end = "This cannot be undone." if now else "It is out of sight at once."
            click.confirm(f"Delete {fold(name)} with all posts, comments and likes? {end}", abort=True)
        when = grace.delete(fold(name), now=now)
        if when is None:
            click.echo(f"{fold(name)} was deleted.")
        else:
            click.echo(f"{fold(name)} is out of sight, and deleted on {when:%Y-%m-%d}. `user restore` takes it back.")

    @users.command(cls=Command)
    @click.argument("name")
    def restore(name: str) -> None:
        """Take an account back that is to be deleted, and end a suspension."""
        was_suspended = sanctions.end(None, "suspension", fold(name)).changed
        if grace.restore(fold(name)) or was_suspended:
            click.echo(f"{fold(name)} is back, and can log in.")
        else:
            click.echo(f"{fold(name)} is neither suspended nor about to be deleted: nothing was done.")

    @users.command(cls=Command)
    @click.argument("name")
    def reset(name: str) -> None:
        """Print a link by which somebody sets a new password, once and within a day."""
        click.echo(f"{address()}/reset?link={recovery.make_link_for(fold(name))}")

    _decide(users, joining)
    _sanction(users, sanctions)
    sweeping.add(users, sweeps)
    return users


def _sanction(users: click.Group, sanctions: SanctionService) -> None:
    """Add the commands that suspend and silence."""

    def begin(kind: str, name: str, reason: str, until: str | None) -> None:
        wanted = from_form(Sanctioning, {"reason": reason, **({"until": until} if until else {})})
        sanctions.begin(None, kind, fold(name), reason=wanted.reason, until=wanted.until)
        end = f" until {wanted.until:%Y-%m-%d %H:%M} UTC" if wanted.until else ""
        click.echo(f"{fold(name)} is {'suspended' if kind == 'suspension' else 'silenced'}{end}.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--reason", required=True, help="Why: they are told.")
    @click.option("--until", help="Until when, such as 2027-01-31 or 2027-01-31T12:00:00Z; for good if left out.")
    def suspend(name: str, reason: str, until: str | None) -> None:
        """Suspend somebody: nothing of theirs is shown, and they cannot use the account. `user restore` ends it."""
        begin("suspension", name, reason, until)

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--reason", default="", help="Why: they are told.")
    @click.option("--until", help="Until when, such as 2027-01-31 or 2027-01-31T12:00:00Z; for good if left out.")
    @click.option("--end", is_flag=True, help="End it instead.")
    def silence(name: str, reason: str, until: str | None, *, end: bool) -> None:
        """Silence somebody: only followers see what they write."""
        if end:
            sanctions.end(None, "silence", fold(name))
            click.echo(f"{fold(name)} is heard again.")
        else:
            begin("silence", name, reason, until)


def _decide(users: click.Group, joining: Joining) -> None:
    """Add the commands for those who ask for an account."""

    @users.command(cls=Command)
    def waiting() -> None:
        """List who asks for an account, the first come first."""
        for each in joining.applications.waiting():
            click.echo(f"{each.username} ({each.display_name}), {each.created_at}: {' '.join(each.reason.split())}")

    @users.command(cls=Command)
    @click.argument("name")
    def approve(name: str) -> None:
        """Let somebody in who asks for an account."""
        joining.applications.approve(fold(name), by=None)
        click.echo(f"{fold(name)} can log in now.")

    @users.command(cls=Command)
    @click.argument("name")
    @click.option("--refusal", default="", help="What they are told when they log in.")
    def refuse(name: str, refusal: str) -> None:
        """Do not let somebody in who asks for an account."""
        said = from_form(Refusal, {"refusal": refusal}).refusal
        joining.applications.refuse(fold(name), refusal=said, by=None)
        click.echo(f"{fold(name)} is told so at the next log-in.")
