"""/robots.txt, /sitemap.xml and /.well-known/security.txt: what programs that come by on their own look for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, render_template, url_for

from feedapp.blueprints.pages.kit.rendering import site
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.services.content.sitemaps import SitemapService

HOUR = "public, max-age=3600"
CLOSED_TO_ROBOTS = (
    *("/search", "/settings", "/admin", "/login", "/signup", "/reset", "/invite/", "/posts/new", "/newer", "/oembed"),
    *(
        "/complete",
        "/public/newer",
        "/*?cursor=",
        "/*?fragment=",
        "/notifications",
        "/bookmarks",
        "/home/",
        "/api/",
        "/posts/*/menu",
        "/welcome",
    ),
)
"""Pages of one's own, forms, and the other pages of lists: posts are found by the sitemap, each once."""


def blueprint(sitemaps: SitemapService) -> Blueprint:
    """Make the blueprint."""
    crawler_pages = Blueprint("crawlers", __name__)

    @crawler_pages.get("/robots.txt")
    def robots() -> Response:
        lines = ["User-agent: *", *(f"Disallow: {each}" for each in CLOSED_TO_ROBOTS), ""]
        return _plain("\n".join([*lines, f"Sitemap: {site_root()}sitemap.xml", ""]))

    @crawler_pages.get("/sitemap.xml")
    def index() -> Response:
        return _xml("syndication/sitemaps.xml", parts=sitemaps.parts())

    @crawler_pages.get("/sitemap/<any(posts, people):kind>-<int:number>.xml")
    def part(kind: str, number: int) -> Response:
        found = sitemaps.posts(number) if kind == "posts" else sitemaps.people(number)
        return _xml("syndication/sitemap.xml", entries=found)

    @crawler_pages.get("/.well-known/security.txt")
    def security() -> Response:
        """Say whom to tell of a hole (RFC 9116): the contact of the site, else the page that says who runs it."""
        contact = site().contact.strip()
        expires = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT00:00:00Z")
        root = site_root()
        own = f"{root}.well-known/security.txt"
        about = f"{root}{url_for('pages.about.about')[1:]}"
        if not contact or any(sign.isspace() for sign in contact):
            address = about
        else:
            address = contact if "://" in contact else f"mailto:{contact}" if "@" in contact else f"https://{contact}"
        return _plain(f"Contact: {address}\nExpires: {expires}\nCanonical: {own}\nPolicy: {about}\n")

    return crawler_pages


def _plain(text: str) -> Response:
    return _cacheable(Response(text, content_type="text/plain; charset=utf-8"))


def _xml(template: str, **shown: object) -> Response:
    return _cacheable(Response(render_template(template, root=site_root(), **shown), mimetype="application/xml"))


def _cacheable(response: Response) -> Response:
    response.headers["Cache-Control"] = HOUR
    return response
