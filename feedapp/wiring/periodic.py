"""The periodic jobs: those of the site have a lease, the others are each process's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp import deadline
from feedapp.observability import troubles
from feedapp.periodic import PeriodicJob, PeriodicJobs
from feedapp.services.operations import backfills
from feedapp.services.operations.desk import counting, drift, sampling
from feedapp.services.operations.doctor import site_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.wiring.access import Access
    from feedapp.wiring.content import Content
    from feedapp.wiring.media import Media
    from feedapp.wiring.moderation import Moderation
    from feedapp.wiring.notifications import Notifications
    from feedapp.wiring.operations import Operations
    from feedapp.wiring.people import People

LONGEST_JOB = 300.0
"""Seconds; what is left then is done when it is due next. While PostgreSQL stands still, a job ends much sooner."""
LEASE = LONGEST_JOB + 30.0


def jobs(
    app: Flask,
    proofs: Access,
    written: Content,
    shown: Media,
    told: Notifications,
    community: People,
    moderated: Moderation,
    operated: Operations,
) -> PeriodicJobs:
    """Make them."""
    return PeriodicJobs(
        PeriodicJob("account_deletions", 60, _in_context(app, community.grace.delete_due), LEASE),
        PeriodicJob("personal_archives", 30, _in_context(app, community.archives.make), LEASE),
        PeriodicJob("fetched_archives", 3_600, _in_context(app, community.archives.clean), LEASE),
        PeriodicJob("ended_sanctions", 5, _in_context(app, moderated.sanctions.end_those_that_are_over), LEASE),
        PeriodicJob("sweeps", 5, _in_context(app, moderated.sweeps.go_on), LEASE),
        PeriodicJob("swept_texts", 60, _in_context(app, moderated.sweeps.remove_due), LEASE),
        PeriodicJob("moderation_log", 3_600, _in_context(app, moderated.moderation_log.sweep), LEASE),
        PeriodicJob("ended_tokens", 60, _in_context(app, proofs.tokens.sweep), LEASE),
        PeriodicJob("known_devices", 86_400, _in_context(app, proofs.devices.sweep), LEASE),
        PeriodicJob("used_challenges", 600, _in_context(app, proofs.challenges.sweep), LEASE),
        PeriodicJob("former_usernames", 3_600, _in_context(app, community.usernames.clean), LEASE),
        PeriodicJob("refused_applications", 3_600, _in_context(app, community.joining.applications.clean), LEASE),
        PeriodicJob("reset_links", 3_600, _in_context(app, community.recovery.clean), LEASE),
        PeriodicJob("unused_pictures", 3_600, _in_context(app, shown.pictures.sweep), LEASE),
        PeriodicJob("read_notifications", 3_600, _in_context(app, told.telling.sweep), LEASE),
        PeriodicJob("notification_digests", 60, _in_context(app, told.digests.send_due), LEASE),
        PeriodicJob("idempotency_records", 600, _in_context(app, operated.idempotency.clean), LEASE),
        PeriodicJob("changes", 600, _in_context(app, written.changes.clean), LEASE),
        PeriodicJob("hopeless_webhooks", 300, _in_context(app, written.webhook_care.disable_hopeless), LEASE),
        PeriodicJob("webhook_deliveries", 3_600, _in_context(app, written.webhook_care.sweep), LEASE),
        PeriodicJob("site_figures", counting.EVERY, _in_context(app, operated.counting.site), LEASE),
        PeriodicJob("verifier", sampling.EVERY, _in_context(app, operated.sampling.sample), LEASE),
        PeriodicJob("backfills", backfills.EVERY, _in_context(app, operated.backfills.go_on), LEASE),
        PeriodicJob("counters", drift.EVERY, _in_context(app, operated.drift.look), LEASE),
        PeriodicJob("site_key", site_key.EVERY, _in_context(app, operated.site_key.note), LEASE),
        PeriodicJob("webhooks", 5, _in_context(app, written.webhook_care.fill)),
        PeriodicJob("figures", 10, operated.counting.write),
        PeriodicJob("process_state", 5, operated.process_state.tell),
        PeriodicJob("token_uses", 1, _in_context(app, proofs.uses.write_down)),
        PeriodicJob("troubles", 1, troubles.settle),
        PeriodicJob("metrics_port", 2, operated.metrics_server.take_port),
        leases=operated.leases,
    )


def _in_context(app: Flask, job: Callable[[], int | None]) -> Callable[[], int | None]:
    def run() -> int | None:
        with app.app_context(), deadline.within(LONGEST_JOB):
            return job()

    return run
