"""The routes of the usual application, in the manner of feedapp's own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request

from bench.rival import queries
from bench.rival.pages import Pages
from feedapp.blueprints.pages.kit import cookies

if TYPE_CHECKING:
    from flask import Flask

    from feedapp.reading.read_models import Viewer

DEFAULT = 20


def blueprint(app: Flask) -> Blueprint:
    """Make the blueprint."""
    rival = Blueprint("rival", __name__)
    pages = Pages(app)

    def reader() -> Viewer | None:
        token = request.headers.get("Authorization", "").partition(" ")[2] or cookies.token()
        return pages.viewer(sha256(token.encode()).hexdigest()) if token else None

    def writer() -> Viewer:
        return reader() or abort(401)

    @rival.get("/api/posts")
    def feed() -> Response:
        viewer, username = reader(), request.args.get("username")
        kind = request.args.get("feed", "user" if username else "home" if viewer else "public")
        limit = int(request.args.get("limit", DEFAULT))
        body = pages.json_feed(kind, viewer, username, request.args.get("cursor", "start"), limit)
        return Response(body, content_type="application/json")

    @rival.get("/")
    def page() -> Response:
        viewer = reader()
        body = pages.page_feed("home" if viewer else "public", viewer, request.args.get("cursor", "start"), DEFAULT)
        return Response(body, content_type="text/html; charset=utf-8")

    @rival.get("/api/posts/<int:post_id>")
    def show(post_id: int) -> Response:
        return Response(pages.json_post(post_id, reader()) or abort(404), content_type="application/json")

    @rival.post("/api/posts")
    def publish() -> Response:
        post_id = queries.publish(writer().id, request.get_json()["body"])
        pages.forget_feeds()
        return Response(f'{{"id": "{post_id}"}}', 201, content_type="application/json")

    @rival.post("/api/posts/<int:post_id>/likes")
    def like(post_id: int) -> Response:
        viewer = writer()
        queries.like(post_id, viewer.id)
        pages.forget_own(viewer.id)
        return Response("{}", 201, content_type="application/json")

    @rival.post("/api/posts/<int:post_id>/comments")
    def comment(post_id: int) -> Response:
        viewer = writer()
        queries.comment(post_id, viewer.id, request.get_json()["body"])
        pages.forget_own(viewer.id)
        return Response("{}", 201, content_type="application/json")

    return rival
