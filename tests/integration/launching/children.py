"""Processes that start the embedded servers, and what is asked of these."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import redis

ROOT = Path(__file__).resolve().parents[3]


STRANGER = 54_321  # a uid that owns nothing and has no name


# Starts servers in a process of its own, says so, and waits to be told to end (or is killed).
CHILD = """
import sys
from pathlib import Path
from feedapp.embedded import Servers, attach_or_start
if sys.argv[2] == "start":
    servers = Servers(Path(sys.argv[1]), durable=False)
    servers.start()
    print(servers.addresses().postgres_pid, servers.addresses().redis_pid, flush=True)
else:
    found = attach_or_start(Path(sys.argv[1]))
    print(found.postgres_pid, found.redis_pid, flush=True)
sys.stdin.readline()
"""


StartChild = Callable[..., subprocess.Popen[str]]


def pids_of(child: subprocess.Popen[str]) -> list[int]:
    assert child.stdout
    return [int(pid) for pid in child.stdout.readline().split()]


def tell_to_end(child: subprocess.Popen[str]) -> None:
    assert child.stdin
    child.stdin.write("\n")
    child.stdin.flush()


def wait_until_gone(pids: list[int]) -> None:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive


def run_sql(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def ping(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.ping())
