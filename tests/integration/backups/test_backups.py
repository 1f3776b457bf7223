"""A backup holds the whole, is whole or not there, and a restore brings it back without a copy of what is lost."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg2
import pytest

from feedapp.errors import UnavailableError
from feedapp.services.operations.backup.programs import program, version_of
from feedapp.services.operations.backup.restoring import verify
from tests.integration.backups.members import Member, answer_of
from tests.integration.front.sites import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from tests.integration.backups.conftest import Site


def now() -> str:
    return datetime.now(UTC).isoformat()


def backups(store: Path) -> list[Path]:
    return sorted(store.glob("[0-9]*"))


def test_what_was_there_comes_back_and_nothing_of_what_is_lost_is_served(site: Site) -> None:
    ada = Member(site)
    kept = ada.post("kept")
    (site.ground.media / "ab").mkdir()
    (site.ground.media / "ab" / "picture.webp").write_bytes(b"picture")
    done = site.run("backup", str(site.ground.store), "--verify")
    assert done.exit_code == 0, done.output
    assert "1 files of media" in done.output
    assert "compared" in done.output
    lost = ada.post("lost")
    site.client.patch(f"/api/posts/{kept}", json={"body": "changed"}, headers=ada.headers | {"If-Match": "*"})
    for _ in range(3):
        assert ada.bodies()[:2] == ["lost", "changed"]  # and so these are cached
        assert site.client.get(f"/api/posts/{lost}").status_code == 200
    (site.ground.media / "ab" / "picture.webp").unlink()
    restored = site.run("restore", str(site.ground.store))
    assert restored.exit_code == 0, restored.output
    assert "1 files of media" in restored.output
    assert ada.bodies() == ["kept"]  # by the very process that cached the other state
    assert site.client.get(f"/api/posts/{lost}").status_code == 404
    assert answer_of(site.client.get(f"/api/posts/{kept}"))["body"] == "kept"
    assert (site.ground.media / "ab" / "picture.webp").read_bytes() == b"picture"
    again = ada.post("after")
    assert again == lost  # an id that comes again
    assert answer_of(site.client.get(f"/api/posts/{again}"))["body"] == "after"


def test_a_process_that_has_not_looked_at_postgresql_since_serves_no_copy_of_what_is_lost(site: Site) -> None:
    """As one that stood still during the restore: the fences in Redis tell it, in the trip of its next read."""
    ada = Member(site)
    ada.post("kept")
    assert site.run("backup", str(site.ground.store)).exit_code == 0
    lost = ada.post("lost")
    site.services.stop()
    site.services.relay.work()
    for _ in range(2):
        assert ada.bodies() == ["lost", "kept"]
        assert site.client.get(f"/api/posts/{lost}").status_code == 200
    assert site.services.backend.trust.state == "trusted"
    assert site.run("restore", str(site.ground.store)).exit_code == 0
    assert site.services.backend.trust.state == "trusted"  # it knows of nothing yet
    assert site.client.get(f"/api/posts/{lost}").status_code == 404
    assert ada.bodies() == ["kept"]


def test_everything_is_lost_and_comes_back_into_an_empty_database(site: Site, open_site: Any) -> None:
    ada = Member(site)
    kept = ada.post("kept")
    assert site.run("backup", str(site.ground.store)).exit_code == 0
    site.close()
    with psycopg2.connect(site.ground.database.url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    done = site.run("restore", str(site.ground.store))
    assert done.exit_code == 0, done.output
    assert "before_restore" not in done.output
    again = open_site()
    assert answer_of(again.client.get(f"/api/posts/{kept}"))["body"] == "kept"
    assert answer_of(again.client.get("/api/me", headers=ada.headers))["username"] == ada.name  # tokens, too


def test_a_backup_is_its_owners_alone_and_says_what_it_is(site: Site) -> None:
    Member(site)
    done = site.run("backup", str(site.ground.store))
    assert "passwords and keys in clear" in done.output
    (place,) = backups(site.ground.store)
    modes = {stat.S_IMODE(each.stat().st_mode) & 0o077 for each in [site.ground.store, place, *place.iterdir()]}
    assert modes == {0}
    assert "SECRET_KEY='a secret of the backups'" in (place / "settings.env").read_text()
    manifest = json.loads((place / "manifest.json").read_text())
    assert manifest["rows"]["users"] >= 1
    assert "cache_readers" not in manifest["rows"]
    bare = site.run("backup", str(site.ground.store), "--without-secrets", "--keep", "1")
    assert "in clear" not in bare.output
    (place,) = backups(site.ground.store)  # the older one is gone
    assert "SECRET_KEY" not in (place / "settings.env").read_text()


def test_a_time_between_two_dumps_is_the_one_before_and_that_is_said(site: Site) -> None:
    ada = Member(site)
    ada.post("first")
    site.run("backup", str(site.ground.store))
    between = now()
    ada.post("second")
    time.sleep(1.1)
    site.run("backup", str(site.ground.store))
    done = site.run("restore", str(site.ground.store), "--to", between)
    assert done.exit_code == 0, done.output
    assert "last dump before that time" in done.output
    assert ada.bodies() == ["first"]
    early = site.run("restore", str(site.ground.store), "--to", "2001-01-01T00:00:00Z")
    assert early.exit_code == 1
    assert "give a later time" in early.output
    wrong = site.run("restore", str(site.ground.store), "--to", "yesterday")
    assert wrong.exit_code == 2


def test_a_point_in_time_by_base_backup_and_wal(site: Site) -> None:
    ada = Member(site)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(site.ground.store), "--wal"]
    receiving = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        done = site.run("backup", str(site.ground.store), "--base")
        assert done.exit_code == 0, done.output
        ada.post("first")
        time.sleep(0.2)
        between = now()
        time.sleep(0.2)
        lost = ada.post("second")
        assert ada.bodies() == ["second", "first"]
        restored = site.restored_once_received(between)
        assert restored.exit_code == 0, restored.output
        assert "last dump" not in restored.output
        assert ada.bodies() == ["first"]
        assert site.client.get(f"/api/posts/{lost}").status_code == 404
        beyond = site.run("restore", str(site.ground.store), "--to", "2999-01-01T00:00:00Z")
        assert beyond.exit_code == 1
        assert "ends before" in beyond.output
        assert ada.bodies() == ["first"]  # and nothing has changed
    finally:
        receiving.send_signal(signal.SIGINT)
        receiving.wait(20)
        with psycopg2.connect(site.ground.database.url) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots")
        connection.close()


def test_a_server_that_cannot_be_copied_says_so(
    site: Site, monkeypatch: pytest.MonkeyPatch, app: Flask, database_url: str
) -> None:
    monkeypatch.setitem(os.environ, "DATABASE_URL", database_url)
    done = site.run("backup", str(site.ground.store), "--base")
    assert done.exit_code == 1
    assert "wal_level is minimal and max_wal_senders 0" in done.output
    assert backups(site.ground.store) == []


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(site: Site) -> None:
    Member(site)
    with (site.ground.media / "large").open("wb") as file:
        file.truncate(3 * 1024**3)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(site.ground.store)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    deadline = time.monotonic() + 30
    while not list(site.ground.store.glob(".unfinished-*/media.tar")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    assert backups(site.ground.store) == []
    assert site.run("restore", str(site.ground.store)).exit_code == 1
    (site.ground.media / "large").unlink()
    assert site.run("backup", str(site.ground.store)).exit_code == 0
    assert len(backups(site.ground.store)) == 1
    assert not list(site.ground.store.glob(".unfinished-*"))  # what the killed one left is removed


def test_a_restore_that_fails_half_way_changes_nothing(site: Site) -> None:
    ada = Member(site)
    ada.post("first")
    site.run("backup", str(site.ground.store))
    ada.post("second")
    (place,) = backups(site.ground.store)
    dump = place / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 2 // 3])
    done = site.run("restore", str(site.ground.store))
    assert done.exit_code == 1
    assert "failed" in done.output
    assert ada.bodies() == ["second", "first"]
    assert site.client.get("/readyz").status_code == 200


def test_a_dump_that_does_not_hold_what_it_should_is_found_out(site: Site) -> None:
    Member(site)
    site.run("backup", str(site.ground.store))
    (place,) = backups(site.ground.store)
    manifest = json.loads((place / "manifest.json").read_text())
    manifest["rows"]["users"] += 1
    (place / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UnavailableError, match="users differ"):
        verify(place)


def test_the_time_of_the_last_one_is_known_and_stays_known(site: Site) -> None:
    site.run("backup", str(site.ground.store))

    def ages() -> float | None:
        with site.app.app_context():
            age: float | None = site.services.server_facts.last_backup()
            return age

    age = ages()
    assert age is not None
    assert age < 60
    site.run("restore", str(site.ground.store))
    assert ages() is not None
    with psycopg2.connect(site.ground.database.url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kind, bytes > 1000 FROM backups ORDER BY id DESC LIMIT 1")
        assert cursor.fetchone() == ("dump", True)
    connection.close()


def test_programs_fit_the_version_of_the_server() -> None:
    assert version_of(str(program("pg_dump", 18))) >= 18  # whatever stands first in PATH
    assert version_of(str(program("pg_dump", 14))) >= 14
