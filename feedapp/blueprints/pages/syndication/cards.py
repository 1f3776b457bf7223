"""Pictures of links, 1200 x 630: what other sites show where somebody shares a post, a person, a tag or this site.

Their addresses name what stands on them; one of before leads to that of now. They are kept for a day and not for good,
since what a moderator hides must not be shown by caches on the way for long. They are the same for everybody: what a
stranger may not see has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, request

from feedapp.blueprints.pages.kit.addresses import known_id, known_name
from feedapp.blueprints.pages.kit.rendering import initial, see_other, site
from feedapp.blueprints.pages.media.files import ALONE
from feedapp.blueprints.pages.syndication.embeds import ANONYMOUS
from feedapp.errors import NotFoundError
from feedapp.pictures.cards.making import LONGEST_TEXT, Card
from feedapp.schemas.colours import readable
from feedapp.text import tags as names_of_tags
from feedapp.text.characters import one_line
from feedapp.text.formatted import spoken
from feedapp.web.host_guard import site_root

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState

    from feedapp.reading.read_models import Person, PostView, ProfileView
    from feedapp.services.content.posts import PostService
    from feedapp.services.content.tags import TagService
    from feedapp.services.media.cards import CardService
    from feedapp.services.people.profiles import ProfileService

DAY = 86_400
LONGEST_READ = 2_000
NONE = "There is no such picture."


def blueprint(drawn: CardService, posts: PostService, profiles: ProfileService, tags: TagService) -> Blueprint:
    """Make the blueprint."""
    card_pages = Blueprint("cards", __name__)

    def answer(card: Card | None, version: str, below: str) -> Response:
        if card is None:
            raise NotFoundError(NONE)
        if version != card.version:
            return see_other(f"/{address(card, below)}")
        known = request.if_none_match.contains(version)
        found = Response(status=304) if known else Response(drawn.image(card), content_type="image/png")
        found.headers["Cache-Control"] = f"public, max-age={DAY}"
        found.headers["Content-Security-Policy"] = ALONE
        found.set_etag(card.version)
        return found

    @card_pages.get("/card-<version>.png")
    def of_site(version: str) -> Response:
        return answer(site_card(), version, "")

    @card_pages.get("/posts/<post_id>/card-<version>.png")
    def of_post(post_id: str, version: str) -> Response:
        post = posts.show(ANONYMOUS, known_id(post_id))
        return answer(post_card(post), version, f"posts/{post.id}/")

    @card_pages.get("/@<username>/card-<version>.png")
    def of_person(username: str, version: str) -> Response:
        profile = profiles.show(ANONYMOUS, username=known_name(username))
        return answer(person_card(profile), version, f"@{profile.person.username}/")

    @card_pages.get("/tags/<tag>/card-<version>.png")
    def of_tag(tag: str, version: str) -> Response:
        name = names_of_tags.read(tag)
        if name is None:
            raise NotFoundError(NONE)
        return answer(tag_card(tags.show(ANONYMOUS, name).name), version, f"tags/{quote(name)}/")

    card_pages.record_once(_equip)
    return card_pages


def _equip(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals.update(
        site_card=site_card, post_card=post_card, person_card=person_card, tag_card=tag_card, card_address=address
    )


def address(card: Card, below: str) -> str:
    """Give where a card is: without a slash before it, `below` with one at its end."""
    return f"{below}card-{card.version}.png"


def site_card() -> Card:
    """Give what stands on that of the site."""
    shown = site()
    return _card(shown.name, text=shown.tagline)


def post_card(post: PostView) -> Card | None:
    """Give what stands on that of a post; None for one that is not for everybody, or has pictures of its own."""
    if post.visibility != "public" or post.hidden or post.media:
        return None
    return _of(post.author, spoken(post.body[:LONGEST_READ]))


def person_card(profile: ProfileView) -> Card:
    """Give what stands on that of a person."""
    return _of(profile.person, profile.bio)


def tag_card(name: str) -> Card:
    """Give what stands on that of a tag."""
    return _card(f"#{name}")


def _of(person: Person, text: str) -> Card:
    return _card(one_line(person.display_name), f"@{person.username}", text, initial(person), person.avatar)


def _card(title: str, subtitle: str = "", text: str = "", letter: str = "", avatar: str | None = None) -> Card:
    shown, host = site(), urlsplit(site_root()).netloc
    accent = readable(shown.accent)
    return Card(shown.name, accent, title, subtitle, text[:LONGEST_TEXT], letter, avatar, host)
