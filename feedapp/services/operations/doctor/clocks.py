"""Clocks of other machines, against one that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedapp.services.operations.doctor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

APART = 1.0
"""Seconds by which clocks may differ beside the time that asking takes."""


def clock_fault(
    server: str, began: float, theirs: float, ended: float, *, ours: str = "this machine"
) -> Iterator[Fault]:
    """Compare a server's clock with ours, which read `began` before it was asked and `ended` after."""
    behind, ahead = began - theirs, theirs - ended
    apart = max(behind, ahead)
    if apart > APART:
        yield Fault(
            f"Clocks are apart: that of {server} is {apart:,.1f} s {'ahead of' if ahead > 0 else 'behind'} that of "
            f"{ours}. Codes of authenticators fail, and links and locks end at the wrong time.",
            "Let one of them keep the time on both: `timedatectl set-ntp true`, or `apt-get install chrony`.",
        )
