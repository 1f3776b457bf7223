"""The `flask` commands for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cli import archive, cache, counts, seed, serve, users
from feedapp.command_services import wire_commands

if TYPE_CHECKING:
    from flask import Flask

    from feedapp.wiring import Services


def register(app: Flask, services: Services) -> None:
    """Add the commands to an app."""
    parts = wire_commands(services)
    app.cli.add_command(serve.command())
    app.cli.add_command(seed.command(parts.seeding, parts.passwords))
    app.cli.add_command(users.group(services.accounts))
    app.cli.add_command(archive.import_command(parts.importing))
    app.cli.add_command(archive.export_command(lambda: parts.exports))
    app.cli.add_command(cache.group(services.cache_inspection, services.cache_verification))
    app.cli.add_command(counts.group(parts.counts))
