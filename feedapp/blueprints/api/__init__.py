"""The JSON API, under /api. Bearer tokens only: cookies mean nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api import (
    answers,
    comments,
    followings,
    likes,
    me,
    once,
    people,
    posts,
    problems,
    search,
    tokens,
)
from feedapp.blueprints.api.endpoint import Endpoint
from feedapp.blueprints.limits import RequestLimits, describe

if TYPE_CHECKING:
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services


def blueprint(services: Services, kept: ResponseCache) -> Blueprint:
    """Make the blueprint out of one for each feature."""
    api = Blueprint("api", __name__)
    api.after_request(describe)  # before what counts: what is registered last runs first
    RequestLimits(
        rate_limits=services.rate_limits,
        viewers=services.viewers,
        idempotency=services.idempotency,
        credentials=answers.credentials,
        key=once.sent_key,
    ).register(api)
    endpoint = Endpoint(services.viewers, kept)
    api.register_blueprint(people.blueprint(services.accounts, services.profiles, services.follows, endpoint))
    api.register_blueprint(me.blueprint(services.accounts, services.profiles, endpoint))
    api.register_blueprint(followings.blueprint(services.followings, services.suggestions, endpoint))
    api.register_blueprint(tokens.blueprint(services.accounts, services.tokens, services.viewers, endpoint))
    api.register_blueprint(problems.blueprint(endpoint))
    api.register_blueprint(posts.blueprint(services.posts, services.feeds, endpoint))
    api.register_blueprint(search.blueprint(services.searches, endpoint))
    api.register_blueprint(likes.blueprint(services.likes, endpoint))
    api.register_blueprint(comments.blueprint(services.comments, endpoint))
    return api
