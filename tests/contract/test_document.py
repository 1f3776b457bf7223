"""Schemathesis asks what the served document allows and forbids, and holds the answers against it.

API_EXAMPLES says how many examples each operation gets. `positive_data_acceptance` is left out: which cursors are
signed here, which days exist, which texts have something to see and which passwords are easy to guess is in no schema.
tests/web/api asserts that the right ones are accepted: lists/test_spans.py and test_feeds.py (cursors and times),
test_posts.py (texts), accounts (passwords), media (pictures).
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.support.deployments.served import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.people import Somebody

EXAMPLES = os.environ.get("API_EXAMPLES", "3")
ALL = "examples,coverage,fuzzing,stateful"
REAL = str(Path(__file__).parent / "real.toml")
SELF = "^(tokens|me)_"
"""Calls that end the token with which they are sent, and their neighbours."""
FEWEST = 200
"""Cases of each run, with the fewest examples."""


@pytest.fixture
def site(app: Flask, client: FlaskClient, people: Callable[..., Somebody]) -> Iterator[tuple[str, Somebody]]:
    """A site with something to find, and who reads and writes there."""
    ada, bob = people("ada"), people("bob")
    for body, author in (("one", ada), ("two", bob)):
        post_id = client.post("/api/posts", headers=author.headers, json={"body": body}).get_json()["id"]
        client.post(f"/api/posts/{post_id}/comments", headers=bob.headers, json={"body": "three"})
    with served(app) as address:
        yield address, ada


def cases(address: str, token: str | None, *more: str, phases: str = ALL, config: str | None = None) -> int:
    """Run it; give how many cases there were, all of them as the document says."""
    program = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"
    header = [] if token is None else [f"--header=Authorization: Bearer {token}"]
    command = [
        sys.executable, "-c", program, *([] if config is None else ["--config-file", config]),
        "run", f"{address}/api/openapi.json", *header, f"--phases={phases}", f"--max-examples={EXAMPLES}",
        "--exclude-checks=positive_data_acceptance", "--generation-deterministic", "--continue-on-failure",
        "--warnings=off", "--workers=1", "--no-color", *more,
    ]  # fmt: skip  # Python 3.11 takes two threads that parse at once for one that goes too deep: SystemError
    with TemporaryDirectory() as place:  # it leaves files where it is
        environment = os.environ | {"COLUMNS": "160"}
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    found = re.search(r"([\d,]+) generated, ([\d,]+) passed", done.stdout)
    assert found is not None, done.stdout[-2_000:]
    assert found[1] == found[2]
    return int(found[1].replace(",", ""))


def test_every_call_answers_as_the_document_says(site: tuple[str, Somebody]) -> None:
    address, ada = site
    assert cases(address, ada.token, f"--exclude-operation-id-regex={SELF}") > FEWEST


def test_calls_that_find_what_they_name_answer_as_the_document_says(site: tuple[str, Somebody]) -> None:
    address, ada = site
    named = "--include-path-regex=post_id|comment_id|username|user_id"
    assert cases(address, ada.token, named, phases="coverage,fuzzing", config=REAL) > FEWEST


def test_calls_about_oneself_answer_as_the_document_says(site: tuple[str, Somebody]) -> None:
    address, ada = site
    assert cases(address, ada.token, f"--include-operation-id-regex={SELF}", phases="examples,coverage,fuzzing") > 50


def test_strangers_are_answered_as_the_document_says(site: tuple[str, Somebody]) -> None:
    address, _ = site
    assert cases(address, None, "--include-method=GET", phases="coverage,fuzzing") > FEWEST


def test_a_document_that_says_something_else_is_seen(site: tuple[str, Somebody], app: Flask, tmp_path: Path) -> None:
    """The runs above can fail: here the document promises a number where the API sends a text."""
    address, ada = site
    document = app.test_client().get("/api/openapi.json").get_json()
    document["components"]["schemas"]["Author"]["properties"]["username"] = {"type": "integer"}
    wrong = tmp_path / "openapi.json"
    wrong.write_bytes(app.json.dumps(document).encode())
    program = "import sys; from schemathesis.cli import schemathesis; sys.exit(schemathesis())"
    command = [
        sys.executable, "-c", program, "run", str(wrong), "--url", address, "--phases=examples", "--no-color",
        "--include-operation-id=posts_show", f"--header=Authorization: Bearer {ada.token}",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Response violates schema" in done.stdout
