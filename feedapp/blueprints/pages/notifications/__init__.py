"""/notifications: what one is told, that it was read, and what one wants to be told, here and by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from feedapp.blueprints.pages.kit import cookies
from feedapp.blueprints.pages.kit.addresses import came_from, known_id
from feedapp.blueprints.pages.kit.changes import Change
from feedapp.blueprints.pages.kit.rendering import nothing, page, see_other, wants_fragment
from feedapp.blueprints.pages.notifications import digests, push
from feedapp.errors import FieldError, InvalidInputError
from feedapp.languages.catalogues import marked
from feedapp.models.notifications import KINDS
from feedapp.pagination import DEFAULT
from feedapp.reading.viewers import id_of
from feedapp.services.notifications.wishes import CHOICES
from feedapp.web.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from feedapp.blueprints.pages.kit.forms import Form
    from feedapp.services.notifications.lists import NotificationLists
    from feedapp.services.notifications.wishes import WishService
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services

TABS = (
    (marked("All"), None),
    (marked("Comments"), "comment"),
    (marked("Answers"), "reply"),
    (marked("Mentions"), "mention"),
)
"""Kinds that have a list of their own on the page; the others are asked for by address."""
LABELS = {
    "like": marked("likes what you wrote"),
    "comment": marked("comments on your posts"),
    "reply": marked("answers your comments"),
    "mention": marked("names you"),
    "follow": marked("follows you"),
}
EVERY = {"never": marked("Never"), "daily": marked("Once a day"), "weekly": marked("Once a week")}
SETTINGS = "/settings/notifications"
CONVERSATION = "/posts/<post_id>/mutes"


def blueprints(services: Services, kept: ResponseCache) -> Iterator[Blueprint]:
    """Make them."""
    yield blueprint(services.notifications, services.wishes, services.pushes.public_key, kept)
    yield push.blueprint(services.pushes)
    yield digests.blueprint(services.digests, services.viewers)


def blueprint(notifications: NotificationLists, wishes: WishService, push_key: str, kept: ResponseCache) -> Blueprint:
    """Make the blueprint."""
    pages = Blueprint("notifications", __name__)

    @pages.get("/notifications")
    @kept.of(cookies.credentials, parameters=Parameters(kind=KINDS, cursor=None, fragment=("1",)))
    def show() -> Response:
        kind = request.args.get("kind")
        view = notifications.show(
            cookies.credentials(), kind=kind, cursor=request.args.get("cursor"), limit=DEFAULT, texts=True
        )
        template = "notifications/_list.html" if wants_fragment() else "notifications/page.html"
        return page(template, viewer=view.viewer, view=view, kind=kind, tabs=TABS)

    @pages.post("/notifications/read")
    def read() -> Response:
        """Mark what is seen as read: by the button, or by a script once the page has been looked at."""
        notifications.read(cookies.credentials(), until=request.form.get("until", ""))
        return nothing() if wants_fragment() else see_other(url_for("pages.notifications.show"))

    @pages.get("/notifications/read")
    def listing() -> Response:
        return see_other(url_for("pages.notifications.show"))

    _add_wishes(pages, wishes, push_key)
    return pages


def _add_wishes(pages: Blueprint, wishes: WishService, push_key: str) -> None:
    @pages.get(SETTINGS)
    def settings() -> Response:
        return _shown(wishes, push_key)

    @pages.post(SETTINGS)
    def choose() -> Response:
        """Save the form, in which what is not ticked is not sent."""
        return Change(
            act=lambda: wishes.choose(cookies.credentials(), _ticked(), digest=_every()),
            done=lambda _: see_other(url_for("pages.notifications.settings", saved=1)),
            refusals=(InvalidInputError,),
            again=lambda form, error: _shown(wishes, push_key, form=form, status=error.status),
        ).answer()

    @pages.post(CONVERSATION)
    def mute(post_id: str) -> Response:
        wishes.mute(cookies.credentials(), known_id(post_id))
        return _back(post_id)

    @pages.post(CONVERSATION + "/delete")
    def unmute(post_id: str) -> Response:
        wishes.unmute(cookies.credentials(), known_id(post_id))
        return _back(post_id)

    @pages.get(CONVERSATION)
    @pages.get(CONVERSATION + "/delete")
    def conversation(post_id: str) -> Response:
        return see_other(url_for("pages.posts.show", post_id=known_id(post_id)))


def _shown(wishes: WishService, push_key: str, *, form: Form | None = None, status: int = 200) -> Response:
    viewer, wanted = wishes.own(cookies.credentials())
    context = {"wanted": wanted, "labels": list(LABELS.items()), "every": EVERY, "can_mail": wishes.can_mail}
    context |= {"push_key": push_key, "session": id_of(viewer.token_hash)}
    saved = request.args.get("saved") == "1"
    return page("notifications/settings.html", viewer=viewer, status=status, form=form, saved=saved, **context)


def _ticked() -> dict[str, bool]:
    return {kind: request.form.get(kind) == "1" for kind in CHOICES}


def _every() -> str | None:
    """Give how often mails are wanted; None for a form without that. Raise InvalidInputError."""
    every = request.form.get("digest")
    if every is not None and every not in EVERY:
        raise InvalidInputError(FieldError("digest", "must be never, daily or weekly"))
    return every


def _back(post_id: str) -> Response:
    """Go back to the entry by which it was done."""
    back = came_from(url_for("pages.posts.show", post_id=post_id))
    anchor = request.form.get("back", "")
    return see_other(f"{back}#{anchor}" if anchor.replace("-", "").isalnum() and anchor.isascii() else back)
