"""What programs call themselves, in words by which an owner knows them: "Firefox on Linux", "curl"."""

from __future__ import annotations

import re

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
_PRODUCT = re.compile(r"[A-Za-z][A-Za-z0-9 ._-]{0,39}")


def browser() -> str:
    """Name the browser that sends this request; the empty text if it does not say, or says what is not known."""
    agent = request.headers.get("User-Agent", "")
    known = (next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS))
    return " on ".join(filter(None, known))


def program() -> str:
    """Name the browser, or whatever else it is that sends this request, without its version."""
    found = _PRODUCT.match(request.headers.get("User-Agent", ""))
    return browser() or (found[0].strip() if found else "")
