"""How this machine reaches Debian's packages and Python's: what the new one is told, so that no name stands here."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

APT = Path("/etc/apt")
RELEASE = Path("/etc/os-release")
SUITES = {"12": "bookworm", "13": "trixie"}
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def codename() -> str:
    """Name the release of Debian that this machine is; nothing if it is another system."""
    told = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', RELEASE.read_text(encoding="utf-8"), re.MULTILINE))
    return told.get("VERSION_CODENAME", "") if told.get("ID") == "debian" else ""


def suite_of(guide: str) -> str:
    """Name the release for which the guide is."""
    found = re.search(r"Debian (\d+)", guide)
    assert found, "the guide does not say for which Debian it is"
    return SUITES[found[1]]


def sources() -> list[Path]:
    """Give the files in which apt's sources of this release stand."""
    files = [
        APT / "sources.list",
        *(APT / "sources.list.d").glob("*.list"),
        *(APT / "sources.list.d").glob("*.sources"),
    ]
    word = re.compile(rf"\b{codename()}\b")
    return sorted(file for file in files if file.is_file() and word.search(file.read_text(encoding="utf-8")))


def mirror() -> str:
    """Give the address of Debian's packages."""
    for file in sources():
        if found := re.search(
            r"^(?:URIs:\s*|deb\s+(?:\[[^]]*\]\s+)?)(\S+)", file.read_text(encoding="utf-8"), re.MULTILINE
        ):
            return found[1]
    raise LookupError(f"{APT} names no source of {codename()}")


def tell_apt(root: Path, suite: str) -> None:
    """Give a new machine the sources of this one, of another release, and which dates of them this one believes."""
    into = root / "etc" / "apt"
    (into / "sources.list").unlink(missing_ok=True)
    for file in sources():
        text = re.sub(rf"\b{codename()}\b", suite, file.read_text(encoding="utf-8"))
        (into / "sources.list.d" / file.name.replace("sources.list", "debian.list")).write_text(text, encoding="utf-8")
    dumped = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    believed = [line for line in dumped.splitlines() if line.startswith("Acquire::Check-")]
    told = "\n".join(
        [*believed, 'Acquire::http::Pipeline-Depth "0";', ""]
    )  # the way out takes one request a connection
    (into / "apt.conf.d" / "90this-machine").write_text(told, encoding="utf-8")


def pip_settings() -> dict[str, str]:
    """Give pip's settings here as environment variables."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    given: dict[str, str] = {}
    for line in sorted(
        told.splitlines(), key=lambda line: line.startswith(":env:")
    ):  # the environment has the last word
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        given[f"PIP_{key.upper().replace('-', '_')}"] = " ".join(str(ast.literal_eval(value)).split())
    return given


def local_paths(settings: dict[str, str]) -> list[Path]:
    """Give the files and folders of this machine that pip's settings name."""
    found = set()
    for name, value in settings.items():
        for word in value.split():
            path = Path(word.removeprefix("file://"))
            if path.is_absolute() and path.exists():
                found.add(path.parent if "INDEX" in name else path)  # an index names files that stand beside it
    return sorted(found)


def certificates(settings: dict[str, str]) -> str:
    """Give the certificates of all whom this machine trusts."""
    given = (settings.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), str(BUNDLE))
    return next((Path(each).read_text(encoding="utf-8") for each in given if each and Path(each).is_file()), "")


def lacking() -> str:
    """Say why no Debian can be made here; nothing if it can."""
    if os.geteuid() != 0:
        return "only root can make a Debian"
    path = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    programs = ("apt-config", "apt-get", "curl", "debootstrap", "git", "ip", "nsenter", "openssl", "setsid", "unshare")
    if missing := [name for name in programs if shutil.which(name, path=path) is None]:
        return f"not installed: {', '.join(missing)}"
    return "" if codename() and sources() else "this machine is no Debian, so its sources are of no use"
