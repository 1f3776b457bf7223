"""What the outbox delivers to, beside Redis, and where the links in it lead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config import VAR
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.mail.addresses import read_mail_address
from feedapp.pagination import CursorCodec
from feedapp.repositories.delivery.changes import ChangeRepository
from feedapp.repositories.delivery.webhook_queue import WebhookQueue
from feedapp.repositories.notifications.digests import DigestReader
from feedapp.repositories.notifications.pushes import PushReader
from feedapp.repositories.site.mail_addresses import MailboxReader
from feedapp.serialisers.changes import changes
from feedapp.services.content.changes.filling import WebhookFilling
from feedapp.services.notifications.digests import DigestWriting
from feedapp.services.notifications.pushes import PushWriting
from feedapp.writing.mail.links import MailLinks
from feedapp.writing.mail.mailer import DIGESTS, TARGET
from feedapp.writing.targets.mail import MailTarget, sender_of
from feedapp.writing.targets.pictures import PictureDeletion
from feedapp.writing.targets.pinned_http import PinnedHttp
from feedapp.writing.targets.push import PushTarget
from feedapp.writing.targets.signing import WebhookSecrets
from feedapp.writing.targets.smtp import LONGEST, SILENCE, SmtpClient
from feedapp.writing.targets.web_push import VapidKeys
from feedapp.writing.targets.webhooks import WebhookTarget

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from config import Settings
    from feedapp.pictures.stores import PictureStore
    from feedapp.reading.reader import Reading
    from feedapp.reading.site import SiteReader
    from feedapp.writing.targets import Target


def targets(
    settings: Settings,
    reads: Engine,
    site: SiteReader,
    pictures: PictureStore,
    filling: WebhookFilling,
    reading: Reading,
) -> tuple[Target, ...]:
    """Make the targets that the settings name."""
    client = smtp_client(settings)
    mail: tuple[Target, ...] = ()
    if client is not None:
        mail = tuple(mail_target(settings, client, reads, site, reading, name=name) for name in (TARGET, DIGESTS))
    webhooks = WebhookTarget(
        PinnedHttp(private=settings.webhooks_private),
        queue=WebhookQueue(reads),
        filling=filling,
        secrets=WebhookSecrets(settings.secret_key),
        agent="feedapp" if settings.site_url is None else f"feedapp (+{settings.site_url.root})",
    )
    pushes = PushTarget(
        PinnedHttp(private=settings.push_private),
        subscriptions=PushReader(reads),
        notices=PushWriting(reading, site),
        keys=VapidKeys(settings.secret_key),
        subject=lambda: _subject(settings, site),
    )
    return (PictureDeletion(pictures, reads), webhooks, pushes, *mail)


def _subject(settings: Settings, site: SiteReader) -> str:
    """Give where operators of push services reach those of the site: its contact if that is an address."""
    try:
        return f"mailto:{read_mail_address(site.current().contact)}"
    except ValueError:
        address = site_address(settings)
        return address if address.startswith("https:") else f"mailto:noreply@{_host(settings)}"


def webhook_filling(settings: Settings, reads: Engine) -> WebhookFilling:
    """Make what decides what webhooks are sent next."""
    return WebhookFilling(
        queue=WebhookQueue(reads),
        changes=ChangeRepository(reads),
        cursors=CursorCodec(settings.secret_key),
        serialise=changes,
    )


def smtp_client(settings: Settings, *, silence: float = SILENCE, longest: float = LONGEST) -> SmtpClient | None:
    """Make what speaks to the mail server; None for a site that sends no mail."""
    if settings.smtp is None:
        return None
    return SmtpClient(settings.smtp, hostname=_host(settings), silence=silence, longest=longest)


def mail_sender(settings: Settings, contact: str) -> str:
    """Give the address that mails come from: MAIL_FROM, the contact if it is one, or noreply@ the host."""
    return sender_of(settings.mail_from, contact, host=_host(settings))


def mail_target(
    settings: Settings, client: SmtpClient, reads: Engine, site: SiteReader, reading: Reading, *, name: str
) -> MailTarget:
    """Make what writes mails, or digests. Links never follow the Host of a request, which anybody can make up."""
    links = MailLinks(settings.secret_key)
    return MailTarget(
        client,
        name=name,
        mailboxes=MailboxReader(reads),
        links=links,
        digests=DigestWriting(reading=reading, digests=DigestReader(reads), links=links),
        site=site,
        root=site_address(settings),
        host=_host(settings),
        sender=settings.mail_from,
    )


def _host(settings: Settings) -> str:
    """Name the site's host, as in the part of an address after the @."""
    host = urlsplit(site_address(settings)).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host


def site_address(settings: Settings) -> str:
    """Give SITE_URL or, where that is not set, what listens by HOST and PORT, without a slash at the end."""
    if settings.site_url is not None:
        return settings.site_url.root.rstrip("/")
    return LaunchSettings.from_environment(os.environ, directory=VAR).address
