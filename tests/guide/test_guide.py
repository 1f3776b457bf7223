"""docs/setting-up.md on an empty Debian: each line typed as root, each question answered, and the site visited."""

from __future__ import annotations

import json
import os
import re
import ssl
import time
from typing import TYPE_CHECKING

import pytest

from tests.guide.release import NEXT
from tests.guide.steps import FROM_EMPTY, HOST, LOST, NEW_SETTINGS, NEW_VERSION, Question

if TYPE_CHECKING:
    from pathlib import Path

    from tests.guide.site import Site

PASSWORD = "correct horse battery"
ANOTHER = "another horse battery"
WORKER = "feedapp.server.worker"


@pytest.fixture(scope="session")
def jar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("visitor") / "cookies"


@pytest.fixture(scope="session")
def link(site: Site, jar: Path) -> str:
    """Make an account and write a post; give where it is."""
    assert site.send("/signup", str(jar), username="ada", password=PASSWORD).startswith("303 ")
    status, _, where = site.send("/posts", str(jar), body="The first post of an empty Debian").partition(" ")
    assert status == "303"
    found = re.search(r"#post-(\w+)", where)
    assert found, where
    return f"/posts/{found[1]}"


def test_each_line_of_the_guide_does_what_it_says(site: Site) -> None:
    typed, minutes = len(site.outcomes), sum(each.seconds for each in site.outcomes) / 60
    print(f"{typed} lines, {minutes:.1f} minutes; an empty Debian before that, {site.making / 60:.1f} minutes")  # noqa: T201
    assert typed == len(site.blocks[FROM_EMPTY])
    assert site.machine.run("systemctl", "--failed", "--plain", "--no-legend") == ""


def test_the_site_is_public_with_tls(site: Site) -> None:
    assert "<title>" in site.curl("/")
    assert json.loads(site.curl("/readyz"))["status"] == "ok"
    head = site.curl("/", "--head", scheme="http")
    assert f"location: https://{HOST}/" in head.replace("L", "l")
    assert "strict-transport-security:" in site.curl("/", "--head").lower()


def test_its_admin_comes_in_by_the_address_in_the_journal(site: Site, tmp_path: Path) -> None:
    found = re.search(rf"https://{HOST}(/setup\?code=(\S+))", site.output_of("journalctl"))
    assert found, site.output_of("journalctl")
    assert "<form" in site.curl(found[1])
    jar = str(tmp_path / "cookies")
    given = {"code": found[2], "name": "An empty Debian", "username": "grace", "password": PASSWORD}
    assert site.send("/setup", jar, **given).startswith("303 ")
    assert "An empty Debian" in site.curl("/admin", "--cookie", jar, "--location")


def test_a_post_of_a_newcomer_is_shown(site: Site, link: str) -> None:
    assert "The first post of an empty Debian" in site.curl(link)


def test_the_doctor_finds_nothing_but_that_there_is_no_mail(site: Site) -> None:
    told = [line for line in site.type("feedapp doctor").output.splitlines() if line and not line.startswith(" ")]
    assert [line.partition(":")[0] for line in told] == ["No mail leaves"]


def test_the_timer_makes_a_backup_that_is_verified(site: Site, link: str) -> None:
    assert site.machine.run("systemctl", "is-active", "feedapp-backup.timer") == "active\n"
    site.machine.run("systemctl", "start", "feedapp-backup.service", seconds=300)
    told = site.machine.run("journalctl", "-u", "feedapp-backup", "--output=cat")
    assert "Restored into a server of its own and compared" in told


def test_the_certificate_is_renewed_while_the_site_runs(site: Site) -> None:
    before = certificate(site)
    site.machine.run("certbot", "renew", "--force-renewal", "--no-random-sleep-on-renew", seconds=300)
    deadline = time.monotonic() + 30
    while certificate(site) == before:  # nginx takes it in its own time
        assert time.monotonic() < deadline, site.machine.run("journalctl", "-u", "nginx", "-n", "20")
        time.sleep(0.2)


def test_a_new_version_is_installed_over_the_old_one(site: Site, link: str) -> None:
    before = site.machine.processes(WORKER)
    site.release.publish_next()
    site.follow(NEW_VERSION)
    assert site.machine.run("/opt/feedapp/bin/feedapp", "--version") == f"feedapp {NEXT}\n"
    assert before
    deadline = time.monotonic() + 30
    while not before.isdisjoint(site.machine.processes(WORKER)):  # the old ones answer what they have
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert "The first post" in site.curl(link)
    site.follow(NEW_SETTINGS)
    assert "The first post" in site.curl(link)


def test_after_a_power_cut_all_comes_back_by_itself(site: Site, link: str) -> None:
    site.machine.stop()
    site.machine.boot()
    assert site.machine.run("systemctl", "--failed", "--plain", "--no-legend") == ""
    assert "The first post" in site.curl(link)


def test_all_is_lost_and_comes_back_by_the_guide(site: Site, link: str, jar: Path) -> None:
    site.machine.run("systemctl", "stop", "feedapp.socket", "feedapp.service")
    site.machine.run("su", "postgres", "-c", "dropdb feedapp && dropuser feedapp")
    site.machine.run("sh", "-c", "rm -rf /var/lib/feedapp /etc/feedapp && redis-cli flushall")
    for words in ("feedapp setup", "createdb", "daemon-reload", "enable --now"):
        (line,) = [each for each in site.blocks[FROM_EMPTY] if words in each]
        site.type(line)
    assert site.curl(link, "--output", "/dev/null", "--write-out", "%{http_code}") == "404"
    site.follow(LOST)
    assert "The first post" in site.curl(link)
    assert 'href="/@ada"' in site.curl("/settings", "--cookie", str(jar))  # the session of before, by its SECRET_KEY


def test_a_command_asks_at_the_terminal(site: Site, link: str) -> None:
    asked = [Question("Password:", ANOTHER), Question("Repeat", ANOTHER)]
    status, output = site.machine.type("feedapp user password ada", asked)
    assert status == 0, output
    assert ANOTHER not in output
    assert site.send("/login", os.devnull, username="ada", password=ANOTHER).startswith("303 ")


def certificate(site: Site) -> str:
    """Give the one by which the site shows who it is."""
    told = site.curl("/", "--output", "/dev/null", "--write-out", "%{certs}")
    assert ssl.PEM_HEADER in told
    return told
