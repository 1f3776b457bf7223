"""The user of the web workers if root starts them: not root.

They are the user named by WEB_USER, or the owner of the project's folder or, if that is root, `nobody`. If that user
cannot reach what a worker needs, because a parent folder is closed to others, the worker keeps one capability of root,
to read there.
"""

import os
import pwd
import signal
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from feedapp.embedded.errors import EmbeddedServerError
from feedapp.embedded.privileges import command_as
from feedapp.install.places import DATA

PROJECT = Path(__file__).resolve().parents[2]
READ = {"file": 4, "directory": 5}
READ_AND_WRITE = 7
SETTING = "WEB_USER"


def worker_user() -> tuple[int, int] | None:
    """Give the user and group of workers; None for those of this process. Raise EmbeddedServerError."""
    if os.geteuid() != 0:
        return None
    name, owner = os.environ.get(SETTING, "").strip(), PROJECT.stat()
    if not name and owner.st_uid != 0:
        return owner.st_uid, owner.st_gid
    try:
        user = pwd.getpwnam(name or "nobody")
    except KeyError:
        raise EmbeddedServerError(
            f"{SETTING} is {name!r}: there is no such user" if name else f"there is no user nobody: set {SETTING}"
        ) from None
    return None if user.pw_uid == 0 else (user.pw_uid, user.pw_gid)


def command_prefix(user: tuple[int, int], others: Iterable[Path] = ()) -> list[str]:
    """Give what turns a command into one that runs as that user and ends when this process does.

    `others` are directories that it has to reach besides the project and Python. Raise EmbeddedServerError where root
    may not become another user.
    """
    needed = [
        *(PROJECT / "wsgi.py", PROJECT / "feedapp", DATA / "templates", DATA / "static"),
        *(Path(sys.executable), Path(sys.executable).resolve(), Path(sysconfig.get_path("purelib"))),
        *(Path(sysconfig.get_path("stdlib")), *others),
    ]
    kind = "plain" if all(can_read(path, *user) for path in needed) else "reader"
    identity = f"{kind}:{user[0]}:{user[1]}"
    tried = subprocess.run(  # noqa: S603 (our own script)
        command_as(identity, [sys.executable, "-I", "-S", "-c", ""]), check=False, capture_output=True
    )
    if tried.returncode:
        raise EmbeddedServerError(
            "root may not become another user here: start feedapp as one, or allow what that means by WEB_USER=root"
        )
    return command_as(identity, [], parent=os.getpid(), death_signal=signal.SIGTERM)


def can_read(path: Path, uid: int, gid: int) -> bool:
    """Tell whether a user may read a file or enter a directory, by the permissions of all directories above it, too."""
    try:
        found = path.resolve().stat()
        if not _allows(found, uid, gid, READ["directory" if stat.S_ISDIR(found.st_mode) else "file"]):
            return False
        return all(_allows(each.stat(), uid, gid, 1) for each in path.resolve().parents)
    except OSError:
        return False


def share(directory: Path, user: tuple[int, int]) -> None:
    """Let that user write in a directory, whose owner stays the same; do nothing if it already may."""
    found = directory.stat()
    if not _allows(found, *user, READ_AND_WRITE):
        os.chown(directory, -1, user[1])
        directory.chmod(stat.S_IMODE(found.st_mode) | 0o070)


def _allows(status: os.stat_result, uid: int, gid: int, wanted: int) -> bool:
    if status.st_uid == uid:
        shift = 6
    elif status.st_gid == gid:
        shift = 3
    else:
        shift = 0
    return (status.st_mode >> shift) & wanted == wanted
