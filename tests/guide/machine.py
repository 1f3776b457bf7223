"""A Debian that boots beside this one: systemd as process 1, in namespaces of its own for everything but users.

It shares the kernel and nothing else. Its mounts, processes and network end with its process 1, however the test ends.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from feedapp.embedded.processes import end, spawn
from tests.guide import registries
from tests.guide.forwarding import Forwarder
from tests.guide.terminal import Typed, type_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from feedapp.embedded.processes import Process
    from tests.guide.steps import Question

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NAMESPACES = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")
BOOTED = ("running", "degraded")
BOOT_SECONDS, MAKE_SECONDS = 120, 900

# $1 the root, $2 its console, then what it may read of this machine. What is the kernel's own is closed to writing:
# /proc/sys and /sys are this machine's, too, and so are the clock and the modules.
BOOT = """
set -e
root=$1 console=$2; shift 2
mount --bind "$root" "$root"
cd "$root"
for each in "$@"; do
  if [ -d "$each" ]; then mkdir -p ".$each"; else mkdir -p ".${each%/*}"; touch ".$each"; fi
  mount --bind "$each" ".$each"; mount -o remount,bind,ro ".$each"
done
mount -t proc -o nosuid,nodev,noexec proc proc
for each in sys sysrq-trigger irq bus; do
  [ -e "proc/$each" ] || continue
  mount --bind "proc/$each" "proc/$each"; mount -o remount,bind,ro "proc/$each"
done
mount -t sysfs -o nosuid,nodev,noexec,ro sysfs sys
mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755,nosuid tmpfs dev
for each in null:3 zero:5 full:7 random:8 urandom:9; do mknod -m 666 "dev/${each%:*}" c 1 "${each#*:}"; done
mknod -m 666 dev/tty c 5 0
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
ln -s pts/ptmx dev/ptmx; ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin; ln -s fd/1 dev/stdout; ln -s fd/2 dev/stderr
touch dev/console; mount --bind "$console" dev/console
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs run
hostname empty
ip link set lo up
mkdir -p .machine; pivot_root . .machine
umount -l /.machine; rmdir /.machine 2>/dev/null || true
exec env -i container=feedapp-test PATH="$PATH" TERM=dumb \
  setpriv --bounding-set -sys_module,-sys_time,-sys_rawio,-syslog,-mac_admin,-mac_override /lib/systemd/systemd
"""


class Machine:
    """`root` is where its files are."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment: dict[str, str] = {}
        self._readable: list[Path] = []
        self._process: Process | None = None
        self._pid = 0
        self._console = 0
        self._forwarder = Forwarder()
        self._cgroup = _cgroups() / f"feedapp-guide-{os.getpid()}"

    def make(self, suite: str, packages: Sequence[str]) -> None:
        """Install the least that Debian can be, and `packages`; tell it how this machine reaches the registries."""
        with (self.root.parent / "debootstrap.log").open("wb") as log:
            subprocess.run(
                [
                    *("debootstrap", "--variant=minbase", f"--include={','.join(packages)}"),
                    *(suite, str(self.root), registries.mirror()),
                ],
                check=True, timeout=MAKE_SECONDS, stdout=log, stderr=log,
                env={**os.environ, "PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"},
            )  # fmt: skip
        registries.tell_apt(self.root, suite)
        pip = registries.pip_settings()
        pip.pop("PIP_CERT", None)
        self._readable = registries.local_paths(pip)
        self.environment = {**pip, "http_proxy": self._forwarder.address, "https_proxy": self._forwarder.address}
        self.environment["no_proxy"] = "localhost,127.0.0.1"
        (self.root / "etc" / "hostname").write_text("empty\n", encoding="utf-8")

    def name_hosts(self, *names: str) -> None:
        """Let names lead to the machine itself."""
        text = f"127.0.0.1 localhost {' '.join(names)}\n::1 localhost\n"
        (self.root / "etc" / "hosts").write_text(text, encoding="utf-8")

    def trust(self, certificate: Path) -> None:
        """Let programs trust a certificate beside all that this machine trusts."""
        bundle = self.root / "etc" / "trusted.pem"
        told = registries.certificates({**registries.pip_settings()})
        bundle.write_text(told + certificate.read_text(encoding="utf-8"), encoding="utf-8")
        self.environment |= {"PIP_CERT": "/etc/trusted.pem", "REQUESTS_CA_BUNDLE": "/etc/trusted.pem"}

    def boot(self) -> None:
        """Start it, and wait until systemd has."""
        self._cgroup.mkdir(exist_ok=True)
        ours, self._console = os.openpty()
        threading.Thread(target=self._keep_console, args=(ours,), daemon=True).start()
        script = f'echo $$ > {self._cgroup}/cgroup.procs; exec unshare {" ".join(NAMESPACES)} --fork --kill-child "$@"'
        inside = ["/bin/sh", "-c", BOOT, "boot", str(self.root), os.ttyname(self._console)]
        self._process = spawn(
            ["/bin/sh", "-c", script, "start", *inside, *map(str, self._readable)],
            log=self.root.parent / "boot.log", death_signal=signal.SIGKILL, env={**os.environ, "PATH": PATH},
        )  # fmt: skip
        deadline = time.monotonic() + BOOT_SECONDS
        state = ""
        while state not in BOOTED:
            assert self._process.poll() is None, self._told()
            assert time.monotonic() < deadline, f"{state}\n{self._told()}"
            time.sleep(0.2)
            self._pid = self._first_process()
            if self._pid:
                state = self.run("systemctl", "is-system-running", check=False).strip()
        self._forwarder.start(self._pid)

    def stop(self) -> None:
        """End it at once, as a power cut does, and leave nothing."""
        self._forwarder.stop()
        if self._process:
            with suppress(ProcessLookupError):
                if self._pid:
                    os.kill(self._pid, signal.SIGKILL)
            end(self._process, (signal.SIGKILL, 10))
            self._process, self._pid = None, 0
            os.close(self._console)
        _remove_cgroup(self._cgroup)

    def run(self, *words: str, check: bool = True, seconds: float = 60) -> str:
        """Run a command in it, without a terminal; give what it says."""
        done = subprocess.run(
            self._inside(words), capture_output=True, text=True, check=False, timeout=seconds, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0 or not check, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def type(self, line: str, questions: Sequence[Question] = (), *, seconds: float = 1800) -> Typed:
        """Type a line as root does at a terminal of it."""
        return type_line(self._inside(("/bin/bash", "-c", line)), questions, seconds=seconds)

    def processes(self, word: str) -> set[int]:
        """Give those of its processes whose command has this word."""
        found = set()
        for process in psutil.Process(self._pid).children(recursive=True):
            with suppress(psutil.Error):
                if word in process.cmdline():
                    found.add(process.pid)
        return found

    def visit(self, *words: str) -> str:
        """Run curl of this machine in its network."""
        done = subprocess.run(
            ["nsenter", "--target", str(self._pid), "--net", "--", "curl", "--silent", "--show-error", *words],
            capture_output=True, text=True, check=False, timeout=60,
            env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
        )  # fmt: skip
        assert done.returncode == 0, f"curl {words}: {done.stderr}"
        return done.stdout

    def _inside(self, words: Sequence[str]) -> list[str]:
        given: Mapping[str, str] = {"PATH": PATH, "HOME": "/root", "TERM": "xterm", "USER": "root", **self.environment}
        settings = [f"{name}={value}" for name, value in given.items()]
        enter = ["nsenter", "--target", str(self._pid), *NAMESPACES, "--"]
        return [*enter, "env", "-i", "--chdir=/root", *settings, *words]

    def _first_process(self) -> int:
        with suppress(psutil.Error, OSError):
            for child in psutil.Process(self._process.pid if self._process else 0).children(recursive=True):
                inside = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8")
                if child.name() == "systemd" and re.search(r"^NSpid:(\t\d+)+\t1$", inside, re.MULTILINE):
                    return int(child.pid)
        return 0

    def _keep_console(self, descriptor: int) -> None:
        with (self.root.parent / "console.log").open("ab") as log, suppress(OSError):
            while told := os.read(descriptor, 4096):
                log.write(told)
                log.flush()
        os.close(descriptor)

    def _told(self) -> str:
        logs = [self.root.parent / name for name in ("boot.log", "console.log")]
        return "\n".join(log.read_text(encoding="utf-8", errors="replace")[-3000:] for log in logs if log.exists())


def _cgroups() -> Path:
    """Find where the second version of control groups is mounted."""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, where, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(where)
    return Path("/sys/fs/cgroup")


def _remove_cgroup(top: Path) -> None:
    """Remove it and those below, once their processes are gone."""
    deadline = time.monotonic() + 10
    while top.exists() and time.monotonic() < deadline:
        for each in sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True):
            with suppress(OSError):
                each.rmdir()
        with suppress(OSError):
            top.rmdir()
        time.sleep(0.05)


def remove(root: Path) -> None:
    """Remove its files; not what is mounted on them, of which there is nothing left."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8")
    assert f" {root}" not in mounts, f"something is mounted below {root}"
    shutil.rmtree(root)
