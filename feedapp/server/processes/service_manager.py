"""What systemd is told of this process (sd_notify), where its unit has Type=notify."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

SETTING = "NOTIFY_SOCKET"
READY = "READY=1"


def tell(state: str) -> None:
    """Send a state, as `READY` is; nothing where nobody listens."""
    address = os.environ.get(SETTING, "")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(state.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
