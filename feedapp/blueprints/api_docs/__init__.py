"""/api/openapi.json and /api/docs: the declared calls of the API, described for programs and for people.

Made at the first request, once per process, and then sent from memory.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from flask import Blueprint, Response, current_app, render_template

from feedapp.blueprints.api.kit.endpoint import Endpoint
from feedapp.blueprints.api_docs.document import document
from feedapp.blueprints.api_docs.page import marked, sections
from feedapp.web.conditional import PUBLIC

if TYPE_CHECKING:
    from feedapp.wiring import Services


def blueprint(services: Services) -> Blueprint:
    """Make the blueprint. Its addresses take any parameters, and heed none."""
    docs = Blueprint("api_docs", __name__)

    @cache
    def described() -> dict[str, Any]:
        views = current_app.view_functions.values()
        return document([each for each in views if isinstance(each, Endpoint)], services.rate_limits)

    @cache
    def as_json() -> bytes:
        return orjson.dumps(described())

    @cache
    def as_page() -> str:
        about = described()["info"]["description"].split("\n\n")
        return render_template("api_docs.html", about=about, sections=sections(described()), marked=marked)

    @docs.get("/openapi.json")
    def openapi() -> Response:
        return _public(Response(as_json(), content_type="application/json"))

    @docs.get("/docs")
    def read() -> Response:
        return _public(Response(as_page(), content_type="text/html; charset=utf-8"))

    return docs


def _public(response: Response) -> Response:
    response.headers["Cache-Control"] = PUBLIC
    return response
