"""What every domain reads and writes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config import SettingError
from feedapp.cache.catalogue import keys
from feedapp.cache.protocol.page_reads import CacheReads
from feedapp.cache.protocol.writes import CacheWrites
from feedapp.limits import with_figures
from feedapp.pagination import CursorCodec
from feedapp.reading.reader import Reading
from feedapp.reading.site import SiteReader
from feedapp.reading.tokens.home_secrets import HomeSecrets
from feedapp.reading.tokens.uses import Uses
from feedapp.reading.viewers import ViewerService
from feedapp.repositories.delivery.readers import ReaderRepository
from feedapp.repositories.facts import FactRepository
from feedapp.repositories.moderation.sanctions import SanctionRepository
from feedapp.repositories.pages import PageRepository
from feedapp.services.access.proofs import Owners
from feedapp.services.access.rate_limits import RateLimits
from feedapp.wiring.delivery import targets, webhook_filling
from feedapp.writing.courier import Courier
from feedapp.writing.handlers import Handlers
from feedapp.writing.mail.mailer import Mailer
from feedapp.writing.relay import Relay
from feedapp.writing.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config import Settings
    from feedapp.cache.redis.backend import LeaseRedisCache
    from feedapp.limits import Limit
    from feedapp.services.content.changes.filling import WebhookFilling
    from feedapp.wiring.stores import Stores


@dataclass(frozen=True, kw_only=True)
class Core:
    """Reading, writing, delivery; who somebody is, and how often they may."""

    backend: LeaseRedisCache
    lifetimes: Mapping[str, int]
    cache_reads: CacheReads
    reading: Reading
    handlers: Handlers
    unit_of_work: UnitOfWork
    relay: Relay
    courier: Courier
    webhook_filling: WebhookFilling
    mailer: Mailer
    token_uses: Uses
    viewers: ViewerService
    home_secrets: HomeSecrets
    site: SiteReader
    owners: Owners
    rate_limits: RateLimits


def build(given: Stores) -> Core:
    """Build it. Raise SettingError."""
    backend, settings = given.backend, given.settings
    lifetimes = _lifetimes(settings)
    cache_reads = CacheReads(backend, lifetimes=lifetimes)
    reading = Reading(
        cache=cache_reads,
        facts=FactRepository(given.reads),
        pages=PageRepository(given.reads),
        cursors=CursorCodec(settings.secret_key),
    )
    readers = ReaderRepository(relays=given.for_relay, reads=given.reads)
    cache_writes = CacheWrites(backend)
    relay = Relay(backend=backend, writes=cache_writes, outbox=given.outbox, readers=readers)
    handlers, uses, site = Handlers(), Uses(), SiteReader(reading)
    home_secrets = HomeSecrets(settings.secret_key)
    filling = webhook_filling(settings, given.reads)
    to = targets(settings, given.reads, site, given.picture_store, filling, reading)
    courier = Courier(messages=given.messages, targets=to)
    return Core(
        backend=backend,
        lifetimes=lifetimes,
        cache_reads=cache_reads,
        reading=reading,
        handlers=handlers,
        unit_of_work=UnitOfWork(
            session=given.session,
            cache=cache_writes,
            reading=reading,
            outbox=given.outbox,
            relay=relay,
            records=given.records,
            courier=courier,
            handle=handlers.handle,
        ),
        relay=relay,
        courier=courier,
        webhook_filling=filling,
        mailer=Mailer(addresses=given.mail_addresses, enabled=settings.smtp is not None),
        token_uses=uses,
        viewers=ViewerService(reading, uses, site, home_secrets),
        home_secrets=home_secrets,
        site=site,
        owners=Owners(users=given.users, tokens=given.tokens, sanctions=SanctionRepository(given.session)),
        rate_limits=RateLimits(backend=backend, limits=_limits(settings), enabled=settings.rate_limits),
    )


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
