"""Every service, built once, with what it needs handed to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from config import SettingError
from feedapp import deadline
from feedapp.cache.catalogue import keys
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.extensions import cache, db
from feedapp.limits import with_figures
from feedapp.observability import metrics, troubles
from feedapp.observability.metrics_server import MetricsServer
from feedapp.pagination import CursorCodec
from feedapp.periodic import PeriodicJob, PeriodicJobs
from feedapp.postgres import database
from feedapp.reading.reader import Reading
from feedapp.reading.token_uses import Uses
from feedapp.reading.viewers import ViewerService
from feedapp.repositories.comments import CommentRepository
from feedapp.repositories.delivery.outbox import OutboxRepository
from feedapp.repositories.delivery.readers import ReaderRepository
from feedapp.repositories.delivery.readiness import ReadinessRepository
from feedapp.repositories.facts import FactRepository
from feedapp.repositories.follows import FollowRepository
from feedapp.repositories.former_usernames import FormerUsernameRepository
from feedapp.repositories.idempotency import IdempotencyRepository
from feedapp.repositories.likes import LikeRepository
from feedapp.repositories.pages import PageRepository
from feedapp.repositories.posts import PostRepository
from feedapp.repositories.search import SearchRepository
from feedapp.repositories.tokens import TokenRepository
from feedapp.repositories.users import UserRepository
from feedapp.services.access.password_guesses import PasswordGuesses
from feedapp.services.access.password_hashing import BoundedHasher
from feedapp.services.access.passwords import STRENGTH, Passwords
from feedapp.services.access.proofs import Owners
from feedapp.services.access.rate_limits import RateLimits
from feedapp.services.access.token_issuer import TokenIssuer
from feedapp.services.access.token_last_used import UseService
from feedapp.services.access.tokens import TokenService
from feedapp.services.content.comments import CommentService
from feedapp.services.content.feeds import FeedService
from feedapp.services.content.likes import LikeService
from feedapp.services.content.posts import PostService
from feedapp.services.content.search import SearchService
from feedapp.services.operations.cache_inspection import CacheInspection
from feedapp.services.operations.cache_verification import CacheVerification
from feedapp.services.operations.health import HealthService
from feedapp.services.operations.idempotency_cleanup import IdempotencyService
from feedapp.services.people.account_deletion import AccountDeletion
from feedapp.services.people.accounts import AccountService
from feedapp.services.people.follow_lists import FollowLists
from feedapp.services.people.follows import FollowService
from feedapp.services.people.names import NameService
from feedapp.services.people.profiles import ProfileService
from feedapp.services.people.suggestions import SuggestionService
from feedapp.services.people.usernames import UsernameService
from feedapp.writing.reader_registry import ReaderRegistry
from feedapp.writing.relay import Relay
from feedapp.writing.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.limits import Limit


LONGEST_JOB = 300.0
"""Seconds; what is left then is done when it is due next. While PostgreSQL stands still, a job ends much sooner."""


@dataclass(frozen=True)
class Services:
    """All services of one app, and the parts of the cache that the command line and tests look into."""

    backend: LeaseRedisCache
    cache_reads: CacheReads
    reading: Reading
    unit_of_work: UnitOfWork
    relay: Relay
    viewers: ViewerService
    accounts: AccountService
    account_deletion: AccountDeletion
    tokens: TokenService
    usernames: UsernameService
    uses: UseService
    idempotency: IdempotencyService
    rate_limits: RateLimits
    profiles: ProfileService
    posts: PostService
    comments: CommentService
    likes: LikeService
    follows: FollowService
    followings: FollowLists
    suggestions: SuggestionService
    feeds: FeedService
    searches: SearchService
    names: NameService
    health: HealthService
    metrics_server: MetricsServer
    figures: Callable[[], bytes]
    """What Prometheus is told, of all processes."""
    cache_inspection: CacheInspection
    cache_verification: CacheVerification
    engines: tuple[Engine, ...]
    """Those beside the one of the sessions."""

    def close(self) -> None:
        """Close every connection that is not in use. Needs the app's context."""
        for engine in (db.engine, *self.engines):
            engine.dispose()
        self.backend.close()
        self.metrics_server.close()


def wire(app: Flask, settings: Settings) -> Services:
    """Build the services of an app whose extensions are bound."""
    with app.app_context():
        backend = cast("LeaseRedisCache", cache.cache)
    reads = database.connect_reads(settings.database_url, settings.database_pool_size)
    session = db.session
    users, posts, tokens = UserRepository(session), PostRepository(session), TokenRepository(session)
    likes, comments, follows = LikeRepository(session), CommentRepository(session), FollowRepository(session)

    lifetimes = _lifetimes(settings)
    cache_reads = CacheReads(backend, lifetimes=lifetimes)
    reading = Reading(
        cache=cache_reads,
        facts=FactRepository(reads),
        pages=PageRepository(reads),
        cursors=CursorCodec(settings.secret_key),
    )
    for_relay = database.connect_relay(settings.database_url)
    outbox = OutboxRepository(session=session, engine=for_relay)
    readership = ReaderRegistry(ReaderRepository(relays=for_relay, reads=reads))
    cache_writes = CacheWrites(backend)
    relay = Relay(backend=backend, writes=cache_writes, outbox=outbox, readership=readership)
    backend.trust.seek = relay.seek
    records = IdempotencyRepository(session)
    unit_of_work = UnitOfWork(
        session=session,
        cache=cache_writes,
        reading=reading,
        outbox=outbox,
        relay=relay,
        readership=readership,
        records=records,
    )
    usernames = UsernameService(unit_of_work=unit_of_work, former=FormerUsernameRepository(session))
    uses = Uses()
    viewers = ViewerService(reading, uses)
    hasher = BoundedHasher(threads=settings.web_threads, patient=not settings.rate_limits, **STRENGTH)
    rate_limits = RateLimits(backend=backend, limits=_limits(settings), enabled=settings.rate_limits)
    owners = Owners(users=users, tokens=tokens)

    post_service = PostService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, posts=posts, users=users)
    follow_service = FollowService(viewers=viewers, unit_of_work=unit_of_work, users=users, follows=follows)
    like_service = LikeService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, posts=posts, likes=likes)
    comment_service = CommentService(
        reading=reading, viewers=viewers, unit_of_work=unit_of_work, posts=posts, comments=comments
    )
    account_deletion = AccountDeletion(
        unit_of_work=unit_of_work,
        owners=owners,
        usernames=usernames,
        belongings=(like_service, comment_service, follow_service, post_service),
    )
    use_service = UseService(uses=uses, unit_of_work=unit_of_work, tokens=tokens)
    accounts = AccountService(
        viewers=viewers,
        unit_of_work=unit_of_work,
        owners=owners,
        passwords=Passwords(hasher),
        guesses=PasswordGuesses(rate_limits, backend, hasher.places),
        rate_limits=rate_limits,
        account_deletion=account_deletion,
        issuer=TokenIssuer(unit_of_work=unit_of_work, owners=owners, secret=settings.secret_key),
        usernames=usernames,
    )
    token_service = TokenService(reading=reading, viewers=viewers, unit_of_work=unit_of_work, owners=owners)
    idempotency = IdempotencyService(unit_of_work=unit_of_work, records=records)
    readiness = ReadinessRepository(for_relay, migrations=Path(app.extensions["migrate"].directory))
    health = HealthService(readiness=readiness, backend=backend, outbox=outbox)

    def figures() -> bytes:
        return metrics.render(outbox_depth=health.undelivered())

    metrics_server = MetricsServer(
        host=settings.metrics_host, port=settings.metrics_port, token=settings.metrics_token, figures=figures
    )
    relay.add_periodic_jobs(
        PeriodicJobs(
            PeriodicJob("Noting the use of tokens", 1, _in_context(app, use_service.write_down)),
            PeriodicJob("Finishing deletions of accounts", 60, _in_context(app, account_deletion.go_on)),
            PeriodicJob("Deleting tokens that have ended", 60, _in_context(app, token_service.sweep)),
            PeriodicJob("Forgetting names that were given up", 3_600, _in_context(app, usernames.clean)),
            PeriodicJob("Forgetting answers of yesterday", 600, _in_context(app, idempotency.clean)),
            PeriodicJob("Noting which troubles are over", 1, troubles.settle),
            PeriodicJob("Serving figures", 2, metrics_server.take_port),
        )
    )
    return Services(
        backend=backend,
        cache_reads=cache_reads,
        reading=reading,
        unit_of_work=unit_of_work,
        relay=relay,
        viewers=viewers,
        account_deletion=account_deletion,
        accounts=accounts,
        tokens=token_service,
        usernames=usernames,
        uses=use_service,
        idempotency=idempotency,
        rate_limits=rate_limits,
        profiles=ProfileService(
            reading=reading,
            viewers=viewers,
            unit_of_work=unit_of_work,
            owners=owners,
            accounts=accounts,
            usernames=usernames,
            rate_limits=rate_limits,
        ),
        posts=post_service,
        comments=comment_service,
        likes=like_service,
        follows=follow_service,
        followings=FollowLists(reading=reading, viewers=viewers),
        suggestions=SuggestionService(reading=reading, viewers=viewers),
        feeds=FeedService(reading=reading, viewers=viewers),
        searches=SearchService(reading=reading, viewers=viewers, searches=SearchRepository(reads)),
        names=NameService(reading=reading),
        health=health,
        metrics_server=metrics_server,
        figures=figures,
        cache_inspection=CacheInspection(backend=backend, lifetimes=lifetimes, outbox=outbox, users=users),
        cache_verification=CacheVerification(backend=backend, reading=reading),
        engines=(reads, for_relay),
    )


def _in_context(app: Flask, job: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with app.app_context(), deadline.within(LONGEST_JOB):
            job()

    return run


def _limits(settings: Settings) -> dict[str, Limit]:
    try:
        return with_figures(settings.rate_limit_figures)
    except ValueError as error:
        raise SettingError(str(error)) from None


def _lifetimes(settings: Settings) -> dict[str, int]:
    try:
        return keys.lifetimes(settings.cache_lifetimes)
    except ValueError as error:
        raise SettingError(str(error)) from None
