"""A network of a run's own: a bridge, and hosts that are network namespaces with an address each.

All of it is inside one namespace (`enter`), and each namespace lives as long as a process in it. So nothing of it is
left, however a run ends: not even after SIGKILL, and nothing outside was ever changed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from feedapp.embedded.processes import end, spawn
from tests.consistency.hosts.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from feedapp.embedded.processes import Process

NETWORK, BRIDGE = "10.213.0", "feedapp0"
GATEWAY, DATABASE, CACHE, REPLICA, SENTINELS, STANDBY = SERVERS = [f"{NETWORK}.{last}" for last in range(1, 7)]
"""Addresses of the machine on which the balancers, PostgreSQL and Redis run, so that each can be cut off by itself."""
FIRST_HOST = 11
INSIDE = "FEEDAPP_INSIDE_NAMESPACE"
TOOLS = ("ip", "unshare", "nsenter", "nft", "nginx", "haproxy", "openssl")


def lacking() -> str:
    """Say why hosts cannot be had here; nothing if they can."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    missing = [
        name for name in TOOLS if shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin") is None
    ]
    if missing:
        return f"not installed: {', '.join(missing)}"
    tried = subprocess.run(
        ["unshare", "--net", "ip", "link", "add", BRIDGE, "type", "bridge"], capture_output=True, text=True, check=False
    )
    return tried.stderr.strip()


def enter() -> None:
    """Become the same command inside a network namespace of its own; return at once if this is one."""
    if os.environ.get(INSIDE):
        return
    reason = lacking()
    if reason:
        sys.exit(f"--hosts: {reason}")
    command = ["unshare", "--net", "--", sys.executable, "-m", "tests.consistency", *sys.argv[1:]]
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    os.execvpe(command[0], command, {**os.environ, INSIDE: "1", "PATH": path})  # noqa: S606


class Network:
    """A bridge with the addresses of the servers, and hosts beside it."""

    def __init__(self, hosts: int, directory: Path, *, wired: bool = False) -> None:
        """`wired`: hosts are connected by a Wire each, which can lose and delay what passes."""
        assert os.environ.get(INSIDE), "this would change the machine's own network"
        self.hosts = [Host(number, directory / f"host-{number}.log", wired=wired) for number in range(hosts)]

    def start(self) -> None:
        """Make all of it."""
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        for address in SERVERS:
            run("ip", "address", "add", f"{address}/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        for host in self.hosts:
            host.start()

    def stop(self) -> None:
        """Take it down again: another scenario may follow in the same namespace."""
        for host in self.hosts:
            host.stop()
        subprocess.run(["ip", "link", "delete", BRIDGE], check=False, capture_output=True)


class Host:
    """One host; its namespace is that of a process which only sleeps."""

    def __init__(self, number: int, log: Path, *, wired: bool) -> None:
        self.address = f"{NETWORK}.{FIRST_HOST + number}"
        self.wire = Wire(f"wire{number}", log.with_suffix(".wire.log")) if wired else None
        self._link, self._log = f"link{number}", log
        self._holder: Process | None = None

    def start(self) -> None:
        """Connect it to the bridge."""
        self._holder = spawn(
            ["/usr/bin/unshare", "--net", "--", "/bin/sh", "-c", "echo ready; exec sleep infinity"],
            log=self._log, death_signal=signal.SIGKILL,
        )  # fmt: skip
        while "ready" not in self._log.read_text():
            assert self._holder.poll() is None, self._log.read_text()
        if self.wire:
            self.wire.start(BRIDGE, self._holder.pid)
        else:
            run("ip", "link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", str(self._holder.pid))
            run("ip", "link", "set", self._link, "master", BRIDGE, "up")
        self.run("ip", "link", "set", "lo", "up")
        self.run("ip", "address", "add", f"{self.address}/24", "dev", "eth0")
        self.run("ip", "link", "set", "eth0", "up")

    def command(self, words: Sequence[str]) -> list[str]:
        """Give the command that does this inside."""
        assert self._holder
        return ["/usr/bin/nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--", *words]

    def run(self, *words: str) -> None:
        """Do something inside."""
        run(*self.command(words))

    def cut_off(self, *addresses: str) -> None:
        """Let no packet pass between it and these addresses: nobody is told, connections just fall silent."""
        self.run("nft", f"add table inet {BRIDGE}")
        for hook, side in (("input", "saddr"), ("output", "daddr")):
            self.run("nft", f"add chain inet {BRIDGE} {hook} {{ type filter hook {hook} priority 0; }}")
            self.run("nft", f"add rule inet {BRIDGE} {hook} ip {side} {{ {', '.join(addresses)} }} drop")

    def let_in(self) -> None:
        """Let everything pass again."""
        self.run("nft", f"delete table inet {BRIDGE}")

    def stop(self) -> None:
        """End it; what ran in it has ended before."""
        if self.wire:
            self.wire.stop()
        elif self._holder:
            subprocess.run(["ip", "link", "delete", self._link], check=False, capture_output=True)
        if self._holder:
            end(self._holder)


def run(*words: str) -> None:
    """Run a command of the system; raise RuntimeError with what it says if it fails."""
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
