"""A wire between a host and the bridge that loses and delays packets, in a process of its own.

Linux has netem for that, where its kernel has it. This needs TAP devices only, and does the same everywhere.

    python -m tests.consistency.hosts.wire NAME BRIDGE PID    # then lines "LOSS DELAY JITTER" on standard input
"""

from __future__ import annotations

import fcntl
import heapq
import os
import select
import struct
import subprocess
import sys
import time
from pathlib import Path
from random import Random

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
FRAME = 1 << 16
ROOT = Path(__file__).resolve().parents[3]


class Wire:
    """Carries everything at once until it is told otherwise."""

    def __init__(self, name: str, log: Path) -> None:
        self._name, self._log = name, log
        self._process: subprocess.Popen[str] | None = None

    def start(self, bridge: str, holder: int) -> None:
        """Connect the bridge with `eth0` of the namespace in which that process is."""
        command = [sys.executable, "-m", __name__, self._name, bridge, str(holder)]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, cwd=ROOT, text=True
            )
        assert self._process.stdout
        if not self._process.stdout.readline():
            raise RuntimeError(f"no wire: {self._log.read_text()}")

    def set(self, *, loss: float = 0, delay: float = 0, jitter: float = 0) -> None:
        """From now on lose this share of the packets, and delay the others by so many seconds, each way."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"{loss} {delay} {jitter}\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """Take it away, with its devices. It ends with its standard input, so also when nobody stops it."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()


def main() -> None:
    """Make the devices, say so, and carry frames until standard input ends."""
    name, bridge, holder = sys.argv[1:]
    near, far = _tap(name), _tap(f"{name}far")
    for words in (
        f"ip link set {name} master {bridge} up",
        f"ip link set {name}far netns {holder} name eth0",
        f"nsenter --net=/proc/{holder}/ns/net -- ip link set eth0 up",
    ):
        subprocess.run(words.split(), check=True)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _carry({near: far, far: near})


def _carry(other: dict[int, int]) -> None:
    loss = delay = jitter = 0.0
    chances = Random()
    waiting: list[tuple[float, int, int, bytes]] = []
    carried = 0
    while True:
        timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
        ready, _, _ = select.select([0, *other], [], [], timeout)
        if 0 in ready:
            line = os.read(0, 1_000).decode()
            if not line:
                return
            loss, delay, jitter = map(float, line.splitlines()[-1].split())
        now = time.monotonic()
        for source in ready:
            if source and chances.random() >= loss:
                carried += 1
                due = now + delay + chances.uniform(0, jitter)
                heapq.heappush(waiting, (due, carried, other[source], os.read(source, FRAME)))
            elif source:
                os.read(source, FRAME)
        while waiting and waiting[0][0] <= now:
            _, _, target, frame = heapq.heappop(waiting)
            try:
                os.write(target, frame)
            except OSError as error:  # the device is down: the frame is lost
                sys.stderr.write(f"{error}\n")


def _tap(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22s", name.encode(), IFF_TAP | IFF_NO_PI, b""))
    return device


if __name__ == "__main__":
    main()
