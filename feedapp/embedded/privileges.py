"""The user that PostgreSQL runs as. It refuses root, and initdb needs a user with a name, which containers may lack.

In these cases there are three ways; the first that works on this system with these files is used:

1. a user namespace in which we are called `nobody`: the files stay ours and nothing has to be changed;
2. the user who owns the data, if that is not root: a checkout in somebody's home, started with sudo;
3. `nobody`, who is given the data directory, and keeps of root only the capability to pass through closed directories.
"""

import os
import pwd
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from feedapp.embedded import child
from feedapp.embedded.errors import EmbeddedServerError

SAME = "same"


@dataclass(frozen=True)
class Account:
    """A user of the operating system with its group."""

    uid: int
    gid: int


def ourselves() -> Account:
    """The user of this process."""
    return Account(os.geteuid(), os.getegid())


def owner_of(path: Path) -> Account:
    """The owner of a file or directory."""
    status = path.stat()
    return Account(status.st_uid, status.st_gid)


def unprivileged_identity(program: Path, data: Path) -> str:
    """Choose the identity (see child.py) under which `program` runs and owns `data`; may change the owner of `data`."""
    us = os.geteuid()
    if us != 0 and has_name(us):
        return SAME
    nobody = _nobody()
    owner = data.stat()
    identities = []
    if sys.platform == "linux" and owner.st_uid in {us, nobody.pw_uid}:
        identities.append((f"namespace:{nobody.pw_uid}", us, os.getegid()))
    if us == 0 and owner.st_uid != 0:
        identities.append((f"user:{owner.st_uid}:{owner.st_gid}", owner.st_uid, owner.st_gid))
    if us == 0:
        identities.append((f"user:{nobody.pw_uid}:{nobody.pw_gid}", nobody.pw_uid, nobody.pw_gid))
    for identity, uid, gid in identities:
        if _works(identity, program, data, uid=uid, gid=gid):
            return identity
    if us != 0:
        return SAME  # only the first start, which runs initdb, needs the name
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and no other user can reach {data}: start feedapp as another user"
    )


def has_name(uid: int) -> bool:
    """Tell whether the system knows that user: initdb asks."""
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _nobody() -> pwd.struct_passwd:
    everyone = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not everyone:
        raise EmbeddedServerError(
            "PostgreSQL does not run as root, and there is no other user: start feedapp as another user"
        )
    return next((entry for entry in everyone if entry.pw_name == "nobody"), everyone[-1])


def command_as(identity: str, command: list[str], *, parent: int = 0, death_signal: int = 0) -> list[str]:
    """Wrap a command so that it runs under an identity, and dies by that signal when `parent` does."""
    script = str(Path(child.__file__).resolve())
    return [sys.executable, "-I", "-S", script, identity, str(parent), str(death_signal), *command]


def _works(identity: str, program: Path, data: Path, *, uid: int, gid: int) -> bool:
    try:
        _give(data, uid, gid)
    except OSError:
        return False
    command = command_as(identity, ["--check", str(program), str(data)])
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 (our own script)


def _give(data: Path, uid: int, gid: int) -> None:
    """Give the whole tree to a user, unless it is theirs; the top last, so that an interruption is noticed."""
    if data.stat().st_uid == uid:
        return
    for directory, _, files in os.walk(data, topdown=False):
        for name in files:
            os.chown(Path(directory, name), uid, gid, follow_symlinks=False)
        os.chown(directory, uid, gid)
