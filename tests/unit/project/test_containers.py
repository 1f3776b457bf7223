"""`deploy/compose.yml` and `deploy/Dockerfile` say only what there is: settings, files, addresses, commands."""

from __future__ import annotations

import fnmatch
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml  # type: ignore[import-untyped]

from config import VAR, Settings
from feedapp.app import create_app
from feedapp.embedded.launch.launch_settings import LaunchSettings
from feedapp.web.host_guard import PROBES

ROOT = Path(__file__).resolve().parents[3]
COMPOSE, DOCKERFILE = ROOT / "deploy/compose.yml", ROOT / "deploy/Dockerfile"
GIVEN = {
    "SITE_URL": "https://feed.example",
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "POSTGRES_PASSWORD": "fedcba9876543210",
}
"""What its first line asks for."""
NOT_OURS = {"PATH", "PYTHONUNBUFFERED"}
REFERENCE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")


class Read(Mapping[str, str]):
    """An environment that notes which names are looked up."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given, self.names = given, set[str]()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self.given[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)


def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    return found


def environment() -> dict[str, str]:
    """Give what the container of feedapp has: of the image, and of the compose file with what it asks for."""
    written = services()["feedapp"]["environment"].items()
    return image() | {name: REFERENCE.sub(lambda found: GIVEN.get(found[1], ""), value) for name, value in written}


def instructions(name: str) -> list[str]:
    """Give what the Dockerfile says of it, a line each."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.partition(" ")[2].strip() for line in text.splitlines() if line.partition(" ")[0] == name]


def image() -> dict[str, str]:
    return dict(word.split("=", 1) for line in instructions("ENV") for word in shlex.split(line))


def known_settings() -> set[str]:
    """Give every name that is read; those that only launching reads stand in the table of the README, too."""
    read = Read({**environment()})
    Settings.from_environment(read)
    table = re.findall(r"^\|(.+?)\|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    return read.names | {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_every_setting_is_one_that_there_is_and_all_together_are_valid() -> None:
    assert {name for name in environment() if name not in NOT_OURS} - known_settings() == set()
    launch = LaunchSettings.from_environment(environment(), directory=VAR)
    assert (launch.host, launch.is_loopback) == ("0.0.0.0", False)  # noqa: S104  (inside of the container)
    settings = Settings.from_environment(environment())
    assert settings.site_url is not None
    assert settings.site_url.root == "https://feed.example/"
    assert settings.trusted_proxies == 1


def test_what_the_file_asks_for_is_what_its_first_line_gives() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    needed = {name for name, default in REFERENCE.findall(text) if default.startswith(":?")}
    assert needed == set(GIVEN)
    first = text.splitlines()[0]
    assert all(f"{name}=" in first for name in needed)


def test_its_servers_are_those_that_the_settings_lead_to() -> None:
    database = urlsplit(environment()["DATABASE_URL"])
    given = {name: REFERENCE.sub(lambda found: GIVEN[found[1]], value)
             for name, value in services()["postgres"]["environment"].items()}  # fmt: skip
    assert database.hostname == "postgres"
    assert (database.username, database.password, database.path) == (
        given["POSTGRES_USER"],
        given["POSTGRES_PASSWORD"],
        f"/{given['POSTGRES_DB']}",
    )
    redis = urlsplit(environment()["REDIS_URL"])
    assert redis.hostname in services()
    assert set(services()["feedapp"]["depends_on"]) == {database.hostname, redis.hostname}
    for name, wanted in services()["feedapp"]["depends_on"].items():
        assert wanted["condition"] == "service_healthy"
        assert services()[name]["healthcheck"]["test"]


def test_its_redis_is_as_doctor_wants_it() -> None:
    words = services()["redis"]["command"]
    given = dict(zip(words[1::2], words[2::2], strict=True))
    assert given["--save"] == ""
    assert given["--appendonly"] == "no"
    assert given["--maxmemory-policy"] == "allkeys-lru"


def test_every_volume_is_declared_and_used() -> None:
    declared = set(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["volumes"])
    used = [volume.split(":") for service in services().values() for volume in service.get("volumes", ())]
    assert {name for name, _ in used} == declared
    assert dict(used)["state"] == image()["STATE_DIRECTORY"] == instructions("VOLUME")[0] == instructions("WORKDIR")[-1]


def test_one_port_is_listened_at_published_and_asked_for_health() -> None:
    port = image()["PORT"]
    assert instructions("EXPOSE") == [port]
    assert services()["feedapp"]["ports"] == [f"127.0.0.1:{port}:{port}"]  # not past the proxy with TLS
    (health,) = instructions("HEALTHCHECK")
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", health)
    assert asked
    assert (asked[1], asked[2] in PROBES) == (port, True)  # by another host than SITE_URL's


def test_what_is_built_and_run_is_there() -> None:
    build = services()["feedapp"]["build"]
    context = (COMPOSE.parent / build["context"]).resolve()
    assert (context, context / build["dockerfile"]) == (ROOT, DOCKERFILE)
    for line in instructions("COPY"):
        *sources, _ = (word for word in line.split() if not word.startswith("--"))
        if not line.startswith("--from"):
            assert all((ROOT / source).exists() for source in sources), line
    for requirements in re.findall(r"-r (\S+)", DOCKERFILE.read_text(encoding="utf-8")):
        assert (ROOT / requirements).is_file()
    (user,) = instructions("USER")
    assert f" {user}" in next(line for line in instructions("RUN") if line.startswith("useradd"))
    assert user != "root"


def test_its_commands_are_feedapps(tmp_path: Path) -> None:
    app = create_app(Settings.from_environment({**environment(), "MEDIA_URL": str(tmp_path)}))
    (command,) = instructions("CMD")
    asked = re.findall(r"feedapp (\w+)", command)
    asked += re.findall(r"exec (?:-T )?feedapp feedapp (\w+)", COMPOSE.read_text(encoding="utf-8"))
    assert asked == ["db", "serve", "doctor", "backup"]
    assert set(asked) <= set(app.cli.commands)


def test_an_image_gets_what_a_wheel_needs_and_no_data() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    needed = {*wheel["wheel"]["packages"], *wheel["wheel"]["force-include"]}
    needed |= {"pyproject.toml", "build_hook.py", "requirements.in", "requirements.txt"}
    assert let_in == needed
    assert not any(fnmatch.fnmatch(name, rule) for rule in let_in for name in ("var", ".env", ".git", ".venv"))


def composing() -> list[str] | None:
    """Give the command of Docker Compose, as Docker's plugin or by itself."""
    if docker := shutil.which("docker"):
        asked = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return [docker, "compose"]
    alone = shutil.which("docker-compose")
    return [alone] if alone else None


@pytest.mark.skipif(composing() is None, reason="Docker Compose is not installed (Debian: docker-compose)")
def test_docker_compose_takes_the_file(tmp_path: Path) -> None:
    command = [*(composing() or ()), "-f", str(COMPOSE), "config"]
    made = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(tmp_path)}
    told = subprocess.run(command, env=made | GIVEN, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    feedapp = yaml.safe_load(told.stdout)["services"]["feedapp"]
    assert {name: feedapp["environment"][name] for name in ("SITE_URL", "SECRET_KEY")} == {
        name: GIVEN[name] for name in ("SITE_URL", "SECRET_KEY")
    }
    without = subprocess.run(command, env=made, capture_output=True, text=True, check=False)
    assert without.returncode != 0  # no site by a key that nobody chose
