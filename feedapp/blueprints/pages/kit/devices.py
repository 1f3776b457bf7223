"""What a browser calls itself, in words by which its owner knows a session in a list: "Firefox on Linux"."""

from __future__ import annotations

from flask import request

BROWSERS = {"Firefox/": "Firefox", "Edg": "Edge", "OPR/": "Opera", "Chrome/": "Chrome", "Safari/": "Safari"}
"""By what stands in User-Agent; in this order, since most name others as well."""
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def device() -> str:
    """Name the browser that sends this request; the empty text if it does not say, or says what is not known."""
    agent = request.headers.get("User-Agent", "")
    known = (next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS))
    return " on ".join(filter(None, known))
