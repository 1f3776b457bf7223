"""/about, /rules, /privacy: what the site says of itself; and its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from flask import Blueprint, Response, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.assets import PAPERS, asset, icon
from feedapp.blueprints.pages.kit.rendering import page, site
from feedapp.retention import RETENTION
from feedapp.web.conditional import PUBLIC
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from feedapp.reading.site import Site
    from feedapp.reading.viewers import ViewerService
    from feedapp.web.response_cache import ResponseCache

NONE = Parameters()
ICON = "#1f6f5c"
"""What a page is coloured with that no admin has chosen a colour for, as programs want it that know no other form."""
PNG = {"type": "image/png"}
LARGE = (192, 512)
"""Sides of the icon that phones ask for."""


def blueprint(viewers: ViewerService, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    about_pages = Blueprint("about", __name__)

    @about_pages.get("/about")
    @kept.of(cookies.credentials, parameters=NONE)
    def about() -> Response:
        return _shown("site/about.html")

    @about_pages.get("/rules")
    @kept.of(cookies.credentials, parameters=NONE)
    def rules() -> Response:
        return _shown("site/rules.html")

    @about_pages.get("/privacy")
    @kept.of(cookies.credentials, parameters=NONE)
    def privacy() -> Response:
        return _shown("site/privacy.html", retention=RETENTION)

    @about_pages.get("/manifest.webmanifest")
    @kept.of(cookies.credentials, parameters=NONE)
    def manifest() -> Response:
        """Tell a browser what to call the site on a screen; the same for everybody."""
        shown = site()
        answer = Response(orjson.dumps(_manifest(shown)))
        answer.content_type = "application/manifest+json"
        answer.headers["Cache-Control"] = PUBLIC
        return answer

    def _shown(template: str, **context: object) -> Response:
        viewer = viewers.identify(cookies.credentials()).viewer
        return page(template, viewer=viewer, status=200, **context)

    return about_pages


def _manifest(site: Site) -> dict[str, object]:
    scalable = [] if site.icon else [{"src": asset("icon.svg"), "type": "image/svg+xml", "sizes": "any"}]
    return {
        "name": site.name,
        "short_name": site.name,
        **({"description": site.tagline} if site.tagline else {}),
        "lang": site.language,
        "start_url": url_for("pages.feeds.home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": site.accent or ICON,
        "background_color": PAPERS["light"],
        "icons": [*scalable, *({**PNG, "src": icon(site.icon, side), "sizes": f"{side}x{side}"} for side in LARGE)],
    }
