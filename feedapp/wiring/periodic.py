"""The periodic jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp import deadline
from feedapp.observability import troubles
from feedapp.periodic import PeriodicJob, PeriodicJobs

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from feedapp.wiring import Services

LONGEST_JOB = 300.0
"""Seconds; what is left then is done when it is due next. While PostgreSQL stands still, a job ends much sooner."""


def jobs(app: Flask, services: Services) -> PeriodicJobs:
    """Make them."""
    return PeriodicJobs(
        PeriodicJob("Noting the use of tokens", 1, _in_context(app, services.uses.write_down)),
        PeriodicJob("Finishing deletions of accounts", 60, _in_context(app, services.account_deletion.go_on)),
        PeriodicJob("Deleting tokens that have ended", 60, _in_context(app, services.tokens.sweep)),
        PeriodicJob("Forgetting names that were given up", 3_600, _in_context(app, services.usernames.clean)),
        PeriodicJob("Forgetting answers of yesterday", 600, _in_context(app, services.idempotency.clean)),
        PeriodicJob("Noting which troubles are over", 1, troubles.settle),
        PeriodicJob("Serving figures", 2, services.metrics_server.take_port),
    )


def _in_context(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context(), deadline.within(LONGEST_JOB):
            job()

    return run
