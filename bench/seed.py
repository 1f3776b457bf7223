"""How long `flask seed` takes beside a raw COPY of the same rows into the same tables.

    python -m bench.seed --users 10000 --posts 1000000

Starts a PostgreSQL and a Redis of its own in a temporary directory (--directory chooses another disk). The raw COPY has
all indexes and constraints in place, as the seed has, one transaction, and the rows ready in files; it is measured in
the text form, which is what most tools write, and in the binary form; the faster one counts. What takes long is done
`--runs` times, in turns, and the median is told.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg2

from bench.places import ROOT
from feedapp.embedded import Servers
from feedapp.repositories.transfer.bulk import COLUMNS, LOCK

FORMS = ("text", "binary")
GOAL = 0.5


def main() -> None:
    """Measure and print a table; exit status 1 if the seed misses its goal."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name, default in {"users": 10_000, "posts": 1_000_000, "comments": 3_000, "likes": 10_000}.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--follows", type=int, default=1_500)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--directory", type=Path)
    options = parser.parse_args()
    sizes = [f"--{name}={getattr(options, name)}" for name in ("users", "posts", "comments", "likes", "follows")]
    with tempfile.TemporaryDirectory(dir=options.directory, ignore_cleanup_errors=True) as folder:
        directory = Path(folder)
        directory.chmod(0o755)
        with Servers(directory / "servers", durable=True) as servers:
            ratio = measure(servers, sizes, options.runs, directory)
    sys.exit(0 if ratio >= GOAL else 1)


def measure(servers: Servers, sizes: list[str], runs: int, directory: Path) -> float:
    """Seed and copy in turns; give how fast the seed was beside the faster COPY."""
    settings = {"DATABASE_URL": servers.database_url, "REDIS_URL": servers.redis_url, "SECRET_KEY": "of the benchmark"}
    environment = {**os.environ, **settings}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=environment, check=True, stderr=subprocess.DEVNULL)
    seconds: dict[str, list[float]] = {"seed": [], **{form: [] for form in FORMS}}
    connection = psycopg2.connect(servers.database_url)
    rows = 0
    for _ in range(runs):
        empty(connection)
        started = perf_counter()
        subprocess.run([*flask, "seed", *sizes, "--quiet"], cwd=ROOT, env=environment, check=True)
        seconds["seed"].append(perf_counter() - started)
        rows = write_out(connection, directory)
        for form in FORMS:
            empty(connection)
            seconds[form].append(read_in(connection, directory, form))
    connection.close()
    return report(rows, {name: median(times) for name, times in seconds.items()})


def empty(connection: psycopg2.extensions.connection) -> None:
    """Give every measurement the same start: no rows, nothing left to write out."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(COLUMNS)} CASCADE")
        connection.commit()
        connection.autocommit = True
        cursor.execute("CHECKPOINT")
        connection.autocommit = False


def write_out(connection: psycopg2.extensions.connection, directory: Path) -> int:
    """Write the rows that were seeded to files in each form; give their number."""
    rows = 0
    with connection.cursor() as cursor:
        for table, columns in COLUMNS.items():
            for form in FORMS:
                with (directory / f"{table}.{form}").open("wb") as file:
                    cursor.copy_expert(f"COPY {table} ({columns}) TO STDOUT (FORMAT {form})", file)
            rows += cursor.rowcount
    connection.commit()
    return rows


def read_in(connection: psycopg2.extensions.connection, directory: Path, form: str) -> float:
    """Copy the rows from the files in one transaction, and give the seconds."""
    started = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # an autovacuum in the middle would make this many times slower
        for table, columns in COLUMNS.items():
            with (directory / f"{table}.{form}").open("rb") as file:
                cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN (FORMAT {form})", file, 65_536)
    connection.commit()
    return perf_counter() - started


def report(rows: int, seconds: dict[str, float]) -> float:
    """Print what came out."""
    print(f"\n{rows:,} rows, counters included")
    for name, spent in seconds.items():
        label = "flask seed" if name == "seed" else f"raw COPY, {name}"
        print(f"  {label:18} {spent:8.1f} s {rows / spent:12,.0f} rows/s")
    ratio = min(seconds[form] for form in FORMS) / seconds["seed"]
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"  speed of the seed: {ratio:.2f} of the raw COPY (goal {GOAL}); largest process {largest:,.0f} MB")
    return ratio


if __name__ == "__main__":
    main()
