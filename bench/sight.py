"""What it costs a reader to block and mute many people: warm views of two readers, in turns, in one process.

    python -m bench.sight --entries 500

One reader blocks and mutes nobody, the other so many people each. Views are asked for until they are warm, then in
turns; medians are told, of the answer given again while nothing changed, and of the answer put together anew: of the
time that passed, and of the processor time of this process, whatever else the machine does. Exit status 1 if a view
given again takes the second more than 1.2 times as long as the first; any SQL, or a second trip, ends it at once.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from flask_migrate import upgrade
from sqlalchemy import text

from bench.places import SECRET_KEY
from config import Settings
from feedapp.app import create_app
from feedapp.blueprints.pages.kit.cookies import session_cookie
from feedapp.cache.protocol.reuse import Reuse
from feedapp.embedded import Servers
from feedapp.extensions import db
from feedapp.reading.viewers import Credentials
from feedapp.services.people.joining.sign_ups import Newcomer

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

GOAL = 1.2
_COST = re.compile(r'redis;dur=[0-9.]+;desc="(\d+) trips", sql;dur=[0-9.]+;desc="(\d+) statements"')
VIEWS = ("/api/posts?feed=home", "/api/posts?feed=public", "/", "/public", "/posts/1", "/@writer")
READERS = ("free", "apart")
_CROWD = """
INSERT INTO users (username, display_name) SELECT 'p' || n, 'p' || n FROM generate_series(1, :count) AS n;
INSERT INTO user_counters (user_id) SELECT id FROM users WHERE username ~ '^p[0-9]+$';
INSERT INTO blocks (blocker_id, blocked_id)
    SELECT (SELECT id FROM users WHERE username = 'apart'), id FROM users WHERE username ~ '^p[0-9]+$' LIMIT :half;
INSERT INTO mutes (muter_id, muted_id)
    SELECT (SELECT id FROM users WHERE username = 'apart'), id FROM users WHERE username ~ '^p[0-9]+$' LIMIT :half
"""


class Ratio(NamedTuple):
    """Of the time that passed, and of the processor time of this process."""

    passed: float
    spent: float


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        with Servers(directory / "servers", durable=False) as servers:
            settings = Settings(
                database_url=servers.database_url,
                redis_url=servers.redis_url,
                secret_key=SECRET_KEY,
                log_level="WARNING",
                rate_limits=False,
                redis_timeout=5,
            )
            app = create_app(settings)
            with app.app_context():
                return _measure(app, options.entries, options.rounds)


def _measure(app: Flask, entries: int, rounds: int) -> int:
    upgrade()
    services = app.extensions["feedapp"]
    services.relay.work()
    readers = _people(app, services, entries)
    print(f"With {entries} blocks and as many mutes, in times of what it takes with none:")
    print(f"{'view':24} {'given again':>12} {'processor':>10} {'put together':>13} {'processor':>10}")
    kept = True
    for view in VIEWS:
        again = _ratio(readers, view, rounds, anew=False)
        anew = _ratio(readers, view, rounds // 3, anew=True)
        kept = kept and again.passed <= GOAL
        print(f"{view:24} {again.passed:12.2f} {again.spent:10.2f} {anew.passed:13.2f} {anew.spent:10.2f}")
    return 0 if kept else 1


def _people(app: Flask, services: Any, entries: int) -> dict[str, FlaskClient]:
    create, names = services.joining.sign_ups.create, ("writer", *READERS)
    ids = {name: create(Newcomer(name, "a good password")) for name in names}
    sessions = {name: services.accounts.issue(user_id, "session").token for name, user_id in ids.items()}
    writer = Credentials.of(sessions["writer"], kind="session")
    for number in range(40):
        services.posts.publish(writer, body=f"Post {number} " + "of some length " * 10)
    for statement in _CROWD.split(";"):
        db.session.execute(text(statement), {"count": entries, "half": entries})
    db.session.commit()
    services.backend.clear()
    readers = {}
    for name in READERS:
        services.follows.follow(Credentials.of(sessions[name], kind="session"), username="writer")
        readers[name] = app.test_client()
        readers[name].set_cookie(session_cookie(app), sessions[name])
        token = services.accounts.issue(ids[name], "api").token
        readers[name].environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return readers


def _ratio(readers: dict[str, FlaskClient], view: str, rounds: int, *, anew: bool) -> Ratio:
    """Give how long the second reader's view takes, in times of the first one's."""
    for _ in range(3):
        for client in readers.values():
            assert client.get(view).status_code == 200, view
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, client in readers.items():
            with patch.object(Reuse, "find", lambda *_: None) if anew else nullcontext():
                start, spent = perf_counter(), process_time()
                answer = client.get(view)
                times[name].append((perf_counter() - start, process_time() - spent))
            cost = _COST.search(answer.headers["Server-Timing"])
            assert cost is not None and cost[2] == "0", view  # noqa: PT018
            assert anew or cost[1] == "1", view
    apart, free = ([median(each) for each in zip(*times[name], strict=True)] for name in ("apart", "free"))
    return Ratio(apart[0] / free[0], apart[1] / free[1])


if __name__ == "__main__":
    sys.exit(main())
