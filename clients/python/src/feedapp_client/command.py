"""The command `feed`: log in, read, post, and follow what changes."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from feedapp_client.client import Client
from feedapp_client.errors import ProblemError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from feedapp_client.models import Change, Post

FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        _run(asked)
    except (ProblemError, UnreachableError) as error:
        print(f"feed: {error}", file=sys.stderr)
        return FAILED
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    return 0


def _run(asked: argparse.Namespace) -> None:
    kept = _kept()
    site = asked.site or os.environ.get("FEED_SITE") or kept.get("site")
    if site is None:
        raise ProblemError(0, "no_site", "Say which site: --site https://feed.example.org", {})
    token = os.environ.get("FEED_TOKEN") or (kept.get("token") if kept.get("site") == site else None)
    with Client(site, token=token) as client:
        _act(client, asked, site)


def _act(client: Client, asked: argparse.Namespace, site: str) -> None:
    if asked.action == "login":
        password = os.environ.get("FEED_PASSWORD") or getpass.getpass(f"Password of {asked.username} at {site}: ")
        made = client.log_in(asked.username, password, name="feed")
        _keep({"site": site, "token": made["token"]})
        print(f"Logged in at {site} until {made['expires_at'][:10]}.")
    elif asked.action == "read":
        feed = asked.feed or ("home" if client.send.token else "public")
        posts = client.pages("/api/posts", feed=feed, limit=str(min(asked.limit, 100)))
        for _, post in zip(range(asked.limit), posts, strict=False):
            _show(post, as_json=asked.json)
    elif asked.action == "post":
        body = sys.stdin.read() if asked.text == ["-"] else " ".join(asked.text)
        _show(client.publish(body), as_json=asked.json)
    else:
        _follow(client, asked)


def _follow(client: Client, asked: argparse.Namespace) -> None:
    cursor = asked.cursor or "now"
    ends = None if asked.seconds is None else time.monotonic() + asked.seconds
    while True:
        page = client.changes(cursor)
        cursor = page["next_cursor"]
        for change in page["items"]:
            print(json.dumps(change) if asked.json else _line(change), flush=True)
        if page["items"]:
            continue
        if ends is not None and time.monotonic() >= ends:
            print(f"Go on with --cursor {cursor}", file=sys.stderr)
            return
        time.sleep(asked.every)


def _line(change: Change) -> str:
    under = f" under post {change['post_id']}" if "post_id" in change else ""
    return f"{change['at']} {change['kind']} {change['id']}{under} {change['change']}"


def _show(post: Post, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(post))
        return
    print(f"@{post['author']['username']} · {post['created_at'][:16].replace('T', ' ')} · {post['url']}")
    print(f"{post['body']}\n")


def _place() -> Path:
    given = os.environ.get("FEED_CONFIG")
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(given) if given else Path(base) / "feedapp" / "feed.json"


def _kept() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_place().read_text())
    except FileNotFoundError:
        return {}
    return found


def _keep(settings: dict[str, str]) -> None:
    place = _place()
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(settings, file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="feed", description="Read and write a feed.")
    parser.add_argument("--site", help="the site's address; else FEED_SITE, or where you logged in last")
    actions = parser.add_subparsers(dest="action", required=True)
    login = actions.add_parser("login", help="get a token and keep it (password: asked for, or FEED_PASSWORD)")
    login.add_argument("username")
    read = actions.add_parser("read", help="show a feed, the newest first")
    read.add_argument("feed", nargs="?", choices=["home", "public", "bookmarks"])
    read.add_argument("--limit", type=int, default=20)
    post = actions.add_parser("post", help="write a post; - reads it from the standard input")
    post.add_argument("text", nargs="+")
    follow = actions.add_parser("follow", help="print what changes, as it does")
    follow.add_argument("--cursor", help="go on from here; else from now on")
    follow.add_argument("--every", type=float, default=5, help="seconds between questions when nothing changes")
    follow.add_argument("--seconds", type=float, help="stop after so long")
    for each in (read, post, follow):
        each.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser
