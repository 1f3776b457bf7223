"""What `feedapp setup` writes is taken by systemd and nginx, where those are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedapp.cli.running.setup import command
from tests.support.deployments.balancers import certificate, program

VERIFY, NGINX = shutil.which("systemd-analyze"), program("nginx")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the root of a machine for which it was written, with a certificate."""
    files = tmp_path / "certificate"
    certificate(files)
    into = tmp_path / "root"
    answers = ["", "", "", "/srv/backups", str(files)]
    done = CliRunner().invoke(command, ["feed.example.net", "--into", str(into)], input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    return into


def verified(root: Path) -> subprocess.CompletedProcess[str]:
    units = [unit for unit in (root / "etc/systemd/system").iterdir() if unit.suffix != ".conf"]
    own = Path(sys.executable).with_name("feedapp")  # only a wheel has it
    for unit in units:
        unit.write_text(unit.read_text(encoding="utf-8").replace(f"={own} ", "=/bin/true "), encoding="utf-8")
    return subprocess.run(
        [str(VERIFY), "verify", "--man=no", *map(str, units)], capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(VERIFY is None, reason="systemd is not installed")
def test_systemd_takes_the_units(root: Path) -> None:
    told = verified(root)
    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.skipif(VERIFY is None, reason="systemd is not installed")
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("feedapp.service", "ProtectHome=", "ProtectHouse="),
        ("feedapp.service", "Requires=feedapp.socket", "Requires=another.socket"),
        ("feedapp-backup.timer", "OnCalendar=*-*-* 03:30:00", "OnCalendar=at night"),
        ("feedapp.socket", "Backlog=2048", "Backlog=many"),
    ],
)
def test_systemd_is_asked_about_each_of_them(root: Path, name: str, right: str, wrong: str) -> None:
    unit = root / "etc/systemd/system" / name
    text = unit.read_text(encoding="utf-8")
    assert right in text
    unit.write_text(text.replace(right, wrong), encoding="utf-8")
    told = verified(root)
    assert told.returncode or told.stderr


def test_what_the_units_name_is_what_was_asked_for(root: Path) -> None:
    units = {unit.name: unit.read_text(encoding="utf-8") for unit in (root / "etc/systemd/system").iterdir()}
    assert all("example.org" not in text and "/opt/feedapp" not in text for text in units.values())
    assert "ReadWritePaths=/srv/backups\n" in units["feedapp-backup.service"]
    assert " backup /srv/backups --verify" in units["feedapp-backup.service"]
    assert (root / "srv/backups").stat().st_mode & 0o077 == 0
    settings = (root / "etc/feedapp/feedapp.env").read_text(encoding="utf-8")
    assert "EnvironmentFile=/etc/feedapp/feedapp.env\n" in units["feedapp.service"]
    assert "SITE_URL=https://feed.example.net\n" in settings


@pytest.mark.skipif(NGINX is None or os.geteuid() != 0, reason="nginx is not installed, or may not be asked")
def test_nginx_takes_its_site(root: Path, tmp_path: Path) -> None:
    site = root / "etc/nginx/sites-enabled/feedapp.conf"
    place = tmp_path / "nginx"
    place.mkdir()
    paths = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f" {name}_temp_path {place}/{name};" for name in paths)
    (place / "nginx.conf").write_text(
        f"pid {place}/pid; error_log {place}/error.log; events {{}}\n"
        f"http {{ access_log off;{temporary} include {site}; }}\n"
    )

    def asked() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(NGINX), "-t", "-c", str(place / "nginx.conf")], capture_output=True, text=True, check=False
        )

    told = asked()
    assert told.returncode == 0, told.stderr
    assert "[warn]" not in told.stderr
    text = site.read_text(encoding="utf-8")
    assert text.count("server_name feed.example.net;") == 2
    site.resolve().write_text(text.replace("proxy_pass http://feedapp;", "proxy_pass http://nobody;"))
    assert asked().returncode != 0
