"""`flask seed`."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from feedapp import times
from feedapp.cli.terminal import Command, progress
from feedapp.seeds.rhythm import DAYS, EARLIEST_END
from feedapp.seeds.sizes import PROPORTIONS, Sizes

if TYPE_CHECKING:
    from feedapp.cli.demo import Demo
    from feedapp.seeds.loading import Seeding
    from feedapp.services.access.passwords import Passwords

PASSWORD_BYTES = 12
USERS = 100
OF_CHANCE = ("users", *(name for name, _, _ in PROPORTIONS), "seed")
"""Options of a community that is put together by chance."""


def command(seeding: Seeding, passwords: Passwords, written: Demo) -> click.Command:
    """Make the command."""

    def seed(
        *, seed: int, until: datetime | None, if_empty: bool, demo: bool, quiet: bool, **counts: int | None
    ) -> None:
        sizes = Sizes.believable(counts)
        _check_alone(demo=demo)
        if if_empty and not seeding.is_needed():
            return
        end = (until or datetime.now(UTC)).replace(microsecond=0)
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        if demo:
            with progress(None, "Seeding", quiet=quiet) as advance:
                username = written.load(until=end, password=password, advance=advance)
            click.echo(f"Log in as {username} with the password {password}")
            return
        password_hash = passwords.hash(password)
        with progress(sizes.rows, "Seeding", quiet=quiet) as advance:
            login = seeding.load(sizes, seed=seed, until=end, password_hash=password_hash, advance=advance)
        click.echo(f"Log in as {login.username} with the password {password}")

    return Command("seed", seed, help=_HELP, params=_options())


def _check_alone(*, demo: bool) -> None:
    """Refuse numbers beside --demo."""
    context = click.get_current_context()
    said = [
        f"--{name}"
        for name in OF_CHANCE
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    ]
    if demo and said:
        raise click.UsageError(f"--demo is the community that was written: leave {', '.join(said)} out")


class _LastMoment(click.ParamType[datetime]):
    """A time as an archive may have it, from which a whole community fits in before."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it."""
        try:
            moment = times.read(value, now=datetime.now(UTC), default_zone=UTC)
        except ValueError as error:
            self.fail(f"{value} {error}", param, ctx)
        if moment < EARLIEST_END:
            self.fail(f"{value} is too early: a community takes {DAYS} days", param, ctx)
        return moment


_HELP = """Add a community: people who write, comment, like and follow.

With --demo it is a small one whose conversations were written, with pictures. Without, it is as large as you say, and
its texts are put together by chance: in an empty database the same numbers and the same --seed make the same community.
It ends now, or at --until.

One of them can log in, with a random password that is printed at the end and stored nowhere. The others cannot log in
until `flask user password NAME` gives them a password.
"""


def _options() -> list[click.Parameter]:
    numbers: list[click.Parameter] = [
        click.Option([f"--{name}"], type=click.IntRange(min=int(name == "users")), default=default, show_default=shown)
        for name, default, shown in (
            ("users", USERS, str(USERS)),
            *((name, None, f"{number} for each of the {whose}") for name, number, whose in PROPORTIONS),
        )
    ]
    return [
        *numbers,
        click.Option(
            ["--seed"], type=int, default=1, show_default=True, help="The same number makes the same community."
        ),
        click.Option(
            ["--until"], type=_LastMoment(), help="When it ends, instead of now; in UTC unless the time has a zone."
        ),
        click.Option(["--demo"], is_flag=True, help="The written community, of a few people."),
        click.Option(["--if-empty"], is_flag=True, help="Do nothing if there is any user."),
        click.Option(["--quiet"], is_flag=True, help="Without a progress bar."),
    ]
