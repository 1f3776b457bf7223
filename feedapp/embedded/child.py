"""Becomes a server: a script in the new process, which drops privileges and executes the given command.

Between fork and exec of a process with threads only few calls are safe, so the preparations are made here, in a new
interpreter (standard library only, started with -I -S: some 15 ms).

    child.py IDENTITY PARENT_PID DEATH_SIGNAL COMMAND...
    child.py IDENTITY 0 0 --check FILE DIRECTORY

IDENTITY is `same`, `namespace:UID` (a user namespace in which we have that number), or a user: `user:UID:GID` passes
through closed directories as root does, `reader:UID:GID` too but writes in none, `plain:UID:GID` does neither.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
KEPT: dict[str, tuple[int, ...]] = {
    "user": (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH),
    "reader": (CAP_DAC_READ_SEARCH,),
    "plain": (),
}
"""For each kind of user, the capabilities of which it keeps the first available one."""


def become(identity: str) -> None:
    """Take on another uid; raise OSError where this system does not allow it."""
    kind, *numbers = identity.split(":")
    if kind == "namespace":
        enter_namespace(int(numbers[0]))
    elif kind in KEPT:
        become_user(int(numbers[0]), int(numbers[1]), KEPT[kind])


def enter_namespace(uid: int) -> None:
    """Enter a user namespace: appear as `uid` to itself only, still own the same files, and have no privileges."""
    user, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{uid} {group} 1", encoding="ascii")


def become_user(uid: int, gid: int, kept: tuple[int, ...]) -> None:
    """Drop root, but keep the first of these capabilities that root has."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
    if libc:
        libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if libc:
        for capability in kept:
            if keep_capability(libc, capability):
                break


def keep_capability(libc: ctypes.CDLL, capability: int) -> bool:
    """Hand one capability, and no other, through the coming exec; tell whether that worked."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    effective_permitted_inheritable = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, effective_permitted_inheritable) != 0:
        return False
    return bool(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0)


def can_use(file: Path, directory: Path) -> bool:
    """Try to open it: access(2) would ignore the kept capabilities."""
    probe = directory / f".probe-{os.getpid()}"
    try:
        file.open("rb").close()
        probe.touch()
        probe.unlink()
        return directory.stat().st_uid == os.geteuid() != 0
    except OSError:
        return False


def die_with(parent: int, death_signal: int) -> None:
    """Ask Linux for a signal when the parent dies. Call it last: a change of uid cancels the request."""
    if not death_signal or sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it died before it could be watched
        sys.exit(1)


def main(arguments: list[str]) -> None:
    """Never returns: execs or exits."""
    identity, parent, death_signal, *command = arguments
    try:
        become(identity)
    except OSError as error:
        sys.exit(f"cannot become {identity}: {error}")
    if command[0] == "--check":
        sys.exit(0 if can_use(Path(command[1]), Path(command[2])) else 1)
    os.umask(0o077)
    die_with(int(parent), int(death_signal))
    try:
        os.execv(command[0], command)  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"cannot run {command[0]}: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
