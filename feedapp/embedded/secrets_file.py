"""The secret key of those who did not set one: made once, kept beside the data."""

import os
import secrets
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError

NAME = "secret_key"


def secret_key(directory: Path) -> str:
    """Return the kept key, or make one that only this user can read."""
    path = directory / NAME
    try:
        kept = path.read_text(encoding="utf-8").strip() if path.exists() else ""
        return kept or _make(path)
    except OSError as error:
        raise EmbeddedServerError(f"{path} cannot be used: {error.strerror}; or set SECRET_KEY") from error


def _make(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    unfinished = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
        file.write(key + "\n")
    unfinished.replace(path)
    return key
