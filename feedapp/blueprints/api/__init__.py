"""The JSON API, under /api. Bearer tokens only: cookies mean nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from feedapp.blueprints.api import (
    about,
    changes,
    comments,
    followings,
    likes,
    me,
    media,
    moderation,
    notifications,
    people,
    posts,
    relations,
    search,
    tokens,
    webhooks,
)
from feedapp.blueprints.api.kit import idempotency, sent
from feedapp.blueprints.api.kit.endpoint import Endpoint, Endpoints
from feedapp.blueprints.api.lists import activity, bookmarks, pins, tags
from feedapp.blueprints.limits import RequestLimits, describe

if TYPE_CHECKING:
    from flask import Response

    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprint(services: Services, kept: ResponseCache) -> Blueprint:
    """Make the blueprint out of one for each feature."""
    api = Blueprint("api", __name__)
    api.after_request(_say_what_patch_takes)
    api.after_request(_say_what_goes)
    api.after_request(describe)  # before what counts: what is registered last runs first
    RequestLimits(
        rate_limits=services.rate_limits,
        viewers=services.viewers,
        idempotency=services.idempotency,
        credentials=sent.credentials,
        key=idempotency.sent_key,
    ).register(api)
    endpoints = Endpoints(services.viewers, kept)
    api.register_blueprint(about.root(endpoints))
    api.register_blueprint(people.blueprint(services.joining.sign_ups, services.profiles, services.follows, endpoints))
    api.register_blueprint(
        me.blueprint(services.accounts, services.profiles, services.grace, services.archives, endpoints)
    )
    api.register_blueprint(media.blueprint(services.pictures, services.avatars, endpoints))
    api.register_blueprint(relations.blueprint(services.blocks, services.mutes, services.profiles, endpoints))
    api.register_blueprint(relations.words_blueprint(services.muted_words, endpoints))
    api.register_blueprint(followings.blueprint(services.followings, services.suggestions, endpoints))
    api.register_blueprint(tokens.blueprint(services.accounts, services.tokens, endpoints))
    api.register_blueprint(about.problems(endpoints))
    api.register_blueprint(posts.blueprint(services.posts, services.feeds, endpoints))
    api.register_blueprint(search.blueprint(services.searches, endpoints))
    api.register_blueprint(likes.blueprint(services.likes, services.comment_likes, services.comments, endpoints))
    api.register_blueprint(tags.blueprint(services.tags, endpoints))
    api.register_blueprint(activity.blueprint(services.activity, endpoints))
    api.register_blueprint(bookmarks.blueprint(services.bookmarks, services.posts, endpoints))
    api.register_blueprint(pins.blueprint(services.pins, services.posts, endpoints))
    api.register_blueprint(notifications.blueprint(services.notifications, services.wishes, services.posts, endpoints))
    api.register_blueprint(comments.blueprint(services.comments, endpoints))
    api.register_blueprint(changes.blueprint(services.changes, endpoints))
    api.register_blueprint(webhooks.blueprint(services.webhooks, endpoints))
    for each in moderation.blueprints(services, endpoints):
        api.register_blueprint(each)
    return api


def _say_what_goes(response: Response) -> Response:
    """Add Deprecation and Sunset to problems, too; good answers have them, and keep them in the response cache."""
    view = current_app.view_functions.get(request.endpoint or "")
    return view.announce(response) if isinstance(view, Endpoint) else response


def _say_what_patch_takes(response: Response) -> Response:
    """Add Accept-Patch (RFC 5789, 3.1) to what OPTIONS answers for what can be edited."""
    if request.method == "OPTIONS" and "PATCH" in response.allow:
        response.headers["Accept-Patch"] = "application/json"
    return response
