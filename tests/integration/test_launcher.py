"""What `make run` starts, run as it is in a copy of the project: from nothing to nothing."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError

import psutil
import psycopg2
import pytest

from feedapp.embedded import Servers, attach

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("config.py", "wsgi.py", "feedapp", "migrations", "templates", "static")
OWN_SETTINGS = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "HOST",
    "WEB_THREADS",
    "LOG_FORMAT",
    "PROMETHEUS_MULTIPROC_DIR",
    "PYTHONDONTWRITEBYTECODE",  # nobody else needs the folder clean, and each of many starts would compile everything
}
LAUNCHER = [sys.executable, "-m", "feedapp.embedded"]


class Run:
    """A launcher, or a program that starts one, in a session of its own as in a terminal of its own."""

    def __init__(self, folder: Path, command: list[str], settings: dict[str, str]) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
        self.port = settings.get("PORT") or str(free_port())
        self.output = folder / f"output-{time.monotonic_ns()}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=folder,
                env={**environment, "WEB_WORKERS": "1", "PORT": self.port, **settings},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self) -> list[psutil.Process]:
        """Return every process of the run."""
        deadline = time.monotonic() + 60
        while "feedapp is ready" not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < deadline, self.text()
            time.sleep(0.05)
        started = psutil.Process(self.process.pid)
        return [started, *started.children(recursive=True)]

    def wait(self) -> int:
        return self.process.wait(30)

    def get(self, path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return int(answer.status)


Start = Callable[..., Run]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def told_at(port: int) -> str:
    """Read the figures, once a process of the site has taken their port."""
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
                return str(answer.read().decode())
        except URLError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def copy_project(folder: Path) -> Path:
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the module: its first start makes the data, the later ones find them."""
    return copy_project(tmp_path_factory.mktemp("launcher") / "a checkout")


@pytest.fixture(autouse=True, scope="module")
def interruptible() -> Iterator[None]:
    """Let what is started here hear of Ctrl-C: a shell that runs the tests in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    runs = []

    def start_one(command: list[str] | None = None, /, **settings: str) -> Run:
        run = Run(project, command or LAUNCHER, settings)
        runs.append(run)
        return run

    yield start_one
    for run in runs:
        if run.process.poll() is None:
            os.killpg(run.process.pid, signal.SIGTERM)
            run.wait()


def assert_all_gone(processes: list[psutil.Process], *, seconds: float = 0) -> None:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    assert not alive


def test_it_serves_until_ctrl_c_and_leaves_no_process_and_starts_again_with_its_data(
    start: Start, project: Path
) -> None:
    figures = free_port()
    first = start(PROMETHEUS_MULTIPROC_DIR="", METRICS_PORT=str(figures))
    processes = first.wait_until_ready()
    assert (first.get("/livez"), first.get("/readyz")) == (200, 200)
    with pytest.raises(HTTPError, match="404"):
        first.get("/metrics")
    assert told_at(figures)
    assert first.get("/posts/1") == 200  # of the demo community
    assert not list(project.glob("*.db"))
    assert len(list((project / "var" / "metrics").glob("counter_*.db"))) == 1  # of the one that serves
    key = (project / "var" / "secret_key").read_text(encoding="utf-8")
    os.killpg(first.process.pid, signal.SIGINT)
    assert first.wait() == 0, first.text()
    assert_all_gone(processes)

    second = start()
    processes = second.wait_until_ready()
    assert second.get("/public") == 200
    assert (project / "var" / "secret_key").read_text(encoding="utf-8") == key
    second.process.terminate()
    assert second.wait() == 0, second.text()
    assert_all_gone(processes)
    assert attach(project / "var") is None


def test_a_second_one_in_the_folder_says_that_and_where_the_first_is(start: Start) -> None:
    first = start()
    first.wait_until_ready()
    second = start()
    assert second.wait() == 1
    expected = (
        f"feedapp: feedapp already runs from this folder (process {first.process.pid}, http://127.0.0.1:{first.port})\n"
    )
    assert second.text() == expected
    assert first.get("/livez") == 200


def test_a_taken_port_is_one_line_and_nothing_is_started(start: Start, tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "untouched")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        run = Run(folder, LAUNCHER, {"PORT": port})
        assert run.wait() == 1
    assert run.text() == f"feedapp: port {port} is taken: stop what listens there or set PORT to another\n"
    assert not (folder / "var" / "postgres").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("WEB_WORKERS", "0"),
        ("WEB_THREADS", "many"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://localhost/zero"),
        ("CACHE_KEY_PREFIX", " "),
        ("SECRET_KEY", "short"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(start: Start, name: str, value: str) -> None:
    run = start(**{name: value})
    assert run.wait() == 2
    assert re.fullmatch(f"feedapp: {name} .+\n", run.text())


def test_a_directory_for_figures_that_is_not_there_is_one_line(start: Start) -> None:
    run = start(PROMETHEUS_MULTIPROC_DIR="/nowhere/at/all")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: PROMETHEUS_MULTIPROC_DIR .+\n", run.text())


def test_a_host_that_is_not_ours_is_one_line(start: Start) -> None:
    run = start(HOST="192.0.2.1")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: HOST is '192.0.2.1': nothing can listen there .+\n", run.text())


def test_what_only_the_application_can_find_wrong_is_one_line_too(start: Start) -> None:
    run = start(CACHE_LIFETIMES="nothing=5")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: CACHE_LIFETIMES names 'nothing': .+\n", run.text())


def test_a_database_that_is_not_there_is_one_line_that_keeps_the_password(start: Start) -> None:
    run = start(DATABASE_URL=f"postgresql://feed:secret@127.0.0.1:{free_port()}/feed")
    assert run.wait() == 1
    assert re.fullmatch("feedapp: DATABASE_URL: PostgreSQL cannot be reached: .+\n", run.text())
    assert "secret" not in run.text()


def test_given_addresses_replace_the_embedded_servers(start: Start, project: Path, tmp_path: Path) -> None:
    with Servers(tmp_path, durable=False) as servers:
        run = start(DATABASE_URL=servers.database_url, REDIS_URL=servers.redis_url, LOG_FORMAT="json")
        names = {process.name() for process in run.wait_until_ready()}
        assert not names & {"postgres", "valkey-server"}
        assert run.get("/readyz") == 200
        os.killpg(run.process.pid, signal.SIGINT)
        assert run.wait() == 0, run.text()
    said = ("feedapp is ready", "Nobody runs this site yet. Become its admin: http://", "feedapp stops")
    logged = [line for line in run.text().splitlines() if not line.startswith(said)]
    assert {"feedapp.server", "feedapp.cache.redis.trust"} <= {json.loads(line)["logger"] for line in logged}


def test_nothing_outlives_a_killed_launcher_and_the_next_start_works(start: Start) -> None:
    run = start()
    processes = run.wait_until_ready()
    run.get("/public")
    run.process.kill()
    run.wait()
    assert_all_gone(processes, seconds=15)
    again = start()
    again.wait_until_ready()
    assert again.get("/public") == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_make_alone_ends_everything(start: Start, project: Path, number: int) -> None:
    makefile = project / "Makefile"
    command = f"'{sys.executable}' -m feedapp.embedded --stop-with-parent"
    makefile.write_text(f"run:\n\t@exec {command}\n", encoding="utf-8")
    run = start(["make", "run"])
    processes = run.wait_until_ready()
    run.process.send_signal(number)
    assert run.wait() != 0
    assert_all_gone(processes, seconds=10)


def wait_for(run: Run, said: str) -> None:
    deadline = time.monotonic() + 20
    while said not in run.text():
        assert run.process.poll() is None, run.text()
        assert time.monotonic() < deadline, run.text()
        time.sleep(0.05)


def test_a_killed_server_is_started_again_and_the_run_goes_on(start: Start) -> None:
    run = start()
    run.wait_until_ready()
    run.get("/public")
    for name, what in (("valkey-server", "Redis"), ("postgres", "PostgreSQL")):
        (server,) = [each for each in psutil.Process(run.process.pid).children() if each.name() == name]
        server.kill()
        wait_for(run, f"{what} ended by itself and is started again")
        deadline = time.monotonic() + 20
        while not is_ready(run):
            assert time.monotonic() < deadline, run.text()
            time.sleep(0.05)
        assert run.get("/livez") == 200
    os.killpg(run.process.pid, signal.SIGINT)
    assert run.wait() == 0, run.text()


def is_ready(run: Run) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/readyz", timeout=10) as answer:
            return bool(json.loads(answer.read())["status"] == "ok")
    except urllib.error.HTTPError:
        return False


def test_a_killed_web_server_ends_the_run(start: Start) -> None:
    run = start()
    processes = run.wait_until_ready()
    next(process for process in processes if "feedapp.server" in " ".join(process.cmdline())).kill()
    assert run.wait() == 1
    assert "the web server ended by itself" in run.text()
    assert_all_gone(processes, seconds=5)  # an orphaned worker waits for init to take notice


def people_of(folder: Path) -> int:
    """Count the accounts of a run."""
    found = attach(folder / "var")
    assert found
    assert found.database_url
    with closing(psycopg2.connect(found.database_url)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT count(*) FROM users")
        return int(cursor.fetchone()[0])


def test_where_others_can_come_there_is_no_demo(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "open to others")
    run = Run(folder, LAUNCHER, {"HOST": "0.0.0.0"})  # noqa: S104  (that is the point)
    run.wait_until_ready()
    people = people_of(folder)
    run.process.terminate()
    assert run.wait() == 0, run.text()
    assert (people, "Log in as" in run.text()) == (0, False)


def test_the_demo_tells_its_random_password_once_and_nothing_keeps_it(tmp_path: Path) -> None:
    folder = copy_project(tmp_path / "loopback")
    run = Run(folder, LAUNCHER, {"HOST": "127.0.0.1"})
    run.wait_until_ready()
    told = re.search(r"^Log in as (\w+) with the password (\S{16,})$", run.text(), re.MULTILINE)
    assert told, run.text()
    body = json.dumps({"username": told[1], "password": told[2]}).encode()
    connection = http.client.HTTPConnection("127.0.0.1", int(run.port), timeout=10)
    connection.request("POST", "/api/tokens", body, {"Content-Type": "application/json"})
    assert connection.getresponse().status == 201
    connection.close()
    run.process.terminate()
    assert run.wait() == 0, run.text()
    kept = [path for path in (folder / "var").rglob("*") if path.is_file() and told[2].encode() in path.read_bytes()]
    assert kept == []
