"""Media in a backup: the files below a directory, as a tar. Those in S3 stay there."""

from __future__ import annotations

import os
import tarfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

UNFINISHED = ".restoring"


def directory_of(media_url: str) -> Path | None:
    """Give the directory that MEDIA_URL names; None for S3."""
    parts = urlsplit(media_url)
    return Path(unquote(parts.path)) if parts.scheme in {"", "file"} else None


def pack(directory: Path, target: Path) -> int:
    """Write all files; give how many. One that is deleted meanwhile is left out."""
    count = 0
    file = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    with file, tarfile.open(fileobj=file, mode="w|") as packed:
        for path in sorted(directory.rglob("*")):
            if path.is_file() and not path.is_symlink():
                with suppress(FileNotFoundError):
                    packed.add(path, arcname=str(path.relative_to(directory)), recursive=False)
                    count += 1
    return count


def unpack(source: Path, directory: Path) -> int:
    """Put back the files that are missing, each whole or not at all; give how many. Others are left as they are."""
    count = 0
    with tarfile.open(source, mode="r:") as packed:
        for member in packed:
            target = directory / member.name
            if not member.isfile() or not target.resolve().is_relative_to(directory.resolve()) or target.exists():
                continue
            content = packed.extractfile(member)
            if content is None:
                continue
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            unfinished = target.with_name(target.name + UNFINISHED)
            with content, unfinished.open("wb") as file:
                while chunk := content.read(1 << 20):
                    file.write(chunk)
            unfinished.chmod(member.mode & 0o777)
            if os.geteuid() == 0:
                owner = directory.stat()
                os.chown(unfinished, owner.st_uid, owner.st_gid)
            unfinished.rename(target)
            count += 1
    return count
