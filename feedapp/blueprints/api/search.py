"""/api/search: posts, comments and people that are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request

from feedapp.blueprints.api.answers import credentials, page_wanted, paged
from feedapp.blueprints.searches import PARAMETERS, kind_of, query_of
from feedapp.serialisers.people import listed
from feedapp.serialisers.posts import comment, post
from feedapp.services.content.search import Wanted
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from flask import Response

    from feedapp.blueprints.api.endpoint import Endpoint
    from feedapp.services.content.search import SearchService


def blueprint(searches: SearchService, endpoint: Endpoint) -> Blueprint:
    """Make the blueprint."""
    search_api = Blueprint("search", __name__)

    @search_api.get("/search")
    @endpoint.read(*PARAMETERS, reuse=False)
    def search() -> Response:
        kind, wanted = kind_of(request.args), Wanted(query_of(request.args), *page_wanted())
        match kind:
            case "posts":
                root = site_root()
                return paged(searches.posts(credentials(), wanted)[1], lambda view: post(view, root=root))
            case "comments":
                return paged(searches.comments(credentials(), wanted)[1], comment)
            case _:
                return paged(searches.people(credentials(), wanted)[1], listed)

    return search_api
