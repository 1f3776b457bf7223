"""`flask --app wsgi doctor`: what is wrong with a set-up, and what to do."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from config import VAR
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.embedded.launch.secrets_file import NAME as SECRET_KEY_FILE
from feedapp.services.operations.doctor import Fault, SiteChecks
from feedapp.services.operations.doctor.machine import disk_faults, places, python_fault, secret_faults
from feedapp.services.operations.doctor.postgresql import PostgresqlChecks
from feedapp.services.operations.doctor.redis import RedisChecks
from feedapp.wiring.delivery import smtp_client
from feedapp.writing.targets.smtp import MailPostponedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config import Settings
    from feedapp.services.operations.doctor import Check
    from feedapp.wiring import Services
    from feedapp.writing.targets.smtp import SmtpClient

ENVIRONMENT_FILES = (".env", ".flaskenv", "/etc/feedapp/feedapp.env")


def command(services: Services, settings: Settings) -> click.Command:
    """Make it."""

    @click.command("doctor")
    @with_appcontext
    def doctor() -> None:
        """Look for what is wrong with this set-up: a line and a remedy for each fault, and status 1.

        If all is well it says so in one line, and ends with 0.
        """
        faults = [fault for check in checks(services, settings) for fault in check()]
        for fault in faults:
            click.echo(f"{fault.what}\n  {fault.remedy}")
        if faults:
            sys.exit(1)
        click.echo("All is well.")

    return doctor


def checks(services: Services, settings: Settings) -> Iterator[Check]:
    """Give the checks, those of the settings first."""
    launch = LaunchSettings.from_environment(
        {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "SECRET_KEY": settings.secret_key,
        },
        directory=VAR,
    )
    site = SiteChecks(
        site=settings.site_url,
        host=launch.host,
        listens_for_itself=launch.is_loopback,
        trusted_proxies=settings.trusted_proxies,
        sends_mail=settings.smtp is not None,
    )
    yield site.tls
    yield site.proxies
    yield site.mail
    yield lambda: mail_faults(smtp_client(settings))
    yield PostgresqlChecks(
        services.readiness,
        services.server_facts,
        workers=launch.workers,
        pool_size=settings.database_pool_size,
        wants_backups=site.is_public,
    ).check
    yield RedisChecks(settings.redis_url).check
    yield lambda: disk_faults(places(VAR, os.environ.get("MEDIA_URL", "").strip()))
    yield lambda: secret_faults(_secrets())
    yield python_fault


def mail_faults(client: SmtpClient | None) -> Iterator[Fault]:
    """Connect to the mail server, as each mail does."""
    if client is None:
        return
    try:
        client.check()
    except MailPostponedError as error:
        yield Fault(f"No mail leaves: {' '.join(str(error).split())}.", "Mend SMTP_URL, or what it leads to.")


def _secrets() -> list[Path]:
    given = [Path(value) for option, value in pairwise(sys.argv) if option in {"-e", "--env-file"}]
    return [*given, VAR / SECRET_KEY_FILE, *map(Path, ENVIRONMENT_FILES), VAR.parent / ".env"]
