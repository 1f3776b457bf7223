"""Every service, built once, with what it needs handed to it: a file a domain. A new one is entered in its domain's.

First what all stand on (`stores.py`, `core.py`), then the domains, which know nothing of each other, then who handles
which event, and the periodic jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from feedapp.extensions import db
from feedapp.wiring import (
    access,
    content,
    core,
    events,
    media,
    moderation,
    notifications,
    operations,
    people,
    periodic,
    site,
    stores,
)

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.periodic import PeriodicJobs

__all__ = ["Services", "wire"]


@dataclass(frozen=True, kw_only=True)
class Services(
    core.Core,
    access.Access,
    content.Content,
    media.Media,
    notifications.Notifications,
    people.People,
    site.Site,
    moderation.Moderation,
    operations.Operations,
):
    """All services of one app, and the parts of the cache that the command line and tests look into."""

    periodic_jobs: PeriodicJobs
    engines: tuple[Engine, ...]
    """Those beside the one of the sessions."""

    def start(self) -> None:
        """Begin to serve: come to trust Redis, deliver, do the periodic jobs, in threads."""
        self.relay.start()
        self.courier.start()
        self.periodic_jobs.start()

    def stop(self) -> None:
        """End those threads."""
        self.periodic_jobs.stop()
        self.counting.finish()
        self.courier.stop()
        self.relay.stop()

    def close(self) -> None:
        """Close every connection that is not in use. Needs the app's context."""
        for engine in (db.engine, *self.engines):
            engine.dispose()
        self.backend.close()
        self.metrics_server.close()


def wire(app: Flask, settings: Settings) -> Services:
    """Build the services of an app whose extensions are bound. Raise SettingError."""
    given = stores.build(app, settings)
    base = core.build(given)
    proofs = access.build(given, base)
    written = content.build(given, base)
    shown = media.build(given, base)
    told = notifications.build(given, base)
    belongings = (*written.belongings, *shown.belongings, *told.belongings)
    community = people.build(given, base, proofs, belongings=belongings)
    own = site.build(given, base)
    moderated = moderation.build(given, base, written, community.silence.change)
    with app.app_context():
        sessions = db.engine
    operated = operations.build(given, base, sessions)
    parts = {
        name: each
        for part in (base, proofs, written, shown, told, community, own, moderated, operated)
        for name, each in vars(part).items()
    }
    services = Services(
        periodic_jobs=periodic.jobs(app, proofs, written, shown, told, community, moderated, operated),
        engines=(given.reads, given.for_relay),
        **parts,
    )
    events.register(services)
    return services
