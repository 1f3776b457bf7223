"""How pages are made from templates, and who may keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import category
from zlib import crc32

from flask import Response, current_app, request

from feedapp import lengths
from feedapp.blueprints.pages.kit import addresses, assets, cards, choices, cookies, times
from feedapp.blueprints.pages.kit.csrf import SAFE
from feedapp.blueprints.pages.kit.forms import sentence
from feedapp.languages.catalogues import gettext, marked, ngettext
from feedapp.languages.formats import number
from feedapp.languages.known import direction, named
from feedapp.languages.recognised import translated
from feedapp.languages.spoken import current
from feedapp.languages.words import word
from feedapp.schemas.colours import LEAST, weakest
from feedapp.services import policy
from feedapp.text import characters, folding, formatted, html, language
from feedapp.web.conditional import PUBLIC
from feedapp.web.host_guard import site_root
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState
    from markupsafe import Markup

    from feedapp.reading.read_models import Paged, Person, Viewer
    from feedapp.reading.site import Site
    from feedapp.wiring import Services

ROLE, SITE = policy.Thing("role"), policy.Thing("site")
LIST = Parameters(cursor=None, fragment=("1",))
"""The parameters of every page with a list."""
HUES = 12
TOO_MANY, BROKEN = 429, 500


def equip(state: BlueprintSetupState) -> None:
    """Give the templates what they use beyond Flask's own."""
    environment = state.app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(languages_of_texts=lambda: [("", gettext("Guess it")), *named(language.KNOWN)])
    environment.globals.update(link=addresses.link, asset=assets.asset, styles=assets.styles, modules=assets.modules)
    environment.globals.update(site_root=site_root, marked=marked, around=cards.around)
    environment.globals.update(script_texts=assets.script_texts)
    environment.globals.update(way_back=addresses.way_back, lengths=lengths, styles_version=assets.version)
    assets.equip_with_pictures(environment)
    environment.filters.update(
        linked=html.linked,
        rendered=formatted.rendered,
        language=language.language_of,
        excerpt=folding.excerpt,
        headline=formatted.headline,
        plain=characters.one_line,
        contained=characters.contained,
        age=times.age,
        day=times.day,
        exact=times.exact,
        stamp=times.stamp,
        hue=hue,
        initial=initial,
        number=number,
        translated=translated,
        sentence=sentence,
        word=word,
        dated=times.dated,
        timed=times.timed,
    )


def page(template: str, *, viewer: Viewer | None, status: int = 200, **context: Any) -> Response:
    """Answer with a page for a viewer who was looked up: a session that is no longer good is taken away."""
    rights = {"staff": policy.may(viewer, "see", ROLE), "admin": policy.may(viewer, "edit", SITE)}
    rights["unsaved"] = viewer is not None and not viewer.has_codes
    unread = 0 if viewer is None else viewer.unread
    response = document(template, status=status, viewer=viewer and viewer.person, unread=unread, **rights, **context)
    return cookies.drop_dead(response) if viewer is None else response


def wants_fragment() -> bool:
    """Tell whether only the cards of a list and the way on are asked for: `?fragment=1`, sent by a script.

    It is part of the address, not a header, so that whatever keeps answers keeps both forms apart.
    """
    return request.args.get("fragment") == "1"


def wants_whole() -> bool:
    """Tell whether a script shows the whole text where it puts the fragment that it asks for, not its beginning."""
    return request.args.get("whole") == "1"


def fragment(
    cards: Paged[Markup],
    *,
    viewer: Viewer | None,
    prev: str,
    next: str,  # noqa: A002
    label: str,
    anchor: str = "",
    query: str = "",
) -> Response:
    """Answer with the cards of a list and its paging, without the page around them.

    `query` is what the addresses of the other pages have before the cursor, with a `&` at the end.
    """
    return page(
        "_cards.html", viewer=viewer, cards=cards, prev=prev, next=next, label=label, anchor=anchor, query=query
    )


def piece(template: str, status: int = 200, **context: Any) -> Response:
    """Answer a script with the part of a page that its request changed."""
    return document(template, status=status, **context)


def shown(card: Markup, *, status: int = 200) -> Response:
    """Answer a script with a card."""
    return _labelled(Response(card, status, content_type="text/html; charset=utf-8"))


def document(template: str, *, status: int, **context: Any) -> Response:
    """Answer with a page whoever reads it."""
    shown = site(unknown=bool(context.get("unknown")))
    html = current_app.jinja_env.get_template(template).render(
        status=status,
        scheme=choices.scheme(),
        site=shown,
        accent=_accent(shown),
        language=current(),
        direction=direction(current()),
        **context,
    )
    return _labelled(Response(html, status, content_type="text/html; charset=utf-8"))


def site(*, unknown: bool = False) -> Site:
    """Give the site's settings; for a page that says that nothing can be read, what this process has seen last."""
    services: Services = current_app.extensions["feedapp"]
    return services.site.remembered() if unknown else services.site.current()


def _accent(site: Site) -> str | None:
    """Give the accent without its #, if it can be read: one that another version has stored may not be."""
    return site.accent[1:] if site.accent and weakest(site.accent) >= LEAST else None


def see_other(address: str) -> Response:
    """Send the browser to another page, which it gets with GET."""
    return _labelled(Response(status=303, headers={"Location": address}))


def permanently(address: str) -> Response:
    """Send the browser to the right address of a page, with the method and the form that it came with."""
    return _labelled(Response(status=308, headers={"Location": address}))


def nothing() -> Response:
    """Answer that there is nothing to show."""
    return _labelled(Response(status=204))


def hue(username: str) -> int:
    """Give the number of an avatar's colour."""
    return crc32(username.encode()) % HUES


def initial(person: Person) -> str:
    """Give the letter of an avatar."""
    name = (sign for sign in person.display_name if category(sign)[0] in "LN" and characters.is_visible(sign))
    return next(name, person.username[0]).upper()


def _labelled(response: Response) -> Response:
    """Say who may keep it: what an anonymous reader gets, anybody; what somebody gets, nobody."""
    response.headers["Vary"] = "Cookie, Accept-Language"
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = current()
    passing = response.status_code == TOO_MANY or response.status_code >= BROKEN
    personal = passing or cookies.presented() or choices.scheme() is not None or request.method not in SAFE
    response.headers["Cache-Control"] = "private, no-store" if personal else PUBLIC
    return response
