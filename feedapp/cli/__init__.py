"""The `flask` commands for operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.cli import archive, cache, counts, filters, invite, seed, site, users, webhooks
from feedapp.cli.demo import Demo
from feedapp.cli.running import backup, doctor, reload, serve, setup, status
from feedapp.command_services import wire_commands
from feedapp.wiring.delivery import site_address

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings
    from feedapp.wiring import Services


def register(app: Flask, services: Services, settings: Settings) -> None:
    """Add the commands to an app."""
    parts = wire_commands(services)
    app.cli.add_command(serve.command(settings))
    app.cli.add_command(reload.command)
    app.cli.add_command(setup.command)
    app.cli.add_command(status.command(services.desk))
    app.cli.add_command(doctor.command(services, settings))
    app.cli.add_command(backup.backup_command(settings))
    app.cli.add_command(backup.restore_command(services, settings))
    demo = Demo(seeding=parts.seeding, importing=parts.importing, accounts=services.accounts)
    app.cli.add_command(seed.command(parts.seeding, parts.passwords, demo))
    app.cli.add_command(
        users.group(
            services.accounts,
            services.grace,
            services.joining,
            services.roles,
            services.recovery,
            services.sanctions,
            services.sweeps,
            lambda: site_address(settings),
        )
    )
    app.cli.add_command(filters.group(services.filters))
    app.cli.add_command(webhooks.group(services.webhooks))
    app.cli.add_command(site.group(services.site, services.site_settings, services.site_icon))
    app.cli.add_command(invite.command(services.joining.invitations, settings))
    app.cli.add_command(archive.import_command(parts.importing))
    app.cli.add_command(archive.export_command(lambda: parts.exports, services.picture_store))
    app.cli.add_command(cache.group(services.cache_inspection, services.cache_verification))
    app.cli.add_command(counts.group(parts.counts))
