"""The command `feed`, as a program of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.support.people import Somebody

CLIENT = Path(__file__).resolve().parents[3] / "clients" / "python" / "src"
Feed = subprocess.CompletedProcess[str]


@pytest.fixture
def feed(site: str, tmp_path: Path) -> Callable[..., Feed]:
    """Run it."""

    def run(*arguments: str, stdin: str = "", **environment: str) -> Feed:
        given = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(CLIENT), "FEED_CONFIG": str(tmp_path / "feed.json"),
            "PYTHONIOENCODING": "utf-8", **environment,
        }  # fmt: skip
        code = "import sys; from feedapp_client.command import main; sys.exit(main())"
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(
            command, env=given, input=stdin, capture_output=True, text=True, timeout=60, check=False, encoding="utf-8"
        )

    return run


def test_log_in_post_read(
    feed: Callable[..., Feed], site: str, people: Callable[..., Somebody], tmp_path: Path
) -> None:
    ada = people("ada")
    entered = feed("--site", site, "login", "ada", FEED_PASSWORD=ada.password)
    assert entered.returncode == 0, entered.stderr
    assert (tmp_path / "feed.json").stat().st_mode & 0o777 == 0o600
    assert feed("post", "Good", "morning").returncode == 0
    assert json.loads(feed("post", "--json", "-", stdin="from a pipe\n").stdout)["body"] == "from a pipe"
    shown = feed("read").stdout
    assert shown.index("from a pipe") < shown.index("Good morning")
    assert "@ada" in shown
    lines = feed("read", "public", "--limit", "1", "--json").stdout.splitlines()
    assert [json.loads(line)["body"] for line in lines] == ["from a pipe"]


def test_what_goes_wrong_is_said_and_fails(
    feed: Callable[..., Feed], site: str, people: Callable[..., Somebody]
) -> None:
    people("ada")
    wrong = feed("--site", site, "login", "ada", FEED_PASSWORD="no such password")
    assert (wrong.returncode, "wrong_password" in wrong.stderr) == (1, True)
    assert feed("--site", site, "post", "hello").returncode == 1
    assert "--site" in feed("read").stderr
    assert "Traceback" not in wrong.stderr


def test_changes_are_followed_and_gone_on_with(
    feed: Callable[..., Feed], site: str, client: FlaskClient, people: Callable[..., Somebody]
) -> None:
    ada = people("ada")
    cursor = client.get("/api/changes?cursor=now").get_json()["next_cursor"]
    client.post("/api/posts", headers=ada.headers, json={"body": "one"})
    followed = feed("--site", site, "follow", "--cursor", cursor, "--seconds", "0", "--json")
    assert [json.loads(line)["kind"] for line in followed.stdout.splitlines()] == ["post"]
    later = followed.stderr.split()[-1]
    client.delete("/api/posts/1", headers=ada.headers)
    assert feed("--site", site, "follow", "--cursor", later, "--seconds", "0").stdout.split()[1:] == [
        "post",
        "1",
        "deleted",
    ]
