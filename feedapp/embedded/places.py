"""Where things are: the servers' programs, and a socket directory whose path is short enough."""

import hashlib
import os
import stat
import tempfile
from importlib.util import find_spec
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError

SOCKET_PATH_LIMIT = 100  # bytes; the kernel's limit is 107 on Linux, 103 on macOS
LONGEST_SOCKET_NAME = ".s.PGSQL.5432.lock"


def package_directory(name: str) -> Path:
    """Find an installed package without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(f"the package {name} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


def token_of(directory: Path) -> str:
    """Name this very directory: a copy elsewhere, or the same path in another container, has another token."""
    resolved = directory.resolve()
    status = resolved.stat()
    return hashlib.sha256(f"{resolved}:{status.st_dev}:{status.st_ino}".encode()).hexdigest()[:12]


def socket_directory(name: str) -> Path:
    """Make, or find again, a directory that nobody else can enter, for a socket.

    It stands outside the data directory because a socket's path may only be some hundred bytes long.
    """
    directory = _short_base(name) / name
    directory.mkdir(mode=0o700, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or (os.geteuid() != 0 and status.st_uid != os.geteuid()):
        raise EmbeddedServerError(
            f"{directory} belongs to someone else: remove it, or set TMPDIR to a directory of your own"
        )
    if os.geteuid() == 0:
        os.chown(directory, 0, 0, follow_symlinks=False)  # whoever made it before us is locked out
    directory.chmod(0o700)
    return directory


def _short_base(name: str) -> Path:
    candidates = [tempfile.gettempdir(), "/tmp"]  # noqa: S108 (the second is for a TMPDIR that is too long)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and Path(runtime).is_dir() and Path(runtime).stat().st_uid == os.geteuid():
        candidates.insert(0, runtime)  # it may be another user's: sudo keeps the variable
    for candidate in candidates:
        base = Path(candidate).resolve()
        length = len(os.fsencode(base / name / LONGEST_SOCKET_NAME))
        if length <= SOCKET_PATH_LIMIT and os.access(base, os.W_OK | os.X_OK):
            return base
    raise EmbeddedServerError("no directory for sockets: set TMPDIR to a short path that can be written to")
