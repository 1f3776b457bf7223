"""`flask cache stats|show|explain|clear|verify`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from config import VAR
from feedapp.cli import cache_texts as texts
from feedapp.cli.terminal import Command
from feedapp.embedded.launch import metrics_directory
from feedapp.schemas.texts import fold

if TYPE_CHECKING:
    from feedapp.services.operations.cache_inspection import CacheInspection
    from feedapp.services.operations.cache_verification import CacheVerification

SHOWN = 10


def group(inspection: CacheInspection, verification: CacheVerification) -> click.Group:
    """Make the commands."""
    cache = click.Group("cache", help="Inspect the cache, delete from it, and compare it with PostgreSQL.")
    _add_looking(cache, inspection)
    _add_clear(cache, inspection)
    _add_verify(cache, verification)
    return cache


def _add_looking(cache: click.Group, inspection: CacheInspection) -> None:
    @cache.command(cls=Command)
    @click.option("--no-keys", is_flag=True, help="Do not count the keys.")
    def stats(*, no_keys: bool) -> None:
        """Show hits and misses by key template for all serving processes, memory, and undelivered writes."""
        places = metrics_directory.found(VAR)
        found = inspection.stats(places, count_keys=not no_keys)
        click.echo("\n".join(texts.stats(found, [str(place) for place in places])))

    @cache.command(cls=Command)
    @click.argument("key")
    def show(key: str) -> None:
        """Show what a key holds, its age and its time to live. KEY may have the prefix or not."""
        click.echo("\n".join(texts.held(inspection.show(key))))

    @cache.command(cls=Command)
    @click.argument("key", required=False)
    def explain(key: str | None) -> None:
        """Show what a key stands for and which writes delete it. Without KEY, list the key table."""
        if key is None:
            click.echo("\n".join(texts.key_table(inspection.lifetime)))
        else:
            found = inspection.explain(key)
            click.echo("\n".join(texts.explanation(found, inspection.lifetime(found.key.template.name))))


def _add_clear(cache: click.Group, inspection: CacheInspection) -> None:
    @cache.command(cls=Command)
    @click.argument("keys", nargs=-1)
    @click.option("--feed", "feeds", multiple=True, metavar="USERNAME|public", help="Delete every page of a feed.")
    def clear(keys: tuple[str, ...], feeds: tuple[str, ...]) -> None:
        """Delete KEYS, or feeds, or everything that is cached. Nothing is lost: reads load it again."""
        if keys:
            click.echo(f"Deleted {inspection.clear_keys(keys)} of {len(keys)} keys; the others held nothing.")
        if feeds:
            inspection.clear_feeds([fold(name) for name in feeds])
            click.echo(f"Deleted every page of {', '.join(feeds)}.")
        if not keys and not feeds:
            click.echo(f"Deleted {inspection.clear():,} cached values.")


def _add_verify(cache: click.Group, verification: CacheVerification) -> None:
    @cache.command(cls=Command)
    @click.option(
        "--sample", default=1_000, show_default=True, type=click.IntRange(1), help="How many keys of each template."
    )
    def verify(sample: int) -> None:
        """Compare cached values with PostgreSQL while the site runs; exit status 1 if any differs."""
        verdicts = []
        click.echo(texts.VERDICT_HEAD)
        for verdict in verification.verify(sample=sample):
            click.echo(texts.verdict(verdict))
            verdicts.append(verdict)
        click.echo(texts.total(verdicts))
        differences = [each for verdict in verdicts for each in verdict.differences]
        for difference in differences[:SHOWN]:
            click.echo(texts.difference(difference), err=True)
        sys.exit(1 if differences else 0)
