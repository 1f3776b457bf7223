"""`flask user create|password|delete`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.schemas.inputs import SignUp, from_form
from feedapp.schemas.texts import fold

if TYPE_CHECKING:
    from feedapp.services.people.accounts import AccountService


def password_from(*, stdin: bool) -> str:
    """Read a password: the first line of standard input, or twice, hidden, from the terminal."""
    if stdin:
        try:
            return sys.stdin.buffer.readline().rstrip(b"\r\n").decode()
        except UnicodeDecodeError as error:
            raise click.ClickException("The password on standard input is not UTF-8.") from error
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def group(accounts: AccountService) -> click.Group:
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
        accounts.sign_up(
            username=wanted.username,
            password=wanted.password,
            display_name=wanted.display_name,
            by_operator=True,
        )
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
    @click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
    def delete(name: str, *, yes: bool) -> None:
        """Delete an account with everything it wrote."""
        if not yes:
            click.confirm(f"Delete {fold(name)} with all posts, comments and likes? This cannot be undone.", abort=True)
        accounts.delete(username=fold(name))
        click.echo(f"{fold(name)} was deleted.")

    return users
