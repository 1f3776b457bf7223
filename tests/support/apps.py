"""The app of the tests, and what it is set to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

    from feedapp.wiring import Services

SECRET_KEY = "not a secret, in tests"
METRICS_TOKEN = "a-token-for-Prometheus"
NOTHING_BY_ITSELF = {"autovacuum": "off"}
"""Settings of a PostgreSQL in which only tests do something. Its own ANALYZE is a transaction like any other: while one
runs, `/api/changes` waits with all that was committed since it began; and it holds locks."""
METRICS = {"Authorization": f"Bearer {METRICS_TOKEN}"}


def services(app: Flask) -> Services:
    found: Services = app.extensions["feedapp"]
    return found


class Compiled(BytecodeCache):
    """What Jinja makes of a template, by what stands in it: each app reads the same templates."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._known.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def make_alike_once() -> None:
    """Let the apps of this process share what is the same in each: hundreds of tests make one.

    Templates that are compiled, and the functions that Werkzeug compiles to build the address of a rule: 1,300 in each
    app, nine tenths of the time that it takes to make one. Such a function depends on nothing but the key below.
    """
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
    made: dict[Any, Any] = {}
    compiled = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Any:  # noqa: FBT001, FBT002  (as Werkzeug has it)
        key = (rule.rule, tuple(rule._trace), tuple((rule.defaults or {}).items()), append_unknown)
        if key not in made:
            made[key] = compiled(rule, append_unknown)
        return made[key]

    Rule._compile_builder = once  # type: ignore[assignment]
