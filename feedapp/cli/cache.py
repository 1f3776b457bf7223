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
    cache = click.Group("cache", help="Look into the cache, forget some of it, and compare it with PostgreSQL.")
    _add_looking(cache, inspection)
    _add_clear(cache, inspection)
    _add_verify(cache, verification)
    return cache


def _add_looking(cache: click.Group, inspection: CacheInspection) -> None:
    @cache.command(cls=Command)
    @click.option("--no-keys", is_flag=True, help="Do not walk all keys to count them.")
    def stats(*, no_keys: bool) -> None:
        """Tell hits and misses by key template, over all serving processes, memory, and what is undelivered."""
        places = metrics_directory.found(VAR)
        found = inspection.stats(places, count_keys=not no_keys)
        click.echo("\n".join(texts.stats(found, [str(place) for place in places])))

    @cache.command(cls=Command)
    @click.argument("key")
    def show(key: str) -> None:
        """Tell what a key holds, how old that is and how long it still lives; with or without the prefix."""
        click.echo("\n".join(texts.held(inspection.show(key))))

    @cache.command(cls=Command)
    @click.argument("key", required=False)
    def explain(key: str | None) -> None:
        """Tell what a key stands for and which writes delete it. Without KEY, list the key table."""
        if key is None:
            click.echo("\n".join(texts.key_table(inspection.lifetime)))
        else:
            found = inspection.explain(key)
            click.echo("\n".join(texts.explanation(found, inspection.lifetime(found.key.template.name))))


def _add_clear(cache: click.Group, inspection: CacheInspection) -> None:
    @cache.command(cls=Command)
    @click.argument("keys", nargs=-1)
    @click.option("--feed", "feeds", multiple=True, metavar="USERNAME|public", help="Forget every page of a feed.")
    def clear(keys: tuple[str, ...], feeds: tuple[str, ...]) -> None:
        """Forget KEYS, or feeds, or everything that is cached. Nothing is lost: reads load it again."""
        if keys:
            click.echo(f"{inspection.clear_keys(keys)} of {len(keys)} keys held a value and are empty now.")
        if feeds:
            inspection.clear_feeds([fold(name) for name in feeds])
            click.echo(f"Every page of {', '.join(feeds)} is forgotten.")
        if not keys and not feeds:
            click.echo(f"{inspection.clear():,} cached values are forgotten.")


def _add_verify(cache: click.Group, verification: CacheVerification) -> None:
    @cache.command(cls=Command)
    @click.option("--sample", default=1_000, show_default=True, type=click.IntRange(1), help="Keys of each template.")
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
