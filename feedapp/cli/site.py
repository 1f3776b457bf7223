"""`flask site set|show`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from feedapp.cli.terminal import Command
from feedapp.schemas.site import from_pairs

if TYPE_CHECKING:
    from feedapp.reading.site import SiteReader
    from feedapp.services.media.icons import SiteIconService
    from feedapp.services.site.settings import SiteService


def group(site: SiteReader, settings: SiteService, icons: SiteIconService) -> click.Group:
    """Make the commands."""
    commands = click.Group("site", help="See and change what the site is called and who may come in.")

    @commands.command(cls=Command)
    def show() -> None:
        """Show the settings."""
        for name, value in asdict(site.current()).items():
            text = str(value)
            click.echo(f"{name}={text}" if "\n" not in text else f"{name}=\n" + _indented(text))

    @commands.command("set", cls=Command)
    @click.argument("pairs", nargs=-1, required=True, metavar="KEY=VALUE...")
    def change(pairs: tuple[str, ...]) -> None:
        """Change settings, as in `signup=invitation name="The Allotment"`; an empty value takes a text away.

        `icon=FILE` is a picture, or `-` for one on the standard input.
        """
        given = dict(map(_pair, pairs))
        icon = given.pop("icon", None)
        picture = _picture(icon) if icon else b""
        changes = from_pairs(given).changes()
        if icon is not None:
            icons.change(None, picture) if icon else icons.remove(None)
            click.echo("icon is set." if icon else "icon=")
        settings.set(changes)
        for name, value in changes.items():
            click.echo(f"{name} is set." if "\n" in str(value) else f"{name}={value}")

    return commands


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is no KEY=VALUE")
    return name, value


def _picture(name: str) -> bytes:
    try:
        with click.open_file(name, "rb") as file:
            return bytes(file.read())
    except OSError as error:
        raise click.ClickException(f"{name}: {error.strerror}") from None


def _indented(text: str) -> str:
    return "\n".join(f"  {each}" for each in text.split("\n"))
