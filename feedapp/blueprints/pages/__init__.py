"""The pages for people with a browser: HTML and forms, usable without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from feedapp.blueprints.limits import RequestLimits
from feedapp.blueprints.pages import (
    account_deletion,
    accounts,
    comments,
    desk,
    feeds,
    followings,
    likes,
    lists,
    moderation,
    notifications,
    people,
    posts,
    relations,
    schemes,
    search,
    sessions,
    settings,
    shell,
    site,
    syndication,
    tokens,
)
from feedapp.blueprints.pages.kit import assets, changes, cookies, csrf, form_keys, forms, problems, rendering
from feedapp.blueprints.pages.media import files

if TYPE_CHECKING:
    from feedapp.web.response_cache import ResponseCache
    from feedapp.wiring import Services

__all__ = ["blueprint", "error_page"]

error_page = problems.error_page


def blueprint(services: Services, kept: ResponseCache) -> Blueprint:
    """Make the blueprint out of one for each feature."""
    pages = Blueprint("pages", __name__)
    pages.before_app_request(problems.lead_to_the_page)
    pages.before_request(csrf.protect)
    pages.before_request(forms.refuse_other_encodings)
    pages.before_request(forms.refuse_what_cannot_be_shown)
    RequestLimits(
        rate_limits=services.rate_limits,
        viewers=services.viewers,
        idempotency=services.idempotency,
        credentials=cookies.credentials,
        key=form_keys.sent_key,
    ).register(pages)
    pages.before_request(csrf.protect_owner(services.viewers))
    pages.record_once(rendering.equip)
    pages.record_once(form_keys.equip)
    pages.after_app_request(form_keys.make_keys)
    problems.register(pages)
    moderation.sanctions.register(pages, services.appeals)
    members = changes.Members(services.viewers)
    pages.register_blueprint(
        files.blueprint(services.picture_store, services.pictures, services.avatars, services.profiles, members)
    )
    pages.register_blueprint(assets.blueprint())
    pages.register_blueprint(schemes.blueprint())
    pages.register_blueprint(feeds.blueprint(services.feeds, services.suggestions, services.tags, services.names, kept))
    pages.register_blueprint(
        posts.blueprint(services.posts, services.threads, services.pictures, members, services.names, kept)
    )
    pages.register_blueprint(search.blueprint(services.searches, services.viewers, services.names))
    pages.register_blueprint(likes.blueprint(services.likes, services.comment_likes))
    pages.register_blueprint(comments.blueprint(services.comments, services.threads, members, services.names))
    pages.register_blueprint(people.blueprint(services.profiles, services.follows, services.names, kept))
    pages.register_blueprint(followings.blueprint(services.followings, services.suggestions, services.names, kept))
    pages.register_blueprint(accounts.blueprint(services.accounts, services.joining.sign_ups, services.viewers))
    pages.register_blueprint(
        sessions.blueprint(
            services.accounts, services.passkey_log_ins, services.profiles, services.grace, services.viewers
        )
    )
    pages.register_blueprint(settings.blueprint(services.accounts, services.profiles, members))
    pages.register_blueprint(tokens.blueprint(services.accounts, services.tokens, members))
    pages.register_blueprint(account_deletion.blueprint(services.grace, members))
    more = (
        *moderation.blueprints(services, members, kept),
        *desk.blueprints(services),
        *notifications.blueprints(services, kept),
        *relations.blueprints(services, kept),
        *site.blueprints(services, members, kept),
        *syndication.blueprints(services, kept),
        *lists.blueprints(services, kept),
        *shell.blueprints(services, kept),
    )
    for each in more:
        pages.register_blueprint(each)
    return pages
