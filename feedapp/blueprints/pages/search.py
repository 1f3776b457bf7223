"""/search and /opensearch.xml: what people wrote, and people, found by words; /complete: names and tags, as begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import regex
from flask import Blueprint, Response, render_template, request

from feedapp.blueprints.pages.kit import cards, cookies
from feedapp.blueprints.pages.kit.forms import sentence
from feedapp.blueprints.pages.kit.rendering import fragment, nothing, page, piece, site, wants_fragment
from feedapp.blueprints.searches import kind_of, query_of
from feedapp.errors import InvalidQueryError
from feedapp.languages.catalogues import gettext as _
from feedapp.languages.spoken import speaking
from feedapp.lengths import TAG_LENGTH, USERNAME_LENGTH
from feedapp.pagination import DEFAULT
from feedapp.services.content.search import Wanted
from feedapp.text import tags
from feedapp.text.search_query import SearchQuery, Term
from feedapp.web.conditional import PUBLIC
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from feedapp.reading.read_models import Viewer
    from feedapp.reading.viewers import ViewerService
    from feedapp.services.content.search import SearchService
    from feedapp.services.people.names import NameService

WRONG = 400
COMPLETED = 8
"""People or tags that are offered at most."""
_BEGINNING = regex.compile(
    rf"[@\uff20](?P<name>[\p{{L}}\p{{M}}\p{{N}}_]{{1,{USERNAME_LENGTH}}})|[#\uff03](?P<tag>.{{1,{TAG_LENGTH}}})"
)


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
            viewer = viewers.identify(sender).viewer  # whose language it is
            wrong = " ".join(sentence(each.message, about="What you search for") for each in error.errors)
            return page("search.html", viewer=viewer, q=q, kind="posts", wrong=wrong, status=WRONG)
        query = urlencode({"q": q} | ({} if kind == "posts" else {"kind": kind})) + "&"
        viewer, found, more = _found(kind, wanted)
        if kind in {"posts", "comments"} and wants_fragment():
            return fragment(found, viewer=viewer, prev=_("Newer"), next=_("Older"), label=_("More of it"), query=query)
        return page("search.html", viewer=viewer, q=q, kind=kind, found=found, query=query, **more)

    def _found(kind: str, wanted: Wanted) -> tuple[Viewer | None, Any, dict[str, Any]]:
        words = tuple(wanted.query.words)
        match kind:
            case "posts":
                viewer, posts = searches.posts(cookies.credentials(), wanted)
                return viewer, cards.found(posts, viewer, names.in_list(posts.items), words), {}
            case "comments":
                viewer, comments = searches.comments(cookies.credentials(), wanted)
                return viewer, cards.found_comments(comments, names.in_list(comments.items), words), {}
            case "tags":
                viewer, tags = searches.tags(cookies.credentials(), wanted)
                return viewer, tags, {}
            case _:
                viewer, people = searches.people(cookies.credentials(), wanted)
                return viewer, people, {"named": names.in_list([], bios=people.items)}

    @search_pages.get("/opensearch.xml")
    def describe() -> Response:
        """Describe the search to browsers, which offer it in their address bar, in the site's language."""
        shown = site()
        with speaking(shown.language):
            text = render_template("opensearch.xml", root=site_root(), site=shown)
        answer = Response(text, mimetype="application/opensearchdescription+xml")
        answer.headers["Cache-Control"] = PUBLIC
        return answer

    _complete_words(search_pages, searches, viewers)
    return search_pages


def _complete_words(search_pages: Blueprint, searches: SearchService, viewers: ViewerService) -> None:
    @search_pages.get("/complete")
    def complete() -> Response:
        """Offer whoever writes the people (`?q=@ad`) or the tags (`?q=#gard`) that begin so, if any do."""
        beginning = _BEGINNING.fullmatch(request.args.get("q", ""))
        sender = cookies.credentials()
        if beginning is None or viewers.identify(sender).viewer is None:
            return nothing()
        if beginning["name"]:
            _, people = searches.people(sender, _offers(SearchQuery((Term(beginning["name"]),))))
            return piece("_completions.html", people=people.items) if people.items else nothing()
        _, tagged = searches.tags(sender, _offers(SearchQuery(tag=tags.read(beginning["tag"]))))
        return piece("_completions.html", tags=tagged.items) if tagged.items else nothing()


def _offers(query: SearchQuery) -> Wanted:
    return Wanted(query, None, COMPLETED)
