"""Addresses with slashes at their end: they lead to the page without them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import current_app, request
from werkzeug.exceptions import NotFound

from feedapp.blueprints.pages.kit.addresses import IN_PATHS, IN_QUERIES
from feedapp.blueprints.pages.kit.rendering import permanently

if TYPE_CHECKING:
    from flask import Response

API = "/api"


def lead_to_the_page() -> Response | None:
    """Lead on an address that is a page's but for slashes at its end. What is none without them stays a 404.

    Only the path of a route of ours is led to, so `//evil.example/` leads nowhere. The method and the form stay.
    """
    if not isinstance(request.routing_exception, NotFound) or not request.path.endswith("/"):
        return None
    path = request.path.rstrip("/") or "/"
    if path == API or path.startswith(f"{API}/"):
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is None or not adapter.allowed_methods(path):
        return None
    query = quote(request.query_string, safe=IN_QUERIES)
    return permanently(quote(path, safe=IN_PATHS) + (f"?{query}" if query else ""))
