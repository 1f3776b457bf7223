"""From a wheel to a public site: install, serve, back up, lose all, restore, move, set up."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import psycopg2

from tests.deploy.installed import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.deploy.installed import Installed


def test_an_installed_wheel_runs_outside_of_the_checkout(installed: Installed) -> None:
    assert "feedapp" in installed.ok("--help")
    installed.ok("db", "upgrade")
    assert installed.ok("doctor") == "All is well.\n"
    installed.serve()
    status, page = installed.ask("GET", "/api/posts")
    assert (status, page["items"]) == (200, [])
    installed.wait_until_all_is_well()
    assert (
        b"<title>"
        in subprocess.run(["curl", "-s", f"http://127.0.0.1:{installed.port}/"], capture_output=True, check=True).stdout
    )
    assert is_healthy(installed)
    assert not (installed.home / "var").exists()
    assert not list(installed.programs.glob("../lib/python*/site-packages/var"))


def is_healthy(site: Installed) -> bool:
    """Ask as the image does, of what serves here."""
    asked = re.search(r'HEALTHCHECK .*python -c "(.+?)"\n', (ROOT / "deploy/Dockerfile").read_text(), re.DOTALL)
    assert asked
    code = asked[1].replace(":8000/", f":{site.port}/")
    return subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_all_is_lost_and_all_comes_back(installed: Installed) -> None:
    installed.ok("db", "upgrade")
    serving = installed.serve()
    token = installed.member("ada")
    links = [
        f"/api/posts/{installed.ask('POST', '/api/posts', {'body': str(n)}, token=token)[1]['id']}" for n in range(5)
    ]
    store = installed.home / "store"
    assert "compared" in installed.ok("backup", str(store), "--verify")
    serving.terminate()
    assert serving.wait(30) == 0
    assert not is_healthy(installed)
    with psycopg2.connect(installed.settings["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    shutil.rmtree(installed.home / "state", ignore_errors=True)
    assert "Restored" in installed.ok("restore", str(store))
    installed.serve()
    assert [installed.ask("GET", link)[0] for link in links] == [200] * 5
    assert installed.ask("GET", "/api/me", token=token)[1]["username"] == "ada"


def test_setup_writes_settings_units_and_nginx(installed: Installed, tmp_path: Path) -> None:
    into = tmp_path / "root"
    done = subprocess.run(
        [installed.programs / "feedapp", "setup", "feed.example.net", "--into", into], cwd=tmp_path,
        env={"PATH": os.environ["PATH"]}, input="\n" * 5, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    settings = (into / "etc/feedapp/feedapp.env").read_text()
    assert "SITE_URL=https://feed.example.net\n" in settings
    assert (into / "etc/feedapp/feedapp.env").stat().st_mode & 0o077 == 0
    units = into / "etc/systemd/system"
    for unit in units.iterdir():
        assert "example.org" not in unit.read_text()
    assert f"ExecStart={installed.programs}/feedapp serve\n" in (units / "feedapp.service").read_text()
    assert "LogNamespace=feedapp\n" in (units / "feedapp.service").read_text()
    wrapper = into / "usr/local/bin/feedapp"
    assert wrapper.stat().st_mode & 0o777 == 0o755
    assert f"    {installed.programs}/feedapp " in wrapper.read_text()
    kept = into / "etc/systemd/journald@feedapp.conf"
    kept.write_text(kept.read_text().replace("MaxRetentionSec=30day", "MaxRetentionSec=7day"))
    assert "server_name feed.example.net;" in (into / "etc/nginx/sites-enabled/feedapp.conf").read_text()
    program = tmp_path / "program"
    program.write_text("what the command leads to")
    wrapper.unlink()
    wrapper.symlink_to(program)
    again = subprocess.run(
        [installed.programs / "feedapp", "setup", "feed.example.net", "--into", into], cwd=tmp_path,
        env={"PATH": os.environ["PATH"]}, input="\n" * 5, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "stays as it is" in again.stdout
    assert program.read_text() == "what the command leads to"
    assert not wrapper.is_symlink()
    assert (into / "etc/feedapp/feedapp.env").read_text() == settings  # the same key
    assert "MaxRetentionSec=7day" in kept.read_text()
    if verify := shutil.which("systemd-analyze"):
        checked = subprocess.run(
            [verify, "verify", "--man=no", *units.iterdir()], capture_output=True, text=True, check=False
        )
        wrong = [line for line in checked.stderr.splitlines() if "feedapp" in line and "Unknown" in line]
        assert wrong == [], checked.stderr
