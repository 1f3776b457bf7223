"""The authority whose certificates the guide asks for: Let's Encrypt's own test server (pebble), inside the machine.

It looks for the answer to its challenge at port 80 of the host, as the real one does, with nginx of the guide there.
"""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.guide.machine import Machine

PACKAGE = "pebble"
DIRECTORY, MANAGEMENT = 14000, 15000


class Authority:
    """`prepare` before the machine boots, `start` after each boot."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._place = machine.root / "etc" / "authority"
        self.root: Path = machine.root.parent / "root.pem"
        """The certificate by which visitors know what it has signed."""

    def prepare(self) -> None:
        """Write its settings and its own certificate, and lead certbot to it."""
        self._place.mkdir()
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=DNS:localhost"),
                *("-keyout", str(self._place / "key.pem"), "-out", str(self._place / "certificate.pem")),
            ],
            check=True,
            capture_output=True,
        )
        settings = {
            "listenAddress": f"127.0.0.1:{DIRECTORY}", "managementListenAddress": f"127.0.0.1:{MANAGEMENT}",
            "certificate": "/etc/authority/certificate.pem", "privateKey": "/etc/authority/key.pem",
            "httpPort": 80, "tlsPort": 443,
        }  # fmt: skip
        (self._place / "settings.json").write_text(json.dumps({"pebble": settings}), encoding="utf-8")
        self._machine.trust(self._place / "certificate.pem")
        own = self._machine.root / "root" / ".config" / "letsencrypt"
        own.mkdir(parents=True)
        (own / "cli.ini").write_text(f"server = https://localhost:{DIRECTORY}/dir\n", encoding="utf-8")

    def start(self) -> None:
        """Start it, before ca-certificates is there; it signs with another root each time."""
        self._machine.run(
            *("systemd-run", "--unit=authority", "--setenv=PEBBLE_VA_NOSLEEP=1", "--setenv=PEBBLE_WFE_NONCEREJECT=0"),
            "--setenv=PEBBLE_AUTHZREUSE=0",  # a renewal is asked for its challenge, too
            *("/usr/bin/pebble", "-config", "/etc/authority/settings.json"),
        )
        told = self._machine.visit(
            *("--retry", "20", "--retry-connrefused", "--retry-delay", "1"),
            *("--cacert", str(self._place / "certificate.pem"), f"https://localhost:{MANAGEMENT}/roots/0"),
        )
        self.root.write_text(told, encoding="utf-8")
        local = self._machine.root / "usr" / "local" / "share" / "ca-certificates"
        local.mkdir(parents=True, exist_ok=True)
        (local / "authority.crt").write_text(told, encoding="utf-8")  # all programs of the machine trust the real one
