"""/search and /opensearch.xml: what people wrote, and people, found by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.rendering import fragment, page, site, wants_fragment
from feedapp.blueprints.searches import kind_of, query_of
from feedapp.errors import InvalidQueryError
from feedapp.pagination import DEFAULT
from feedapp.services.content.search import Wanted
from feedapp.web.conditional import PUBLIC
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.search import SearchService
    from feedapp.services.people.names import NameService

WRONG = 400


def blueprint(searches: SearchService, viewers: ViewerService, names: NameService) -> Blueprint:
    """Make the blueprint."""
    search_pages = Blueprint("search", __name__)

    @search_pages.get("/search")
    def show() -> Response:
        q = request.args.get("q", "").strip()
        sender = cookies.credentials()
        if not q:
            return page("search.html", viewer=viewers.identify(sender).viewer, q="", kind=kind_of(request.args))
        try:
            kind = kind_of(request.args)
            wanted = Wanted(query_of(request.args), request.args.get("cursor"), DEFAULT)
        except InvalidQueryError as error:
            wrong = " ".join(f"What you search for {each.message}." for each in error.errors)
            viewer = viewers.identify(sender).viewer
            return page("search.html", viewer=viewer, q=q, kind="posts", wrong=wrong, status=WRONG)
        query = urlencode({"q": q} | ({} if kind == "posts" else {"kind": kind})) + "&"
        viewer, found, more = _found(kind, wanted)
        if kind in {"posts", "comments"} and wants_fragment():
            return fragment(found, viewer=viewer, prev="Newer", next="Older", label="More of it", query=query)
        return page("search.html", viewer=viewer, q=q, kind=kind, found=found, query=query, **more)

    def _found(kind: str, wanted: Wanted) -> tuple[Viewer | None, Any, dict[str, Any]]:
        words = tuple(wanted.query.words)
        match kind:
            case "posts":
                viewer, posts = searches.posts(cookies.credentials(), wanted)
                return viewer, cards.found(posts, viewer, names.in_list(posts.items), words), {}
            case "comments":
                viewer, comments = searches.comments(cookies.credentials(), wanted)
                return viewer, cards.found_comments(comments, viewer, names.in_list(comments.items), words), {}
            case "tags":
                viewer, tags = searches.tags(cookies.credentials(), wanted)
                return viewer, tags, {}
            case _:
                viewer, people = searches.people(cookies.credentials(), wanted)
                return viewer, people, {"named": names.in_list([], bios=people.items)}

    @search_pages.get("/opensearch.xml")
    def describe() -> Response:
        """Describe the search to browsers, which offer it in their address bar."""
        answer = Response(
            render_template("opensearch.xml", root=site_root(), site=site()),
            mimetype="application/opensearchdescription+xml",
        )
        answer.headers["Cache-Control"] = PUBLIC
        return answer

    return search_pages
