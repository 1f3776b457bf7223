"""A site of several hosts: one PostgreSQL and one Redis behind addresses, nginx and HAProxy before the app servers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from feedapp.embedded import Redis
from tests.consistency.hosts.network import CACHE, DATABASE, GATEWAY, REPLICA, SENTINELS, STANDBY, Network
from tests.consistency.load.places import Place
from tests.consistency.sites.site import Site
from tests.support.deployments.balancers import haproxy, nginx
from tests.support.deployments.sentinel import Addresses, WatchedRedis

if TYPE_CHECKING:
    from pathlib import Path

    from tests.consistency.sites.app import App

NGINX, HAPROXY = (443, 80), (8443, 8080)
REDIS_PORT = 6379


class HostedSite(Site):
    """`processes` is the number of hosts; one more is there, on which nothing runs until a scenario has it come.

    `balanced`: the load asks the balancers only. `wired`: see Network.
    """

    ADDRESSES = (DATABASE, STANDBY)

    def __init__(self, directory: Path, *, wired: bool = False, balanced: bool = False, **more: Any) -> None:
        super().__init__(directory, **more)
        if isinstance(self.redis, WatchedRedis):
            self.redis = WatchedRedis(directory / "watched", Addresses(CACHE, REPLICA, SENTINELS))
            self._redis_url = self.redis.url
        else:
            bound = ["--bind", CACHE, "--port", str(REDIS_PORT), "--protected-mode", "no"]
            self.redis = Redis(directory / "redis", arguments=bound)
            self._redis_url = f"redis://{CACHE}:{REDIS_PORT}/0"
        self.network = Network(self._processes + 1, directory, wired=wired)
        self._balanced = balanced
        self.spare: App | None = None

    def _start(self) -> None:
        self.network.start()
        super()._start()
        self.spare = self._app(self._processes)
        servers = [
            f"{host.address}:{app.port}" for host, app in zip(self.network.hosts, [*self.apps, self.spare], strict=True)
        ]
        for balancer, (port, plain_port) in ((nginx, NGINX), (haproxy, HAPROXY)):
            place = self.directory / balancer.__name__
            self._others.enter_context(balancer(place, servers, port=port, plain_port=plain_port, address=GATEWAY))

    def _app(self, number: int) -> App:
        return self._app_on(number, self.network.hosts[number])

    @property
    def places(self) -> list[Place]:
        """Every host by itself, unless only the balancers are asked, and both balancers."""
        balancers = [Place(port, GATEWAY, tls=True) for port, _ in (NGINX, HAPROXY)]
        return balancers if self._balanced else [*super().places, *balancers]

    def environment(self) -> dict[str, str]:
        """Give the settings of an app server: it reaches Redis by its address, too."""
        return super().environment() | {"REDIS_URL": self._redis_url, "TRUSTED_PROXIES": "1"}

    def _stop(self) -> None:
        if self.spare:
            self.spare.stop()
        super()._stop()
        self.network.stop()
        for balancer in (nginx, haproxy):
            shutil.rmtree(self.directory / balancer.__name__, ignore_errors=True)
