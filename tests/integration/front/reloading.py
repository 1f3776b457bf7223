"""Code that changes while it is served, and clients that ask all the time."""

from __future__ import annotations

import os
import random
import select
import subprocess
import sys
import threading
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING

from tests.integration.front.clients import PATIENCE
from tests.integration.front.sites import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.front.clients import Client
    from tests.integration.front.sites import Site

CODE = """
import os, time
TEXT = {text!r}
ANSWERS = {answers!r}
def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path.startswith("/slow/"):
        time.sleep(float(path.removeprefix("/slow/")))
    status, body = ANSWERS.get(path, ("200 OK", str(os.getpid()) if path == "/pid" else TEXT))
    start_response(status, [("Content-Type", "text/plain")])
    return [body.encode()]
"""


class Code:
    """The code of an application that is changed while it runs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.write("old")

    def write(self, text: str, **answers: tuple[str, str]) -> None:
        told = {f"/{path}": answer for path, answer in answers.items()}
        self.raw(CODE.format(text=text, answers=told))

    def raw(self, text: str) -> None:
        (self.directory / "changing.py").write_text(text)


def reload(site: Site) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "reload"],
        cwd=ROOT, env={**os.environ, "PORT": str(site.port)}, timeout=2 * PATIENCE,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


class Load:
    """Clients that keep their connections, with pauses, and clients that make a new one for each request."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.is_over = threading.Event()
        self.failed: list[str] = []
        self.answers: list[tuple[float, int, bytes]] = []

    def keep(self) -> None:
        pauses = random.Random(threading.get_ident())
        client = self._site.client()
        while not self.is_over.is_set():
            if select.select([client.socket], [], [], 0)[0]:  # it was closed while nothing was asked, as may happen
                client.close()
                client = self._site.client()
            is_open = self._ask(client, "keep")
            if not is_open:
                client.close()
                client = self._site.client()
            sleep(pauses.choice([0, 0, 0.01, 0.2]))

    def come_and_go(self) -> None:
        while not self.is_over.is_set():
            try:
                client = self._site.client()
            except OSError as error:
                self.failed.append(f"connect: {error}")
                continue
            self._ask(client, "once")
            client.close()

    def _ask(self, client: Client, kind: str) -> bool:
        method = random.choice(["GET", "POST"])
        try:
            answer = client.ask("/slow/0.005", method=method, body=b"x" if method == "POST" else b"")
        except OSError as error:
            self.failed.append(f"{kind} {method}: {error!r}")
            return False
        self.answers.append((monotonic(), answer.status, answer.body))
        return answer.headers.get("connection") != "close"


@contextmanager
def under_load(site: Site) -> Iterator[Load]:
    load = Load(site)
    threads = [threading.Thread(target=each) for each in [load.keep] * 6 + [load.come_and_go] * 3]
    for thread in threads:
        thread.start()
    try:
        sleep(0.3)
        yield load
        sleep(0.3)
    finally:
        load.is_over.set()
        for thread in threads:
            thread.join()
