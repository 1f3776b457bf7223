"""`flask --app wsgi doctor`: what is wrong with a set-up, and what to do."""

from __future__ import annotations

import os
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from config import VAR
from feedapp import deadline
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.embedded.launch.secrets_file import NAME as SECRET_KEY_FILE
from feedapp.install.places import COMMAND
from feedapp.services.operations.doctor import Named, SiteChecks, ask_all
from feedapp.services.operations.doctor.fleet import FleetChecks
from feedapp.services.operations.doctor.leaving import LeavingChecks
from feedapp.services.operations.doctor.machine import disk_faults, places, python_fault, secret_faults
from feedapp.services.operations.doctor.media import media_faults
from feedapp.services.operations.doctor.postgresql import PostgresqlChecks
from feedapp.services.operations.doctor.reached import reached_faults
from feedapp.services.operations.doctor.redis import RedisChecks
from feedapp.wiring.delivery import mail_sender, smtp_client
from feedapp.writing.targets.pinned_http import PinnedHttp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config import Settings
    from feedapp.wiring import Services

ENVIRONMENT_FILES = (".env", ".flaskenv", "/etc/feedapp/feedapp.env")
SILENCE, LONGEST = 10.0, 20.0
"""Seconds that a mail server may say nothing, and for all of it: one that greets late is well."""
PUSH_SILENCE, SENDER = 4.0, 5.0


def command(services: Services, settings: Settings) -> click.Command:
    """Make it."""

    @click.command("doctor")
    @with_appcontext
    def doctor() -> None:
        """Look for what is wrong with this set-up: a line and a remedy for each fault, and status 1.

        If all is well it says so in one line, and ends with 0. What cannot be seen from here is a line after that.
        """
        found = ask_all(list(checks(services, settings)))
        faults = [each for each in found if not each.is_note]
        if not faults:
            click.echo("All is well.")
        for each in (*faults, *(each for each in found if each.is_note)):
            click.echo(f"{each.what}\n  {each.remedy}".replace("flask --app wsgi", COMMAND))
        if faults:
            sys.exit(1)

    return doctor


def checks(services: Services, settings: Settings) -> Iterator[Named]:
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
        secret_key=settings.secret_key,
        rate_limits=settings.rate_limits,
        push_private=settings.push_private,
    )
    for each in (site.tls, site.proxies, site.keys, site.tests_only, site.mail):
        yield Named("The settings", each)
    yield Named("SITE_URL", lambda: reached_faults(settings.site_url if site.is_public else None))
    leaving = _leaving(services, settings)
    yield Named("Mail", leaving.mail)
    yield Named("Webhooks", leaving.webhooks)
    yield Named("Pushes", leaving.pushes)
    yield Named("SECRET_KEY", services.site_key.check)
    yield Named(
        "PostgreSQL",
        PostgresqlChecks(
            services.readiness,
            services.server_facts,
            services.pooler,
            workers=launch.workers,
            pool_size=settings.database_pool_size,
            wants_backups=site.is_public,
        ).check,
    )
    yield Named("Redis", RedisChecks(settings.redis_url, prefix=settings.cache_key_prefix).check)
    yield Named("What processes tell", FleetChecks(services.ring, services.leases, services.periodic_jobs.jobs).check)
    yield Named("MEDIA_URL", lambda: media_faults(services.picture_store))
    yield Named("The disks", lambda: disk_faults(places(VAR, os.environ.get("MEDIA_URL", "").strip())))
    yield Named("The files with secrets", lambda: secret_faults(_secrets()))
    yield Named("Python", python_fault)


def _leaving(services: Services, settings: Settings) -> LeavingChecks:
    def sender() -> str | None:
        try:
            with deadline.within(SENDER):
                return mail_sender(settings, services.leaving.contact())
        except SQLAlchemyError:  # the site's contact is not known while PostgreSQL is away
            return settings.mail_from

    return LeavingChecks(
        services.leaving,
        PinnedHttp(private=settings.push_private, silence=PUSH_SILENCE, longest=2 * PUSH_SILENCE),
        client=smtp_client(settings, silence=SILENCE, longest=LONGEST),
        sender=sender,
    )


def _secrets() -> list[Path]:
    given = [Path(value) for option, value in pairwise(sys.argv) if option in {"-e", "--env-file"}]
    return [*given, VAR / SECRET_KEY_FILE, *map(Path, ENVIRONMENT_FILES), VAR.parent / ".env"]
