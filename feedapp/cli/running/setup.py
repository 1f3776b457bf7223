"""`feedapp setup example.org`: the files of a public site on a Debian."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click

from feedapp.embedded import private
from feedapp.hosts import in_ascii, read_host
from feedapp.install.places import DATA

USER = "feedapp"
ENVIRONMENT = "etc/feedapp/feedapp.env"
PROGRAM, WRAPPER = "/opt/feedapp/bin/feedapp", "/usr/local/bin/feedapp"
QUESTIONS = (
    ("DATABASE_URL", "PostgreSQL", f"postgresql:///{USER}?host=/run/postgresql"),
    ("REDIS_URL", "Redis", "redis://127.0.0.1:6379/0"),
    ("SMTP_URL", "Mail, as smtps://user:password@host:465 (empty: none yet)", ""),
    ("backups", "Where backups go", "/var/backups/feedapp"),
    ("certificate", "Folder of fullchain.pem and privkey.pem", "/etc/letsencrypt/live/{host}"),
)


@click.command("setup")
@click.argument("host")
@click.option("--into", type=click.Path(path_type=Path), default=Path("/"), help="Below another folder than /.")
def command(host: str, into: Path) -> None:
    """Write what a public site at HOST needs: settings, systemd units, nginx, a timer for backups, a user, a command.

    Five questions; Enter takes what is proposed. Files that are there already stay, but for units,
    nginx's and the command.
    """
    found = read_host(in_ascii(host))
    if found is None or found.port is not None:
        raise click.BadParameter(f"{host!r} is no host: write it as in feed.example.org")
    answers = {
        name: click.prompt(text, default=default.format(host=found.name), show_default=bool(default))
        for name, text, default in QUESTIONS
    }
    is_here = into == Path("/") and os.geteuid() == 0
    if is_here:
        _make_user()
    _write_environment(into / ENVIRONMENT, found.name, answers, is_here=is_here)
    changes = {
        "/etc/letsencrypt/live/example.org": answers["certificate"],
        "example.org": found.name,
        PROGRAM: str(Path(sys.executable).with_name("feedapp")),
        "/var/backups/feedapp": answers["backups"],
    }
    for source in sorted((DATA / "deploy" / "systemd").iterdir()):
        if source.suffix == ".conf":
            _copy(source, into / "etc/systemd" / source.name, changes, keep=True)
        else:
            _copy(source, into / "etc/systemd/system" / source.name, changes)
    _copy(DATA / "deploy" / "nginx.conf", into / "etc/nginx/sites-available/feedapp.conf", changes)
    if changes[PROGRAM] != WRAPPER:
        wrapper = into / WRAPPER.lstrip("/")
        if wrapper.is_symlink():  # to the program itself, which would be written over
            wrapper.unlink()
        _copy(DATA / "deploy" / "feedapp", wrapper, changes)
        wrapper.chmod(0o755)
    enabled = into / "etc/nginx/sites-enabled"
    enabled.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        (enabled / "feedapp.conf").symlink_to("../sites-available/feedapp.conf")
    backups = into / answers["backups"].lstrip("/")
    backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_here:
        shutil.chown(backups, USER, USER)
    click.echo(
        "Now: systemctl daemon-reload; systemctl enable --now feedapp.socket feedapp.service feedapp-backup.timer"
    )
    click.echo("     nginx -t && systemctl reload nginx; then feedapp doctor")


def _make_user() -> None:
    done = subprocess.run(["id", USER], check=False, capture_output=True)  # noqa: S603, S607
    if done.returncode:
        subprocess.run(  # noqa: S603
            ["useradd", "--system", "--home-dir", "/var/lib/feedapp", "--shell", "/usr/sbin/nologin", USER],  # noqa: S607
            check=True,
        )


def _write_environment(path: Path, host: str, answers: dict[str, str], *, is_here: bool) -> None:
    """Write the settings, which only root and the service read. A file that is there is kept, with its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        click.echo(f"{path} is there and stays as it is.")
        return
    given = {
        "SITE_URL": f"https://{host}",
        "TRUSTED_PROXIES": "1",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "LOG_FORMAT": "json",
        **{name: answers[name] for name, *_ in QUESTIONS if name.isupper() and answers[name]},
    }
    private.write_file(path, "".join(f"{name}={value}\n" for name, value in given.items()))
    if is_here:
        shutil.chown(path, "root", USER)
        path.chmod(0o640)
    click.echo(f"{path} has the settings and a new SECRET_KEY: keep a copy of it.")


def _copy(source: Path, target: Path, changes: dict[str, str], *, keep: bool = False) -> None:
    """Write a file; with `keep` one that is there stays."""
    if keep and target.exists():
        click.echo(f"{target} is there and stays as it is.")
        return
    text = source.read_text(encoding="utf-8")
    for before, after in changes.items():
        text = text.replace(before, after)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    click.echo(f"{target}")
