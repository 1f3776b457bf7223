"""What a browser calls itself, by which its owner knows a session in a list."""

from __future__ import annotations

from feedapp.blueprints import agents


def device() -> str:
    """Name the browser that sends this request; the empty text if it does not say, or says what is not known."""
    return agents.browser()
