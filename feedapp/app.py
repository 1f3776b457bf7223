"""Builds the app: extensions bound, services wired, blueprints mounted."""

from __future__ import annotations

import os

from flask import Flask, Request
from flask.sessions import SessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from config import Settings
from feedapp import cli
from feedapp.blueprints import api, api_docs, operations, pages
from feedapp.extensions import cache, db, migrate
from feedapp.install.places import DATA
from feedapp.observability import logs
from feedapp.postgres import database
from feedapp.web import compression, conditional, middleware, problems
from feedapp.web.host_guard import HostGuard
from feedapp.web.response_cache import ResponseCache
from feedapp.wiring import wire

LARGEST_REQUEST = 512 * 1024


class NoSessions(SessionInterface):
    """There is no Flask session (ADR 4), so no request has to look for one."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Open none: Flask then has one that cannot be written to."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build an app from settings, or from the environment. Raise SettingError if a setting is missing or wrong."""
    settings = settings or Settings.from_environment(os.environ)
    logs.configure(log_format=settings.log_format, level=settings.log_level)
    app = Flask("feedapp", root_path=str(DATA), static_folder=None, template_folder="templates")
    app.session_interface = NoSessions()
    app.url_map.merge_slashes = False  # an address with an empty part is wrong, not another spelling of a right one
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=database.address(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS=database.engine_options(settings.database_pool_size),
        CACHE_TYPE="feedapp.cache.redis.backend.LeaseRedisCache",
        CACHE_REDIS_URL=settings.redis_url,
        CACHE_REDIS_TIMEOUT=settings.redis_timeout,
        CACHE_KEY_PREFIX=settings.cache_key_prefix,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
    )

    db.init_app(app)
    migrate.init_app(app, db, directory=str(DATA / "migrations"))
    cache.init_app(app)
    with app.app_context():
        database.prepare(db.engine)
        database.count_statements(db.engine)

    services = wire(app, settings)
    app.extensions["feedapp"] = services
    kept = ResponseCache(services.cache_reads, services.viewers)
    middleware.observe(app, services.cache_reads, kept)
    compression.register(app)  # before all that changes answers: what is registered last runs first
    app.register_blueprint(
        operations.blueprint(services.health, services.figures, metrics_token=settings.metrics_token)
    )
    app.register_blueprint(api.blueprint(services, kept), url_prefix="/api")
    app.register_blueprint(api_docs.blueprint(services), url_prefix="/api")
    app.register_blueprint(pages.blueprint(services, kept))
    conditional.register(app, problems.register(app, pages.error_page(services.viewers)))
    cli.register(app, services, settings)
    app.wsgi_app = HostGuard(  # type: ignore[method-assign]  # Flask's own way to wrap itself
        app.wsgi_app, site=settings.site_url, others=settings.site_hosts
    )
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    return app
