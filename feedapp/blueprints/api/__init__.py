"""The JSON API, under /api. Bearer tokens only: cookies mean nothing here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.api import comments, followings, likes, me, people, posts, problems, tokens
from feedapp.blueprints.api.endpoint import Endpoint

if TYPE_CHECKING:
    from feedapp.blueprints.kept import KeptAnswers
    from feedapp.wiring import Services


def blueprint(services: Services, kept: KeptAnswers) -> Blueprint:
    """Make the blueprint out of one for each feature."""
    api = Blueprint("api", __name__)
    endpoint = Endpoint(services.viewers, kept)
    api.register_blueprint(people.blueprint(services.accounts, services.profiles, services.follows, endpoint))
    api.register_blueprint(me.blueprint(services.accounts, services.profiles, endpoint))
    api.register_blueprint(followings.blueprint(services.followings, services.suggestions, endpoint))
    api.register_blueprint(tokens.blueprint(services.accounts, services.tokens, services.viewers, endpoint))
    api.register_blueprint(problems.blueprint(endpoint))
    api.register_blueprint(posts.blueprint(services.posts, services.feeds, endpoint))
    api.register_blueprint(likes.blueprint(services.likes, endpoint))
    api.register_blueprint(comments.blueprint(services.comments, endpoint))
    return api
