"""The secret key, if none is set: generated once and stored beside the data."""

import secrets
from pathlib import Path

from feedapp.embedded import private
from feedapp.embedded.errors import EmbeddedServerError

NAME = "secret_key"


def secret_key(directory: Path) -> str:
    """Return the kept key, or make one that only this user can read."""
    path = directory / NAME
    try:
        kept = private.read_file(path).strip() if path.exists() else ""
        return kept or _make(path)
    except OSError as error:
        reason = error.strerror or "someone else may have written it"
        raise EmbeddedServerError(f"{path} cannot be used: {reason}; or set SECRET_KEY") from error


def _make(path: Path) -> str:
    key = secrets.token_urlsafe(48)
    private.write_file(path, key + "\n")
    return key
