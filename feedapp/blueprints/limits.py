"""Rate limits of requests: counts them against `feedapp.limits` beforehand, and sends RateLimit headers.

Refused requests and replays for an Idempotency-Key are not counted in the end. Reads count afterwards, and only if
the cache had to ask PostgreSQL, so a read that the cache answers costs nothing. Once a process knows that a network
has read too much, it refuses further reads until the window ends, except from the response cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request

from feedapp import limits
from feedapp.blueprints import agents
from feedapp.errors import SuspendedError, UnauthenticatedError
from feedapp.networks import network_of
from feedapp.observability import logs, request_costs
from feedapp.services.access import devices, rate_limits
from feedapp.web.wsgi_answer import SAFE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint, Response

    from feedapp.limits import Limit
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import Credentials, ViewerService
    from feedapp.services.access.rate_limits import RateLimits, State, Wanted
    from feedapp.services.operations.idempotency_cleanup import IdempotencyService

REFUSED = 400
FREE = frozenset({"pages.assets.show", "pages.media.show", "pages.appearance.accent", "pages.push.worker"})
"""Reads that cost nothing and that every page needs."""


class RequestLimits:
    """The limits on the requests to one blueprint. `credentials` and `key` read who sends one, under which key."""

    def __init__(
        self,
        *,
        rate_limits: RateLimits,
        viewers: ViewerService,
        idempotency: IdempotencyService,
        credentials: Callable[[], Credentials],
        key: Callable[[], str | None],
    ) -> None:
        self._rate_limits = rate_limits
        self._viewers = viewers
        self._idempotency = idempotency
        self._credentials = credentials
        self._key = key

    def register(self, blueprint: Blueprint) -> None:
        """Count every request to a blueprint. Its other `before_request` hooks must be registered first."""
        blueprint.before_request(self.count)
        blueprint.after_request(self.settle)
        blueprint.teardown_request(self.end)

    def count(self) -> None:
        """Count a write, or check whether a read is allowed. Raise TooManyAttemptsError."""
        network = network_of(request.remote_addr or "")
        rate_limits.begin_request(network)
        devices.begin_request(devices.Device(logs.network(request.remote_addr or ""), agents.program()))
        self._viewers.begin_request()
        if not self._rate_limits.enabled:
            return
        if request.method in SAFE:
            self._check_read(network)
        elif request.method != "OPTIONS":
            self._count_write(network)

    def settle(self, response: Response) -> Response:
        """Uncount a request that was refused or replayed, and count a read that the cache could not answer."""
        if not self._rate_limits.enabled:
            return response
        if response.status_code >= REFUSED or g.get("replayed") or "Idempotent-Replayed" in response.headers:
            self._rate_limits.give_back(*g.get("counted_for_success", ()))
        if request.method in SAFE:
            self._count_read(network_of(request.remote_addr or ""))
        return response

    def end(self, _error: BaseException | None) -> None:
        """Forget who sent the request."""
        rate_limits.end_request()
        devices.end_request()
        self._viewers.end_request()

    def _check_read(self, network: str) -> None:
        if request.endpoint in FREE:
            return
        by_member, by_network = limits.UNCACHED_READS
        self._rate_limits.refuse_spent(by_network, network)
        claimed = self._credentials().claimed_id
        if claimed is not None:
            self._rate_limits.refuse_spent(by_member, str(claimed))

    def _count_read(self, network: str) -> None:
        """Count a read. While Redis is away every read costs SQL, and none is counted."""
        spent = request_costs.current()
        if not spent.sql_statements or spent.bypassed:
            return
        by_member, by_network = limits.UNCACHED_READS
        viewer = self._viewers.identified(self._credentials())
        self._rate_limits.take((by_network, network), *([(by_member, str(viewer.id))] if viewer else []))

    def _count_write(self, network: str) -> None:
        self._rate_limits.refuse_spent(limits.WRITES, network)  # a flood costs no trip; what is spent here stays so
        viewer = self._viewer()
        subjects = {"network": network} | ({"member": str(viewer.id)} if viewer else {})
        wanted: list[Wanted] = [
            (limit, subjects[limit.by])
            for limit in limits.OF_ENDPOINT.get(request.endpoint or "", ())
            if limit.by in subjects and self._is_for(limit, viewer)
        ]
        every = (limits.WRITES, network)
        refused = self._rate_limits.take(every, *wanted)
        if not refused:
            g.counted_for_success = wanted
        elif self._is_replay(refused, viewer):
            self._rate_limits.count(every)
        else:
            raise self._rate_limits.refusal(refused)

    def _is_for(self, limit: Limit, viewer: Viewer | None) -> bool:
        """Whether a limit is for whoever asks: some are for new members alone."""
        if not limit.newcomers:
            return True
        return viewer is not None and not viewer.moderates and viewer.age < self._rate_limits.here(limit).figure.seconds

    def _is_replay(self, refused: list[State], viewer: Viewer | None) -> bool:
        """Whether the request was carried out before, so that it will only be replayed."""
        key = self._key()
        if key is None or any(state.limit.name == limits.WRITES.name for state in refused):
            return False
        return self._idempotency.is_answered(key, by=None if viewer is None else viewer.id)

    def _viewer(self) -> Viewer | None:
        """Give who is signed in; None for an invalid token, which the view refuses."""
        try:
            return self._viewers.identify(self._credentials()).viewer
        except (UnauthenticatedError, SuspendedError):
            return None


def describe(response: Response) -> Response:
    """Add RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11) to an answer that counted."""
    states = rate_limits.states()
    if states:
        response.headers["RateLimit-Policy"] = ", ".join(
            f'"{state.limit.name}";q={state.limit.figure.quota};w={state.limit.figure.seconds}' for state in states
        )
        response.headers["RateLimit"] = ", ".join(
            f'"{state.limit.name}";r={state.remaining};t={max(0, round(state.reset))}' for state in states
        )
    return response
