"""What keeps data: engines, repositories that several domains use, and Redis."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from feedapp.extensions import cache, db
from feedapp.pictures.stores import store_at
from feedapp.postgres import database
from feedapp.repositories.delivery.messages import MessageRepository
from feedapp.repositories.delivery.outbox import OutboxRepository
from feedapp.repositories.idempotency import IdempotencyRepository
from feedapp.repositories.media.pictures import PictureRepository
from feedapp.repositories.posts import PostRepository
from feedapp.repositories.relations.pairs import BlockRepository
from feedapp.repositories.site.applications import ApplicationRepository
from feedapp.repositories.site.mail_addresses import MailAddressRepository
from feedapp.repositories.site.recovery import RecoveryRepository
from feedapp.repositories.site.second_factors import SecondFactorRepository
from feedapp.repositories.tokens import TokenRepository
from feedapp.repositories.users import UserRepository

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.extensions import ScopedSession
    from feedapp.pictures.stores import PictureStore


@dataclass(frozen=True)
class Stores:
    """What services are built from."""

    settings: Settings
    migrations: Path
    backend: LeaseRedisCache
    session: ScopedSession
    reads: Engine
    for_relay: Engine
    users: UserRepository
    posts: PostRepository
    blocks: BlockRepository
    tokens: TokenRepository
    records: IdempotencyRepository
    outbox: OutboxRepository
    messages: MessageRepository
    applications: ApplicationRepository
    recovery_codes: RecoveryRepository
    factors: SecondFactorRepository
    pictures: PictureRepository
    picture_store: PictureStore
    mail_addresses: MailAddressRepository


def build(app: Flask, settings: Settings) -> Stores:
    """Make them."""
    with app.app_context():
        backend = cast("LeaseRedisCache", cache.cache)
    session = db.session
    reads = database.connect_reads(settings.database_url, settings.database_pool_size)
    for_relay = database.connect_relay(settings.database_url)
    return Stores(
        settings=settings,
        migrations=Path(app.extensions["migrate"].directory),
        backend=backend,
        session=session,
        reads=reads,
        for_relay=for_relay,
        users=UserRepository(session),
        posts=PostRepository(session),
        blocks=BlockRepository(session),
        tokens=TokenRepository(session),
        records=IdempotencyRepository(session),
        outbox=OutboxRepository(session=session, engine=for_relay),
        messages=MessageRepository(session=session, engine=reads),
        applications=ApplicationRepository(session),
        recovery_codes=RecoveryRepository(session),
        factors=SecondFactorRepository(session),
        pictures=PictureRepository(session),
        picture_store=store_at(settings.media_url),
        mail_addresses=MailAddressRepository(session),
    )
